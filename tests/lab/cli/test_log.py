"""`lab` works on the log one stands in, and on no other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lab.cli.main import main
from lab.errors import AnalysisError
from lab.project import VARIABLE, find_root
from tests.lab.made_project import ROOT

PARAMS = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Params:
    throws: int = 600
    seed: int = 0

RECORDED = {"fair": Params()}
"""
RUN = """
import random
from analyses.dice.params import Params
from lab.stats.estimates import Estimate

def run(params: Params) -> dict:
    draw = random.Random(params.seed)
    share = sum(draw.randrange(6) == 5 for _ in range(params.throws)) / params.throws
    return {"sixes": share}
"""
HYPOTHESES = """
measures:
  - {name: sixes, against: nothing, why: the die is made here}
predictions:
  - id: sixes-are-few
    states: Fewer than a third are sixes.
    probability: 0.9
    declared: 2026-11-01
    grading: {result: fair, value: sixes, is: below, than: 0.33}
"""


@pytest.fixture
def dice(tmp_path: Path) -> Path:
    """A log of another person, with one study."""
    study = tmp_path / "log-of-dice" / "analyses" / "dice"
    study.mkdir(parents=True)
    (study.parent / "__init__.py").write_text("")
    (study / "params.py").write_text(PARAMS)
    (study / "run.py").write_text(RUN)
    (study / "hypotheses.yml").write_text(HYPOTHESES)
    return study.parents[1]


def lab(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a folder, this repository being installed."""
    return subprocess.run(
        [sys.executable, "-m", "lab", *words], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, check=False,
    )  # fmt: skip


def test_a_log_elsewhere_has_its_own_studies_and_no_others(dice: Path) -> None:
    found = lab(dice, "status", "--json")
    assert [(each["study"], each["state"]) for each in json.loads(found.stdout)] == [
        ("dice", "missing")
    ]
    done = lab(dice / "analyses" / "dice", "reproduce", "dice")  # from within it, too
    assert done.returncode == 0, done.stderr
    assert "dice/fair: was missing, recorded to fair.json" in done.stdout
    assert "prediction sixes-are-few: came true" in done.stdout
    assert lab(dice, "status").stdout == "dice/fair: fresh\n"
    assert lab(dice, "ledger", "--check").returncode == 0
    rows = json.loads((dice / "ledger.json").read_text())["rows"]
    assert {row["study"] for row in rows} == {"dice"}
    again = lab(dice, "reproduce")
    assert (again.returncode, "1 of 1 within tolerance" in again.stdout) == (0, True), again.stderr
    (dice / "analyses" / "dice" / "run.py").write_text(RUN.replace("== 5", "== 4"))
    stale = lab(dice, "status")
    assert (stale.returncode, "code: run changed" in stale.stdout) == (1, True)


def test_a_study_that_is_not_here_is_named_beside_those_that_are(dice: Path) -> None:
    done = lab(dice, "reproduce", "circular")
    assert done.returncode == 1
    assert 'study "circular": there is none. Use one of: dice.' in done.stderr


def test_a_package_that_would_shadow_the_log_is_named(dice: Path) -> None:
    (dice / "analyses" / "__init__.py").unlink()
    done = lab(dice, "status")
    assert done.returncode == 1
    assert "Put an empty analyses/__init__.py into this log." in done.stderr


def test_a_folder_that_is_no_log_says_so(tmp_path: Path, dice: Path) -> None:
    done = lab(tmp_path, "status")
    assert done.returncode == 1
    assert "no research log here or above" in done.stderr
    assert "Traceback" not in done.stderr
    assert lab(tmp_path, "status", **{VARIABLE: str(dice)}).stdout.startswith("dice/fair: missing")
    assert "is no folder" in lab(tmp_path, "status", **{VARIABLE: str(dice / "gone")}).stderr


@pytest.mark.parametrize("mark", ["_quarto.yml", "goals.yml", "analyses/dice"])
def test_a_log_is_found_from_any_folder_in_it(
    tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / mark).mkdir(parents=True)
    page = tmp_path / "log" / "2026-11-01-x"
    page.mkdir(parents=True)
    assert find_root(page) == tmp_path.resolve()
    with pytest.raises(AnalysisError, match="no research log"):
        find_root(Path("/"))


def commands(group: click.Group = main) -> list[click.Command]:
    return [main, *group.commands.values()]


@pytest.mark.parametrize("command", commands(), ids=lambda each: str(each.name))
def test_every_command_and_option_has_help(command: click.Command) -> None:
    assert command.help
    for option in command.params:
        assert isinstance(option, click.Argument) or getattr(option, "help", None), option.name


def test_the_command_line_is_there_without_a_log(tmp_path: Path) -> None:
    done = lab(tmp_path, "--help")
    assert done.returncode == 0
    assert [word for word in ("ledger", "reproduce", "status") if word in done.stdout] == [
        "ledger", "reproduce", "status",
    ]  # fmt: skip


def test_an_error_has_its_traceback_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    assert CliRunner().invoke(main, ["status"]).exit_code == 1
    assert isinstance(CliRunner().invoke(main, ["--debug", "status"]).exception, AnalysisError)
