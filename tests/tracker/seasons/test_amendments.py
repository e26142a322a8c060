from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.seasons_made import ENDS, STARTS, seasons
from tracker.goals.model import Goal, Milestone, Season
from tracker.habits.model import Break, Habit, Quantity
from tracker.habits.schedule import Schedule
from tracker.seasons.amendments import (
    HORIZON,
    PRESENCE,
    Amendment,
    Change,
    changes,
    declared,
    last_day,
    season_on,
    waiting,
)
from tracker.seasons.promise import items, season_from

DAY = STARTS + timedelta(20)
LATER = DAY + HORIZON


def season(**goal: object) -> Season:
    fields = {"target": 6.0, "unit": "papers", "evidence": "entry"} | goal
    return Season("s", "Spring", STARTS, ENDS, (Goal("g", "Write", **fields),))  # type: ignore[arg-type]


def habit(**fields: object) -> Season:
    return Season("s", "Spring", STARTS, ENDS, (), (Habit("h", "Run", **fields),))  # type: ignore[arg-type]


def amended(original: Season, *wanted: tuple[int, Season]) -> list[Amendment]:
    """The amendments that come of declaring each season on the day so many days in."""
    made: list[Amendment] = []
    for number, (offset, season) in enumerate(wanted, 1):
        day = STARTS + timedelta(offset)
        found = changes(original, made, season, day)
        made.append(Amendment(number, day, "", "why", found))
    return made


def ways(before: Season, after: Season) -> list[tuple[str, str, date]]:
    return [(c.field, c.direction, c.effective) for c in changes(before, [], after, DAY)]


BEERS, WEEKLY = Quantity(4.0, "beers", "sum", at_most=True), Schedule("weekly", 1, 7)
HARDER, EASIER, NEUTRAL = ("harder", DAY), ("easier", LATER), ("neutral", DAY)
REST = Break(DAY, LATER, planned=True)
STONE = Milestone(STARTS + timedelta(30), 3.0)


