"""Two engines, one site: the press against what Quarto makes of the conformance project.

`quarto.json` is the outline that Quarto 1.10.18 itself gives of it; where a `quarto` is on PATH,
the press is held against that one too. What differs on purpose stands in `differences.yml`, each
difference with its reason, and the reasons are told in docs/quarto-options.md. After a change of
the project, record anew with Quarto:

    PRESS_RECORD=1 python -m pytest tests/press/test_engines.py
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.press import outline

Run = Callable[..., "subprocess.CompletedProcess[str]"]
HERE = Path(__file__).parent
RECORDED = HERE / "quarto.json"
DIFFERENCES = HERE / "differences.yml"
DOCS = HERE.parents[1] / "docs/quarto-options.md"
QUARTO = shutil.which("quarto")
with_quarto = pytest.mark.skipif(QUARTO is None, reason="Quarto is not on PATH")
AUTO = "project:\n  type: website\nexecute:\n  freeze: auto\n"
CELL = "---\ntitle: A\n---\n\n```{python}\nprint(6 * 7)\n```\n"


def quarto(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [QUARTO or "quarto", "render", str(root), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.fixture(scope="module")
def ours(rendered: tuple[Path, str]) -> dict[str, Any]:
    return outline.site(rendered[0] / "_site")


def intended() -> dict[tuple[str, str], list[Any]]:
    """The differences that are meant, as `outline.differences` gives them."""
    out: dict[tuple[str, str], list[Any]] = {}
    for group in yaml.safe_load(DIFFERENCES.read_text(encoding="utf-8")):
        for place in group["places"]:
            for engine in ("quarto", "press"):
                if engine in place:
                    out.setdefault((place["place"], engine), []).extend(place[engine])
    return out


def compared(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[tuple[str, str], list[Any]]:
    return outline.differences(outline.with_plain_links(theirs), outline.with_plain_links(ours))


def sorted_values(
    differences: dict[tuple[str, str], list[Any]],
) -> dict[tuple[str, str], list[str]]:
    return {key: sorted(map(str, values)) for key, values in differences.items()}


def test_the_press_differs_from_quarto_as_recorded_only_where_it_is_told(
    ours: dict[str, Any],
) -> None:
    theirs = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert sorted_values(compared(theirs, ours)) == sorted_values(intended())


def test_the_docs_tell_every_reason_for_a_difference() -> None:
    text = DOCS.read_text(encoding="utf-8").split("\n## Where a page differs\n", 1)[1]
    told = [line.split(" | ")[0].strip("| ") for line in text.split("\n") if line.startswith("| ")]
    groups = yaml.safe_load(DIFFERENCES.read_text(encoding="utf-8"))
    assert [group["reason"] for group in groups] == told[1:]


def test_another_order_and_a_missing_page_are_differences() -> None:
    theirs = {"pages": {"a.html": {"ids": ["b", "a"]}, "b.html": {"ids": ["c"]}}}
    ours = {"pages": {"a.html": {"ids": ["a", "b"]}}}
    assert outline.differences(theirs, ours) == {
        ("pages / a.html / ids", "quarto"): ["b", "a"],
        ("pages / a.html / ids", "press"): ["a", "b"],
        ("pages / b.html", "quarto"): [{"ids": ["c"]}],
    }


@with_quarto
def test_the_press_differs_from_quarto_itself_only_where_it_is_told(
    ours: dict[str, Any], conformance: Callable[[Path], Path], tmp_path: Path
) -> None:
    root = conformance(tmp_path / "theirs")
    done = quarto(root)
    assert done.returncode == 0, done.stderr
    theirs = outline.site(root / "_site")
    if os.environ.get("PRESS_RECORD"):
        text = json.dumps(theirs, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        RECORDED.write_text(text, encoding="utf-8")
    assert sorted_values(compared(theirs, ours)) == sorted_values(intended())


@with_quarto
def test_a_page_frozen_by_quarto_needs_no_kernel_in_the_press(make: Any, run: Run) -> None:
    root = make({"_quarto.yml": AUTO, "a.qmd": CELL})
    assert quarto(root).returncode == 0
    done = run(root)
    assert "reused    a.qmd  (frozen)" in done.stdout


@with_quarto
def test_a_page_frozen_by_the_press_needs_no_kernel_in_quarto(make: Any, run: Run) -> None:
    root = make({"_quarto.yml": AUTO, "a.qmd": CELL})
    assert run(root).returncode == 0
    before = (root / "_freeze/a/execute-results/html.json").read_bytes()
    done = quarto(root)
    assert done.returncode == 0, done.stderr
    assert "Starting python3 kernel" not in done.stderr
    assert (root / "_freeze/a/execute-results/html.json").read_bytes() == before
