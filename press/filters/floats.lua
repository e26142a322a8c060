-- Numbered things on the page: figures, tables, listings and theorems with their captions, in
-- Quarto's markup. `crossref.lua` calls this with the numbers of a page and gets what writes them.

return function(numbers, page_holds)
local names, classes_of, floats = numbers.names, numbers.classes_of, numbers.floats
local entries, options = numbers.entries, numbers.options

local function raw(html) return pandoc.RawBlock("html", html) end

local function label_of(entry)
  if entry.parent then return pandoc.Inlines({ pandoc.Str("(" .. entry.number .. ")"), pandoc.Space() }) end
  local title = options.title[entry.kind] or names[entry.kind]
  return pandoc.Inlines({ pandoc.Str(title .. "\u{a0}" .. entry.number) })
end

local function full_caption(entry, caption)
  local out = label_of(entry)
  if #caption == 0 then return out end
  if not entry.parent then out:extend({ pandoc.Str(options.delim), pandoc.Space() }) end
  out:extend(caption)
  return out
end

-- Quarto's markup for a numbered thing: a div with the id, a figure, and its caption.
local function float(entry, blocks, caption, extra)
  local kind, id = entry.kind, entry.id
  local sub = entry.parent and "sub" or ""
  local where = extra.where or options[kind .. "-cap"] or (kind == "fig" and "bottom" or "top")
  local class = ("quarto-float-caption-%s quarto-%sfloat-caption quarto-%sfloat-%s%s")
    :format(where, sub, sub, kind, where == "margin" and " margin-caption" or "")
  local caption_id = id .. "-caption"
  local figcaption = pandoc.List({ raw('<figcaption class="' .. class .. '" id="' .. caption_id .. '">'),
    pandoc.Plain(full_caption(entry, caption)), raw("</figcaption>") })
  local content = pandoc.List({ raw(('<figure class="quarto-float quarto-%sfloat-%s figure">'):format(sub, kind)) })
  local body = pandoc.List({ raw('<div aria-describedby="' .. caption_id .. '">') })
  body:extend(blocks)
  body:insert(raw("</div>"))
  local first, second = body, figcaption
  if where == "top" then first, second = figcaption, body end
  content:extend(first)
  content:extend(second)
  content:insert(raw("</figure>"))
  local classes = pandoc.List({ "quarto-float", "quarto-figure", "quarto-figure-" .. (extra.align or "center") })
  classes:extend(extra.classes or {})
  return pandoc.Div(content, pandoc.Attr(id, classes))
end

local function dress(image, in_figure)
  image.classes:insert("img-fluid")
  if in_figure then image.classes:insert("figure-img") end
  local align = image.attributes["fig-align"]
  if image.attributes["fig-alt"] then image.attributes["alt"] = image.attributes["fig-alt"] end
  for _, key in ipairs({ "fig-alt", "fig-align", "fig-scap", "fig-env", "fig-pos" }) do image.attributes[key] = nil end
  local columns = image.classes:filter(function(class) return class:match("^column%-") end)
  image.classes = image.classes:filter(function(class) return not class:match("^column%-") end)
  return align ~= "default" and align or nil, columns
end

-- One picture with its caption, numbered where it has a label.
local function picture(blocks, caption, id)
  local align, columns
  blocks = blocks:walk({ Image = function(image)
    align, columns = dress(image, true)
    if image.identifier == id then image.identifier = "" end
    return image
  end })
  local entry = entries[id]
  if entry then return float(entry, blocks, caption, { align = align, classes = columns }) end
  local classes = pandoc.List({ "quarto-figure", "quarto-figure-" .. (align or "center") })
  classes:extend(columns or {})
  local content = pandoc.List({ raw('<figure class="figure">') })
  content:extend(blocks)
  content:extend({ raw("<figcaption>"), pandoc.Plain(caption), raw("</figcaption>\n</figure>") })
  return pandoc.Div(content, pandoc.Attr(id, classes))
end

local function figure(element)
  local caption = pandoc.utils.blocks_to_inlines(element.caption.long)
  local id = element.identifier
  element.content:walk({ Image = function(image)
    if id == "" then id = image.identifier end
  end })
  return picture(element.content, caption, id), false
end

local function tabled(tbl)
  local id = tbl.identifier
  tbl.classes:extend({ "caption-top", "table" })
  local entry = entries[id]
  if not entry then return pandoc.Div({ tbl }, pandoc.Attr("", { "table-responsive" })), false end
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  tbl.caption = { long = {} }
  tbl.identifier = ""
  return float(entry, pandoc.List({ pandoc.Div({ tbl }, pandoc.Attr("", { "table-responsive" })) }), caption, {}), false
end

local function lone_image(para)
  local pictures = 0 -- asked without reading every word
  para:walk({ Image = function() pictures = pictures + 1 end })
  if pictures ~= 1 or #para.content ~= 1 then return nil end
  local inner = para.content[1]
  local image = inner.t == "Link" and #inner.content == 1 and inner.content[1] or inner
  if image.t == "Image" and entries[image.identifier] then
    return picture(pandoc.Blocks({ pandoc.Plain(para.content) }), pandoc.Inlines({}), image.identifier), false
  end
end

local function plain_image(image)
  dress(image, false)
  return image
end

local write_blocks

-- A cell's code stays above the numbered part.
local function split_code(blocks)
  local before, rest = pandoc.Blocks({}), pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    local fold = block.t == "RawBlock" and (block.text:match("^<details") or block.text:match("^</details"))
    if fold or (block.t == "CodeBlock" and block.classes:includes("cell-code")) then
      before:insert(block)
    else
      rest:insert(block)
    end
  end
  return before, rest
