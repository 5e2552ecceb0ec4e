-- Wetten, Kamerstukken en rechtspraak in een eigen lijst, op de plaats van het blok `refs-official`; `title` zegt wat erboven
-- staat. Zij gaan uit de lijst die citeproc maakte. Quarto voert citeproc pas na alle filters uit; dan doet dit
-- filter het zelf, en laat het niets over om nog eens te verwerken.

local OFFICIAL = { bill = true, hearing = true, legal_case = true, legislation = true, regulation = true, treaty = true }

local function processed(doc)
  local found = false
  doc.blocks:walk({ Div = function(element)
    if element.identifier == "refs" and #element.content > 0 then found = true end
  end })
  return found
end

local function cite(doc)
  doc = pandoc.utils.citeproc(doc)
  doc = doc:walk({ Cite = function(element)
    local keys = pandoc.List(element.citations):map(function(one) return one.id end)
    return pandoc.Span(element.content, pandoc.Attr("", { "citation" }, { { "cites", table.concat(keys, " ") } }))
  end })
  doc.meta.bibliography, doc.meta.references, doc.meta.nocite = nil, nil, nil
  return doc
end

function Pandoc(doc)
  local wanted, place = {}, nil
  doc.blocks:walk({ Div = function(element)
    if element.identifier == "refs-official" then
      place = element
    end
  end })
  if place == nil then return nil end
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    if OFFICIAL[reference.type] then wanted["ref-" .. reference.id] = true end
  end
  if not processed(doc) then doc = cite(doc) end
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
        return { title, list }, false
      end
    end,
  })
  return doc
end
