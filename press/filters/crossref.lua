-- Cross-references: `numbers.lua` numbers the page, `floats.lua` writes what it numbered, and here
-- `@fig-…` becomes a link to it.

local numbers = dofile(press_folder .. "/numbers.lua")(page_holds)
local write_blocks = dofile(press_folder .. "/floats.lua")(numbers, page_holds)
local names, entries, options = numbers.names, numbers.entries, numbers.options
local kind_of, report, equation_id = numbers.kind_of, numbers.report, numbers.equation_id

local function nbsp() return pandoc.Str("\u{a0}") end

local function equations(inlines)
  local out, index = pandoc.Inlines({}), 1
  while index <= #inlines do
    local id, last = equation_id(inlines, index)
    local entry = id and entries[id]
    if entry then
      local math = inlines[index]
      math.text = math.text .. " \\qquad(" .. entry.number .. ")"
      out:insert(pandoc.Span({ math }, pandoc.Attr(id, { "quarto-equation" })))
      local rest = inlines[last].text:gsub("^{#eq%-[^}]+}", "")
      if rest ~= "" then out:insert(pandoc.Str(rest)) end
      index = last + 1
    else
      out:insert(inlines[index])
      index = index + 1
    end
  end
  return out
end

local function reference(citation, entry)
  local kind = (entry.parent or entry).kind
  local upper = citation.id:match("^%u") ~= nil
  local number = entry.parent and (entry.parent.number .. " (" .. entry.number .. ")") or entry.number
  local out = pandoc.Inlines({})
  if #citation.prefix > 0 then
    out:extend(citation.prefix)
    out:insert(nbsp())
  elseif citation.mode ~= "SuppressAuthor" then
    local prefix = options.prefix[kind] or names[kind]
    if upper then prefix = prefix:sub(1, 1):upper() .. prefix:sub(2) end
    if prefix ~= "" then out:extend({ pandoc.Str(prefix), nbsp() }) end
  end
  out:insert(pandoc.Span({ pandoc.Str(number) }))
  return pandoc.Link(out, "#" .. entry.id, "", pandoc.Attr("", { "quarto-xref" }))
end

local function cite(element)
  local out = pandoc.Inlines({})
  for _, citation in ipairs(element.citations) do
    local id = citation.id:sub(1, 1):lower() .. citation.id:sub(2)
    if not kind_of(id) then return nil end
    if #out > 0 then out:extend({ pandoc.Str(","), pandoc.Space() }) end
    if entries[id] then
      out:insert(reference(citation, entries[id]))
    else
      report("reference", id)
      out:insert(pandoc.Strong({ pandoc.Str("?@" .. id) }))
    end
  end
  return out
end

function Pandoc(doc)
  numbers.read_options(doc.meta)
  doc.blocks = numbers.index_page(doc.blocks)
  doc.blocks = write_blocks(doc.blocks)
  if page_holds("{#eq-") then
    local function block(element)
      if numbers.shows_math(element) then return element:walk({ Inlines = equations }) end
    end
    doc.blocks = doc.blocks:walk({ Para = block, Plain = block })
  end
  if page_holds("@") then doc.blocks = doc.blocks:walk({ Cite = cite }) end
  return doc
end