end

-- A last paragraph without a picture is the caption of a numbered div.
local function take_caption(blocks)
  local last = blocks[#blocks]
  if #blocks > 1 and last.t == "Para" and not last.content:find_if(function(x) return x.t == "Image" end) then
    blocks:remove()
    return last.content
  end
end

local function numbered_div(div, entry, cell)
  local before, rest = split_code(div.content)
  -- a cell's caption is its own part's: of two tables in it, each has a caption of a part
  local given = div.attributes[entry.kind .. "-cap"]
  if not given and cell and not entry.parent then given = cell.attributes[entry.kind .. "-cap"] end
  local caption = given and pandoc.utils.blocks_to_inlines(pandoc.read(given, "markdown").blocks)
  local taken = take_caption(rest)
  if taken then caption = taken end
  if not caption and #rest == 1 and rest[1].t == "Table" and #rest[1].caption.long > 0 then
    caption = pandoc.utils.blocks_to_inlines(rest[1].caption.long)
    rest[1].caption = { long = {} }
  end
  local inner = write_blocks(rest, cell)
  local layout = {}
  for _, key in ipairs({ "layout-ncol", "layout-nrow", "layout" }) do layout[key] = div.attributes[key] end
  if next(layout) then inner = pandoc.Blocks({ pandoc.Div(inner, pandoc.Attr("", {}, layout)) }) end
  local location = div.classes:find_if(function(c) return c:match("%-cap%-location%-") end)
  local extra = { classes = {}, where = location and location:match("location%-(%a+)$") }
  for _, class in ipairs(div.classes) do
    if class:match("^column%-") then table.insert(extra.classes, class) end
  end
  local shown = float(entry, inner, caption or pandoc.Inlines({}), extra)
  if #before == 0 then return shown, false end
  before:insert(shown)
  return pandoc.Div(before, pandoc.Attr("", { "cell" })), false
end

local function theorem(div, entry)
  local title = div.attributes["name"] and pandoc.Inlines(div.attributes["name"])
  if not title and div.content[1] and div.content[1].t == "Header" then
    title = div.content[1].content
    div.content:remove(1)
  end
  local label = pandoc.Inlines({ pandoc.Str((options.title[entry.kind] or names[entry.kind]) .. "\u{a0}" .. entry.number) })
  if title then
    label:extend({ pandoc.Str(" (") })
    label:extend(title)
    label:extend({ pandoc.Str(")") })
  end
  local span = pandoc.Span({ pandoc.Strong(label) }, pandoc.Attr("", { "theorem-title" }))
  local first = div.content[1]
  if first and first.t == "Para" then
    first.content:insert(1, pandoc.Space())
    first.content:insert(1, span)
  else
    div.content:insert(1, pandoc.Para({ span }))
  end
  div.classes:insert("theorem")
  if classes_of[entry.kind] ~= "theorem" then div.classes:insert(classes_of[entry.kind]) end
  div.content = write_blocks(div.content)
  return div, false
end

-- A proof, a remark or a solution without a number: its name in italics before its first words.
local unnumbered = { proof = "Proof", remark = "Remark", solution = "Solution" }

local function proof(div)
  local kind = div.classes:find_if(function(class) return unnumbered[class] end)
  if not kind then return nil end
  local title = div.attributes["name"] and pandoc.utils.blocks_to_inlines(pandoc.read(div.attributes["name"], "markdown").blocks)
  if not title and div.content[1] and div.content[1].t == "Header" then
    title = div.content[1].content
    div.content:remove(1)
  end
  div.attributes["name"] = nil
  local said = pandoc.Inlines({ pandoc.Emph({ pandoc.Str(options.title[kind] or unnumbered[kind]) }) })
  if title then said:extend({ pandoc.Str(" ("), pandoc.Span(title), pandoc.Str(")") }) end
  said:extend({ pandoc.Str("."), pandoc.Space() })
  local span = pandoc.Span(said, pandoc.Attr("", { "proof-title" }))
  local first = div.content[1]
  if first and first.t == "Para" then
    first.content:insert(1, span)
  else
    div.content:insert(1, pandoc.Para({ span }))
  end
  div.content = write_blocks(div.content)
  return div, false
end

local function written_div(div, cell)
  local entry = entries[div.identifier]
  if entry and floats[entry.kind] then return numbered_div(div, entry, cell) end
  if entry and classes_of[entry.kind] then return theorem(div, entry) end
  if not entry then
    local proved = proof(div)
    if proved then return proved, false end
  end
  if div.classes:includes("cell") then
    div.content = write_blocks(div.content, div)
    for _, key in ipairs({ "tbl-cap", "fig-cap" }) do div.attributes[key] = nil end
    return div, false
  end
end

local function listing(code)
  local entry = entries[code.identifier]
  if not entry then return nil end
  local caption = pandoc.utils.blocks_to_inlines(pandoc.read(code.attributes["lst-cap"] or "", "markdown").blocks)
  code.attributes["lst-cap"] = nil
  code.identifier = ""
  return float(entry, pandoc.List({ code }), caption, { where = "top" }), false
end

write_blocks = function(blocks, cell)
  return blocks:walk({
    traverse = "topdown",
    Div = function(div) return written_div(div, cell) end,
    Figure = figure, Table = tabled, CodeBlock = listing,
    Image = page_holds("![", "<img") and plain_image or nil,
    Para = page_holds("#fig-", "#tbl-", "#lst-") and lone_image or nil,
  })
end

return write_blocks
end
