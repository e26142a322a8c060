-- Numbers: figures, tables, listings, equations, sections, callouts and theorems in the order
-- of the page. `crossref.lua` loads this anew for each page.

return function(page_holds)
local names = {
  fig = "Figure", tbl = "Table", lst = "Listing", eq = "Equation", sec = "Section",
  nte = "Note", tip = "Tip", wrn = "Warning", imp = "Important", cau = "Caution",
  thm = "Theorem", lem = "Lemma", cor = "Corollary", prp = "Proposition", cnj = "Conjecture",
  def = "Definition", exm = "Example", exr = "Exercise", sol = "Solution", rem = "Remark",
}
local classes_of = {
  thm = "theorem", lem = "lemma", cor = "corollary", prp = "proposition", cnj = "conjecture",
  def = "definition", exm = "example", exr = "exercise", sol = "solution", rem = "remark",
}
local floats = { fig = true, tbl = true, lst = true }
local callouts = { nte = true, tip = true, wrn = true, imp = true, cau = true }

local entries, counts = {}, {}
-- Sections are counted by their level, from the offset of each level on.
local levels = 7
local sections, offsets, top_level = {}, {}, levels
for level = 1, levels do sections[level], offsets[level] = 0, 0 end
local options = { delim = ":", number = false, depth = 6, prefix = {}, title = {}, ["tbl-cap"] = "top", ["fig-cap"] = "bottom" }

local function text_of(value) return value and pandoc.utils.stringify(value) or nil end

local function report(kind, text)
  io.stderr:write("PRESS\t" .. kind .. "\t" .. text .. "\n")
end

local function kind_of(id)
  local kind = id and id:match("^(%a+)%-.+")
  return kind and names[kind] and kind or nil
end

local function read_options(meta)
  local crossref = meta.crossref
  if type(crossref) == "table" then
    options.delim = text_of(crossref["title-delim"]) or options.delim
    for kind in pairs(names) do
      options.prefix[kind] = text_of(crossref[kind .. "-prefix"])
      options.title[kind] = text_of(crossref[kind .. "-title"])
    end
    for _, kind in ipairs({ "proof", "remark", "solution" }) do
      options.title[kind] = text_of(crossref[kind .. "-title"])
    end
  end
  local offset = meta["number-offset"] -- a number, or one for each level
  if offset ~= nil then
    for level, one in ipairs(pandoc.utils.type(offset) == "List" and offset or { offset }) do
      sections[level] = tonumber(text_of(one)) or 0
      offsets[level] = sections[level]
    end
  end
  local number = meta["number-sections"]
  options.number = number == true or text_of(number) == "true" or (number == nil and offset ~= nil)
  options.untitled = meta["press-untitled"] == true
  options.depth = tonumber(text_of(meta["number-depth"]) or "") or 6
  local everywhere = text_of(meta["cap-location"])
  options["fig-cap"] = text_of(meta["fig-cap-location"]) or everywhere or "bottom"
  options["tbl-cap"] = text_of(meta["tbl-cap-location"]) or everywhere or "top"
end

local function enter(id, parent)
  local kind = kind_of(id)
  if not kind or entries[id] then
    if entries[id] then report("duplicate", id) end
    return entries[id]
  end
  local entry = { kind = kind, id = id }
  if parent and parent.kind == kind then
    parent.children = (parent.children or 0) + 1
    entry.parent = parent
    entry.number = string.char(96 + parent.children)
  else
    counts[kind] = (counts[kind] or 0) + 1
    entry.number = tostring(counts[kind])
  end
  entries[id] = entry
  return entry
end

-- Without a heading of the first level in the text the second level is where numbers start.
local function find_top_level(blocks)
  blocks:walk({ Header = function(header) top_level = math.min(top_level, header.level) end })
end

local function section_number(depth)
  local parts = top_level == 1 and { sections[1] } or {}
  local last = depth
  while last > 1 and sections[last] == 0 do last = last - 1 end
  for level = 2, last do table.insert(parts, sections[level]) end
  return table.concat(parts, ".")
