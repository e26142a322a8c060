"""Drop frozen pages whose numbers stand on something that has changed.

Quarto's `freeze: auto` watches a page's text alone. This script, run before a render
(`project: pre-render: press/hooks/drop_stale.py`), also watches what the page's cells reach inside the
project: the Python they import, the results recorded beside it, the data files and includes
they name, and the lock file. It compares their digests with those stored beside the frozen
page in `depends.json`, and removes the frozen result where they differ, naming the files.

    python press/hooks/drop_stale.py             drop what is stale, and note what is not noted yet
    python press/hooks/drop_stale.py --record    only note what frozen pages stand on now

It needs nothing but Python's own library (3.9 or newer) and imports nothing from this package,
so that any Quarto can run it. Digests are of paths inside the project and of text with LF line
ends, so they are the same on every machine. Comments and blank lines in Python do not count;
everything else does. It never ends a render: what it cannot read it reports and leaves alone.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import re
import shutil
import sys
import tokenize
from pathlib import Path

LOCKS = (
    "constraints.txt",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "requirements.txt",
)
SOURCES = (".qmd", ".md")
LARGEST = 64 * 1024 * 1024  # bytes: a larger file is known by its size alone
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
CELL = re.compile(r"^\{python\b[^}]*\}\s*$")
INCLUDE = re.compile(r"^[ \t]*\{\{<\s+include\s+(.+?)\s+>\}\}[ \t]*$")
INLINE = re.compile(r"(?:^|[^`])`\{python\}[ \t]([^`]+)`", re.M)


def read(path: Path) -> str:
    """A text file with LF line ends."""
    return (
        path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    )


def cells(text: str) -> tuple[list[str], list[str]]:
    """The Python of a page, cell by cell, and the files that it includes."""
    lines, code, included = text.split("\n"), [], []
    number, prose = 0, []
    while number < len(lines):
        mark = FENCE.match(lines[number])
        if not mark:
            found = INCLUDE.match(lines[number])
            if found:
                included.append(found.group(1).strip("\"'"))
            prose.append(lines[number])
            number += 1
            continue
        end = number + 1
        while end < len(lines):
            close = FENCE.match(lines[end])
            if close and close.group(1).startswith(mark.group(1)) and not close.group(2).strip():
                break
            end += 1
        if CELL.match(mark.group(2).strip()) and mark.group(1)[0] == "`":
            code.append("\n".join(lines[number + 1 : end]))
        number = end + 1
    code += [match.group(1).strip() for match in INLINE.finditer("\n".join(prose))]
    return code, included


def parse(code: str) -> ast.AST:
    """A cell's syntax tree; IPython's own lines and what is no Python count as nothing."""
    kept = [line for line in code.split("\n") if not line.lstrip().startswith(("%", "!", "?"))]
    try:
        return ast.parse("\n".join(kept))
    except (SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


def imported(tree: ast.AST, package: tuple[str, ...]) -> set[str]:
    """The dotted names that a tree imports; relative ones are made absolute within `package`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            names.update(f"{stem}.{alias.name}" for alias in node.names)
            names.add(stem)
    return names


def module_files(root: Path, base: Path, name: str) -> list[Path]:
    """The project files that importing a dotted name runs: every package above it, and itself."""
    found: list[Path] = []
    folder = base
    for part in name.split("."):
        if not part or part == "*":
            break
        if (folder / part / "__init__.py").is_file():
            found.append(folder / part / "__init__.py")
        elif (folder / f"{part}.py").is_file():
            found.append(folder / f"{part}.py")
            break
        elif not (folder / part).is_dir() or ".venv" in part:
            break
        folder = folder / part
    return [path for path in found if inside(root, path)]


def inside(root: Path, path: Path) -> bool:
    """Whether a path stands in the project."""
    try:
        path.resolve().relative_to(root)
    except ValueError:
        return False
    return True


def named_files(root: Path, bases: list[Path], tree: ast.AST) -> list[Path]:
    """The project files that a tree's string constants name, relative to any of the folders."""
    found = []
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if not isinstance(text, str) or not 2 < len(text) < 200 or "." not in text or "\n" in text:
            continue
        for base in bases:
            try:
                path = base / text
                if path.is_file() and inside(root, path) and path.suffix not in SOURCES:
                    found.append(path)
            except (OSError, ValueError):
                continue
    return found


def reached(root: Path, page: str) -> set[Path]:
    """Every project file that the page's numbers stand on."""
    home = (root / page).parent
    code, waiting = gather_includes(root, root / page, set())
    files: set[Path] = set(waiting)
    queue: list[tuple[str, Path]] = []
    for cell in code:
        tree = parse(cell)
        files.update(named_files(root, [home, root], tree))
        queue += [(name, base) for name in imported(tree, ()) for base in (home, root)]
    seen: set[Path] = set()
    while queue:
        name, base = queue.pop()
        for module in module_files(root, base, name):
            if module in seen:
                continue
            seen.add(module)
            tree = parse(read(module))
            package = module.parent.relative_to(root).parts
            queue += [(inner, root) for inner in imported(tree, package)]
            files.update(named_files(root, [module.parent, root], tree))
            if (module.parent / "results").is_dir():
                files.update(
                    path for path in (module.parent / "results").rglob("*") if path.is_file()
                )
    files |= seen
    files.update(root / lock for lock in LOCKS if (root / lock).is_file())
    return {
        path for path in files if not path.name.startswith(".") and "__pycache__" not in path.parts
    }


