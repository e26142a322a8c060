-- What stands around an entry, the same under Quarto and the press (`filters:` in _quarto.yml).
-- Read from the page's options:
--   kind: reproduction              shown above the text, with the time it takes to read
--   in-reply-to: URL, or {url, title, author}
--   acknowledgements: Markdown      a section of the appendix
--   entry-categories: ../index.html   each category leads to itself on that listing; for sites that turn
--                               title-block-categories off: Quarto's own links lead to the first listing that
--                               has the page, whether it shows categories or not
--   entry-links:                    links at the end of a page that runs code
--     source: auto              where press/hooks/find_repository.py found the source, or an address such
--                               as https://host/you/log/blob/main; the page's path is added
--     notebook: true            beside the page, made by press/hooks/export_notebooks.py
--     colab: auto               as found, or https://colab.research.google.com/github/you/log/blob/notebooks
--   entry-furniture: false          turns all of it off

local words_a_minute = 200

local function text_of(value) return value ~= nil and pandoc.utils.stringify(value) or nil end

local function escape(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"):gsub('"', "&quot;"))
end

-- Words in running text, and half of those in code. Tables and citations are left out: the engines
-- have them in different forms at this point.
local function count_words(blocks)
  local count = 0
  blocks:walk({
    traverse = "topdown",
    Str = function(str) if str.text:match("%w") then count = count + 1 end end,
    Table = function(tbl) return tbl, false end,
    Cite = function(cite) return cite, false end,
    Div = function(div) if div.identifier == "refs" then return div, false end end,
    CodeBlock = function(block)
      for _ in block.text:gmatch("%S+") do count = count + 0.5 end
    end,
  })
  return count
end

local function runs_code(blocks)
  local found = false
  blocks:walk({ Div = function(div) found = found or div.classes:includes("cell") end,
    CodeBlock = function(block) found = found or block.classes:includes("cell-code") end })
  return found
end

-- The project's folder, with `/` at its end.
local function project_folder()
  local root = quarto and quarto.project and quarto.project.directory or os.getenv("QUARTO_PROJECT_DIR")
  return root and root:gsub("\\", "/"):gsub("/$", "") .. "/"
end

-- The page's path in the project, with `/`.
local function page_path(root)
  if not (quarto and quarto.doc and quarto.doc.input_file) then return nil end
  local input = quarto.doc.input_file:gsub("\\", "/")
  return input:sub(1, #root) == root and input:sub(#root + 1) or input:match("[^/]+$")
end

-- What press/hooks/find_repository.py found before the render; nothing where it found nothing.
local function repository(root)
  local file = io.open(root .. ".press/repository.json", "rb")
  if not file then return {} end
  local text = file:read("a")
  file:close()
  local read, found = pcall(pandoc.json.decode, text, false)
  return read and type(found) == "table" and found or {}
end

-- An address that the options give, or `auto` for the one that was found; nil for none.
local function address(given, found)
  local text = text_of(given)
  if text == "auto" then text = found end
  if not text or text == "" or text == "false" then return nil end
  return text:gsub("/$", "") .. "/"
end

local function reply(value)
  local url, title, author = text_of(value), nil, nil
  if pandoc.utils.type(value) == "table" then
    url, title, author = text_of(value.url or value.href), text_of(value.title), text_of(value.author)
  end
  if not url then return nil end
  local shown = title or url:gsub("^https?://", ""):gsub("/$", "")
  local by = author and " by " .. escape(author) or ""
  return '<span class="entry-reply">In reply to <a class="u-in-reply-to" rel="in-reply-to" href="'
    .. escape(url) .. '">' .. escape(shown) .. "</a>" .. by .. "</span>"
end

local function encoded(text)
  return (text:gsub("[^%w%-_.~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

local function categories(meta)
  local listing = text_of(meta["entry-categories"])
  if not listing or not meta.categories then return nil end
  local several = pandoc.utils.type(meta.categories) == "List"
  local out, kind = {}, text_of(meta.kind)
  for _, value in ipairs(several and meta.categories or { meta.categories }) do
    local name = text_of(value)
    if name ~= kind then -- which stands before them
      table.insert(out, '<a class="entry-category" href="' .. escape(listing) .. "#category=" .. encoded(name) .. '">'
        .. escape(name) .. "</a>")
    end
  end
  return #out > 0 and '<span class="entry-categories">' .. table.concat(out, " ") .. "</span>" or nil
end

local function lead(meta, blocks)
  local parts = {}
  local kind = text_of(meta.kind)
  if kind and kind ~= "" then
    table.insert(parts, '<span class="entry-kind">' .. escape(kind:sub(1, 1):upper() .. kind:sub(2)) .. "</span>")
  end
  local minutes = math.max(1, math.floor(count_words(blocks) / words_a_minute + 0.5))
  table.insert(parts, '<span class="entry-time">' .. minutes .. " min read</span>")
  local answered = meta["in-reply-to"] and reply(meta["in-reply-to"])
  if answered then table.insert(parts, answered) end
  local filed = categories(meta)
  if filed then table.insert(parts, filed) end
  return pandoc.RawBlock("html", '<p class="entry-lead">' .. table.concat(parts, ' <span aria-hidden="true">·</span> ') .. "</p>")
end

-- Two rings, drawn here: a badge from elsewhere would be a request to another host.
local rings = '<svg class="entry-rings" viewBox="0 0 20 12" width="20" height="12" aria-hidden="true" fill="none" '
  .. 'stroke="currentColor" stroke-width="2.4"><circle cx="6" cy="6" r="4.4"/><path d="M10.8 3.1a4.4 4.4 0 1 1 0 5.8"/></svg> '

local function links(meta, blocks)
  local asked, root = meta["entry-links"], project_folder()
  local path = root and page_path(root)
  if not asked or not path then return nil end
  local out, found = {}, repository(root)
  local function add(href, text, more)
    table.insert(out, '<a href="' .. escape(href) .. '"' .. (more or "") .. ">" .. text .. "</a>")
  end
  local source, colab = address(asked.source, found.source), address(asked.colab, found.colab)
  if source then add(source .. path, "Source") end
  if runs_code(blocks) then
    local notebook = path:gsub("%.%w+$", ".ipynb")
    if asked.notebook == true then add(notebook:match("[^/]+$"), "Notebook", " download") end
    if colab then add(colab .. notebook, rings .. "Open in Colab", ' class="entry-colab"') end
  end
  if #out == 0 then return nil end
  return pandoc.RawBlock("html", '<p class="entry-links">' .. table.concat(out, " ") .. "</p>")
end

local function thanks(value)
  local blocks = pandoc.utils.type(value) == "Blocks" and value
    or pandoc.Blocks({ pandoc.Para(pandoc.utils.type(value) == "Inlines" and value or pandoc.Inlines(text_of(value))) })
  local header = pandoc.Header(2, pandoc.Inlines("Acknowledgements"), pandoc.Attr("acknowledgements", { "appendix" }))
  blocks:insert(1, header)
  return blocks
end

function Pandoc(doc)
  local meta = doc.meta
  local entry = meta.kind or meta["in-reply-to"] or meta.acknowledgements
  if meta["entry-furniture"] == false or not entry then return nil end
  local found = links(meta, doc.blocks)
  doc.blocks:insert(1, lead(meta, doc.blocks))
  if found then doc.blocks:insert(found) end
  if meta.acknowledgements then doc.blocks:extend(thanks(meta.acknowledgements)) end
  return doc
end