@pytest.mark.parametrize(
    ("before", "after", "field", "verdict"),
    [
        (season(), season(target=7.0), "target", HARDER),
        (season(), season(target=5.0), "target", EASIER),
        (season(), season(why="Because."), "why", NEUTRAL),
        (season(), season(unit="notes"), "unit", EASIER),
        (season(), season(weight=2.0), "weight", EASIER),
        (season(), season(evidence="reproduction"), "evidence", HARDER),
        (season(), season(evidence=""), "evidence", NEUTRAL),
        (season(), season(evidence="my word"), "evidence", EASIER),
        (season(evidence="release"), season(), "evidence", EASIER),
        (season(evidence="release"), season(evidence="reply"), "evidence", EASIER),
        (season(), season(milestones=(STONE,)), "milestones", HARDER),
        (season(milestones=(STONE,)), season(), "milestones", EASIER),
        (season(milestones=(STONE,)), season(milestones=(STONE._replace(by=DAY),)), "milestones", HARDER),
        (season(milestones=(STONE,)), season(milestones=(STONE._replace(amount=2.0),)), "milestones", EASIER),
        (season(), season()._replace(title="Lent"), "title", NEUTRAL),
        (season(), season()._replace(ends=ENDS + timedelta(9)), "ends", EASIER),
        (season(), season()._replace(ends=ENDS - timedelta(9)), "ends", HARDER),
        (season(), season()._replace(starts=STARTS - timedelta(9)), "starts", EASIER),
        (season(), season()._replace(starts=STARTS + timedelta(9)), "starts", EASIER),
        (habit(), habit()._replace(starts=STARTS + timedelta(9)), "starts", EASIER),
        (habit(), habit()._replace(ends=ENDS - timedelta(9)), "ends", EASIER),
        (habit(ends=DAY), habit(ends=DAY)._replace(ends=ENDS - timedelta(9)), "ends", HARDER),
        (habit(schedule=Schedule("track-only")), habit(schedule=Schedule("track-only"))._replace(ends=LATER), "ends", HARDER),
        (habit(schedule=Schedule("weekdays", weekdays=(0,))), habit(schedule=Schedule("weekdays", weekdays=(0, 2))), "schedule", HARDER),
        (habit(schedule=Schedule("weekdays", weekdays=(0,))), habit(schedule=Schedule("weekdays", weekdays=(1, 2))), "schedule", EASIER),
        (habit(schedule=Schedule("weekdays", weekdays=(0,))), habit(schedule=Schedule("rolling", 5, 7)), "schedule", EASIER),
        (habit(schedule=Schedule("rolling", 1, 7)), habit(schedule=Schedule("weekdays", weekdays=(1, 2))), "schedule", EASIER),
        (habit(schedule=Schedule("weekdays", weekdays=(0,))), habit(), "schedule", HARDER),
        (habit(), habit(quantity=Quantity(5.0, at_most=True)), "quantity", EASIER),
        (habit(quantity=BEERS, schedule=WEEKLY), habit(quantity=BEERS), "schedule", EASIER),
        (habit(quantity=BEERS), habit(quantity=BEERS, schedule=WEEKLY), "schedule", HARDER),
        (habit(quantity=BEERS, schedule=WEEKLY), habit(quantity=BEERS, schedule=Schedule("rolling", 1, 7)), "schedule", HARDER),
        (habit(quantity=BEERS, schedule=Schedule("rolling", 1, 7)), habit(quantity=BEERS, schedule=WEEKLY), "schedule", EASIER),
        (habit(), habit(schedule=Schedule("daily", per_day=2)), "schedule", HARDER),
        (habit(schedule=Schedule("daily", per_day=2)), habit(), "schedule", EASIER),
        (habit(), habit(if_then="If it rains, then I run."), "if_then", NEUTRAL),
        (habit(), habit(public=False), "public", NEUTRAL),
        (habit(), habit(schedule=Schedule("rolling", 3, 7)), "schedule", EASIER),
        (habit(schedule=Schedule("rolling", 3, 7)), habit(schedule=Schedule("weekly", 4, 7)), "schedule", HARDER),
        (habit(schedule=Schedule("rolling", 3, 7)), habit(schedule=Schedule("weekly", 3, 7)), "schedule", EASIER),
        (habit(schedule=Schedule("track-only")), habit(), "schedule", HARDER),
        (habit(), habit(schedule=Schedule("track-only")), "schedule", EASIER),
        (habit(), habit(quantity=Quantity(5.0, "km")), "quantity", HARDER),
        (habit(), habit(quantity=Quantity(None, "km")), "quantity", NEUTRAL),
        (habit(quantity=Quantity(5.0, "km")), habit(quantity=Quantity(4.0, "km")), "quantity", EASIER),
        (habit(quantity=Quantity(5.0, "km")), habit(quantity=Quantity(6.0, "mi")), "quantity", EASIER),
        (habit(quantity=Quantity(5.0, at_most=True)), habit(quantity=Quantity(4.0, at_most=True)), "quantity", HARDER),
        (habit(), habit(starts=DAY), "starts", EASIER),
        (habit(), habit(ends=DAY), "ends", EASIER),
        (habit(starts=LATER), habit(starts=DAY), "starts", HARDER),
        (habit(ends=DAY), habit(), "ends", HARDER),
        (season(), season()._replace(breaks=(REST,)), "breaks", ("easier", DAY)),
        (season()._replace(breaks=(REST,)), season(), "breaks", HARDER),
        (habit(), habit(breaks=(REST,)), "breaks", ("easier", DAY)),
        (habit(breaks=(REST,)), habit(breaks=(REST._replace(why="Family"),)), "breaks", NEUTRAL),
        (season(), season()._replace(goals=()), PRESENCE, EASIER),
        (season()._replace(goals=()), season(), PRESENCE, HARDER),
        (habit(), habit()._replace(habits=()), PRESENCE, EASIER),
        (habit()._replace(habits=()), habit(), PRESENCE, HARDER),
    ],
)  # fmt: skip
def test_every_kind_of_change_has_its_way(
    before: Season, after: Season, field: str, verdict: tuple[str, date]
) -> None:
    assert ways(before, after) == [(field, *verdict)]


def test_an_easing_that_is_made_less_still_waits() -> None:
    original = season()
    made = amended(original, (20, season(target=4.0)), (23, season(target=5.0)))
    targets = {
        offset: season_on(original, made, STARTS + timedelta(offset)).goals[0].target
        for offset in (20, 23, 27, 29, 30)
    }
    assert targets == {20: 6.0, 23: 6.0, 27: 6.0, 29: 6.0, 30: 5.0}


def test_an_easing_taken_back_before_it_counted_never_counts() -> None:
    original = season()
    made = amended(original, (20, season(target=4.0)), (23, original))
    assert made[1].changes == (
        Change("goal", "g", "target", 6, 6, "harder", STARTS + timedelta(23)),
    )
    assert season_on(original, made, ENDS) == original
    assert waiting(made, STARTS + timedelta(23)) == []


def test_a_goal_dropped_and_taken_up_again_was_never_gone() -> None:
    original = season()
    made = amended(original, (20, original._replace(goals=())), (23, season(target=8.0)))
    for offset in range(20, 90):
        assert season_on(original, made, STARTS + timedelta(offset)).goals
    assert season_on(original, made, ENDS).goals[0].target == 8.0


def test_a_goal_gone_for_good_can_be_taken_up_anew() -> None:
    original = season()
    made = amended(original, (20, original._replace(goals=())), (40, season(target=2.0)))
    assert season_on(original, made, STARTS + timedelta(30)).goals == ()
    assert season_on(original, made, STARTS + timedelta(40)).goals[0].target == 2.0


def test_what_still_waits_is_listed_soonest_first() -> None:
    made = amended(season(), (20, season(target=4.0)), (22, season(target=4.0, weight=2.0)))
    fields = [change.field for change in waiting(made, STARTS + timedelta(24))]
    assert fields == ["target", "weight"]
    assert [change.field for change in waiting(made, LATER)] == ["weight"]


