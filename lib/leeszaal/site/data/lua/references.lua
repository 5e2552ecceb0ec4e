-- The list of sources in the form each format wants. Runs after citeproc and `papers/bronnen.lua`.
package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local common = require("common")

local function div(element)
  if (element.identifier == "refs" or element.identifier == "refs-official") and common.typst then
    local blocks = pandoc.Blocks({})
    for _, entry in ipairs(element.content) do
      if entry.identifier then
        blocks:extend(common.typst_around("#lz-source[", entry.content, "] <" .. entry.identifier .. ">"))
      end
    end
    return blocks
  end
  if element.identifier:match("^ref%-") and common.docx then
    element.attributes["custom-style"] = "Bibliography"
  end
  return element
end

return { { Div = div } }
