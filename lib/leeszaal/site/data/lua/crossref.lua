--[[
Numbers and references as Quarto makes them: @fig-x, @tbl-x, @sec-x, @eq-x, @lst-x and callouts. Runs before citeproc,
which would take these for citations.

Metadata: lang; number-sections (true: headings carry numbers). A reference that leads nowhere is told, and stands in the
text as Quarto leaves it, **?@fig-x**, in a span of class lz-unresolved.
]]
package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local common = require("common")
local stringify = pandoc.utils.stringify

local KINDS = { fig = true, tbl = true, sec = true, eq = true, lst = true,
  nte = true, tip = true, wrn = true, imp = true, cau = true }

local words
local meta
local numbered_sections = false
local counts = {}
local targets = {} -- id -> { kind =, number =, title = }

local function kind_of(id)
  local kind = id:match("^(%l%l%l?)%-.")
  return kind and KINDS[kind] and kind or nil
end

local function register(id, kind, number)
  if number == nil then
    counts[kind] = (counts[kind] or 0) + 1
    number = tostring(counts[kind])
  end
  if targets[id] then common.tell(meta, "double-label", id) end
  targets[id] = targets[id] or { kind = kind, number = number }
  return number
end

-- "Figuur 1: " in front of a caption; alone when there is no caption.
local function label(kind, number, blocks)
  local text = words[kind] .. common.NBSP .. number
  local first = blocks[1]
  if not first or not first.content or #first.content == 0 then
    return pandoc.Blocks({ pandoc.Plain({ pandoc.Span({ pandoc.Str(text) }, pandoc.Attr("", { "label" })) }) })
  end
  local lead = pandoc.Inlines({ pandoc.Span({ pandoc.Str(text .. ":") }, pandoc.Attr("", { "label" })), pandoc.Space() })
  lead:extend(first.content)
  first.content = lead
  blocks[1] = first
  return blocks
end

local function long_caption(element)
  return element.caption.long or pandoc.Blocks({})
end

local function figure(element)
  local kind = kind_of(element.identifier)
  if kind ~= "fig" and kind ~= "tbl" then return nil end
  element.caption.long = label(kind, register(element.identifier, kind), long_caption(element))
  return element, false
end

