"""A fingerprint is of what reached definitions say: not of where they stand or what is imported."""

from __future__ import annotations

import functools
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.errors import AnalysisError
from lab.fingerprint import definitions
from lab.fingerprint.definitions import STATEMENTS, code_of, code_of_study
from lab.fingerprint.fingerprint import EXEMPT
from lab.fingerprint.project_modules import module_file
from lab.project import ROOT
from lab.results import reproduce

Files = dict[str, str]  # dotted module: text

MEASURE = '''
"""Measures."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.made import table as known
from analyses.made.table import LIMIT, SIZES

HALF: float = 0.5


@dataclass(frozen=True)
class Base:
    """What a spread has."""

    share: float = HALF


class Spread(Base):
    values: list[float]

    def widest(self, most: float = LIMIT) -> float:
        """The widest, at most `most`."""
        found: float = np.linalg.norm(self.values)
        return min(found, most)


def spread(values: list[float]) -> Spread:
    # Each but the first.
    sizes = SIZES["small"]
    kept = [value * known.scale(value) for value in values if value]
    kept.sort()
    kept.append(sizes)
    return Spread(kept)


def unused() -> int:
    return 7
'''
TABLE = """
SIZES = {"small": 1, "large": 2}
LIMIT = 10


def scale(value):
    return value / 3
"""
RUN = '''
"""The study."""
from analyses.made import measure

def run(params: int) -> "measure.Spread":
    return measure.spread([params, 1.0])
'''
MADE = {"analyses.made.run": RUN, "analyses.made.measure": MEASURE, "analyses.made.table": TABLE}


