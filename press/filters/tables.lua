-- Tables: `tbl-colwidths` on a table, a cell, a div or the page; `tbl-cap` on a cell without a
-- label; and without the style sheet that pandas puts before each of its tables.

local page_widths

local function report(kind, text) io.stderr:write("PRESS\t" .. kind .. "\t" .. text .. "\n") end

-- `[20,80]` as shares of the whole; nil for none, false for as wide as the text wants.
local function shares(written)
  if written == nil or written == "true" then return nil end
  if written == "auto" or written == "false" then return false end
  local read, widths = pcall(pandoc.json.decode, written, false)
  if not read or type(widths) ~= "table" or #widths == 0 then
    report("tables", "tbl-colwidths " .. written .. " is no list of widths")
    return nil
  end
  local whole = 0
  for index, width in ipairs(widths) do
    widths[index] = tonumber(width) or 0
    whole = whole + widths[index]
  end
  for index, width in ipairs(widths) do widths[index] = whole > 0 and width / whole or 0 end
  return widths
end

local function with_widths(tbl, widths)
  local own = tbl.attributes["tbl-colwidths"]
  tbl.attributes["tbl-colwidths"] = nil
  if own ~= nil then widths = shares(own) end
  if widths == nil then return tbl end
  for index, spec in ipairs(tbl.colspecs) do
    local width = widths and widths[index] or nil
    tbl.colspecs[index] = { spec[1], width and width > 0 and width or nil }
  end
  return tbl
end

local function html_of(inlines)
  return (pandoc.write(pandoc.Pandoc({ pandoc.Plain(inlines) }), "html"):gsub("%s+$", ""))
end

-- The opening of a table written as HTML, with its caption and its columns' widths.
local function raw_table(text, caption, widths)
  local parts = ""
  if caption and not text:match("<caption") then parts = "<caption>" .. html_of(caption) .. "</caption>" end
  if widths and not text:match("<colgroup") then
    parts = parts .. "<colgroup>"
    for _, width in ipairs(widths) do parts = parts .. ('<col style="width: %g%%">'):format(width * 100) end
    parts = parts .. "</colgroup>"
  end
  if parts == "" then return text end
  local start, stop = text:find("<table[^>]*>")
  return start and text:sub(1, stop) .. parts .. text:sub(stop + 1) or text
end

local function is_table(block)
  return block.t == "Table" or block.t == "RawBlock" and block.format == "html" and block.text:match("<table[%s>]")
end

local function inlines_of(markdown)
  return pandoc.utils.blocks_to_inlines(pandoc.read(markdown, "markdown").blocks)
end

-- The captions of a cell that has no label to number them by: one text, or one for each table.
local function captions_of(cell)
  local written = cell.attributes["tbl-cap"]
  if not written or cell.identifier:match("^cell%-tbl%-") or cell.identifier:match("^tbl%-") then return {} end
  local read, list = pcall(pandoc.json.decode, written, false)
  local texts = read and type(list) == "table" and list or { written }
  local out = {}
  for index, text in ipairs(texts) do out[index] = inlines_of(tostring(text)) end
  return out
end

local function in_cell(cell)
  local own = cell.attributes["tbl-colwidths"]
  local captions, seen = captions_of(cell), 0
  if own == nil and #captions == 0 then return nil end
  cell.attributes["tbl-colwidths"] = nil
  local widths = shares(own)
  local function dressed(block)
    if not is_table(block) then return nil end
    seen = seen + 1
    if block.t == "RawBlock" then
      block.text = raw_table(block.text, captions[seen], widths)
      return block
    end
    if captions[seen] and #block.caption.long == 0 then block.caption = { long = { pandoc.Plain(captions[seen]) } } end
    return with_widths(block, widths)
  end
  return cell:walk({ Table = dressed, RawBlock = dressed })
end

-- pandas says in a style sheet of its own, before each table, how all of them are to look.
local function without_style(block)
  if block.format ~= "html" or not block.text:match('class="dataframe') then return nil end
  block.text = block.text:gsub("<style scoped>.-</style>%s*", "")
  return block
end

local function read_options(meta)
  local widths = meta["tbl-colwidths"]
  if widths == nil then return nil end
  if pandoc.utils.type(widths) == "List" then
    widths = "[" .. table.concat(widths:map(pandoc.utils.stringify), ",") .. "]"
  else
    widths = type(widths) == "boolean" and tostring(widths) or pandoc.utils.stringify(widths)
  end
  page_widths = shares(widths)
end

if not page_holds("tbl-", "dataframe") then return {} end
return {
  { Meta = read_options },
  { RawBlock = without_style },
  { Div = in_cell },
  { Table = function(tbl) return with_widths(tbl, page_widths) end },
}
