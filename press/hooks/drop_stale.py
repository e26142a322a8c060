"""Drop frozen pages whose numbers stand on something that has changed.

Quarto's `freeze: auto` watches a page's text alone. This script, run before a render
(`project: pre-render: press/hooks/drop_stale.py`), also watches what the page's cells reach inside the
project: the Python they import, the results recorded beside it, the data files and includes
they name, and the lock file. It compares their digests with those stored beside the frozen
page in `execute-results/depends.json`, and removes the frozen result where they differ, naming the files.

    python press/hooks/drop_stale.py             drop what is stale, and note what is not noted yet
    python press/hooks/drop_stale.py --record    only note what frozen pages stand on now

It needs `qmd.py` beside it and Python's own library (3.9 or newer), so that any Quarto can run it;
the press does the same by itself, in process. Digests are of paths inside the project and of text
with LF line ends, so they are the same on every machine. Comments and blank lines in Python do not
count; everything else does. It never ends a render: what it cannot read it reports and leaves alone.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import io
import json
import shutil
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from press.hooks import qmd
else:
    import qmd

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


def python_of(text: str) -> list[str]:
    """The Python of a page: its cells, then its inline values."""
    code, prose = [], []
    for block in qmd.blocks(text):
        if block.language == "python":
            code.append("\n".join(block.content))
        elif not block.fence:
            prose += block.lines
    return code + [value["expression"].strip() for value in qmd.INLINE.finditer("\n".join(prose))]


def syntax_tree(code: str) -> ast.AST:
    """A cell's syntax tree; IPython's own lines and what is no Python count as nothing."""
    lines = [line for line in code.split("\n") if not line.lstrip().startswith(("%", "!", "?"))]
    try:
        return ast.parse("\n".join(lines))
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
    files: list[Path] = []
    folder = base
    for part in name.split("."):
        if not part or part == "*":
            break
        if (folder / part / "__init__.py").is_file():
            files.append(folder / part / "__init__.py")
        elif (folder / f"{part}.py").is_file():
            files.append(folder / f"{part}.py")
            break
        elif not (folder / part).is_dir() or ".venv" in part:
            break
        folder = folder / part
    return [path for path in files if inside(root, path)]


def inside(root: Path, path: Path) -> bool:
    """Whether a path stands in the project."""
    try:
        path.resolve().relative_to(root)
    except ValueError:
        return False
    return True


def file_names(tree: ast.AST) -> list[str]:
    """The string constants of a tree that could name a file."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [
        text
        for text in texts
        if isinstance(text, str) and 2 < len(text) < 200 and "." in text and "\n" not in text
    ]


def named_files(root: Path, bases: list[Path], names: list[str]) -> list[Path]:
    """The project files among some names, relative to any of the folders."""
    files = []
    for name in names:
        for base in bases:
            try:
                path = base / name
                if path.is_file() and path.suffix not in SOURCES and inside(root, path):
                    files.append(path)
            except (OSError, ValueError):
                continue
    return files


def stamp(path: Path) -> tuple[int, int]:
    """When a file changed last, and its size: what is known of it holds as long as they do."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@functools.cache
def read_module(
    module: Path, package: tuple[str, ...], stamp: tuple[int, int]
) -> tuple[set[str], list[str]]:
    """What a module imports, and the names in it that could be files: most pages share modules."""
    tree = syntax_tree(qmd.read(module))
    return imported(tree, package), file_names(tree)


def dependencies(root: Path, page: str) -> set[Path]:
    """Every project file that the page's numbers stand on."""
    file = root / page
    lines = list(qmd.expanded(root, file, qmd.read(file)))
    included = {line.file for line in lines} - {file}
    files = {path for path in included if inside(root, path)}
    queue: list[tuple[str, Path]] = []
    for cell in python_of("\n".join(line.text for line in lines)):
        tree = syntax_tree(cell)
        files.update(named_files(root, [file.parent, root], file_names(tree)))
        queue += [(name, base) for name in imported(tree, ()) for base in (file.parent, root)]
    queued, modules = set(queue), set()
    while queue:
        name, base = queue.pop()
        for module in module_files(root, base, name):
            if module in modules:
                continue
            modules.add(module)
            package = module.parent.relative_to(root).parts
            names, texts = read_module(module, package, stamp(module))
            queue += [(inner, root) for inner in names if (inner, root) not in queued]
            queued.update((inner, root) for inner in names)
            files.update(named_files(root, [module.parent, root], texts))
            if (module.parent / "results").is_dir():
                files.update(
                    path for path in (module.parent / "results").rglob("*") if path.is_file()
                )
    files |= modules
    files.update(root / lock for lock in LOCKS if (root / lock).is_file())
    return {
        path for path in files if not path.name.startswith(".") and "__pycache__" not in path.parts
    }


