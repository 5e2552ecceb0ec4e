--[[
What a reader who cannot see needs, in every format: alt text of images, formulas that can be spoken, header cells with a
scope, tables that can be reached and scrolled with the keyboard. Runs after callout.lua.

Pandoc drops alt text on the way to Typst, and Typst refuses an image or formula without: here they are written as
Typst code. Metadata: lz-folder (the folder of the source as seen from the root of the project, for Typst), lz-root.
]]
package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local common = require("common")
local stringify = pandoc.utils.stringify

local words
local meta
local folder, root = "", "."

local function spoken(tex)
  local text = tex:gsub("\\[dt]?frac%s*(%b{})%s*(%b{})", " %1 / %2 "):gsub("\\[,;:! ]", " "):gsub("\\\\", " ; ")
  text = text:gsub("\\%a+", function(name) return " " .. name:sub(2) .. " " end):gsub("[{}$&]", " ")
  return words.formula .. ": " .. (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

local function exists(path)
  local handle = io.open(path, "rb")
  if handle then handle:close() end
  return handle ~= nil
end

-- Seen from the root of the project, as Typst's root is.
local function from_root(source)
  local parts = {}
  local whole = source:sub(1, 1) == "/" and source or folder .. "/" .. source
  for part in whole:gmatch("[^/]+") do
    if part == ".." then
      parts[#parts] = nil
    elseif part ~= "." then
      parts[#parts + 1] = part
    end
  end
  return "/" .. table.concat(parts, "/")
end

local function typst_image(image, alt, wide)
  local source = from_root((image.src:gsub("%%20", " ")))
  if alt == "" then alt = stringify(image.caption) end
  -- The page tells the reader of a missing image or alt text; the gate stops on it. The PDF must not fail before.
  if alt == "" then alt = image.src end
  if not exists(root .. source) then return pandoc.Str("[" .. alt .. "]") end
  local width = image.attributes.width
  local size = width and width:match("^[%d.]+%%$") or (wide and "100%")
  local call = "image(" .. common.typst_string(source) .. ", alt: " .. common.typst_string(alt) .. (size and ", width: " .. size or "") .. ")"
  return pandoc.RawInline("typst", wide and "#" .. call or "#box(" .. call .. ")")
end

local function image(element)
  common.tell(meta, "image-used", element.src)
  local wide = element.attributes["lz-figure"] ~= nil
  element.attributes["lz-figure"] = nil
  local given = element.attributes["fig-alt"] or element.attributes["alt"]
  local alt = given or (wide and "" or stringify(element.caption))
  for _, name in ipairs({ "fig-alt", "alt", "fig-align", "fig-pos", "fig-scap", "fig-env", "fig-cap", "lightbox" }) do
    element.attributes[name] = nil
  end
  if common.typst then return typst_image(element, alt, wide) end
  if common.docx and alt == "" then alt = stringify(element.caption) end
  element.caption = alt ~= "" and pandoc.Inlines({ pandoc.Str(alt) }) or pandoc.Inlines({})
  element.title = ""
  return element
end

-- The image of a figure fills the column and has its alt text from the author alone: the caption is already there.
local function figure(element)
  element.content = element.content:walk({ Image = function(inner)
    inner.attributes["lz-figure"] = "true"
    return inner
  end })
  if common.html and element.content[1] and element.content[1].t == "Plain" then
    -- On a narrow screen a figure keeps its size and scrolls, so that the words in it can be read.
    local label = common.html_text(stringify(element.caption.long or {}))
    element.content:insert(1, pandoc.RawBlock("html", '<div class="figuur" tabindex="0" role="group" aria-label="' .. label .. '">'))
    element.content:insert(pandoc.RawBlock("html", "</div>"))
  end
  return element
end

local function typst_math(math, block, alt)
  local body = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ pandoc.Math("InlineMath", math.text) }) }), "typst")
  body = body:gsub("%s+$", "")
  if not body:match("^%$.*%$$") then body = common.typst_string(math.text) end
  return "math.equation(" .. (block and "block: true, " or "") .. "alt: " .. common.typst_string(alt or spoken(math.text)) .. ", " .. body .. ")"
end

local function formula_inline(element)
  if not common.typst then return nil end
  return pandoc.RawInline("typst", "#" .. typst_math(element, element.mathtype == "DisplayMath"))
end

local function equation(element)
  if not element.classes:includes("lz-equation") then return nil end
  local formula = element.content[1].content[1]
  local number = "(" .. element.attributes.number .. ")"
  if common.typst then
    local code = "#lz-equation(" .. common.typst_string(number) .. ", " .. typst_math(formula, true, element.attributes.alt) .. ") <" .. element.identifier .. ">"
    return pandoc.RawBlock("typst", code), false
  end
  if common.docx then
    -- A formula on a line of its own cannot share it with a number: in the line, between two tab stops, it can.
    local tab = pandoc.RawInline("openxml", "<w:r><w:tab/></w:r>")
    local line = pandoc.Para({ tab, pandoc.Math("InlineMath", "\\displaystyle " .. formula.text), tab, pandoc.Str(number) })
    return pandoc.Div({ line }, pandoc.Attr(element.identifier, {}, { ["custom-style"] = "Formule" })), false
  end
  return pandoc.Div({ pandoc.Plain({ formula, pandoc.Span({ pandoc.Str(number) }, pandoc.Attr("", { "equation-number" })) }) },
    pandoc.Attr(element.identifier, { "equation" })), false
end

