from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.seasons_made import DAYS, ENDS, STARTS, seasons
from tracker.goals.evidence import LogEntry
from tracker.goals.grades import Grade, MilestoneGrade, graded, overall
from tracker.goals.model import Goal, Milestone, Season
from tracker.seasons.amendments import Amendment, changes
from tracker.seasons.verdict import Miss, Verdict, graded_twice, missed_goals, sides
from tracker.text.codec import plain, rebuilt

AFTER = ENDS + timedelta(3)
entries = st.lists(
    st.builds(
        lambda number, offset, goal, kind: LogEntry(
            f"log/{number}/index.qmd", "E", STARTS + timedelta(offset), kind, (goal,)
        ),
        st.integers(0, 99),
        st.integers(-5, DAYS + 5),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["reproduction", "note"]),
    ),
    max_size=8,
)


def entry(number: int, day: date, goal: str = "a") -> LogEntry:
    return LogEntry(f"log/{number}/index.qmd", "E", day, "note", (goal,))


def amend(original: Season, wanted: Season, day: date) -> list[Amendment]:
    return [Amendment(1, day, "", "why", changes(original, [], wanted, day))]


@pytest.mark.parametrize(
    ("done", "target", "share"), [(0, 3, 0.0), (1, 3, 1 / 3), (3, 3, 1.0), (9, 3, 1.0), (1, 2.5, 0.4)]
)  # fmt: skip
def test_grades(done: int, target: float, share: float) -> None:
    goal = Goal("a", "A", target)
    season = Season("s", "S", STARTS, ENDS, (goal,))
    found = graded(goal, season, [entry(number, STARTS) for number in range(done)], ENDS)
    assert found.grade == pytest.approx(share)
    assert found.reached == (done >= target)


def test_a_season_is_graded_by_weight() -> None:
    grades = [Grade("a", "A", 1, "", 3.0, 1, 1.0), Grade("b", "B", 1, "", 1.0, 0, 0.0)]
    assert overall(grades) == pytest.approx(0.75)
    assert overall([]) is None


def test_milestones_are_judged_by_their_own_day() -> None:
    goal = Goal("a", "A", 3.0, milestones=(
        Milestone(STARTS + timedelta(9), 1.0), Milestone(STARTS + timedelta(19), 2.0),
        Milestone(STARTS + timedelta(60), 3.0),
    ))  # fmt: skip
    season = Season("s", "S", STARTS, ENDS, (goal,))
    written = [entry(1, STARTS + timedelta(9)), entry(2, STARTS + timedelta(20))]
    found = graded(goal, season, written, STARTS + timedelta(30))
    assert found.milestones == (
        MilestoneGrade(STARTS + timedelta(9), 1.0, 1.0), MilestoneGrade(STARTS + timedelta(19), 2.0, 1.0),
    )  # fmt: skip
    assert [stone.met for stone in found.milestones] == [True, False]


def test_an_easing_in_time_and_one_too_late() -> None:
    original = Season("s", "S", STARTS, ENDS, (Goal("a", "A", 4.0),))
    eased = original._replace(goals=(Goal("a", "A", 2.0),))
    written = [entry(1, STARTS), entry(2, ENDS)]
    for day, amended in ((ENDS - timedelta(7), 1.0), (ENDS - timedelta(6), 0.5)):
        first, second, until = graded_twice(
            original, amend(original, eased, day), written, [], AFTER
        )
        assert (first[0].grade, second[0].grade, until) == (0.5, amended, ENDS)


def test_a_longer_season_counts_its_later_evidence_only_as_amended() -> None:
    original = Season("s", "S", STARTS, ENDS, (Goal("a", "A", 2.0),))
    longer = original._replace(ends=ENDS + timedelta(20))
    made = amend(original, longer, STARTS)
    written = [entry(1, ENDS), entry(2, ENDS + timedelta(5))]
    first, second, until = graded_twice(original, made, written, [], ENDS + timedelta(40))
    assert (first[0].done, second[0].done, until) == (1.0, 2.0, ENDS + timedelta(20))


def test_what_is_missed_on_either_side_asks_for_a_sentence() -> None:
    good, bad = Grade("a", "A", 1, "", 1, 1, 1.0), Grade("a", "A", 2, "", 1, 1, 0.5)
    assert missed_goals([good], [bad]) == ["a"]
    assert missed_goals([bad], [good]) == ["a"]
    assert missed_goals([good], [good]) == []


def test_goals_added_and_dropped_stand_on_one_side() -> None:
    old, new = Grade("a", "A", 1, "", 1, 1, 1.0), Grade("b", "B", 1, "", 1, 0, 0.0)
    verdict = Verdict("s", "", ENDS, ENDS, (old,), (new,), (Miss("b", "No time."),))
    assert sides(verdict) == {"a": (old, None), "b": (None, new)}
    assert verdict.grades == (1.0, 0.0)
    assert verdict.reached() == {"a": True, "b": False}
    assert (verdict.sentence("b"), verdict.sentence("a")) == ("No time.", "")


@given(seasons(), seasons(), st.integers(0, DAYS - 1), entries)
def test_no_amendment_moves_the_grade_of_what_was_promised(
    original: Season, wanted: Season, offset: int, written: list[LogEntry]
) -> None:
    plainly, _, _ = graded_twice(original, [], written, [], AFTER)
    made = amend(original, wanted, STARTS + timedelta(offset))
    first, _, _ = graded_twice(original, made, written, [], AFTER)
    assert first == plainly


@given(seasons(), seasons(), st.integers(0, DAYS - 1), entries, entries)
def test_grades_lie_between_none_and_all_and_more_evidence_never_lowers_them(
    original: Season, wanted: Season, offset: int, written: list[LogEntry], more: list[LogEntry]
) -> None:
    made = amend(original, wanted, STARTS + timedelta(offset))
    before = graded_twice(original, made, written, [], AFTER)
    after = graded_twice(original, made, [*written, *more], [], AFTER)
    for less, same in zip((*before[0], *before[1]), (*after[0], *after[1]), strict=True):
        assert 0 <= less.grade <= same.grade <= 1
    for side in before[:2]:
        mean = overall(side)
        assert mean is None or min(g.grade for g in side) - 1e-9 <= mean <= 1


@given(seasons(), entries)
def test_a_verdict_reads_back_as_it_was_given(season: Season, written: list[LogEntry]) -> None:
    first, second, until = graded_twice(season, [], written, [], AFTER)
    verdict = Verdict(season.id, "2026-04-03T10:00:00+00:00", AFTER, until, first, second)
    assert rebuilt(Verdict, json.loads(json.dumps(plain(verdict)))) == verdict
