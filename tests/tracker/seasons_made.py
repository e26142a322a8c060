"""Seasons for property tests."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from tracker.goals.model import Goal, Milestone, Season
from tracker.habits.model import Break, Habit, Quantity
from tracker.habits.schedule import Schedule

STARTS = date(2026, 1, 1)
DAYS = 90
ENDS = STARTS + timedelta(DAYS - 1)
IDS = ("a", "b", "c")

schedules = st.sampled_from([
    Schedule("daily"), Schedule("rolling", 3, 7), Schedule("weekly", 2, 7),
    Schedule("weekdays", weekdays=(0, 2, 4)), Schedule("track-only"),
])  # fmt: skip
quantities = st.none() | st.builds(
    Quantity, st.none() | st.floats(0.5, 50), st.sampled_from(["", "km"]), at_most=st.booleans()
)


@st.composite
def milestones(draw: st.DrawFn) -> tuple[Milestone, ...]:
    stones = draw(st.lists(st.tuples(st.integers(1, DAYS - 2), st.integers(1, 9)), max_size=3))
    days = sorted({day for day, _ in stones})
    amounts = sorted({amount for _, amount in stones})
    return tuple(
        Milestone(STARTS + timedelta(day), float(amount))
        for day, amount in zip(days, amounts, strict=False)
    )


def goals(identity: str) -> st.SearchStrategy[Goal]:
    return st.builds(
        Goal,
        st.just(identity),
        st.sampled_from(["Write", "Schreiben, täglich"]),
        st.sampled_from([1.0, 2.5, 3.0, 6.0, 10.0]),
        st.sampled_from(["", "papers"]),
        st.sampled_from(["", "entry", "reproduction", "a preprint"]),
        st.sampled_from(["", "Because."]),
        st.sampled_from([1.0, 2.0]),
        milestones(),
    )


def habits(identity: str) -> st.SearchStrategy[Habit]:
    return st.builds(
        Habit,
        st.just(identity),
        st.sampled_from(["Run", "Read"]),
        schedules,
        quantities,
        st.just(()),
        st.sampled_from(["", "If it rains, then I run."]),
        st.booleans(),
        st.none() | st.just(STARTS + timedelta(3)),
        st.none() | st.just(ENDS - timedelta(3)),
    )


@st.composite
def breaks(draw: st.DrawFn, first: int) -> tuple[Break, ...]:
    days = draw(st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)))
    if days is None:
        return ()
    start = STARTS + timedelta(first + days[0])
    end = start + timedelta(days[1])
    return (Break(start, end, draw(st.sampled_from(["", "Rest."])), draw(st.booleans())),)


@st.composite
def seasons(draw: st.DrawFn) -> Season:
    chosen = [draw(st.lists(st.sampled_from(IDS), unique=True)) for _ in range(2)]
    rests = draw(breaks(30))
    return Season(
        "s",
        draw(st.sampled_from(["Spring", "Frühling"])),
        STARTS,
        ENDS,
        tuple(draw(goals(identity)) for identity in chosen[0]),
        tuple(
            draw(habits(identity))._replace(breaks=(*rests, *draw(breaks(50))))
            for identity in chosen[1]
        ),
        rests,
    )
