"""The sound freeze: a frozen page whose numbers stand on something changed is dropped, and says why."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from press.hooks import drop_stale

Make = Callable[[dict[str, str]], Path]
PAGE = "---\ntitle: A\n---\n\n```{python}\nfrom study import figures\nopen('data.csv')\n```\n\nNow `{python} study.n`.\n"
FILES = {
    "log/a.qmd": PAGE,
    "log/data.csv": "1\n",
    "study/__init__.py": "",
    "study/figures.py": "from .measure import one  # why\nfrom other import deep\n\n\ndef draw():\n    return one()\n",
    "study/measure.py": "def one():\n    return 1\n",
    "study/unrelated.py": "x = 1\n",
    "study/results/record.json": "{}\n",
    "other/__init__.py": "",
    "other/deep.py": "y = 1\n",
    "constraints.txt": "a==1\n",
}


def freeze(root: Path, page: str) -> Path:
    """Freeze a page as Quarto would, by hand."""
    folder = root / "_freeze" / Path(page).with_suffix("")
    (folder / "execute-results").mkdir(parents=True, exist_ok=True)
    digest = hashlib.md5((root / page).read_bytes()).hexdigest()
    held = {
        "hash": digest,
        "result": {"engine": "jupyter", "markdown": "Frozen.", "supporting": [], "filters": []},
    }
    (folder / "execute-results" / "html.json").write_text(json.dumps(held))
    return folder


def script(root: Path, *arguments: str) -> str:
    """Run the script as Quarto runs a pre-render script: alone, in another process."""
    done = subprocess.run(
        [sys.executable, "-E", "-s", drop_stale.__file__, *arguments],
        cwd=root,
        env={**os.environ, "QUARTO_PROJECT_DIR": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def frozen(make: Make) -> tuple[Path, Path]:
    root = make(FILES)
    folder = freeze(root, "log/a.qmd")
    assert script(root) == ""
    assert (folder / "execute-results/depends.json").is_file(), "what fits is noted"
    return root, folder


def test_a_note_from_where_quarto_would_publish_it_is_moved(frozen: tuple[Path, Path]) -> None:
    """Bug: Quarto publishes all that stands in a page's folder of the freezer but the results."""
    root, folder = frozen
    (folder / "execute-results/depends.json").rename(folder / "depends.json")
    (root / "study/measure.py").write_text("changed = 2\n")
    assert "study/measure.py changed" in script(root), "what it says still holds"
    assert not (folder / "depends.json").exists()


def test_the_note_holds_what_the_page_stands_on_and_nothing_else(frozen: tuple[Path, Path]) -> None:
    held = json.loads((frozen[1] / "execute-results/depends.json").read_text())
    assert sorted(held["files"]) == sorted(set(FILES) - {"log/a.qmd", "study/unrelated.py"})


@pytest.mark.parametrize(
    "name",
    [
        "study/measure.py",
        "study/results/record.json",
        "other/deep.py",
        "log/data.csv",
        "constraints.txt",
    ],
)
def test_a_change_drops_the_page_and_is_named(frozen: tuple[Path, Path], name: str) -> None:
    root, folder = frozen
    (root / name).write_text("changed = 2\n")
    assert f"stale: log/a.qmd will be executed again: {name} changed" in script(root)
    assert not (folder / "execute-results").exists()
    assert not (folder / "execute-results/depends.json").exists()


def test_new_and_missing_results_count(frozen: tuple[Path, Path]) -> None:
    root, _ = frozen
    (root / "study/results/record.json").rename(root / "study/results/again.json")
    said = script(root)
    assert "study/results/again.json is new" in said
    assert "study/results/record.json is gone" in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("study/measure.py", "# a comment, and a blank line\n\ndef one():\n    return 1  # one\n"),
        ("study/measure.py", "def one():\r\n    return 1\r\n"),
        ("study/unrelated.py", "x = 2\n"),
    ],
)
def test_comments_line_ends_and_strangers_do_not_count(
    frozen: tuple[Path, Path], name: str, text: str
) -> None:
    root, folder = frozen
    (root / name).write_bytes(text.encode())
    assert script(root) == ""
    assert (folder / "execute-results/html.json").is_file()


def test_the_digest_is_the_same_at_another_path(frozen: tuple[Path, Path], tmp_path: Path) -> None:
    root, _ = frozen
    other = tmp_path / "elsewhere, with spaces"
    shutil.copytree(root, other)
    for file in other.rglob("*"):
        os.utime(file, (1, 1))
    assert drop_stale.digests(root, "log/a.qmd") == drop_stale.digests(other, "log/a.qmd")
    assert script(other) == ""


def test_a_page_that_quarto_executed_since_is_noted_anew(frozen: tuple[Path, Path]) -> None:
    root, folder = frozen
    (root / "log/a.qmd").write_text(PAGE + "\nMore.\n")
    (root / "study/measure.py").write_text("def one():\n    return 2\n")
    freeze(root, "log/a.qmd")
    assert script(root, "--record") == ""
    assert script(root) == ""
    assert (folder / "execute-results/html.json").is_file()


def test_a_page_without_a_note_whose_text_changed_is_left_to_quarto(make: Make) -> None:
    root = make(FILES)
    folder = freeze(root, "log/a.qmd")
    (root / "log/a.qmd").write_text(PAGE + "\nMore.\n")
    assert script(root) == ""
    assert (folder / "execute-results/html.json").is_file()
    assert not (folder / "execute-results/depends.json").exists()


def test_it_runs_under_the_oldest_python_that_quarto_meets() -> None:
    for file in Path(drop_stale.__file__).parent.glob("*.py"):
        ast.parse(file.read_text(), feature_version=(3, 9))


def test_odd_things_never_end_a_render(make: Make) -> None:
    root = make(
        {
            **FILES,
            "study/measure.py": "def broken(:\n",
            "log/b.qmd": "```{python}\n%matplotlib inline\n(((\n```\n",
        }
    )
    freeze(root, "log/a.qmd")
    (freeze(root, "log/b.qmd") / "execute-results/html.json").write_text("not json")
    script(root)


def test_included_text_counts_because_it_is_frozen_with_the_page(make: Make) -> None:
    root = make({**FILES, "log/a.qmd": PAGE + "\n{{< include /part.md >}}\n", "part.md": "old\n"})
    freeze(root, "log/a.qmd")
    script(root)
    (root / "part.md").write_text("new\n")
    assert "part.md changed" in script(root)
