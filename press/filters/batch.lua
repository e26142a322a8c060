-- Many pages in one pandoc: `pandoc lua batch.lua jobs.json`. Starting pandoc and growing its
-- memory costs as much as a page does. Each page's messages follow a line that names the page.

local function read_file(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

-- Metadata as --metadata-file gives it: strings are Markdown.
local function metadata(text)
  return pandoc.read("---\n" .. text .. "\n---\n", "markdown").meta
end

-- As much of Quarto's own interface as a project's filters mostly ask for.
local function interface(job)
  local function nothing() end
  return {
    doc = { input_file = job.input, is_format = function(name) return name:match("^html") ~= nil end,
      add_html_dependency = nothing, include_text = nothing },
    project = { directory = job.root, offset = "." },
    log = { output = nothing, info = nothing, debug = nothing, warning = nothing, error = nothing },
  }
end

-- The project's own filters; one that cannot be run is named and left out.
local function own_filters(job, doc)
  for _, filter in ipairs(job.own) do
    local environment = setmetatable({ quarto = interface(job) }, { __index = _G })
    local done, result = pcall(pandoc.utils.run_lua_filter, doc, filter, environment)
    if done then
      doc = result
    else
      local why = tostring(result):gsub("%s+", " ")
      io.stderr:write("PRESS\tfilter\t" .. filter:match("[^/\\]+$") .. ": " .. why .. "\n")
    end
  end
  return doc
end

-- Whether a page holds one of some texts. A walk through a long page takes seconds, so that a filter
-- asks first; after a project's own filter, which may write anything, the answer is always yes.
local function holds(job)
  local text = job.markdown .. job.metadata
  return function(...)
    if #job.own > 0 then return true end
    for _, wanted in ipairs({ ... }) do
      if text:find(wanted, 1, true) then return true end
    end
    return false
  end
end

local function convert(job)
  local doc = pandoc.read(job.markdown, job.reader)
  local meta = metadata(job.metadata)
  for key, value in pairs(doc.meta) do meta[key] = value end
  doc.meta = meta
  doc = own_filters(job, doc)
  for _, filter in ipairs(job.filters) do
    local folder = filter:match("^(.*)[/\\]") -- where a filter finds its other half
    local environment = { press_folder = folder, page_holds = holds(job) }
    doc = pandoc.utils.run_lua_filter(doc, filter, setmetatable(environment, { __index = _G }))
  end
  if job.cites then
    doc.meta.bibliography = pandoc.MetaList(pandoc.List(job.bibliography):map(pandoc.MetaString))
    if job.csl then doc.meta.csl = pandoc.MetaString(job.csl) end
    doc = pandoc.utils.citeproc(doc)
  end
  return pandoc.write(doc, "html5", {
    html_math_method = "mathml", section_divs = true, wrap_text = "preserve",
  })
end

for number, job in ipairs(pandoc.json.decode(read_file(arg[1]), false)) do
  io.stderr:write("PRESS\tpage\t" .. number .. "\n")
  local done, result = pcall(convert, job)
  if done then
    local file = assert(io.open(job.output .. ".part", "wb"))
    assert(file:write(result)) -- the disk may be full
    assert(file:close())
    assert(os.rename(job.output .. ".part", job.output))
  else
    io.stderr:write("PRESS\tfailed\t" .. tostring(result):gsub("%s+", " ") .. "\n")
  end
  collectgarbage()
end
