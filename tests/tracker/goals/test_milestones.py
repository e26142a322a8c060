from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import TrackerError
from tracker.goals.model import Goal, Milestone, Season
from tracker.goals.pace import Point, safe_days, season_line, value_at
from tracker.goals_file.parse import parse
from tracker.workspace.session import cached_goals, dumped_goals

GOOD = """\
timezone: UTC
seasons:
  - id: a
    starts: 2026-01-01
    ends: 2026-03-31
    goals:
      - id: papers
        title: Papers
        target: 4
        weight: 2.5
        milestones:
          - {by: 2026-01-31, amount: 1}
          - {by: 2026-02-28, amount: 3}
"""
FIRST = date(2026, 1, 1)


def test_weight_and_milestones_are_read_and_kept_in_the_cache() -> None:
    project = parse(GOOD)
    goal = project.seasons[0].goals[0]
    assert goal.weight == 2.5
    assert goal.milestones == (
        Milestone(date(2026, 1, 31), 1.0), Milestone(date(2026, 2, 28), 3.0),
    )  # fmt: skip
    assert cached_goals(dumped_goals(GOOD, project), GOOD) == project


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("2.5", "0"), "goals.yml:10: seasons[0].goals[0].weight: 0 weighs nothing. Use more than 0."),
        (("2.5", ".inf"), "goals.yml:10: seasons[0].goals[0].weight: inf weighs nothing. Use more than 0."),
        (("2026-02-28", "2026-01-31"), "goals.yml:13: seasons[0].goals[0].milestones[1].by: 2026-01-31 does not lie after 2026-01-31 and before the season's end, 2026-03-31. Order them by day; the target ends the line."),
        (("2026-02-28", "2026-03-31"), "goals.yml:13: seasons[0].goals[0].milestones[1].by: 2026-03-31 does not lie after 2026-01-31 and before the season's end, 2026-03-31. Order them by day; the target ends the line."),
        (("amount: 3", "amount: 5"), "goals.yml:13: seasons[0].goals[0].milestones[1].amount: 5 does not lie above 1 and up to 4. Each one is higher than the one before."),
        (("amount: 3", "amount: 1"), "goals.yml:13: seasons[0].goals[0].milestones[1].amount: 1 does not lie above 1 and up to 4. Each one is higher than the one before."),
        (("amount: 3", "amonut: 3"), 'goals.yml:13: seasons[0].goals[0].milestones[1].amonut: "amonut" is not a key here. Did you mean "amount"?'),
    ],
)  # fmt: skip
def test_errors_name_line_key_and_what_next(change: tuple[str, str], message: str) -> None:
    old, new = change
    assert old in GOOD
    with pytest.raises(TrackerError) as caught:
        parse(GOOD.replace(old, new, 1))
    assert str(caught.value) == message


def test_the_line_goes_through_the_milestones() -> None:
    season = parse(GOOD).seasons[0]
    line = season_line(season, season.goals[0])
    at = date.toordinal
    assert line == [
        Point(at(FIRST), 0), Point(at(date(2026, 1, 31)), 1),
        Point(at(date(2026, 2, 28)), 3), Point(at(date(2026, 3, 31)), 4),
    ]  # fmt: skip
    # With one paper the line is overtaken on the day after the milestone that asks for one.
    assert safe_days(line, at(FIRST), 1.0) == 31


@given(
    st.lists(st.tuples(st.integers(1, 88), st.floats(0.1, 9.9)), max_size=6),
    st.floats(0.5, 10),
    st.integers(0, 120),
)
def test_the_line_never_falls_and_never_passes_the_target(
    stones: list[tuple[int, float]], target: float, day: int
) -> None:
    days = sorted({offset for offset, _ in stones})
    amounts = sorted(amount for _, amount in stones)[: len(days)]
    milestones = tuple(
        Milestone(FIRST + timedelta(offset), amount)
        for offset, amount in zip(days, amounts, strict=False)
    )
    goal = Goal("g", "G", target=target, milestones=milestones)
    season = Season("s", "S", FIRST, FIRST + timedelta(89), (goal,))
    line = season_line(season, goal)
    now = FIRST.toordinal() + day
    assert 0 <= value_at(line, now) <= value_at(line, now + 1) + 1e-9
    assert value_at(line, now + 1) <= target + 1e-9
    assert line[-1].value == target