@functools.cache
def digest(path: Path, stamp: tuple[int, int]) -> str:
    """A file's digest: text with LF ends, Python without comments and blank lines."""
    if stamp[1] > LARGEST:
        return f"size:{stamp[1]}"
    data = path.read_bytes()
    if b"\0" not in data:
        text = qmd.read(path)
        data = (without_comments(text) if path.suffix == ".py" else text).encode("utf-8")
    return hashlib.sha256(data).hexdigest()[:32]


def without_comments(text: str) -> str:
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


def digests(root: Path, page: str) -> dict[str, str]:
    """What a page stands on: path in the project → digest."""
    return {
        path.resolve().relative_to(root).as_posix(): digest(path, stamp(path))
        for path in sorted(dependencies(root, page))
    }


def frozen_pages(root: Path) -> list[str]:
    """The sources of the pages that are frozen."""
    pages = []
    for file in sorted((root / "_freeze").glob("**/execute-results/html.json")):
        stem = file.parent.parent.relative_to(root / "_freeze").as_posix()
        pages += [stem + suffix for suffix in SOURCES if (root / (stem + suffix)).is_file()][:1]
    return pages


def frozen_folder(root: Path, page: str) -> Path:
    """The freezer's folder for a page."""
    return root / "_freeze" / Path(page).with_suffix("")


def note_file(root: Path, page: str) -> Path:
    """Where it is noted what a frozen page stands on.

    All that Quarto finds in the page's folder of the freezer is published with the page, but for
    the results themselves; a note from when it stood there is moved beside them.
    """
    folder = frozen_folder(root, page)
    note, older = folder / "execute-results" / "depends.json", folder / "depends.json"
    if older.is_file():
        if not note.exists() and note.parent.is_dir():
            older.replace(note)
        else:
            older.unlink()
    return note


def frozen_hash(root: Path, page: str) -> str:
    """The hash of the source that a frozen page was made from; empty where it cannot be read."""
    try:
        frozen = json.loads(
            (frozen_folder(root, page) / "execute-results" / "html.json").read_text("utf-8")
        )
        return str(frozen["hash"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def record(root: Path, page: str) -> None:
    """Store what a frozen page stands on now, beside it."""
    note = {"version": 1, "hash": frozen_hash(root, page), "files": digests(root, page)}
    text = json.dumps(note, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    qmd.write_whole(note_file(root, page), text)


def changes(root: Path, page: str) -> list[str] | None:
    """What has changed under a frozen page, in words; None where nothing is noted for it yet."""
    try:
        note = json.loads(note_file(root, page).read_text("utf-8"))
        before = dict(note["files"])
        made_from = note["hash"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if made_from != frozen_hash(root, page):
        return None  # executed since, by Quarto: the note is about an older result
    now = digests(root, page)
    out = [
        f"{name} changed" for name in sorted(now) if name in before and before[name] != now[name]
    ]
    out += [f"{name} is new" for name in sorted(set(now) - set(before))]
    return out + [f"{name} is gone" for name in sorted(set(before) - set(now))]


def drop(root: Path, page: str) -> None:
    """Remove a frozen result, from Quarto's own copy too; the pictures go when it is made again."""
    for base in (root / "_freeze", root / ".quarto" / "_freeze"):
        shutil.rmtree(base / Path(page).with_suffix("") / "execute-results", ignore_errors=True)


def check(root: Path, page: str) -> str:
    """Drop a frozen page that is stale, or note what it stands on; what was done, in words."""
    changed = changes(root, page)
    if changed is None:
        source = hashlib.md5(
            qmd.read(root / page).encode("utf-8")
        ).hexdigest()  # Quarto's own choice
        if source == frozen_hash(root, page):
            record(root, page)
        return ""
    if not changed:
        return ""
    drop(root, page)
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return f"{', '.join(changed[:3])}{more}"


def main(arguments: list[str]) -> int:
    """Run as Quarto's pre-render or post-render script."""
    root = qmd.project_folder()
    only_record = "--record" in arguments
    for page in frozen_pages(root):
        try:
            if only_record:
                if changes(root, page) is None:
                    record(root, page)
                continue
            why = check(root, page)
            if why:
                print(f"stale: {page} will be executed again: {why}", flush=True)
        except Exception as error:  # a render must not end on what this script cannot read
            print(f"stale: {page}: left as it is: {type(error).__name__}: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
