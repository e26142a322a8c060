-- Callouts, tabsets, panels side by side, margin notes: Quarto's markup for Bootstrap.

local appearance, icons = "default", true
local callouts, tabsets = 0, 0
local names = { note = "Note", tip = "Tip", warning = "Warning", important = "Important", caution = "Caution" }

local function raw(html) return pandoc.RawBlock("html", html) end

local function report(kind, text)
  io.stderr:write("PRESS\t" .. kind .. "\t" .. text .. "\n")
end

local function attribute(text)
  return (text:gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;"))
end

local function read_options(meta)
  local style, icon = meta["callout-appearance"], meta["callout-icon"]
  if style then appearance = pandoc.utils.stringify(style) end
  if icon ~= nil then icons = tostring(icon) ~= "false" end
  for kind in pairs(names) do -- in the page's own language
    local own = meta["press-callouts"] and meta["press-callouts"]["callout-" .. kind]
    if own then names[kind] = pandoc.utils.stringify(own) end
  end
end

local function callout_kind(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind and names[kind] then return kind end
  end
end

-- The title of a callout: its attribute, or a heading at its top.
local function callout_title(div)
  local given = div.attributes["title"]
  if given then return pandoc.utils.blocks_to_inlines(pandoc.read(given, "markdown").blocks) end
  local first = div.content[1]
  if first and first.t == "Header" then
    div.content:remove(1)
    return first.content
  end
end

local function callout(div)
  local kind = callout_kind(div)
  if not kind then return nil end
  callouts = callouts + 1
  local title = callout_title(div)
  local style = div.attributes["appearance"] or appearance
  local icon = icons and div.attributes["icon"] ~= "false" and style ~= "minimal"
  local collapse = div.attributes["collapse"]
  local titled = title ~= nil or style == "default" or collapse ~= nil
  local shown = title or pandoc.Inlines({ pandoc.Str(names[kind]) })
  local spoken = titled and title ~= nil -- the kind, which others see by its colour
    and pandoc.Inlines({ pandoc.Span({ pandoc.Str(names[kind]) }, pandoc.Attr("", { "screen-reader-only" })) }) or {}
  local number = div.identifier:match("^%a+%-") and div.attributes["press-number"]
  if number then shown = pandoc.Inlines(number .. (title and ": " or "")) .. (title or {}) end
  local id = "callout-" .. callouts
  local classes = { "callout", "callout-style-" .. (style == "minimal" and "simple" or style), "callout-" .. kind }
  if titled then table.insert(classes, "callout-titled") end
  if not icon then table.insert(classes, "no-icon") end
  for _, class in ipairs(div.classes) do
    if not class:match("^callout") then table.insert(classes, class) end
  end
  local blocks = pandoc.List()
  local badge = icon and '<div class="callout-icon-container">\n<i class="callout-icon"></i>\n</div>\n' or ""
  if titled then
    local toggle = ""
    if collapse then
      toggle = (' data-bs-toggle="collapse" data-bs-target=".%s-contents" aria-controls="%s" aria-expanded="%s" aria-label="Toggle callout" role="button" tabindex="0"')
        :format(id, id, collapse == "true" and "false" or "true")
    end
    blocks:insert(raw('<div class="callout-header d-flex align-content-center' .. (collapse == "true" and " collapsed" or "")
      .. '"' .. toggle .. ">\n" .. badge .. '<div class="callout-title-container flex-fill">'))
    blocks:insert(pandoc.Plain(spoken .. shown))
    blocks:insert(raw("</div>" .. (collapse and
      '\n<div class="callout-btn-toggle d-inline-block border-0 py-1 ps-1 pe-0 float-end"><i class="callout-toggle"></i></div>' or "")
      .. "\n</div>"))
  end
  if collapse then
    blocks:insert(raw(('<div id="%s" class="%s-contents callout-collapse collapse%s">'):format(id, id,
      collapse == "true" and "" or " show")))
  end
  blocks:insert(raw('<div class="callout-body-container callout-body">' ..
    ((not titled and icon) and "\n" .. badge or "")))
  blocks:extend(div.content)
  blocks:insert(raw("</div>" .. (collapse and "\n</div>" or "")))
  return pandoc.Div(blocks, pandoc.Attr(div.identifier, classes))
end

-- One pane for each heading at the level of the first.
local function panes(div)
  local out, level = {}, nil
  for _, block in ipairs(div.content) do
    if block.t == "Header" and (level == nil or block.level == level) then
      level = block.level
      table.insert(out, { title = block.content, blocks = pandoc.List(), active = block.classes:includes("active") })
    elseif #out > 0 then
      out[#out].blocks:insert(block)
    end
  end
  return out
end

local function tabset(div)
  if not div.classes:includes("panel-tabset") then return nil end
  local tabs = panes(div)
  if #tabs == 0 then return nil end
  tabsets = tabsets + 1
  local group = div.attributes["group"]
  local data = group and ' data-group="' .. attribute(group) .. '"' or ""
  local blocks = pandoc.List({ raw('<ul class="nav nav-tabs" role="tablist">') })
  for index, tab in ipairs(tabs) do
    local id = ("tabset-%d-%d"):format(tabsets, index)
    blocks:insert(raw(('<li class="nav-item" role="presentation"><a class="nav-link%s" id="%s-tab" data-bs-toggle="tab" data-bs-target="#%s" role="tab" aria-controls="%s" aria-selected="%s" href="#%s">')
      :format(index == 1 and " active" or "", id, id, id, tostring(index == 1), id)))
    blocks:insert(pandoc.Plain(tab.title))
    blocks:insert(raw("</a></li>"))
  end
  blocks:insert(raw('</ul>\n<div class="tab-content"' .. data .. ">"))
  for index, tab in ipairs(tabs) do
    local id = ("tabset-%d-%d"):format(tabsets, index)
    blocks:insert(raw(('<div id="%s" class="tab-pane%s" role="tabpanel" aria-labelledby="%s-tab">')
      :format(id, index == 1 and " active" or "", id)))
    blocks:extend(tab.blocks)
    blocks:insert(raw("</div>"))
  end
  blocks:insert(raw("</div>"))
  local classes = { "panel-tabset" }
  for _, class in ipairs(div.classes) do
    if class ~= "panel-tabset" then table.insert(classes, class) end
  end
  return pandoc.Div(blocks, pandoc.Attr(div.identifier, classes, group and { group = group } or {}))
end

-- `layout="[[1,1],[1]]"` as rows of widths; `layout-ncol` and `layout-nrow` as equal widths.
local function rows_of(div, count)
  local written = div.attributes["layout"]
  if written then
    local rows = {}
    local ok, parsed = pcall(pandoc.json.decode, written, false)
    if ok and type(parsed) == "table" then
      if type(parsed[1]) ~= "table" then parsed = { parsed } end
      for _, row in ipairs(parsed) do
        local widths = {}
        for _, width in ipairs(row) do table.insert(widths, tonumber((tostring(width):gsub("%%", ""))) or 1) end
        table.insert(rows, widths)
      end
      return rows
    end
    report("warning", "layout " .. written .. " is not a list of rows")
  end
  local columns = tonumber(div.attributes["layout-ncol"] or "")
  local wanted = tonumber(div.attributes["layout-nrow"] or "")
  if not columns and wanted then columns = math.ceil(count / wanted) end
  if not columns then return nil end
  local rows = {}
  for _ = 1, math.ceil(count / columns) do
    local row = {}
    for _ = 1, columns do table.insert(row, 1) end
    table.insert(rows, row)
  end
  return rows
end

-- The things that a layout sets side by side: not code, and a heading goes with what follows.
local function items_of(div)
  local before, items = pandoc.List(), {}
  local pending
  for _, block in ipairs(div.content) do
    local opens = block.t == "RawBlock" and block.text:match("^<details") or block.t == "RawBlock" and block.text:match("^</details")
    if opens or (block.t == "CodeBlock" and block.classes:includes("cell-code")) then
      before:insert(block)
    elseif block.t == "Header" then
      pending = pandoc.List({ block })
    else
      local parts = pending or pandoc.List()
      parts:insert(block)
      table.insert(items, parts)
      pending = nil
    end
  end
  return before, items
end

local function panel(div)
  local before, items = items_of(div)
  local rows = rows_of(div, #items)
  if not rows then return nil end
  local blocks, index = pandoc.List(), 1
  for _, row in ipairs(rows) do
    local sum = 0
    for _, width in ipairs(row) do sum = sum + math.abs(width) end
    blocks:insert(raw('<div class="quarto-layout-row">'))
    for _, width in ipairs(row) do
      local share = ("%.1f%%"):format(100 * math.abs(width) / sum)
      blocks:insert(raw('<div class="quarto-layout-cell" style="flex-basis: ' .. share .. ';justify-content: flex-start;">'))
      if width > 0 and items[index] then
        blocks:extend(items[index])
        index = index + 1
      end
      blocks:insert(raw("</div>"))
    end
    blocks:insert(raw("</div>"))
  end
  for rest = index, #items do blocks:extend(items[rest]) end
  local classes = div.classes:filter(function(class) return class ~= "cell" end)
  classes:insert("quarto-layout-panel")
  local body = pandoc.Div(blocks, pandoc.Attr(div.identifier, classes))
  if #before == 0 then return body end
  before:insert(body)
  return pandoc.Div(before, pandoc.Attr("", { "cell" }))
end

local function aside(span)
  if span.classes:includes("aside") then
    span.classes = pandoc.List({ "column-margin", "margin-aside" })
    return span
  end
end

local function block_aside(div)
  if div.classes:includes("aside") and not div.classes:includes("column-margin") then
    div.classes = div.classes:filter(function(class) return class ~= "aside" end)
    div.classes:insert("column-margin")
    return div
  end
end

local function any_div(div)
  if div.attributes["layout-ncol"] or div.attributes["layout-nrow"] or div.attributes["layout"] then
    local laid = panel(div)
    if laid then return laid end
  end
  return tabset(div) or callout(div) or block_aside(div)
end

local divs = page_holds(":::", "<div")
return {
  { Meta = read_options },
  { Div = divs and any_div or nil, Span = page_holds("aside") and aside or nil },
}
