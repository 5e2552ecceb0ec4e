--[[
Before everything else: leave out what is not for this format, take the sting out of raw HTML and attributes, point
links at what the site holds, and bring the headings in one unbroken order below the title.

Metadata: lz-raw (true: raw blocks of our own pages pass; false: they are shown as text).
]]
package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local common = require("common")

local raw_passes = false

-- What a document's author may not hand to the browser: code in attributes.
local function cleaned(element)
  local drop = {}
  for name in pairs(element.attributes) do
    local lower = name:lower()
    if lower:match("^on") or lower == "srcdoc" or lower == "formaction" then drop[#drop + 1] = name end
  end
  if #drop == 0 then return nil end
  for _, name in ipairs(drop) do element.attributes[name] = nil end
  return element
end

local function matches(format)
  if format == "html" then return common.html end
  if format == "typst" or format == "pdf" then return common.typst end
  if format == "docx" then return common.docx end
  return false
end

-- Whether a div or span with .content-visible or .content-hidden is for this format; nil when it has neither.
local function visible(element)
  local shows, hides = element.classes:includes("content-visible"), element.classes:includes("content-hidden")
  if not shows and not hides then return nil end
  local when, unless = element.attributes["when-format"], element.attributes["unless-format"]
  local holds = true
  if when then holds = matches(when) end
  if unless then holds = holds and not matches(unless) end
  if hides then return not holds end
  return holds
end

local function choose(element)
  local shown = visible(element)
  if shown == false then return {} end
  if shown then return element.content end
  return cleaned(element)
end

local function raw(element, as_text)
  if raw_passes then
    local ours = element.format:match("^html") and common.html
      or element.format == "typst" and common.typst
      or element.format == "openxml" and common.docx
    return ours and element or {}
  end
  if element.text:match("^%s*<!%-%-.-%-%->%s*$") then return {} end
  return as_text(element.text)
end

local function link(element)
  local target = element.target
  local scheme = target:match("^%s*(%a[%w+.-]*):")
  if scheme then
    scheme = scheme:lower()
    if scheme ~= "http" and scheme ~= "https" and scheme ~= "mailto" and scheme ~= "tel" then return element.content end
    return cleaned(element)
  end
  if target:sub(1, 1) == "#" or target:sub(1, 2) == "//" then return cleaned(element) end
  -- A PDF or Word file travels alone: a link to its neighbours on the site would break.
  if not common.html then return element.content end
  element.target = target:gsub("%.qmd$", ".html"):gsub("%.qmd([#?])", ".html%1")
    :gsub("%.ipynb$", ".html"):gsub("%.ipynb([#?])", ".html%1")
  cleaned(element)
  return element
end

-- Visit the headings that make up the outline: not those inside callouts and tab sets.
local function outline(blocks, visit)
  for index, block in ipairs(blocks) do
    if block.t == "Header" then
      blocks[index] = visit(block)
    elseif block.t == "Div" and not common.callout_kind(block) and not block.classes:includes("panel-tabset") then
      local content = block.content
      outline(content, visit)
      block.content = content
      blocks[index] = block
    end
  end
end

local function headings(doc)
  local top = common.html and 2 or 1
  local least = 9
  outline(doc.blocks, function(header)
    least = math.min(least, header.level)
    return header
  end)
  local previous = top - 1
  outline(doc.blocks, function(header)
    header.level = math.min(header.level - least + top, previous + 1)
    previous = header.level
    return header
  end)
  return doc
end

return {
  { Meta = function(meta) raw_passes = common.flag(meta, "lz-raw") end },
  {
    Div = choose,
    Span = choose,
    RawBlock = function(element) return raw(element, function(text) return pandoc.Para({ pandoc.Str((text:gsub("%s+$", ""))) }) end) end,
    RawInline = function(element) return raw(element, pandoc.Str) end,
    Link = link,
    Image = cleaned,
    Header = cleaned,
    Code = cleaned,
    Table = cleaned,
    Figure = cleaned,
  },
  { Pandoc = headings },
}