def said(files: Files, root: Path | None = None) -> dict[str, str]:
    """What the made study's code says, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return code_of_study("made", written(files, root or Path(folder))).definitions


def written(files: Files, root: Path) -> Path:
    for module, text in files.items():
        path = root.joinpath(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def edited(module: str, old: str, new: str) -> Files:
    text = MADE[f"analyses.made.{module}"]
    assert text.count(old) == 1, old
    return {**MADE, f"analyses.made.{module}": text.replace(old, new)}


def study(run: str, **modules: str) -> dict[str, str]:
    """What a study of this run and these other modules says."""
    return said(
        {"analyses.made.run": run, **{f"analyses.made.{name}": t for name, t in modules.items()}}
    )


def test_only_what_is_reached_counts() -> None:
    assert set(said(MADE)) == {
        "run", "spread", "Spread", "Base", "HALF", "SIZES", "LIMIT", "scale"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("module", "old", "new", "changed"),
    [
        ("table", "LIMIT = 10", "LIMIT = 11", "LIMIT"),
        ("table", '"large": 2', '"large": 3', "SIZES"),
        ("table", "value / 3", "value // 3", "scale"),
        ("table", "scale(value):", "scale(value, by=3):", "scale"),
        ("measure", "HALF: float = 0.5", "HALF: float = 0.25", "HALF"),
        ("measure", "np.linalg.norm", "np.linalg.det", "Spread"),
        ("measure", "import numpy as np", "import torch as np", "Spread"),
        ("measure", "most: float = LIMIT", "most: float = 2 * LIMIT", "Spread"),
        ("measure", "values: list[float]\n\n", "values: list[int]\n\n", "Spread"),
        ("measure", "share: float = HALF", "share: float = HALF\n    more: int = 0", "Base"),
        ("measure", "frozen=True", "frozen=False", "Base"),
        ("measure", "from dataclasses import", "from pydantic.dataclasses import", "Base"),
        ("measure", "class Spread(Base)", "class Spread(Base, list)", "Spread"),
        ("measure", "kept.sort()\n    kept.append(sizes)", "kept.append(sizes)\n    kept.sort()", "spread"),
        ("measure", "if value]", "if not value]", "spread"),
        ("run", "[params, 1.0]", "[params, 1]", "run"),
        ("run", "[params, 1.0]", "[1.0, params]", "run"),
    ],
)  # fmt: skip
def test_an_edit_of_what_is_reached_shows(module: str, old: str, new: str, changed: str) -> None:
    before, after = said(MADE), said(edited(module, old, new))
    assert {name for name in before if before[name] != after.get(name)} == {changed}


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("measure", "return 7", "return 8"),
        ("measure", "def unused() -> int:\n    return 7\n", ""),
        ("measure", "# Each but the first.", "# Another comment."),
        ("measure", '"""Measures."""', ""),
        ("measure", '"""The widest, at most `most`."""', ""),
        ("measure", '    """What a spread has."""\n\n', ""),
        ("measure", "def spread(values: list[float]) -> Spread", "def spread(values)"),
        ("measure", "found: float = np", "found = np"),
        ("measure", "HALF: float = 0.5", "HALF = (\n    0.5\n)"),
        ("measure", "import numpy as np", "import numpy as np\nimport json, scipy.stats"),
        ("measure", "import numpy as np", "import os\nimport numpy as np"),
        ("table", "LIMIT = 10", "OTHER = 3\nLIMIT = 10"),
        ("table", "def scale(value)", "def scale(value: float) -> float"),
        ("run", "def run", "def other():\n    return 1\n\ndef run"),
    ],
)
def test_what_computes_nothing_may_change(module: str, old: str, new: str) -> None:
    assert said(edited(module, old, new)) == said(MADE)


# Definitions by name, and what they refer to in braces; any may stand anywhere.
PARTS = {
    "LIMIT": "LIMIT = 10\n",
    "Base": "class Base:\n    limit: int = {LIMIT}\n",
    "Spread": "class Spread({Base}):\n    def most(self):\n        return [{LIMIT} for _ in self]\n",
    "scale": "def scale(x, y={LIMIT}):\n    return {Spread}(x, y) if x else {scale}(x - 1)\n",
    "spread": "def spread(x):\n    return {scale}(x), {LIMIT}, {Spread}.most\n",
}
PLACES = ("analyses.made.a", "analyses.made.b", "lab.c", "lab.d", "lab.deep.er.e")
STYLES = ("from", "from as", "module", "module as", "dotted", "inside")


def laid_out(places: dict[str, str], styles: list[str]) -> Files:
    """The parts in modules, each reference imported in one of the styles."""
    heads: dict[str, list[str]] = {place: [] for place in {*places.values(), "analyses.made.run"}}
    bodies: dict[str, list[str]] = {place: [] for place in heads}
    everything = {**PARTS, "run": "def run(x):\n    return {spread}(x) - {LIMIT}\n"}
    turn = 0
    for name, text in everything.items():
        here = places.get(name, "analyses.made.run")
        for wanted, place in places.items():
            mark = "{" + wanted + "}"
            if mark not in text:
                continue
            turn += 1
            style, package, stem = styles[turn % len(styles)], *place.rsplit(".", 1)
            line, said_as = {
                "from": (f"from {place} import {wanted}", wanted),
                "from as": (f"from {place} import {wanted} as my_{wanted}", f"my_{wanted}"),
                "module": (f"from {package} import {stem}", f"{stem}.{wanted}"),
                "module as": (f"import {place} as the_{stem}", f"the_{stem}.{wanted}"),
                "dotted": (f"import {place}", f"{place}.{wanted}"),
                "inside": (f"from {place} import {wanted}", wanted),
            }[style]
            if place == here:
                text = text.replace(mark, wanted)
                continue
            text = text.replace(mark, said_as)
            before, colon, body = text.partition(":\n    ")
            if style == "inside" and name in ("spread", "run"):
                text = f"{before}{colon}{line}\n    {body}"
            else:
                heads[here].append(line)
        bodies[here].append(text)
    return {place: "\n".join([*heads[place], *bodies[place]]) + "\n" for place in heads}


@functools.cache
def in_one_module() -> dict[str, str]:
    return said(laid_out(dict.fromkeys(PARTS, "analyses.made.run"), ["from"]))


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({name: st.sampled_from(PLACES) for name in PARTS}),
    st.lists(st.sampled_from(STYLES), min_size=1, max_size=7),
)
def test_where_definitions_stand_and_how_they_are_imported_does_not_count(
    places: dict[str, str], styles: list[str]
) -> None:
    assert said(laid_out(places, styles)) == in_one_module()
    assert set(in_one_module()) == {*PARTS, "run"}


def test_how_a_library_is_imported_does_not_count() -> None:
    found = [
        study(f"{line}\ndef run(x):\n    return {call}(x)\n")
        for line, call in (
            ("import numpy as np", "np.linalg.norm"),
            ("import numpy.linalg", "numpy.linalg.norm"),
            ("from numpy import linalg as la", "la.norm"),
            ("from numpy.linalg import norm", "norm"),
        )
    ]
    inside = study("def run(x):\n    import numpy as q\n    return q.linalg.norm(x)\n")
    assert all(each == inside for each in found)
    assert study("from numpy.linalg import det\ndef run(x):\n    return det(x)\n") != inside


def test_a_renamed_definition_shows() -> None:
    renamed = {name: text.replace("scale", "by_a_third") for name, text in MADE.items()}
    before, after = said(MADE), said(renamed)
    assert set(after) - set(before) == {"by_a_third"}
    assert before["spread"] != after["spread"]


TWO = "from analyses.made import a, b\ndef run(x):\n    return a.fit(x) - b.fit(x)\n"


def test_two_definitions_of_one_name_both_count_and_cannot_be_taken_for_each_other() -> None:
    first, second = "def fit(x):\n    return x\n", "def fit(x):\n    return 2 * x\n"
    found = study(TWO, a=first, b=second)
    assert len(found["fit"].split()) == 2
    assert study(TWO, a=first, b=second.replace("2", "3")) != found
    assert study(TWO, a=first.replace("x\n", "-x\n"), b=second) != found
    assert study(TWO, a=second, b=first) != found
    swapped = TWO.replace("a.fit(x) - b.fit(x)", "b.fit(x) - a.fit(x)")
    assert study(swapped, a=second, b=first) == found  # each moved where the other was


def test_two_of_one_name_that_differ_in_what_they_call_are_told_apart() -> None:
    def one(by: int) -> str:
        return f"BY = {by}\ndef inner(x):\n    return BY * x\ndef fit(x):\n    return inner(x)\n"

    found = study(TWO, a=one(1), b=one(2))
    assert study(TWO, a=one(2), b=one(1)) != found
    assert len(found["fit"].split()) == 2


def test_the_same_definition_twice_counts_as_one() -> None:
    text = "def fit(x):\n    return x\n"
    once = TWO.replace("b.fit", "a.fit")
    assert study(TWO, a=text, b=text) == study(once, a=text)


@pytest.mark.parametrize(
    "body",
    [
        "def run(fit):\n    return fit(1)\n",
        "def run(x):\n    fit = len\n    return fit(x)\n",
        "def run(x):\n    return [fit for fit in x]\n",
        "def run(x):\n    return {fit: y for y, fit in x}\n",
        "def run(x):\n    return lambda fit: fit(x)\n",
        "def run(x):\n    for fit in x:\n        x += fit\n    return x\n",
        "def run(x):\n    with x as fit:\n        return fit\n",
        "def run(x):\n    try:\n        return x\n    except ValueError as fit:\n        return fit\n",
        "def run(x):\n    if (fit := x):\n        return fit\n",
        "def run(x):\n    match x:\n        case [fit, *_]:\n            return fit\n",
        "def run(x):\n    def fit():\n        return 1\n    return fit() + x\n",
        "def run(x):\n    fit = 1\n    def inner():\n        return fit\n    return inner\n",
    ],
)
def test_a_local_name_is_not_the_imported_one(body: str) -> None:
    fit = "def fit(x):\n    return x\n"
    assert set(study(f"from analyses.made.a import fit\n{body}", a=fit)) == {"run"}


@pytest.mark.parametrize(
    "body",
    [
        "def run(x, y=fit):\n    return y\n",
        "def run(x):\n    return [fit for fit in fit(x)]\n",
        "def run(x):\n    return [(lambda y: fit(y)) for z in x]\n",
        "@fit\ndef run(x):\n    return x\n",
        "class A(fit):\n    pass\ndef run(x):\n    return A\n",
        "class A:\n    fit = 1\n    def f(self):\n        return fit(self)\ndef run(x):\n    return A\n",
        "class A:\n    x: fit\ndef run(x):\n    return A\n",
        "class A:\n    x: list['fit']\ndef run(x):\n    return A\n",
        "class A:\n    fit = fit\ndef run(x):\n    return A\n",
        "def run(x):\n    return f'{fit(x):>{x}}'\n",
        "def run(x: fit):\n    return x\n",
        "def run(x) -> 'fit':\n    return x\n",
        "TABLE = {'a': fit}\ndef run(x):\n    return TABLE[x]\n",
        "def run(x):\n    def inner():\n        return fit\n    return inner\n",
    ],
)
def test_a_reference_is_found_wherever_it_stands(body: str) -> None:
    def of(number: int) -> dict[str, str]:
        head = "from analyses.made.a import fit\n"
        return study(f"{head}{body}", a=f"def fit(x):\n    return {number}\n")

    before, after = of(1), of(2)
    assert "fit" in before
    assert {name for name in before if before[name] != after[name]} == {"fit"}


def test_reexports_are_followed() -> None:
    run = "from analyses.made import b\ndef run(x):\n    return b.measured(x) + b.np.pi\n"
    fit, through = (
        "def fit(x):\n    return x\n",
        "from .a import fit as measured\nimport numpy as np\n",
    )
    direct = (
        "from analyses.made.a import fit\nimport numpy\ndef run(x):\n    return fit(x) + numpy.pi\n"
    )
    assert study(run, a=fit, b=through) == study(direct, a=fit)


def test_either_of_two_conditional_imports_counts() -> None:
    def of(first: str, second: str) -> dict[str, str]:
        head = f"try:\n    from yaml import {first} as L\nexcept ImportError:\n    from yaml import {second} as L\n"
        return study(f"{head}def run(x):\n    return L(x)\n")

    assert STATEMENTS not in of("A", "B")
    assert len({str(of(*names)) for names in (("A", "B"), ("B", "A"), ("A", "C"))}) == 3
    fallback = (
        "try:\n    import yaml\nexcept ImportError:\n    yaml = {}\ndef run(x):\n    return yaml\n"
    )
    assert study(fallback) != study(fallback.replace("{}", "dict(a=1)"))


def test_a_name_in_a_string_is_no_reference_but_a_modules_whole_name_is() -> None:
    run = (
        "from importlib import import_module\ndef run(x):\n    return import_module({!r}).fit(x)\n"
    )
    fit = "def fit(x):\n    return x\n"
    assert set(study(run.format("fit"), a=fit)) == {"run"}
    assert set(study(run.format("analyses.made.a"), a=fit)) == {"run", "fit"}


def test_a_module_used_as_a_value_counts_whole() -> None:
    run = "from analyses.made import a\ndef run(x):\n    return getattr(a, x)\n"
    assert set(study(run, a="ONE = 1\nTWO = 2\n")) == {"run", "ONE", "TWO"}


@pytest.mark.parametrize(
    "statement",
    [
        "np.random.seed({})",
        "TABLE['b'] = {}",
        "TABLE |= dict(b={})",
        "np.set.value = {}",
        "for i in range({}):\n    TABLE[i] = i",
        "if np.x:\n    TABLE['b'] = {}",
    ],
)
def test_what_a_module_does_when_imported_counts(statement: str) -> None:
    def of(number: int) -> dict[str, str]:
        table = f"import numpy as np\nTABLE = {{}}\n{statement.format(number)}\n"
        return study("import analyses.made.a\ndef run(x):\n    return x\n", a=table)

    before, after = of(1), of(2)
    assert STATEMENTS in before
    assert before[STATEMENTS] != after[STATEMENTS]


def test_what_runs_only_as_a_command_or_for_types_does_not_count() -> None:
    run = "def run(x):\n    return x\n"
    assert study(f"{run}if __name__ == '__main__':\n    print(run(3))\n") == study(run)
    typed = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from analyses.made.a import T\n"
    )
    assert study(f"{typed}{run}", a="print(1)\nT = int\n") == study(run)


def test_a_decorator_of_the_projects_own_may_enter_a_definition_somewhere() -> None:
    table = "KNOWN = []\ndef known(f):\n    KNOWN.append(f)\n    return f\n"
    run = "from analyses.made import b\nfrom analyses.made.a import KNOWN\ndef run(x):\n    return KNOWN\n"
    entered = "from .a import known\n@known\ndef one(x):\n    return 1\n"
    assert {"one", "known"} <= set(study(run, a=table, b=entered))


def test_globals_that_a_function_sets_count() -> None:
    run = "COUNT = 0\ndef run(x):\n    global COUNT\n    COUNT = x\n    return x\n"
    assert "COUNT" in study(run)


def test_a_star_import_a_missing_run_and_broken_text_are_refused() -> None:
    with pytest.raises(AnalysisError, match=r"analyses/made/run.py: line 1: .* Name what is"):
        study("from math import *\ndef run(x):\n    return pi\n")
    with pytest.raises(AnalysisError, match="there is no run in it"):
        study("def walk(x):\n    return x\n")
    with pytest.raises(AnalysisError, match=r"analyses/made/a.py:2: "):
        study("from analyses.made.a import x\ndef run():\n    return x\n", a="x = 1\ndef (\n")
    with pytest.raises(AnalysisError, match=r"no such module .* needs a run.py"):
        code_of("analyses.nothing.run", ("run",), ROOT)


def test_a_run_that_is_given_a_model_reaches_what_loads_it() -> None:
    own = "def load(name):\n    return name\ndef run(params, loaded):\n    return loaded\n"
    assert "load" in study(own)
    assert "load" in code_of_study("circular", ROOT).definitions
    assert "load" not in study(own.replace("loaded", "given"))
    installed = study(own.replace("def load", "def other"))  # a log that has no lab of its own
    assert {"load", "LoadedModel"} <= set(installed)
    module, _, name = definitions.LOADER.rpartition(".")
    assert module_file(module, ROOT) is not None
    loader = reproduce._loader(sys)  # of a module without one
    assert (loader.__module__, loader.__name__) == (module, name)


def test_what_draws_and_keeps_does_not_count() -> None:
    run = "from analyses.made import figures\ndef run(x):\n    return figures.draw(x)\n"
    found = study(run, figures="def draw(x):\n    return 1\n")
    assert set(found) == {"run"}
    assert study(run, figures="def (") == found


@pytest.mark.parametrize("pattern", EXEMPT)
def test_every_exempt_path_is_there(pattern: str) -> None:
    assert list(ROOT.glob(pattern))


def test_libraries_are_those_that_reached_code_refers_to(tmp_path: Path) -> None:
    run = (
        "import numpy as np\nimport torch\nimport json\n"
        "def run(x):\n    from scipy import stats\n    return stats.norm(np.pi)\n"
        "def other(x):\n    return torch.tensor(x), json\n"
    )
    root = written({"analyses.made.run": run}, tmp_path)
    assert code_of_study("made", root).libraries == {"numpy", "scipy"}


def test_one_source_has_one_digest_under_every_python() -> None:
    """A fixed answer: run under 3.11 to 3.14 this test must find the same one."""
    run = (
        "import a as b\nfrom c import d, B, C\n@d\ndef run(x: int, *y, k=1, **z) -> str:\n    'doc'\n"
        "    return f'{x!r:>{k}} and {y}' if x else [A(i) for i in z if b.e(i)]\n"
        "class A(B, metaclass=C):\n    x: int = -1\n"
    )
    assert study(run) == {"A": "d92c3891f3451dfc", "run": "553fb71fa839c435"}
