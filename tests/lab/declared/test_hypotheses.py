"""What was said beforehand, when, and whether it counts as beforehand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.declared import hypotheses
from lab.errors import AnalysisError
from lab.ledger import preregistration
from lab.ledger.preregistration import Registration, Stamp, Tried
from tests.lab.made_project import HYPOTHESES, Project, effect

BEFORE, LATER = "2026-11-05T00:00:00+00:00", "2026-11-20T00:00:00+00:00"
ORDER = "factor:order"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


def label(project: Project, key: str = ORDER) -> str:
    """The label of a declaration for the result recorded on 10 November."""
    known = preregistration.refreshed("made", project.root)[0]
    known = Registration(stamps=known.stamps, recorded={"first": "2026-11-10T00:00:00+00:00"})
    return known.label(key, preregistration.declared("made", project.root)[key], "first")


def test_committed_before_the_result_is_confirmatory(project: Project) -> None:
    commit = project.commit(BEFORE)
    known, had_history = preregistration.refreshed("made", project.root)
    assert had_history
    assert known.stamps[ORDER].commit == commit
    assert known.stamps[ORDER].date == BEFORE
    assert label(project) == "confirmatory"


def test_committed_after_the_result_is_exploratory_whatever_date_it_claims(
    project: Project,
) -> None:
    project.commit(LATER)
    assert "declared: 2026-11-01" in HYPOTHESES
    assert label(project) == "exploratory"


def test_not_committed_is_exploratory(project: Project) -> None:
    project.hypotheses("factors: []\n")
    project.commit(BEFORE)
    project.hypotheses(HYPOTHESES)
    assert label(project) == "exploratory"


def test_what_is_added_to_an_old_file_gets_the_day_it_was_added(project: Project) -> None:
    project.hypotheses("factors: []\n")
    project.commit(BEFORE)
    project.hypotheses(HYPOTHESES)
    project.commit(LATER)
    assert preregistration.refreshed("made", project.root)[0].stamps[ORDER].date == LATER


def test_another_wording_is_another_declaration(project: Project) -> None:
    project.commit(BEFORE)
    project.hypotheses(HYPOTHESES.replace("probability: 0.8", "probability: 0.95"))
    project.commit(LATER)
    stamps = preregistration.refreshed("made", project.root)[0].stamps
    assert stamps["prediction:share-is-large"].date == LATER
    assert stamps[ORDER].date == BEFORE


def test_another_reason_is_not(project: Project) -> None:
    project.commit(BEFORE)
    project.hypotheses(HYPOTHESES.replace("    states:", "    why: A hunch.\n    states:"))
    project.commit(LATER)
    stamps = preregistration.refreshed("made", project.root)[0].stamps
    assert stamps["prediction:share-is-large"].date == BEFORE


def test_taken_out_and_put_back_counts_from_then_on(project: Project) -> None:
    for text, date in (
        (HYPOTHESES, BEFORE),
        ("factors: []\n", "2026-11-07T00:00:00+00:00"),
        (HYPOTHESES, LATER),
    ):
        project.hypotheses(text)
        project.commit(date)
    assert preregistration.refreshed("made", project.root)[0].stamps[ORDER].date == LATER


def test_an_earlier_version_that_was_no_yaml_does_not_matter(project: Project) -> None:
    project.hypotheses("factors: [\n")
    project.commit("2026-11-04T00:00:00+00:00")
    project.hypotheses(HYPOTHESES)
    project.commit(BEFORE)
    assert label(project) == "confirmatory"


def test_a_copy_without_history_agrees_with_the_one_that_has_it(project: Project) -> None:
    project.commit(BEFORE)
    known = preregistration.refreshed("made", project.root)[0]
    preregistration.save("made", known, project.root)
    copy = project.root.parent / "copy"
    shutil.copytree(project.root, copy, ignore=shutil.ignore_patterns(".git"))
    assert preregistration.refreshed("made", copy) == (known, False)


def test_a_copy_inside_another_history_keeps_what_it_was_told(project: Project) -> None:
    project.commit(BEFORE)
    known = preregistration.refreshed("made", project.root)[0]
    preregistration.save("made", known, project.root)
    shutil.rmtree(project.root / ".git")
    project.commit(LATER)
    assert preregistration.refreshed("made", project.root)[0].stamps[ORDER].date == BEFORE


def test_a_stamp_that_its_own_history_denies_is_dropped(project: Project) -> None:
    commit = project.commit(LATER)
    digest = preregistration.declared("made", project.root)[ORDER]
    forged = Registration(stamps={ORDER: Stamp(digest, commit, BEFORE)})
    preregistration.save("made", forged, project.root)
    assert preregistration.refreshed("made", project.root)[0].stamps[ORDER].date == LATER


def test_without_any_history_nothing_was_said_beforehand(project: Project) -> None:
    known, had_history = preregistration.refreshed("made", project.root)
    assert (known.stamps, had_history) == ({}, False)


def test_lists_only_grow(project: Project) -> None:
    known = Registration(recorded={"first": BEFORE}, tried=(Tried("order", "first", BEFORE),))
    preregistration.save("made", known, project.root)
    with pytest.raises(AnalysisError, match="would lose order, first"):
        preregistration.save("made", Registration(), project.root)
    assert preregistration.load("made", project.root) == known


def test_an_older_schema_is_refused_and_left_alone(project: Project) -> None:
    path = preregistration.path_of("made", project.root)
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"schema": 0}')
    with pytest.raises(AnalysisError, match=r"schema 0, this code reads 1\. Nothing was overwr"):
        preregistration.load("made", project.root)
    assert path.read_text() == '{"schema": 0}'


def test_studies_to_come_are_spoken_of_apart(project: Project) -> None:
    ahead = "factors:\n  - {name: order, study: later, declared: 2026-11-01, what: x}\n"
    path = project.root / "analyses" / "hypotheses.yml"
    path.write_text(ahead)
    project.commit(BEFORE)
    assert hypotheses.studies_ahead(project.root) == ["later"]
    assert preregistration.refreshed("later", project.root)[0].stamps[ORDER].date == BEFORE
    path.write_text(ahead.replace("study: later, ", ""))
    with pytest.raises(AnalysisError, match="order: name its study"):
        hypotheses.load("later", project.root)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("probability: 0.8", "probability: 1", "probability 1.0: it must lie between 0 and 1"),
        ("declared: 2026-11-01\n    grading", "declared: 2026-13-01\n    grading", "date"),
        ("is: above", "is: greater", 'Use one of'),
        ("against: shuffled labels", "against: nothing", "needs its reason under why"),
        ("  - {name: order", "  - {nam: order", 'factors[0].nam: unknown key. Did you mean "name"?'),
    ],
)  # fmt: skip
def test_a_mistake_is_named(project: Project, old: str, new: str, message: str) -> None:
    assert old in HYPOTHESES
    project.hypotheses(HYPOTHESES.replace(old, new))
    with pytest.raises(AnalysisError) as caught:
        hypotheses.load("made", project.root)
    assert message in str(caught.value)
    assert str(caught.value).startswith("analyses/made/hypotheses.yml:")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{result: r, value: a, is: above, than: 0.5}", True),
        ("{result: r, value: a, is: above, end: low, than: 0.57}", False),
        ("{result: r, value: a, is: below, than: b}", True),
        ("{result: r, value: a, is: at most, than: 0.6}", True),
        ("{result: r, value: a, is: at least, than: b}", False),
    ],
)
def test_a_prediction_is_graded_by_its_rule(project: Project, rule: str, expected: bool) -> None:
    project.hypotheses(
        HYPOTHESES.replace("{result: first, value: share, is: above, than: 0.5}", rule)
    )
    prediction = hypotheses.load("made", project.root).predictions[0]
    values = {"a": effect(0.6), "b": effect(0.7)}
    assert hypotheses.came_true(prediction, values, "x") is expected


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_the_brier_score_is_best_at_the_truth(truth: float, said: float) -> None:
    def expected(probability: float) -> float:
        return truth * hypotheses.brier(probability, True) + (1 - truth) * hypotheses.brier(
            probability, False
        )

    assert expected(truth) <= expected(said) + 1e-12
    assert hypotheses.brier(0.5, True) == hypotheses.brier(0.5, False) == 0.25