end

local function number_section(header)
  if header.classes:includes("unnumbered") then return end
  local depth = math.min(header.level, levels)
  for level = depth + 1, levels do sections[level] = offsets[level] end
  sections[depth] = sections[depth] + 1
  local number = section_number(depth)
  if header.identifier:match("^sec%-") then
    entries[header.identifier] = { kind = "sec", id = header.identifier, number = number }
  end
  if options.number and depth <= options.depth then
    header.attributes["number"] = number
    header.content:insert(1, pandoc.Space())
    header.content:insert(1, pandoc.Span({ pandoc.Str(number) }, pandoc.Attr("", { "header-section-number" })))
  end
  return header
end

local function equation_id(inlines, index)
  local math = inlines[index]
  if not math or math.t ~= "Math" or math.mathtype ~= "DisplayMath" then return nil end
  local next_one = index + 1
  if inlines[next_one] and (inlines[next_one].t == "Space" or inlines[next_one].t == "SoftBreak") then
    next_one = next_one + 1
  end
  local label = inlines[next_one]
  local id = label and label.t == "Str" and label.text:match("^{#(eq%-[^}]+)}")
  return id, next_one
end

-- Whether a paragraph has a formula on a line of its own; it is asked without reading every word.
local function shows_math(block)
  local shown = false
  block:walk({ Math = function(math) shown = shown or math.mathtype == "DisplayMath" end })
  return shown
end

local index_blocks

local function index_div(div, parent)
  if div.classes:includes("panel-tabset") or div.classes:find_if(function(c) return c:match("^callout%-") end) then
    if callouts[kind_of(div.identifier) or ""] then
      local entry = enter(div.identifier)
      div.attributes["press-number"] = names[entry.kind] .. "\u{a0}" .. entry.number
    end
    -- the headings that name tabs and callouts are no sections
    div.content = index_blocks(div.content, parent, true)
    return div, false
  end
  local kind = kind_of(div.identifier)
  if kind and (floats[kind] or classes_of[kind]) then
    div.content = index_blocks(div.content, enter(div.identifier, parent), classes_of[kind] ~= nil)
    return div, false
  end
end

index_blocks = function(blocks, parent, titled)
  local function one(element)
    if kind_of(element.identifier) then enter(element.identifier, parent) end
  end
  local function equation(block)
    if not shows_math(block) then return nil end
    block:walk({ traverse = "topdown", Inlines = function(inlines)
      for index = 1, #inlines do
        local id = equation_id(inlines, index)
        if id then enter(id) end
      end
    end })
  end
  local equations = page_holds("{#eq-") and equation or nil
  return blocks:walk({
    traverse = "topdown",
    Para = equations, Plain = equations,
    Header = function(header)
      if not titled then return number_section(header) end
    end,
    Div = function(div) return index_div(div, parent) end,
    Figure = function(figure)
      one(figure)
      return nil, false
    end,
    Table = function(tbl)
      one(tbl)
      return nil, false
    end,
    Image = page_holds("#fig-", "#tbl-", "#lst-") and one or nil,
    CodeBlock = function(code)
      if code.identifier:match("^lst%-") then one(code) end
    end,
  })
end

-- Number what stands in a page's blocks. A page without a title takes its first heading for one.
local function index_page(blocks)
  local first = blocks[1]
  local is_title = options.untitled and first and first.t == "Header" and first.level == 1
  if is_title then blocks:remove(1) end
  if options.number or page_holds("sec-") then find_top_level(blocks) end
  local out = index_blocks(blocks)
  if is_title then out:insert(1, first) end
  return out
end

return {
  names = names, classes_of = classes_of, floats = floats, entries = entries, options = options,
  kind_of = kind_of, report = report, read_options = read_options, equation_id = equation_id,
  index_page = index_page, shows_math = shows_math,
}
end
