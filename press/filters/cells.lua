-- Cells and code blocks: folding, hidden code, unescaped fences, conditional content, mermaid.

local options = {}

local function string_of(value)
  if value == nil then return nil end
  if type(value) == "boolean" then return tostring(value) end
  return pandoc.utils.stringify(value)
end

local function read_options(meta)
  for _, key in ipairs({ "code-fold", "code-summary", "code-overflow", "code-line-numbers", "press-profiles", "press-meta" }) do
    options[key] = string_of(meta[key])
  end
end

local function report(kind, text)
  io.stderr:write("PRESS\t" .. kind .. "\t" .. text .. "\n")
end

local function raw(html) return pandoc.RawBlock("html", html) end

-- `{{python}}` stands for `{python}` where a page shows how a cell is written.
local function unescaped(text)
  return (text:gsub("(`+%s?){{([%w._-]+)}}", "%1{%2}"):gsub("{{{< (.-) >}}}", "{{< %1 >}}"))
end

local function escape(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"))
end

-- A diagram is drawn in the reader's browser; with a label it is a figure like any other.
local function mermaid(block)
  local kind = block.text:gsub("^%s*%-%-%-.-%-%-%-%s*", ""):gsub("%%%%[^\n]*\n", ""):match("^%s*([%w-]+)") or ""
  if kind == "mindmap" or kind:match("^architecture") then report("unsupported", "mermaid diagrams of kind " .. kind) end
  local caption, alt = block.attributes["fig-cap"], block.attributes["fig-alt"]
  local label = alt and ' role="img" aria-label="' .. escape(alt):gsub('"', "&quot;") .. '"' or ""
  local blocks = pandoc.List({ raw('<pre class="mermaid mermaid-js"' .. label .. ">" .. escape(block.text) .. "</pre>") })
  if caption then blocks:insert(pandoc.Para(pandoc.utils.blocks_to_inlines(pandoc.read(caption, "markdown").blocks))) end
  local figure = pandoc.Div(blocks, pandoc.Attr(block.identifier, { "cell-output-display" }))
  return pandoc.Div({ figure }, pandoc.Attr("", { "cell" }))
end

local function folded(block, fold, summary)
  local open = fold == "show" and ' open=""' or ""
  return { raw('<details' .. open .. ' class="code-fold">\n<summary>' .. summary .. "</summary>"), block,
    raw("</details>") }
end


local function code_block(block)
  if block.classes:includes("hidden") then return {} end
  block.text = unescaped(block.text)
  local first = block.classes[1] or ""
  if first == "mermaid" then return mermaid(block) end
  local shown = first:match("^{{(.+)}}$")
  if shown then
    block.classes = pandoc.List({ "markdown" })
    block.text = "```{" .. shown .. "}\n" .. block.text .. "\n```"
  end
  local cell = block.classes:includes("cell-code")
  local fold = block.attributes["code-fold"] or (cell and options["code-fold"]) or "false"
  local summary = block.attributes["code-summary"] or options["code-summary"] or "Code"
  local numbers = block.attributes["code-line-numbers"] or options["code-line-numbers"]
  local filename = block.attributes["filename"]
  for _, key in ipairs({ "code-fold", "code-summary", "code-line-numbers", "filename" }) do
    block.attributes[key] = nil
  end
  if numbers and numbers ~= "false" then block.classes:insert("numberLines") end
  if options["code-overflow"] == "wrap" then block.classes:insert("code-overflow-wrap") end
  if cell and (fold == "true" or fold == "show") then return folded(block, fold, escape(summary)) end
  if filename then
    return { raw('<div class="code-with-filename">\n<div class="code-with-filename-file">\n<pre><strong>'
      .. escape(filename) .. "</strong></pre>\n</div>"), block, raw("</div>") }
  end
  return block
end

-- `{{python}} x` in backticks stands for `{python} x`, which would be run.
local function inline_code(code)
  local language, rest = code.text:match("^{{([%w._-]+)}}(.*)$")
  if language then
    code.text = "{" .. language .. "}" .. rest
    return code
  end
end

local function includes_word(text, word)
  for item in text:gmatch("[%w_-]+") do
    if item == word then return true end
  end
  return false
end

-- Whether the conditions of `.content-visible` or `.content-hidden` hold for a web page.
local function holds(attributes)
  for key, value in pairs(attributes) do
    if key == "when-format" or key == "unless-format" then
      local web = value == "html" or value == "html:js" or value == "markdown"
      if web ~= (key == "when-format") then return false end
    elseif key == "when-profile" or key == "unless-profile" then
      if includes_word(options["press-profiles"] or "", value) ~= (key == "when-profile") then return false end
    elseif key == "when-meta" or key == "unless-meta" then
      local set = (" " .. (options["press-meta"] or "") .. " "):find(" " .. value .. " ", 1, true) ~= nil
      if set ~= (key == "when-meta") then return false end
    elseif key:match("^when%-") or key:match("^unless%-") then
      report("unsupported", "conditional content by " .. key)
    end
  end
  return true
end

local function conditional(element)
  local visible = element.classes:includes("content-visible")
  local hidden = element.classes:includes("content-hidden")
  if not (visible or hidden) then return nil end
  if holds(element.attributes) ~= visible then return {} end
  return element.content
end

local function div(element)
  local unshown = element.attributes["press-unshown"]
  if unshown then
    report("output", unshown .. "\t" .. (element.attributes["press-code"] or ""))
    element.attributes["press-unshown"], element.attributes["press-code"] = nil, nil
    return element
  end
  if element.classes:includes("hidden") then return {} end
  return conditional(element)
end

-- A table that a library wrote as HTML gets Bootstrap's look.
local function html_block(block)
  if block.format ~= "html" then return nil end
  if block.text:match('class="dataframe"') then
    block.text = block.text:gsub('<table border="1" class="dataframe"', '<table class="dataframe"')
    block.text = block.text:gsub('class="dataframe"', 'class="dataframe caption-top table table-sm table-striped small"')
    return block
  end
end

local divs = page_holds(":::", "<div")
return {
  { Meta = read_options },
  { Div = divs and div or nil, Span = page_holds("content-") and conditional or nil },
  { CodeBlock = code_block, RawBlock = html_block, Code = page_holds("{{") and inline_code or nil },
}
