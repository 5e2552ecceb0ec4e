--[[
The contents list of a Word file, with its lines already in it: Word fills an empty one only after asking, other programs
not at all. It is a field, so that Word can bring it up to date (F9). Runs after crossref.lua.

Metadata: lz-contents (how many levels; nothing: no list), lang.
]]
package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local common = require("common")
local stringify = pandoc.utils.stringify

local function field(kind)
  return '<w:r><w:fldChar w:fldCharType="' .. kind .. '"/></w:r>'
end

local function collect(blocks, depth, found)
  for _, block in ipairs(blocks) do
    if block.t == "Header" and block.level <= depth and block.identifier ~= "" and not block.classes:includes("unlisted") then
      found[#found + 1] = block
    elseif block.t == "Div" and not common.callout_kind(block) and not block.classes:includes("panel-tabset") then
      collect(block.content, depth, found)
    end
  end
  return found
end

function Pandoc(doc)
  local depth = doc.meta["lz-contents"] and tonumber(stringify(doc.meta["lz-contents"]))
  if not common.docx or not depth then return nil end
  local headings = collect(doc.blocks, depth, {})
  if #headings < 3 then return nil end
  local out = pandoc.Blocks({ common.styled("TOC Heading", { pandoc.Para({ pandoc.Str(common.words(doc.meta).contents) }) }) })
  for index, heading in ipairs(headings) do
    local line = pandoc.Inlines({})
    if index == 1 then
      local code = '<w:r><w:instrText xml:space="preserve"> TOC \\o &quot;1-' .. depth .. '&quot; \\h \\z \\u </w:instrText></w:r>'
      line:insert(pandoc.RawInline("openxml", field("begin") .. code .. field("separate")))
    end
    local text = heading.content:walk({ Note = function() return {} end, Link = function(link) return link.content end })
    line:insert(pandoc.Link(text, "#" .. heading.identifier))
    if index == #headings then line:insert(pandoc.RawInline("openxml", field("end"))) end
    out:insert(common.styled("TOC " .. heading.level, { pandoc.Para(line) }))
  end
  out:extend(doc.blocks)
  doc.blocks = out
  return doc
end