def test_the_end_moves_out_only_when_announced_seven_days_before() -> None:
    original = season()
    longer = original._replace(ends=ENDS + timedelta(30))
    assert last_day(original, amended(original, (80, longer))) == ENDS + timedelta(30)
    assert last_day(original, amended(original, (85, longer))) == ENDS
    shorter = original._replace(ends=ENDS - timedelta(30))
    assert last_day(original, amended(original, (20, shorter))) == ENDS - timedelta(30)


@given(seasons())
def test_a_season_is_its_parts(season: Season) -> None:
    assert season_from(items(season)) == season


@given(seasons(), seasons(), st.integers(0, 60))
def test_a_declared_season_is_the_one_that_was_wanted(
    original: Season, wanted: Season, offset: int
) -> None:
    made = amended(original, (offset, wanted))
    assert items(declared(original, made)) == items(wanted)
    assert changes(original, made, wanted, STARTS + timedelta(offset)) == ()


@given(seasons(), st.lists(st.tuples(st.integers(0, 30), seasons()), max_size=4))
def test_after_seven_quiet_days_what_was_declared_is_in_force(
    original: Season, wanted: list[tuple[int, Season]]
) -> None:
    ordered = sorted(wanted, key=lambda item: item[0])
    made = amended(original, *ordered)
    last = ordered[-1] if ordered else (0, original)
    quiet = season_on(original, made, STARTS + timedelta(last[0]) + HORIZON)
    assert items(quiet) == items(last[1])
    assert items(season_on(original, made, STARTS - timedelta(1))) == items(original)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=6))
def test_no_target_falls_before_seven_days_and_none_waits_to_rise(
    steps: list[tuple[int, int]],
) -> None:
    original = season()
    ordered = sorted(steps)
    made = amended(original, *((day, season(target=float(target))) for day, target in ordered))
    for offset in range(80):
        said = [(day, target) for day, target in ordered if day <= offset]
        now = said[-1][1] if said else 6
        announced = [6]  # every target that stood at any time up to seven days ago
        announced += [target for day, target in said if day <= offset - 7]
        target = season_on(original, made, STARTS + timedelta(offset)).goals[0].target
        assert target >= now
        assert target >= min(announced)


@given(seasons(), seasons(), st.integers(0, 60))
def test_nothing_easier_but_a_break_counts_within_seven_days(
    original: Season, wanted: Season, offset: int
) -> None:
    day = STARTS + timedelta(offset)
    for change in changes(original, [], wanted, day):
        waits = change.direction == "easier" and change.field != "breaks"
        wait = timedelta(7) if waits else timedelta(0)
        assert change.effective - day == wait


@given(seasons(), seasons())
def test_changes_of_private_habits_are_marked(original: Season, wanted: Season) -> None:
    private = {h.id for s in (original, wanted) for h in s.habits if not h.public}
    for change in changes(original, [], wanted, DAY):
        assert change.private == (change.kind == "habit" and change.id in private)


def test_a_start_that_moves_later_erases_no_day_that_has_begun() -> None:
    original = habit()
    later = original._replace(starts=STARTS + timedelta(40))
    made = amended(original, (20, later))
    for offset in (20, 27, 39, 40, 89, 200):
        assert season_on(original, made, STARTS + timedelta(offset)).starts == STARTS
    in_time = amended(original, (-10, later))
    assert season_on(original, in_time, STARTS - timedelta(1)).starts == later.starts
    too_late = amended(original, (-3, later))
    assert season_on(original, too_late, STARTS + timedelta(9)).starts == STARTS


def test_an_end_that_moves_near_erases_no_day_that_has_begun() -> None:
    original = habit()
    made = amended(original, (20, original._replace(ends=STARTS + timedelta(22))))
    assert last_day(original, made) == STARTS + timedelta(26), "it counts from the 27th on"
    for offset in (20, 26, 27, 300):
        season = season_on(original, made, STARTS + timedelta(offset))
        assert season.ends == (ENDS if offset < 26 else STARTS + timedelta(26))
    longer = amended(original, (20, original._replace(ends=STARTS + timedelta(22))), (24, original))
    assert last_day(original, longer) == ENDS, "taken back before it counted"


def test_an_end_announced_too_late_moves_nothing_on_any_day() -> None:
    original = season()
    made = amended(original, (85, original._replace(ends=ENDS + timedelta(30))))
    for offset in (85, 89, 92, 99, 150):
        assert season_on(original, made, STARTS + timedelta(offset)).ends == ENDS


def test_how_often_and_how_much_count_together() -> None:
    """5 km a day made 20 km a week is easier, and on no day is it 20 km a day."""
    daily = habit(quantity=Quantity(5.0, "km"))
    weekly = habit(quantity=Quantity(20.0, "km"), schedule=WEEKLY)
    assert ways(daily, weekly) == [("schedule", *EASIER), ("quantity", *EASIER)]
    looser = habit(quantity=BEERS._replace(target=20.0), schedule=WEEKLY)
    assert ways(habit(quantity=BEERS), looser) == [("schedule", *EASIER), ("quantity", *EASIER)]