-- Older Pandoc leaves "{#tbl-x}" at the end of a caption as text.
local function label_in_caption(element)
  local blocks = long_caption(element)
  local last = blocks[#blocks]
  if not last or not last.content or #last.content == 0 then return end
  local tail = last.content[#last.content]
  local id = tail.t == "Str" and tail.text:match("^{#(tbl%-[%w_.:-]+)}$")
  if not id then return end
  last.content:remove(#last.content)
  while #last.content > 0 and last.content[#last.content].t:match("Space$") do last.content:remove(#last.content) end
  blocks[#blocks] = last
  element.caption.long = blocks
  element.identifier = id
end

local function table_(element)
  if element.identifier == "" then label_in_caption(element) end
  local widths = element.attributes["tbl-colwidths"]
  if widths then
    local parts = {}
    for width in widths:gmatch("[%d.]+") do parts[#parts + 1] = tonumber(width) / 100 end
    for index, spec in ipairs(element.colspecs) do
      if parts[index] then element.colspecs[index] = { spec[1], parts[index] } end
    end
    element.attributes["tbl-colwidths"] = nil
    element.attributes["lz-widths"] = "true"
  end
  if kind_of(element.identifier) == "tbl" then
    element.caption.long = label("tbl", register(element.identifier, "tbl"), long_caption(element))
  end
  return element, false
end

local function listing(id, code, caption)
  local number = register(id, "lst")
  local line = label("lst", number, pandoc.Blocks({ pandoc.Plain(caption) }))
  local head = pandoc.Div(line, pandoc.Attr("", { "caption" }, { ["custom-style"] = "Caption" }))
  return pandoc.Div({ head, code }, pandoc.Attr(id, { "listing" }))
end

local function code_block(element)
  if kind_of(element.identifier) ~= "lst" then return nil end
  local id, text = element.identifier, element.attributes["lst-cap"] or ""
  element.identifier = ""
  element.attributes["lst-cap"] = nil
  local blocks = pandoc.read(text, "markdown-raw_html-raw_tex").blocks
  return listing(id, element, pandoc.utils.blocks_to_inlines(blocks)), false
end

local function last_paragraph(content)
  local last = content[#content]
  if #content > 1 and (last.t == "Para" or last.t == "Plain") then
    content:remove(#content)
    return pandoc.Blocks({ pandoc.Plain(last.content) })
  end
  return pandoc.Blocks({})
end

-- Figures within a figure are called 1 (a), 1 (b).
local function subfigures(content, number)
  local letters = 0
  return content:walk({
    Figure = function(inner)
      if kind_of(inner.identifier) ~= "fig" then return nil end
      letters = letters + 1
      local letter = "(" .. string.char(96 + letters) .. ")"
      targets[inner.identifier] = { kind = "fig", number = number .. common.NBSP .. letter }
      local first = long_caption(inner)[1]
      local line = pandoc.Inlines({ pandoc.Str(letter), pandoc.Space() })
      if first and first.content then line:extend(first.content) end
      inner.caption.long = pandoc.Blocks({ pandoc.Plain(line) })
      return inner
    end,
  })
end

local function labelled_div(element)
  local kind = kind_of(element.identifier)
  if kind == "lst" then
    local content = element.content
    local caption = last_paragraph(content)
    return listing(element.identifier, content[1] or pandoc.Para({}), caption[1] and caption[1].content or {}), false
  end
  if kind ~= "fig" and kind ~= "tbl" then return nil end
  local content = element.content
  local caption = last_paragraph(content)
  local inner = content[1]
  if kind == "tbl" and #content == 1 and inner.t == "Table" then
    if #caption > 0 then inner.caption.long = caption end
    inner.identifier = element.identifier
    return (table_(inner)), false
  end
  if kind == "fig" and #content == 1 and inner.t == "Figure" and kind_of(inner.identifier) ~= "fig" then
    if #caption == 0 then caption = long_caption(inner) end
    content = inner.content
  end
  local number = register(element.identifier, kind)
  content = subfigures(content, number)
  return pandoc.Figure(content, { long = label(kind, number, caption) }, pandoc.Attr(element.identifier, element.classes)), false
end

local function callout(element)
  local kind = common.callout_kind(element)
  local prefix = kind and common.callout_prefix(kind)
  if prefix and kind_of(element.identifier) == prefix then
    element.attributes["lz-number"] = words[prefix] .. common.NBSP .. register(element.identifier, prefix)
    return element
  end
end

-- "$$ … $$ {#eq-x}" reads as a formula followed by text.
local function equation(element)
  for index, inline in ipairs(element.content) do
    if inline.t == "Math" and inline.mathtype == "DisplayMath" then
      local rest = ""
      for after = index + 1, #element.content do rest = rest .. stringify(element.content[after]) end
      local id = rest:match("^%s*{#(eq%-[%w_.:-]+)")
      if id then
        local attributes = { number = register(id, "eq"), alt = rest:gsub("“", '"'):gsub("”", '"'):match('alt="([^"]*)"') }
        local before = pandoc.Inlines({})
        for earlier = 1, index - 1 do before:insert(element.content[earlier]) end
        local block = pandoc.Div({ pandoc.Plain({ inline }) }, pandoc.Attr(id, { "lz-equation" }, attributes))
        if #before == 0 then return block end
        return { pandoc.Para(before), block }
      end
    end
  end
  local only = #element.content == 1 and element.content[1]
  if only and only.t == "Image" and kind_of(only.identifier) == "fig" then
    local id = only.identifier
    only.identifier = ""
    return figure(pandoc.Figure({ pandoc.Plain({ only }) }, { long = {} }, pandoc.Attr(id)))
  end
end

-- Headings of the outline in order; those in callouts and tab sets are no sections.
local section_numbers = {}
local function header(element)
  local top = common.html and 2 or 1
  local depth = element.level - top + 1
  local title = element.content:clone()
  local number
  if numbered_sections and not element.classes:includes("unnumbered") and depth >= 1 then
    section_numbers[depth] = (section_numbers[depth] or 0) + 1
    for deeper = depth + 1, 6 do section_numbers[deeper] = nil end
    local parts = {}
    for level = 1, depth do parts[level] = tostring(section_numbers[level] or 0) end
    number = table.concat(parts, ".")
    element.content:insert(1, pandoc.Space())
    element.content:insert(1, pandoc.Span({ pandoc.Str(number) }, pandoc.Attr("", { "header-section-number" })))
  end
  if kind_of(element.identifier) == "sec" then
    if targets[element.identifier] then common.tell(meta, "double-label", element.identifier) end
    targets[element.identifier] = targets[element.identifier] or { kind = "sec", number = number, title = title }
  end
  return element
end

local function sections(blocks)
  for index, block in ipairs(blocks) do
    if block.t == "Header" then
      blocks[index] = header(block)
    elseif block.t == "Div" and not common.callout_kind(block) and not block.classes:includes("panel-tabset") then
      local content = block.content
      sections(content)
      block.content = content
      blocks[index] = block
    end
  end
end

local function reference(citation)
  local id = citation.id:gsub("^%u", string.lower)
  local target = targets[id]
  if not target then
    common.tell(meta, "crossref", citation.id)
    return pandoc.Inlines({ pandoc.Span({ pandoc.Strong({ pandoc.Str("?@" .. citation.id) }) }, pandoc.Attr("", { "lz-unresolved" })) })
  end
  local text = pandoc.Inlines({})
  if #citation.prefix > 0 then
    text:extend(citation.prefix)
    text:insert(pandoc.Str(common.NBSP))
  elseif citation.mode ~= "SuppressAuthor" then
    text:insert(pandoc.Str(words[target.kind] .. common.NBSP))
  end
  if target.number then
    text:insert(pandoc.Str(target.kind == "eq" and citation.mode ~= "SuppressAuthor" and "(" .. target.number .. ")" or target.number))
  else
    text:insert(pandoc.Str("‘"))
    text:extend(target.title:walk({ Note = function() return {} end, Link = function(l) return l.content end }))
    text:insert(pandoc.Str("’"))
  end
  local out = pandoc.Inlines({ pandoc.Link(text, "#" .. id, "", pandoc.Attr("", { "quarto-xref" })) })
  out:extend(citation.suffix)
  return out
end

local function cite(element)
  local ours, works = {}, pandoc.List({})
  for _, citation in ipairs(element.citations) do
    if kind_of((citation.id:gsub("^%u", string.lower))) then
      ours[#ours + 1] = citation
    else
      works:insert(citation)
    end
  end
  if #ours == 0 then return nil end
  local out = pandoc.Inlines({})
  for index, citation in ipairs(ours) do
    if index > 1 then out:extend({ pandoc.Str(","), pandoc.Space() }) end
    out:extend(reference(citation))
  end
  if #works > 0 then out:extend({ pandoc.Space(), pandoc.Cite({}, works) }) end
  return out
end

-- Where the sources come: in ::: {#refs}, and without it at the end, under a heading.
local function place_for_sources(doc)
  local placed, cited = false, false
  doc.blocks:walk({
    Div = function(element) placed = placed or element.identifier == "refs" end,
    Cite = function() cited = true end,
  })
  if placed or not cited then return end
  local level = common.html and 2 or 1
  doc.blocks:insert(pandoc.Header(level, { pandoc.Str(words.sources) }, pandoc.Attr("lz-bronnen", { "unnumbered" })))
  doc.blocks:insert(pandoc.Div({}, pandoc.Attr("refs")))
end

function Pandoc(doc)
  meta = doc.meta
  words = common.words(doc.meta)
  numbered_sections = common.flag(doc.meta, "number-sections")
  sections(doc.blocks)
  doc.blocks = doc.blocks:walk({
    traverse = "topdown",
    Div = function(element)
      if common.callout_kind(element) then return callout(element) end
      return labelled_div(element)
    end,
    Figure = figure,
    Table = table_,
    CodeBlock = code_block,
    Para = equation,
  })
  doc.blocks = doc.blocks:walk({ Cite = cite })
  if common.flag(doc.meta, "link-citations") then place_for_sources(doc) end
  return doc
end
