"""A small project to keep books in: one study, its results, and a history where one is wanted."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.results import record
from lab.results.study import Project, Study

ROOT = Path(__file__).resolve().parents[2]  # of this log

PAPER = """\
papers:
  smith2024:
    title: On <Rings> & "Lines"
    url: https://example.org/smith?a=1&b=2
"""
CLAIM = """\
  - id: {id}
    states: The share is {claimed}.
    source: {{paper: smith2024, where: Table 1}}
    model: gpt2-small
    claimed: {claimed}
    tolerance: 0.1
    why: Two digits are printed.
    ours: [{{result: first, value: share}}]
"""
HYPOTHESES = """\
measures:
  - {name: share, against: shuffled labels}
factors:
  - {name: order, declared: 2026-11-01, what: which name comes first}
predictions:
  - id: share-is-large
    states: The share is above a half.
    probability: 0.8
    declared: 2026-11-01
    grading: {result: first, value: share, is: above, than: 0.5}
"""


@dataclass(frozen=True)
class Params:
    """What the made study was run with."""

    model: str = "gpt2-small"
    seed: int = 0


def study(name: str, root: Path = ROOT) -> Study:
    """A study of this log, or of another, as its files are now."""
    return Project(root).study(name)


def copy_code(root: Path) -> Path:
    """The studies' and the lab's code in another folder, with nothing recorded there."""
    left_out = shutil.ignore_patterns("__pycache__", "results", "data", "sae")
    shutil.copytree(ROOT / "analyses", root / "analyses", ignore=left_out)
    lab = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "lab", root / "lab", ignore=lab)
    shutil.copy(ROOT / "constraints.txt", root)
    return root


def effect(mean: float, half: float = 0.05, p: float = 0.01) -> dict[str, Any]:
    """An estimate beside its null, as a study records it."""
    return {
        "estimate": {"mean": mean, "low": mean - half, "high": mean + half, "n": 24, "sd": 0.1},
        "null": {"mean": 0.1, "low": 0.0, "high": 0.2, "draws": 1000, "p": p},
    }


class MadeProject:
    """A project in a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.study = root / "analyses" / "made"
        self.study.mkdir(parents=True)
        (root / "analyses" / "__init__.py").write_text("")
        (self.study / "run.py").write_text("def run(params):\n    return 1\n")
        self.claims(share=0.6)
        self.hypotheses(HYPOTHESES)

    def read(self, name: str = "made") -> Study:
        """The study as its files are now."""
        return study(name, self.root)

    def claims(self, text: str = "", **claimed: float) -> None:
        """Write claims.yml: whole, or one claim for each name."""
        made = "".join(CLAIM.format(id=name, claimed=value) for name, value in claimed.items())
        (self.study / "claims.yml").write_text(text or f"{PAPER}claims:\n{made}")

    def hypotheses(self, text: str) -> None:
        """Write hypotheses.yml."""
        (self.study / "hypotheses.yml").write_text(text)

    def record(
        self,
        values: Any,
        name: str = "first",
        model: str = "gpt2-small",
        created: str = "2026-11-10T00:00:00+00:00",
    ) -> None:
        """Record a result as `reproduce` does."""
        found = {"model": model, "weights_sha256": "0" * 64, "created": created, "commit": None}
        record.save(self.read(), name, Params(), values, found)

    def commit(self, date: str) -> str:
        """Commit everything at a date; the commit's name."""
        self._git(date, "init", "-q", "-b", "main")
        self._git(date, "add", "-A")
        self._git(date, "commit", "-q", "--allow-empty", "-m", "A day's work")
        return self._git(date, "rev-parse", "HEAD")

    def _git(self, date: str, *words: str) -> str:
        who = {
            f"GIT_{role}_{part}": "made"
            for role in ("AUTHOR", "COMMITTER")
            for part in ("NAME", "EMAIL")
        }
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        done = subprocess.run(
            ["git", "-C", str(self.root), *words],
            env={**os.environ, **who, **dates}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()