-- Pandoc takes the widths of a wide pipe table from its hyphens, and words then break in narrow columns. Here every column
-- first gets room for its longest word; what is left goes to the columns with most text, so that rows stay low. In
-- characters of a full line.
local LINE, PADDING, WORD, CELL = common.docx and 72 or 84, 3, 60, 200
local TALL = 600 -- characters in a cell: a row with more may be divided over two pages

local function each_cell(element, visit)
  local function rows(list)
    for _, row in ipairs(list) do
      for index, cell in ipairs(row.cells) do
        if cell.col_span == 1 then visit(index, stringify(cell.contents)) end
      end
    end
  end
  rows(element.head.rows)
  for _, body in ipairs(element.bodies) do
    rows(body.head)
    rows(body.body)
  end
end

local function length(text)
  return utf8.len(text) or #text
end

local function widths(element)
  local need, want, fixed = {}, {}, false
  for index, spec in ipairs(element.colspecs) do
    need[index], want[index] = PADDING + 1, PADDING + 1
    fixed = fixed or spec[2] ~= nil
  end
  if not fixed then return end
  each_cell(element, function(index, text)
    want[index] = math.max(want[index], math.min(length(text), CELL) + PADDING)
    for word in text:gmatch("[^%s%-]+%-?") do need[index] = math.max(need[index], math.min(length(word), WORD) + PADDING) end
  end)
  local needed, wanted = 0, 0
  for index in ipairs(need) do
    needed, wanted = needed + need[index], wanted + want[index]
  end
  for index, spec in ipairs(element.colspecs) do
    local width = want[index]
    if needed >= LINE then
      width = need[index] / needed * LINE
    elseif wanted > LINE then
      width = need[index] + (LINE - needed) * (want[index] - need[index]) / (wanted - needed)
    end
    element.colspecs[index] = { spec[1], width / LINE }
  end
end

-- The letters of a table in Word: its own style of paragraph, because that of the text would win over the table's.
local function in_table_style(element)
  local function rows(list)
    for _, row in ipairs(list) do
      for index, cell in ipairs(row.cells) do
        if #cell.contents > 0 then
          local contents = cell.contents:map(function(block)
            return block.t == "Plain" and pandoc.Para(block.content) or block
          end)
          cell.contents = pandoc.Blocks({ common.styled("Tabeltekst", contents) })
          row.cells[index] = cell
        end
      end
    end
  end
  rows(element.head.rows)
  for _, body in ipairs(element.bodies) do
    rows(body.head)
    rows(body.body)
  end
end

local labels = {}

local function column_names(element)
  local names = {}
  for _, row in ipairs(element.head.rows) do
    for _, cell in ipairs(row.cells) do names[#names + 1] = stringify(cell.contents) end
  end
  return names
end

local function table_(element)
  if #element.head.rows == 0 then common.tell(meta, "table-header", stringify(element.caption.long or {})) end
  local given = element.attributes["lz-widths"]
  element.attributes["lz-widths"] = nil
  if not common.html then
    if not given then widths(element) end
    if common.docx then in_table_style(element) end
    if common.typst then
      local tall = false
      each_cell(element, function(_, text) tall = tall or length(text) > TALL end)
      if tall then return common.typst_around("#[#set table.cell(breakable: auto)", { element }, "]"), false end
    end
    return element, false
  end
  -- A browser finds better widths than hyphens give.
  for index, spec in ipairs(element.colspecs) do
    if not given then element.colspecs[index] = { spec[1] } end
  end
  for _, row in ipairs(element.head.rows) do
    for _, cell in ipairs(row.cells) do cell.attr.attributes.scope = "col" end
  end
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do
      for index = 1, math.min(body.row_head_columns, #row.cells) do row.cells[index].attr.attributes.scope = "row" end
    end
  end
  local label = stringify(element.caption.long or {})
  if label == "" then label = words.tbl .. ": " .. table.concat(column_names(element), ", ") end
  -- A landmark of a page has a name of its own.
  labels[label] = (labels[label] or 0) + 1
  if labels[label] > 1 then label = label .. " (" .. labels[label] .. ")" end
  return {
    pandoc.RawBlock("html", '<section class="table-scroll" tabindex="0" aria-label="' .. common.html_text(label) .. '">'),
    element, pandoc.RawBlock("html", "</section>"),
  }, false
end

-- Word puts no space below a table: the paragraph that follows brings its own.
local function room_below_tables(blocks)
  for index = 2, #blocks do
    if blocks[index - 1].t == "Table" and blocks[index].t == "Para" then
      blocks[index] = common.styled("Na tabel", { blocks[index] })
    end
  end
  return blocks
end

-- Colours of code would need a contrast of their own; code is plain.
local function code_block(element)
  element.classes = pandoc.List({})
  element.attributes = {}
  return element
end

function Pandoc(doc)
  words = common.words(doc.meta)
  meta = doc.meta
  folder = doc.meta["lz-folder"] and stringify(doc.meta["lz-folder"]) or ""
  root = doc.meta["lz-root"] and stringify(doc.meta["lz-root"]) or "."
  doc.blocks = doc.blocks:walk({ Figure = figure })
  doc.blocks = doc.blocks:walk({ traverse = "topdown", Div = equation, Math = formula_inline })
  doc.blocks = doc.blocks:walk({ Image = image, CodeBlock = code_block })
  doc.blocks = doc.blocks:walk({ traverse = "topdown", Table = table_ })
  if common.docx then doc.blocks = room_below_tables(doc.blocks):walk({ Blocks = room_below_tables }) end
  return doc
end
