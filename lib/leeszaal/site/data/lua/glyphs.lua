--[[
The last filter: signs that stand for something else, for Typst the signs that no font has, and the metadata that is left.

Metadata: lz-less (the sign that stands for "<" in the bibliography, because CSL-JSON reads some HTML there as markup);
lz-uncovered (signs without a font: each becomes a visible [U+1F3DB]); lz-dropped (signs that show nothing).
]]
package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local common = require("common")
local stringify = pandoc.utils.stringify

local replaced = {}
local any = false

local function shown(text)
  if not any then return text end
  return (text:gsub(utf8.charpattern, function(sign) return replaced[sign] end))
end

local function text_of(element)
  element.text = shown(element.text)
  return element
end

local filter = {
  Str = text_of,
  Code = text_of,
  CodeBlock = text_of,
  RawInline = function(element)
    if common.typst and element.format == "typst" then return text_of(element) end
  end,
  Link = function(element)
    element.target = shown(element.target)
    element.title = shown(element.title)
    return element
  end,
  Image = function(element)
    element.title = shown(element.title)
    return element
  end,
}

local function each(meta, name, visit)
  if meta[name] == nil then return end
  for _, code in utf8.codes(stringify(meta[name])) do visit(utf8.char(code), code) end
end

-- A Word file keeps every metadata field among its properties, paths of this machine included: keep what is for readers.
local READERS = { title = true, subtitle = true, author = true, date = true, lang = true, abstract = true, keywords = true,
  description = true, ["toc-title"] = true }

local function for_readers(meta)
  local kept = {}
  for name, value in pairs(meta) do
    if READERS[name] or not common.docx and not name:match("^lz%-") then kept[name] = value end
  end
  return kept
end

function Pandoc(doc)
  each(doc.meta, "lz-less", function(sign) replaced[sign] = "<" end)
  each(doc.meta, "lz-uncovered", function(sign, code) replaced[sign] = string.format("[U+%04X]", code) end)
  each(doc.meta, "lz-dropped", function(sign) replaced[sign] = "" end)
  doc.meta = for_readers(doc.meta)
  any = next(replaced) ~= nil
  if not any then return doc end
  return doc:walk(filter)
end
