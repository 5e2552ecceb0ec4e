--[[
Signs that stand for something else: CSL-JSON takes some tags in a title for markup, so there another sign stands for "<".

Metadata: lz-less (that sign).
]]
package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local stringify = pandoc.utils.stringify

function Pandoc(doc)
  local sign = doc.meta["lz-less"] and stringify(doc.meta["lz-less"])
  if not sign or sign == "" then return nil end
  local function back(text)
    return (text:gsub(sign, "<"))
  end
  return doc:walk({
    Str = function(element)
      element.text = back(element.text)
      return element
    end,
    Code = function(element)
      element.text = back(element.text)
      return element
    end,
    Link = function(element)
      element.target = back(element.target)
      return element
    end,
  })
end