def gather_includes(root: Path, path: Path, trail: set[Path]) -> tuple[list[str], list[Path]]:
    """The Python of a page and of the files it includes, and those files."""
    code, names = cells(read(path))
    files: list[Path] = []
    for name in names:
        target = ((root if name.startswith("/") else path.parent) / name.lstrip("/")).resolve()
        if target in trail or not target.is_file() or not inside(root, target):
            continue
        inner_code, inner_files = gather_includes(root, target, trail | {target})
        code += inner_code
        files += [target, *inner_files]
    return code, files


def digest(path: Path) -> str:
    """A file's digest: text with LF ends, Python without comments and blank lines."""
    size = path.stat().st_size
    if size > LARGEST:
        return f"size:{size}"
    data = path.read_bytes()
    if b"\0" not in data:
        text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        data = (bare(text) if path.suffix == ".py" else text).encode("utf-8")
    return hashlib.sha256(data).hexdigest()[:32]


def bare(text: str) -> str:
    """Python without comments and blank lines; as it is where it cannot be read."""
    lines = text.split("\n")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return text
    for token in tokens:
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return "\n".join(line.rstrip() for line in lines if line.strip())


def standing(root: Path, page: str) -> dict[str, str]:
    """What a page stands on: path in the project → digest."""
    return {
        path.resolve().relative_to(root).as_posix(): digest(path)
        for path in sorted(reached(root, page))
    }


def frozen_pages(root: Path) -> list[str]:
    """The sources of the pages that are frozen."""
    pages = []
    for file in sorted((root / "_freeze").glob("**/execute-results/html.json")):
        stem = file.parent.parent.relative_to(root / "_freeze").as_posix()
        pages += [stem + suffix for suffix in SOURCES if (root / (stem + suffix)).is_file()][:1]
    return pages


def folder_of(root: Path, page: str) -> Path:
    """The freezer's folder for a page."""
    return root / "_freeze" / Path(page).with_suffix("")


def frozen_hash(root: Path, page: str) -> str:
    """The hash of the source that a frozen page was made from; empty where it cannot be read."""
    try:
        held = json.loads(
            (folder_of(root, page) / "execute-results" / "html.json").read_text("utf-8")
        )
        return str(held["hash"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def record(root: Path, page: str) -> None:
    """Store what a frozen page stands on now, beside it."""
    held = {"version": 1, "hash": frozen_hash(root, page), "files": standing(root, page)}
    text = json.dumps(held, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (folder_of(root, page) / "depends.json").write_bytes(text.encode("utf-8"))


def changes(root: Path, page: str) -> list[str] | None:
    """What has changed under a frozen page, in words; None where nothing is noted for it yet."""
    try:
        held = json.loads((folder_of(root, page) / "depends.json").read_text("utf-8"))
        then = dict(held["files"])
        made_from = held["hash"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if made_from != frozen_hash(root, page):
        return None  # executed since, by Quarto: the note is about an older result
    now = standing(root, page)
    out = [f"{name} changed" for name in sorted(now) if name in then and then[name] != now[name]]
    out += [f"{name} is new" for name in sorted(set(now) - set(then))]
    return out + [f"{name} is gone" for name in sorted(set(then) - set(now))]


def drop(root: Path, page: str) -> None:
    """Remove a frozen result, from Quarto's own copy too; the pictures go when it is made again."""
    for base in (root / "_freeze", root / ".quarto" / "_freeze"):
        shutil.rmtree(base / Path(page).with_suffix("") / "execute-results", ignore_errors=True)
    note = folder_of(root, page) / "depends.json"
    if note.exists():
        note.unlink()


def check(root: Path, page: str) -> str:
    """Drop a frozen page that is stale, or note what it stands on; what was done, in words."""
    found = changes(root, page)
    if found is None:
        source = hashlib.md5(read(root / page).encode("utf-8")).hexdigest()  # Quarto's own choice
        if source == frozen_hash(root, page):
            record(root, page)
        return ""
    if not found:
        return ""
    drop(root, page)
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return f"{', '.join(found[:3])}{more}"


def main(arguments: list[str]) -> int:
    """Run as Quarto's pre-render or post-render script."""
    root = Path(os.environ.get("QUARTO_PROJECT_DIR") or Path.cwd()).resolve()
    only_record = "--record" in arguments
    for page in frozen_pages(root):
        try:
            if only_record:
                if changes(root, page) is None:
                    record(root, page)
                continue
            why = check(root, page)
            if why:
                print(f"thaw: {page} will be executed again: {why}", flush=True)
        except Exception as error:  # a render must not end on what this script cannot read
            print(f"thaw: {page}: left as it is: {type(error).__name__}: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
