"""`reproduce` compares, and goes on where it was cut short."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from analyses.circular.params import Params
from lab.cli.main import main
from lab.errors import AnalysisError
from lab.results import record, reproduce, resume
from lab.results.compare import Difference, compare_arrays
from lab.results.reproduce import Reproduction
from lab.results.study import Study
from tests.lab.made_project import copy_code, study

NAME = "smollm2-135m"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the log's code, nothing recorded."""
    return copy_code(tmp_path)


def test_reproduce_goes_on_where_it_was_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"one": Params(), "two": replace(Params(), seed=1)}
    monkeypatch.setattr("analyses.circular.params.RECORDED", names)
    monkeypatch.setattr(resume, "FILE", tmp_path / "reproduce.json")
    ran: list[str] = []
    broken = True

    def reproduced(study: Study, name: str, report: Any, *, write: bool) -> Reproduction:
        if name == "two" and broken:
            raise AnalysisError("the machine went away")
        ran.append(name)
        return Reproduction(study.name, name, "fresh", [Difference("a", 1.0, 1.0, True)], None)

    monkeypatch.setattr("lab.cli.reproduce.reproduce_result", reproduced)
    first = CliRunner().invoke(main, ["reproduce", "circular"])
    assert (first.exit_code, ran) == (1, ["one"])
    broken = False
    again = CliRunner().invoke(main, ["reproduce", "circular", "--resume"])
    assert (again.exit_code, ran) == (0, ["one", "two"])
    assert "circular/one: done before" in again.output
    CliRunner().invoke(main, ["reproduce", "circular", "--resume"])
    assert ran == ["one", "two", "one", "two"]  # a whole run leaves nothing to go on with


def test_what_changed_since_is_not_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resume, "FILE", tmp_path / "reproduce.json")
    resume.mark(study("circular"), NAME)
    assert resume.is_done(study("circular"), NAME)
    monkeypatch.setattr("analyses.circular.params.RECORDED", {NAME: replace(Params(), seed=7)})
    assert not resume.is_done(study("circular"), NAME)
    (tmp_path / "reproduce.json").write_text("{cut")
    assert resume.done(tmp_path) == {}


def test_arrays_are_compared_by_what_moved_most() -> None:
    old = {"a": np.array([[1.0, 2.0], [3.0, np.nan]]), "b": np.arange(3), "gone": np.zeros(1)}
    new = {"a": np.array([[1.0, 2.5], [3.0, np.nan]]), "b": np.arange(3), "new": np.zeros(1)}
    found = {each.where.split()[1]: each for each in compare_arrays(old, new)}
    assert not found["a"].within
    assert found["b"].within
    assert not found["gone"].within
    assert not found["new"].within


def test_a_study_that_reads_no_model_says_so(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(params: Params) -> Any:
        return {"share": 0.5}

    run.__module__ = "analyses.circular.run"
    monkeypatch.setitem(sys.modules, run.__module__, sys.modules[__name__])
    found = reproduce.compute(run, Params(), copy)
    assert found.provenance["model"] == reproduce.NO_MODEL
    record.save(study("circular", copy), NAME, Params(), found.result, found.provenance)
    status = record.status(study("circular", copy), NAME)
    assert (status.state, status.note) == ("fresh", "")


def test_every_figure_can_say_how_it_was_computed() -> None:
    found = record.load("circular")
    text = found.origin
    assert text.startswith("\n```{=html}\n<details class=")
    assert f"sha256 {found.provenance['weights_sha256'][:12]}" in text
    assert f"fingerprint {found.fingerprint[:12]}" in text
    assert 'href="provenance.json"' in text
