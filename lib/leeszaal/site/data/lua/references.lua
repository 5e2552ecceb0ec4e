-- The list of sources in the form each format wants. Runs after citeproc.
package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local common = require("common")

-- Laws, parliamentary papers and rulings stand in a list of their own: the div `refs-official` names them (`keys`) and
-- says what stands above them (`title`). They are taken out of the list that citeproc made.
local function official(doc)
  local wanted, place = {}, nil
  doc.blocks:walk({ Div = function(element)
    if element.identifier == "refs-official" then
      place = element
      for key in (element.attributes.keys or ""):gmatch("%S+") do wanted["ref-" .. key] = true end
    end
  end })
  if place == nil then return nil end
  local level, moved = 2, pandoc.Blocks({})
  doc.blocks = doc.blocks:walk({
    traverse = "topdown",
    Header = function(header) level = header.level end,
    Div = function(element)
      if element.identifier == "refs" then
        local kept = pandoc.Blocks({})
        for _, entry in ipairs(element.content) do
          if entry.identifier and wanted[entry.identifier] then moved:insert(entry) else kept:insert(entry) end
        end
        element.content = kept
        return element, false
      end
      if element.identifier == "refs-official" then
        if #moved == 0 then return {}, false end
        local title = pandoc.Header(level + 1, pandoc.Inlines(place.attributes.title or ""), pandoc.Attr("sec-official", { "unnumbered" }))
        local list = pandoc.Div(moved, pandoc.Attr("refs-official", { "references", "csl-bib-body", "hanging-indent" }))
        if common.html then list.attributes.role = "list" end
        return { title, list }, false
      end
    end,
  })
  return doc
end

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

return { { Pandoc = official }, { Div = div } }
