from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.seasons_made import seasons
from tracker.goals.model import Goal, Season
from tracker.goals_file.parse import parse
from tracker.seasons.promise import canonical, promise, public_part, seal, season_of
from tracker.text.codec import plain

WRITTEN = """\
timezone: UTC
seasons:
  - id: a
    title: A
    starts: 2026-01-01
    ends: 2026-03-31
    goals:
      - {id: one, title: One, target: 3, unit: papers}
      - {id: two, title: Two}
    habits:
      - {id: write, title: Write, schedule: mon-fri}
"""
THE_SAME = """\
# Another hand, another order.
seasons:
  - ends: "2026-03-31"       # the last day
    starts: 2026-01-01
    title: A
    habits:
      - schedule: [mon, tue, wed, thu, fri]
        title: Write
        id: write
    goals:
      - {title: Two, id: two, target: 1.0, weight: 1}
      - id: one
        unit: papers
        target: 3.0
        title: >-
          One
    id: a
timezone: UTC
"""


def test_the_seal_is_blind_to_comments_order_and_spelling() -> None:
    assert seal(plain(parse(WRITTEN).seasons[0])) == seal(plain(parse(THE_SAME).seasons[0]))


def test_the_seal_sees_every_word() -> None:
    sealed = seal(plain(parse(WRITTEN).seasons[0]))
    for old, new in (
        ("target: 3", "target: 2"),
        ("title: One", "title: Two"),
        ("03-31", "03-30"),
        ("papers", "paper"),
        ("mon-fri", "mon-sat"),
    ):
        assert old in WRITTEN
        assert seal(plain(parse(WRITTEN.replace(old, new, 1)).seasons[0])) != sealed


def test_the_canonical_spelling_is_one_a_reader_can_remake() -> None:
    season = Season("a", "Ä", date(2026, 1, 1), date(2026, 3, 31), (Goal("g", "G", 3.0),))
    text = canonical(plain(season))
    assert text == (
        '{"ends":"2026-03-31","goals":[{"id":"g","target":3,"title":"G","weight":1}],'
        '"habits":[],"id":"a","starts":"2026-01-01","title":"Ä"}'
    )
    # $ printf '%s' "$text" | sha256sum
    assert seal(plain(season)) == "97b5392204ed25b01858e6bcabaec7d8e4a89ed3fb6f5e785f4526ba7083423c"


def test_a_season_frozen_late_says_by_how_much() -> None:
    season = parse(WRITTEN).seasons[0]
    late = promise(season, "2026-01-11T09:00:00+00:00", date(2026, 1, 11), "UTC")
    assert late.days_late == 10
    assert promise(season, "", date(2025, 12, 30), "UTC").days_late == 0


@given(seasons())
def test_a_promise_reads_back_as_it_was(season: Season) -> None:
    data = json.loads(json.dumps(plain(season)))
    assert season_of(data) == season
    assert seal(data) == seal(plain(season))


@given(seasons(), st.randoms())
def test_the_order_of_goals_and_habits_is_no_part_of_it(season: Season, order) -> None:  # type: ignore[no-untyped-def]
    goals, habits = list(season.goals), list(season.habits)
    order.shuffle(goals)
    order.shuffle(habits)
    shuffled = season._replace(goals=tuple(goals), habits=tuple(habits))
    assert seal(plain(shuffled)) == seal(plain(season))


@given(seasons())
def test_private_habits_leave_no_trace_in_the_public_part_or_its_seal(season: Season) -> None:
    open_season = season._replace(habits=tuple(h for h in season.habits if h.public))
    assert public_part(plain(season)) == public_part(plain(open_season))
    assert seal(plain(season)) == seal(plain(open_season))
