"""Tables of verdicts: for any study, with every row and no number that is not one."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.ledger import verdicts
from lab.pages import verdict_tables
from lab.results.study import Project, Study
from tests.lab.made_project import ROOT, study

CLAIM = """
  - id: {id}
    states: Rings | are {id}.
    source: {{paper: someone2024, where: §2}}
    model: some-model
    claimed: {claimed}
    tolerance: 0.1
    why: it is rounded there
    {more}
"""
PAPERS = "papers:\n  someone2024: {title: Rings, url: https://example.org}\nclaims:"
PREDICTIONS = """
predictions:
  - id: rings-close
    states: Rings close.
    probability: 0.7
    declared: 2026-01-01
    grading: {result: made, value: p, is: below, than: 0.05}
"""


@pytest.fixture
def made(tmp_path: Path) -> Study:
    """A study that has spoken and found nothing yet."""
    folder = tmp_path / "analyses" / "made"
    folder.mkdir(parents=True)
    told = CLAIM.format(id="round", claimed=-0.0125, more="is: at least")
    (folder / "claims.yml").write_text(PAPERS + told, encoding="utf-8")
    (folder / "hypotheses.yml").write_text(PREDICTIONS, encoding="utf-8")
    return study("made", tmp_path)


def test_before_a_result_nothing_is_claimed_and_everything_is_open(made: Study) -> None:
    row = verdict_tables.claims(made).splitlines()[-1]
    assert row == "| Rings \\| are round. | at least −0.0125 |  | not run |"
    assert verdict_tables.predictions(made).splitlines()[-1] == ("| Rings close. | 70% |  | open |")
    assert verdict_tables.brier(made) == "none yet"


@pytest.mark.parametrize("name", [each.name for each in Project(ROOT).recorded_studies()])
def test_every_study_has_its_rows(name: str) -> None:
    told = verdict_tables.claims(name)
    assert len(told.splitlines()) == 2 + len(study(name).claims.claims)
    foretold = verdict_tables.predictions(name)
    assert len(foretold.splitlines()) == 2 + len(study(name).hypotheses.predictions)
    assert "nan" not in told + foretold
    assert "None" not in told + foretold


def test_the_score_is_the_mean_of_what_was_graded() -> None:
    scores = [each.brier for each in verdicts.load("steering").predictions.values()]
    graded = [each for each in scores if each is not None]
    assert abs(float(verdict_tables.brier("steering")) - sum(graded) / len(graded)) <= 0.005


def test_small_findings_are_not_said_to_be_nothing() -> None:
    found = [row.split(" | ")[2] for row in verdict_tables.predictions("latents").splitlines()[2:]]
    assert not {"0.00", "−0.00"} & set(found)
