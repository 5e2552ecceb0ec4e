--[[
Callouts, tab sets, page breaks and the house's own boxes (Kernboodschap, Duiding, Bronregel, titles of figures), each in
the way its format shows it. Runs after citeproc.
]]
package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local common = require("common")
local stringify = pandoc.utils.stringify

local words
local BOXES = { kernboodschap = true, duiding = true, bronregel = true, figuurtitel = true, figuurondertitel = true }

-- A heading inside a box is no part of the outline: a bold line.
local function bold_headings(blocks)
  return blocks:walk({ Header = function(header)
    return pandoc.Div({ pandoc.Para({ pandoc.Strong(header.content) }) }, pandoc.Attr(header.identifier, { "kop" }))
  end })
end

-- Word gives the paragraphs of a list a style of their own, so that a list would fall out of the box it stands in.
local function lists_in_box(blocks, style)
  local function items(list)
    list.content = list.content:map(function(item)
      return item:map(function(block)
        local text = block.t == "Plain" or block.t == "Para"
        return text and common.styled(style, { pandoc.Para(block.content) }) or block
      end)
    end)
    return list
  end
  return blocks:walk({ BulletList = items, OrderedList = items })
end

local function callout_title(element, kind)
  local given = element.attributes.title
  local title
  if given then
    title = pandoc.utils.blocks_to_inlines(pandoc.read(given, "markdown-raw_html-raw_tex-citations").blocks)
  elseif element.content[1] and element.content[1].t == "Header" then
    title = element.content[1].content
    element.content:remove(1)
  end
  local number = element.attributes["lz-number"]
  if number then
    local lead = pandoc.Inlines({ pandoc.Str(number .. (title and ":" or "")) })
    if title then
      lead:insert(pandoc.Space())
      lead:extend(title)
    end
    return lead
  end
  return title or pandoc.Inlines({ pandoc.Str(words[kind]) })
end

local function callout(element)
  local kind = common.callout_kind(element)
  local title = callout_title(element, kind)
  local body = bold_headings(element.content)
  if common.html then
    local inner = pandoc.Div(body, pandoc.Attr("", { "callout-body" }))
    local id = element.identifier ~= "" and ' id="' .. common.html_text(element.identifier) .. '"' or ""
    local collapse = element.attributes.collapse
    local attributes = id .. ' class="callout callout-' .. kind .. '"'
    if collapse == "true" or collapse == "false" then
      local open = collapse == "false" and " open" or ""
      return {
        pandoc.RawBlock("html", "<details" .. attributes .. open .. '><summary class="callout-title">'),
        pandoc.Plain(title), pandoc.RawBlock("html", "</summary>"), inner, pandoc.RawBlock("html", "</details>"),
      }
    end
    return {
      pandoc.RawBlock("html", "<div" .. attributes .. ' role="note" aria-label="' .. common.html_text(stringify(title)) .. '">'),
      pandoc.Div({ pandoc.Plain(title) }, pandoc.Attr("", { "callout-title" })), inner, pandoc.RawBlock("html", "</div>"),
    }
  end
  if common.typst then
    local head = pandoc.Inlines({ pandoc.RawInline("typst", '#lz-callout("' .. kind .. '", [') })
    head:extend(title)
    head:insert(pandoc.RawInline("typst", "])["))
    local out = pandoc.Blocks({ pandoc.Plain(head) })
    out:extend(body)
    local label = element.identifier ~= "" and " <" .. element.identifier .. ">" or ""
    out:insert(pandoc.RawBlock("typst", "]" .. label))
    return out
  end
  -- Word can draw a line beside paragraphs, not beside a table: a box with a table has a plain title.
  local with_table = false
  body:walk({ Table = function() with_table = true end })
  local head = common.styled(with_table and "Figuurtitel" or "Kadertitel", { pandoc.Para(title) })
  head.identifier = element.identifier
  local out = pandoc.Blocks({ head })
  for _, block in ipairs(body) do
    local text = block.t == "Para" or block.t == "Plain" or block.t == "BulletList" or block.t == "OrderedList"
    out:insert(text and not with_table and common.styled("Kader", lists_in_box(pandoc.Blocks({ block }), "Kader")) or block)
  end
  return out
end

-- Tabs stand one below the other, each under its name: that works without a script, on paper and for a screen reader.
local tab_count = 0
local function tabset(element)
  local tabs, current = {}, nil
  for _, block in ipairs(element.content) do
    if block.t == "Header" and (current == nil or block.level <= current.level) then
      current = { level = block.level, title = block.content, id = block.identifier, blocks = pandoc.Blocks({}) }
      tabs[#tabs + 1] = current
    elseif current then
      current.blocks:insert(block)
    end
  end
  local out = pandoc.Blocks({})
  for _, tab in ipairs(tabs) do
    tab_count = tab_count + 1
    local title = pandoc.Div({ pandoc.Para({ pandoc.Strong(tab.title) }) },
      pandoc.Attr("", { "tab-title" }, common.docx and { ["custom-style"] = "Figuurtitel" } or {}))
    local content = pandoc.Blocks({ title })
    content:extend(bold_headings(tab.blocks))
    local id = tab.id ~= "" and tab.id or "tab-" .. tab_count
    out:insert(pandoc.Div(content, pandoc.Attr(id, { "tab" })))
  end
  return pandoc.Div(out, pandoc.Attr(element.identifier, { "tabset" }))
end

local function page_break()
  if common.typst then return pandoc.RawBlock("typst", "#pagebreak(weak: true)") end
  if common.docx then return pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>') end
  return pandoc.Div({}, pandoc.Attr("", { "pagebreak" }))
end

local function div(element)
  if common.callout_kind(element) then return callout(element) end
  if element.classes:includes("panel-tabset") then return tabset(element) end
  if element.classes:includes("pagebreak") then return page_break() end
  if common.html then
    element.attributes["custom-style"] = nil
    return element
  end
  local style = element.attributes["custom-style"]
  if common.docx and style then element.content = lists_in_box(element.content, style) end
  if common.docx then return element end
  if common.typst then
    for _, class in ipairs(element.classes) do
      if BOXES[class] then return common.typst_around("#lz-" .. class .. "[", bold_headings(element.content), "]") end
    end
  end
end

local function span(element)
  if common.html then
    element.attributes["custom-style"] = nil
    return element
  end
  if common.typst and element.classes:includes("te-herzien") then
    return common.typst_around("#lz-te-herzien[", element.content, "]", pandoc.RawInline)
  end
end

function Pandoc(doc)
  words = common.words(doc.meta)
  doc.blocks = doc.blocks:walk({ Div = div })
  doc.blocks = doc.blocks:walk({ Span = span })
  return doc
end
