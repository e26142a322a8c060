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
from lab.ledger.preregistration import GitHistory, Registration, Stamp, Tried
from lab.results.study import Project
from tests.lab.made_project import HYPOTHESES, MadeProject, effect, study

BEFORE, LATER = "2026-11-05T00:00:00+00:00", "2026-11-20T00:00:00+00:00"
ORDER = "factor:order"


@pytest.fixture
def project(tmp_path: Path) -> MadeProject:
    return MadeProject(tmp_path / "project")


def refreshed(root: Path, name: str = "made") -> Registration:
    """The registration with what the history says now."""
    made = study(name, root)
    return preregistration.refreshed(made, preregistration.load(made), GitHistory(root))


def save(project: MadeProject, known: Registration) -> None:
    made = project.read()
    preregistration.save(made, preregistration.load(made), known)


def label(project: MadeProject, key: str = ORDER) -> str:
    """The label of a declaration for the result recorded on 10 November."""
    known = refreshed(project.root)
    known = Registration(stamps=known.stamps, recorded={"first": "2026-11-10T00:00:00+00:00"})
    return known.label(key, project.read().declarations.digests[key], "first")


def test_committed_before_the_result_is_confirmatory(project: MadeProject) -> None:
    commit = project.commit(BEFORE)
    known = refreshed(project.root)
    assert known.stamps[ORDER].commit == commit
    assert known.stamps[ORDER].date == BEFORE
    assert label(project) == "confirmatory"


def test_committed_after_the_result_is_exploratory_whatever_date_it_claims(
    project: MadeProject,
) -> None:
    project.commit(LATER)
    assert "declared: 2026-11-01" in HYPOTHESES
    assert label(project) == "exploratory"


def test_not_committed_is_exploratory(project: MadeProject) -> None:
    project.hypotheses("factors: []\n")
    project.commit(BEFORE)
    project.hypotheses(HYPOTHESES)
    assert label(project) == "exploratory"


def test_what_is_added_to_an_old_file_gets_the_day_it_was_added(project: MadeProject) -> None:
    project.hypotheses("factors: []\n")
    project.commit(BEFORE)
    project.hypotheses(HYPOTHESES)
    project.commit(LATER)
    assert refreshed(project.root).stamps[ORDER].date == LATER


def test_another_wording_is_another_declaration(project: MadeProject) -> None:
    project.commit(BEFORE)
    project.hypotheses(HYPOTHESES.replace("probability: 0.8", "probability: 0.95"))
    project.commit(LATER)
    stamps = refreshed(project.root).stamps
    assert stamps["prediction:share-is-large"].date == LATER
    assert stamps[ORDER].date == BEFORE


def test_another_reason_is_not(project: MadeProject) -> None:
    project.commit(BEFORE)
    project.hypotheses(HYPOTHESES.replace("    states:", "    why: A hunch.\n    states:"))
    project.commit(LATER)
    stamps = refreshed(project.root).stamps
    assert stamps["prediction:share-is-large"].date == BEFORE


def test_taken_out_and_put_back_counts_from_then_on(project: MadeProject) -> None:
    for text, date in (
        (HYPOTHESES, BEFORE),
        ("factors: []\n", "2026-11-07T00:00:00+00:00"),
        (HYPOTHESES, LATER),
    ):
        project.hypotheses(text)
        project.commit(date)
    assert refreshed(project.root).stamps[ORDER].date == LATER


def test_an_earlier_version_that_was_no_yaml_does_not_matter(project: MadeProject) -> None:
    project.hypotheses("factors: [\n")
    project.commit("2026-11-04T00:00:00+00:00")
    project.hypotheses(HYPOTHESES)
    project.commit(BEFORE)
    assert label(project) == "confirmatory"


def test_a_copy_without_history_agrees_with_the_one_that_has_it(project: MadeProject) -> None:
    project.commit(BEFORE)
    known = refreshed(project.root)
    save(project, known)
    copy = project.root.parent / "copy"
    shutil.copytree(project.root, copy, ignore=shutil.ignore_patterns(".git"))
    assert not GitHistory(copy).is_whole
    assert refreshed(copy) == known


def test_a_copy_inside_another_history_keeps_what_it_was_told(project: MadeProject) -> None:
    project.commit(BEFORE)
    known = refreshed(project.root)
    save(project, known)
    shutil.rmtree(project.root / ".git")
    project.commit(LATER)
    assert refreshed(project.root).stamps[ORDER].date == BEFORE


def test_a_stamp_that_its_own_history_denies_is_dropped(project: MadeProject) -> None:
    commit = project.commit(LATER)
    digest = project.read().declarations.digests[ORDER]
    forged = Registration(stamps={ORDER: Stamp(digest, commit, BEFORE)})
    save(project, forged)
    assert refreshed(project.root).stamps[ORDER].date == LATER


def test_without_any_history_nothing_was_said_beforehand(project: MadeProject) -> None:
    assert refreshed(project.root).stamps == {}
    assert not GitHistory(project.root).is_whole


def test_lists_only_grow(project: MadeProject) -> None:
    known = Registration(recorded={"first": BEFORE}, tried=(Tried("order", "first", BEFORE),))
    save(project, known)
    with pytest.raises(AnalysisError, match="would lose order, first"):
        save(project, Registration())
    assert preregistration.load(project.read()) == known


def test_an_older_schema_is_refused_and_left_alone(project: MadeProject) -> None:
    path = preregistration.path_of(project.read())
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"schema": 0}')
    with pytest.raises(AnalysisError, match=r"schema 0, this code reads 1\. Nothing was overwr"):
        preregistration.load(project.read())
    assert path.read_text() == '{"schema": 0}'


def test_studies_to_come_are_spoken_of_apart(project: MadeProject) -> None:
    ahead = "factors:\n  - {name: order, study: later, declared: 2026-11-01, what: x}\n"
    path = project.root / "analyses" / "hypotheses.yml"
    path.write_text(ahead)
    project.commit(BEFORE)
    assert [each.name for each in Project(project.root).studies()] == ["later", "made"]
    assert refreshed(project.root, "later").stamps[ORDER].date == BEFORE
    path.write_text(ahead.replace("study: later, ", ""))
    with pytest.raises(AnalysisError, match="order: name its study"):
        _ = study("later", project.root).hypotheses


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
def test_a_mistake_is_named(project: MadeProject, old: str, new: str, message: str) -> None:
    assert old in HYPOTHESES
    project.hypotheses(HYPOTHESES.replace(old, new))
    with pytest.raises(AnalysisError) as caught:
        _ = project.read().hypotheses
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
def test_a_prediction_is_graded_by_its_rule(
    project: MadeProject, rule: str, expected: bool
) -> None:
    project.hypotheses(
        HYPOTHESES.replace("{result: first, value: share, is: above, than: 0.5}", rule)
    )
    prediction = project.read().hypotheses.predictions[0]
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
