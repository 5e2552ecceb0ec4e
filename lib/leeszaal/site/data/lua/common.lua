-- What the filters share: the format, words in the reader's language, and small helpers.

local M = {}

M.html = FORMAT:match("^html") ~= nil
M.typst = FORMAT == "typst"
M.docx = FORMAT == "docx"
M.NBSP = "\u{a0}"

-- The Dutch words are those of Quarto's own translation, so that both renderers say the same.
local WORDS = {
  nl = {
    fig = "Figuur", tbl = "Tabel", sec = "Paragraaf", eq = "Vergelijking", lst = "Listing",
    nte = "Opmerking", tip = "Tip", wrn = "Waarschuwing", imp = "Belangrijk", cau = "Opgelet",
    note = "Opmerking", warning = "Waarschuwing", important = "Belangrijk", caution = "Opgelet",
    formula = "formule", contents = "Inhoud", sources = "Bronnen",
  },
  en = {
    fig = "Figure", tbl = "Table", sec = "Section", eq = "Equation", lst = "Listing",
    nte = "Note", tip = "Tip", wrn = "Warning", imp = "Important", cau = "Caution",
    note = "Note", warning = "Warning", important = "Important", caution = "Caution",
    formula = "formula", contents = "Contents", sources = "References",
  },
}

local CALLOUT_PREFIX = { note = "nte", tip = "tip", warning = "wrn", important = "imp", caution = "cau" }

function M.words(meta)
  local lang = meta.lang and pandoc.utils.stringify(meta.lang):lower():match("^%a+") or "nl"
  return WORDS[lang] or WORDS.en
end

function M.flag(meta, name)
  return meta[name] ~= nil and pandoc.utils.stringify(meta[name]) == "true"
end

-- Tell the program that runs Pandoc: one JSON object a line in the file that lz-report names.
function M.tell(meta, kind, what)
  local place = meta["lz-report"]
  if not place then return end
  local file = io.open(pandoc.utils.stringify(place), "a")
  if not file then return end
  file:write(pandoc.json.encode({ kind = kind, what = what }) .. "\n")
  file:close()
end

-- "callout-note" among the classes of a div gives "note".
function M.callout_kind(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind and CALLOUT_PREFIX[kind] then return kind end
  end
  return nil
end

function M.callout_prefix(kind)
  return CALLOUT_PREFIX[kind]
end

-- Text between the double quotes of a Typst string.
function M.typst_string(text)
  text = text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("[\r\n\t]+", " ")
  return '"' .. text .. '"'
end

function M.html_text(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

-- Put Typst code around blocks, or around inlines with `raw` pandoc.RawInline: `before` and `after` may hold anything
-- but text of others.
function M.typst_around(before, content, after, raw)
  raw = raw or pandoc.RawBlock
  local out = pandoc.List({ raw("typst", before) })
  out:extend(content)
  out:insert(raw("typst", after))
  return out
end

-- A paragraph in a style of the Word reference document.
function M.styled(style, blocks)
  return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

return M
