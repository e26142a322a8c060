-- Code annotations: `# <1>` at the end of a line of code, explained by the numbered list below it.
-- The marks become links in body.py, which knows the lines; here the code loses its comments and
-- the list becomes the explanations, each with the code and the lines that it is about.

local comments = {
  ["#"] = "python r julia bash sh zsh powershell ruby perl yaml toml make dockerfile stan octave awk sed coffee elm",
  ["//"] = "js javascript typescript ts java scala c cpp cs csharp fsharp go rust swift kotlin groovy scss json dot d3 node",
  ["--"] = "sql lua haskell vhdl", ["%"] = "matlab latex tex tikz", [";"] = "lisp clojure scheme", ["!"] = "fortran",
}
local sign_of = {}
for sign, languages in pairs(comments) do
  for language in languages:gmatch("%S+") do sign_of[language] = sign end
end

local style = "below"
local count = 0

local function escaped(text) return (text:gsub("%p", "%%%0")) end

-- Take the marks off a block's lines; the lines of each number, or nil where there are none.
local function take_marks(code)
  local sign = sign_of[code.classes[1] or ""]
  if not sign then return nil end
  local pattern = "%s*" .. escaped(sign) .. "%s*<(%d+)>%s*$"
  local lines, marked, number = {}, nil, 0
  for line in (code.text .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    local mark = tonumber(line:match(pattern))
    if mark then
      marked = marked or {}
      marked[mark] = marked[mark] or {}
      table.insert(marked[mark], number)
      line = line:gsub(pattern, "")
    end
    table.insert(lines, line)
  end
  if not marked then return nil end
  code.text = table.concat(lines, "\n")
  if style == "none" then return marked end
  count = count + 1
  if code.identifier == "" then code.identifier = "annotated-cell-" .. count end
  code.classes:insert("code-annotated")
  local written = {}
  for mark, at in pairs(marked) do table.insert(written, mark .. ":" .. table.concat(at, ",")) end
  table.sort(written)
  code.attributes["code-annotations"] = table.concat(written, ";")
  return marked
end

-- The first block of code in a cell that has marks: its marks, and its id.
local function marks_of(block)
  if block.t == "CodeBlock" then return block, take_marks(block), block end
  if block.t ~= "Div" or not block.classes:includes("cell") then return block end
  local marks, found
  block = block:walk({ CodeBlock = function(code)
    if marks or not code.classes:includes("cell-code") then return nil end
    marks = take_marks(code)
    found = marks and code or nil
    return marks and code or nil
  end })
  return block, marks, found
end

local function explanation(list, marks, id)
  local items = pandoc.List()
  for index, item in ipairs(list.content) do
    local number = list.start + index - 1
    local lines = marks[number]
    if lines then
      local about = pandoc.Attr("", {}, {
        { "data-code-cell", id }, { "data-code-lines", table.concat(lines, ",") }, { "data-code-annotation", tostring(number) },
      })
      items:insert({ pandoc.Inlines(tostring(number)), { { pandoc.Plain({ pandoc.Span(pandoc.utils.blocks_to_inlines(item), about) }) } } })
    else
      io.stderr:write("PRESS\tannotation\t" .. number .. "\n")
    end
  end
  local place = style == "below" and "code-annotation-container-grid" or "code-annotation-container-hidden"
  return pandoc.Div({ pandoc.DefinitionList(items) }, pandoc.Attr("", { "cell-annotation", place }))
end

local function annotate(blocks)
  local out, pending = pandoc.Blocks({}), nil
  for _, block in ipairs(blocks) do
    if pending and block.t == "OrderedList" then
      if style ~= "none" then
        local told = explanation(block, pending.marks, pending.code.identifier)
        local last = out[#out]
        if last.t == "Div" then
          last.content:insert(2, told) -- between a cell's code and its output
        else
          out:insert(told)
        end
      end
      pending = nil
    else
      local marks, code
      block, marks, code = marks_of(block)
      pending = marks and { marks = marks, code = code }
      out:insert(block)
    end
  end
  return out
end

function Pandoc(doc)
  local asked = doc.meta["code-annotations"]
  if asked == false or not page_holds("1>") then return nil end
  local text = asked ~= nil and pandoc.utils.stringify(asked) or ""
  if text == "hover" or text == "select" or text == "none" then style = text end
  doc.blocks = doc.blocks:walk({ traverse = "topdown", Blocks = annotate })
  return doc
end
