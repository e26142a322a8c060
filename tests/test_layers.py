"""The arrows between the rooms, and no others. Every list here is read off the folders."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("tracker", "press", "lab")
STUDIES = sorted(path.parent.name for path in (ROOT / "analyses").glob("*/params.py"))
MODEL_LIBRARIES = ("torch", "transformers", "transformer_lens", "sae_lens")
MOST_FILES = 14  # of one kind in a folder

# Rooms of the tracker from the ground up: a room imports from rooms below it, and from no other.
TRACKER_FLOORS = (
    {"text"},
    {"calendar"},
    {"habits"},
    {"goals"},
    {"seasons"},
    {"goals_file"},
    {"store", "pages"},
    {"exchange"},
    {"workspace"},
    {"cli"},
)
# The lab's in the same way; modules that stand in no room are its ground.
LAB_FLOORS = (
    {"fingerprint", "stats", "text"},
    {"declared", "geometry", "models"},
    {"results", "sae"},
    {"ledger"},
    {"pages", "cli"},
)
PURE = ("calendar", "text", "habits", "goals", "seasons")
IMPURE = ("click", "rich", "sqlite3", "sqlite_utils", "os", "time", "pathlib", "subprocess")


@cache
def modules(folder: str) -> dict[str, Path]:
    """Every module below a folder, by dotted name."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths, f"{folder} holds no module: what is said about it would prove nothing"
    return {dotted(path): path for path in paths}


def dotted(path: Path) -> str:
    """A file's dotted name; a package is called as its folder is."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported(path: Path) -> frozenset[str]:
    """The dotted names that a module imports when it runs, anywhere in it; none are relative."""
    return frozenset(_names(ast.parse(path.read_text(encoding="utf-8"))))


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"a relative import: {ast.unparse(node)}"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from _names(node)


def touches(path: Path, *targets: str) -> set[str]:
    """Which of the targets, or names inside them, a module imports."""
    return {
        name
        for name in imported(path)
        for target in targets
        if name == target or name.startswith(target + ".")
    }


@cache
def graph() -> dict[str, frozenset[str]]:
    """Every module of the house, and the modules of the house that it imports."""
    paths = {
        name: path for folder in (*TOOLS, "analyses") for name, path in modules(folder).items()
    }
    return {name: imported(path) & frozenset(paths) for name, path in paths.items()}


def reached(*starts: str, but: Collection[str] = ()) -> set[str]:
    """The modules that some modules reach, by however many steps and under whatever name.

    Steps through the modules in `but` do not count.
    """
    found: set[str] = set(but)
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph().get(name, frozenset())
    return found - set(but)


def circle(arrows: dict[str, frozenset[str]]) -> list[str]:
    """Modules that reach themselves; none where there is no circle."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_the_studies_are_there() -> None:
    assert "circular" in STUDIES


@pytest.mark.parametrize("tool", TOOLS)
def test_tools_import_neither_one_another_nor_a_study(tool: str) -> None:
    others = [other for other in (*TOOLS, "analyses", "tests", "benchmarks") if other != tool]
    for path in modules(tool).values():
        assert not touches(path, *others), path


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_imports_no_other(study: str) -> None:
    others = [f"analyses.{other}" for other in STUDIES if other != study]
    for path in modules(f"analyses/{study}").values():
        assert not touches(path, *others, "tracker", "press"), path


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_knows_no_disk_no_clock_no_terminal(room: str) -> None:
    for path in modules(f"tracker/{room}").values():
        assert not touches(path, *IMPURE), path


@pytest.mark.parametrize(("tool", "floors"), [("tracker", TRACKER_FLOORS), ("lab", LAB_FLOORS)])
def test_arrows_between_rooms_point_down(tool: str, floors: tuple[set[str], ...]) -> None:
    floor = {room: level for level, rooms in enumerate(floors) for room in rooms}
    assert set(floor) == {path.parent.name for path in (ROOT / tool).glob("*/__init__.py")}
    for name, below in graph().items():
        package, _, rest = name.partition(".")
        here = floor.get(rest.partition(".")[0])
        if package != tool or here is None:
            continue
        for other in below:
            room = other.split(".")[1] if "." in other else ""
            same = room == rest.partition(".")[0]
            assert room not in floor or same or floor[room] < here, f"{name} imports {other}"


def test_click_stays_in_the_command_layer() -> None:
    for tool in ("tracker", "lab"):
        for name, path in modules(tool).items():
            # `python -m tracker` is the command line by another name.
            if not name.startswith(f"{tool}.cli") and path.stem != "__main__":
                assert not touches(path, "click", f"{tool}.cli"), path


def test_a_hook_stands_alone_under_any_engine() -> None:
    for path in modules("press/hooks").values():
        outside = {n for n in touches(path, "press") if not f"{n}.".startswith("press.hooks.")}
        assert outside <= {"press"}, path


@pytest.mark.parametrize("folder", [*TOOLS, "analyses"])
def test_no_module_reaches_itself(folder: str) -> None:
    inside = {name: below for name, below in graph().items() if name in modules(folder)}
    assert circle(inside) == []


def test_a_circle_would_be_found() -> None:
    spoilt = {**graph(), "tracker.errors": frozenset({"tracker.store.connection"})}
    assert "tracker.errors" in circle(spoilt)


def page_modules() -> set[str]:
    """The modules of the house that cells of pages import."""
    cells = re.compile(r"^```\{python\}\n(.*?)^```", re.M | re.S)
    names: set[str] = set()
    for page in sorted((ROOT / "log").rglob("*.qmd")):
        for cell in cells.findall(page.read_text(encoding="utf-8")):
            names |= set(_names(ast.parse(cell)))
    return names & set(graph())


def test_what_a_page_reads_reaches_no_model() -> None:
    """Not even through a module that hands a loaded model on under its own name."""
    read = page_modules()
    assert "analyses.circular.figures" in read
    drawn = {name for name in graph() if name.rpartition(".")[2] in {"figures", "result", "params"}}
    # The lab's front door reaches the loader when `load` is called; its tests hold it to that.
    for name in sorted(reached(*read, *drawn, but={"lab.models"})):
        path = modules(name.partition(".")[0])[name]
        assert not touches(path, *MODEL_LIBRARIES, "lab.models.loader", "lab.models.load"), name


def test_a_measure_is_given_numbers_and_loads_no_model() -> None:
    for study in STUDIES:
        name = f"analyses.{study}.measure"
        assert "lab.models.loader" not in reached(name), f"{name} reaches a model"


def test_importing_tracker_loads_nothing_heavy() -> None:
    heavy = ["torch", "pandas", "numpy", "matplotlib", "pydantic", "rich", "press", "lab"]
    code = f"import sys, tracker.cli; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("tree", [*TOOLS, "tests"])
def test_a_folder_holds_few_files_of_one_kind(tree: str) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", tree], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    kinds: dict[tuple[str, str], int] = {}
    for name in filter(None, tracked):
        path = Path(name)
        if path.stem not in {"__init__", "conftest"}:
            kinds[str(path.parent), path.suffix] = kinds.get((str(path.parent), path.suffix), 0) + 1
    assert {place: count for place, count in kinds.items() if count > MOST_FILES} == {}
