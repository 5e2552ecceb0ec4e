-- The very last: Word would keep every other piece of metadata, paths on this machine among it, as a property of the file.
local KEPT = { title = true, subtitle = true, author = true, date = true, lang = true, ["toc-title"] = true }

function Meta(meta)
  if FORMAT ~= "docx" then return nil end
  for name in pairs(meta) do
    if not KEPT[name] then meta[name] = nil end
  end
  return meta
end
