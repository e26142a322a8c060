-- `lightbox: true`: a picture is a link to itself, which the page opens above the text.
-- A picture asks for it alone with `.lightbox`, and stays out of it with `.nolightbox`.

local everywhere = false

local function read_options(meta)
  local asked = meta.lightbox
  if type(asked) == "table" and pandoc.utils.type(asked) == "table" then asked = asked.match or "auto" end
  local text = asked ~= nil and pandoc.utils.stringify(asked) or ""
  everywhere = asked == true or text == "true" or text == "auto"
end

local function linked(image)
  local asked = image.classes:includes("lightbox") or (everywhere and not image.classes:includes("nolightbox"))
  if not asked then return nil end
  local group = image.attributes["group"]
  image.classes = image.classes:filter(function(class) return not class:match("lightbox$") end)
  image.attributes["group"] = nil
  return pandoc.Link({ image }, image.src, image.title, pandoc.Attr("", { "lightbox" }, group and { ["data-gallery"] = group } or {}))
end

function Pandoc(doc)
  read_options(doc.meta)
  if not (everywhere or page_holds("lightbox")) then return nil end
  doc.blocks = doc.blocks:walk({
    traverse = "topdown",
    Link = function(link) return link, false end,
    Image = function(image)
      local made = linked(image)
      if made then return made, false end
    end,
  })
  return doc
end
