"""What was stored is read back, by this version and from the files of older ones."""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.seasons_made import seasons
from tracker.goals.links import Link
from tracker.goals.model import Milestone, Project, Season
from tracker.habits.runs import Run
from tracker.habits.schedule import Schedule
from tracker.seasons.amendments import Amendment, Change
from tracker.seasons.verdict import Verdict
from tracker.text.codec import packed, plain, rebuilt


class Held(NamedTuple):
    runs: dict[str, Run | int]
    level: float | None = None


@given(st.lists(seasons(), max_size=2))
def test_both_forms_are_read_back(found: list[Season]) -> None:
    project = Project("UTC", 180, tuple(found))
    assert rebuilt(Project, json.loads(json.dumps(plain(project)))) == project
    assert rebuilt(Project, json.loads(packed(project))[0]) == project


def test_of_several_kinds_the_list_is_the_tuple() -> None:
    held = Held({"days": Run(30, 0, 32, (25, 26), date(2026, 1, 4)), "weeks": 7}, 1 / 3)
    assert rebuilt(Held, json.loads(packed(held))[0]) == held


def test_a_promise_of_an_older_version_is_read() -> None:
    """As the database has kept it: a field that came since says nothing."""
    kept = (
        '{"id":"a","title":"A","starts":"2026-01-01","ends":"2026-03-31","goals":[{"id":"one",'
        '"title":"One","target":3,"unit":"papers"}],"habits":[{"id":"write","title":"Write",'
        '"schedule":{"kind":"weekdays","times":1,"days":1,"weekdays":[0,2]},"public":true}]}'
    )
    season = rebuilt(Season, json.loads(kept))
    assert season.habits[0].schedule == Schedule("weekdays", weekdays=(0, 2))
    assert season.goals[0].target == 3.0
    assert json.dumps(plain(season), separators=(",", ":")) == kept.replace(
        '"unit":"papers"}', '"unit":"papers","weight":1}'
    )


def test_a_public_record_of_an_older_version_is_read() -> None:
    link = {
        "number": 1, "season": "a", "goal": "one", "scheme": "doi", "target": "10.1/x",
        "day": "2026-02-01", "note": "", "added_at": "2026-02-01T10:00:00+00:00",
        "state": "found", "checked": "2026-02-01",
    }  # fmt: skip
    assert rebuilt(Link, link).checked == date(2026, 2, 1)
    change = {
        "kind": "goal", "id": "one", "field": "milestones", "before": None,
        "after": [{"by": "2026-02-01", "amount": 1}], "direction": "harder",
        "effective": "2026-02-02", "private": False,
    }  # fmt: skip
    amendment = {
        "number": 1,
        "day": "2026-02-02",
        "made_at": "x",
        "reason": "y",
        "changes": [change],
    }
    made: Amendment = rebuilt(Amendment, amendment)
    assert made.changes == (Change(**{**change, "effective": date(2026, 2, 2)}),)  # type: ignore[arg-type]
    assert plain(made) == amendment
    assert rebuilt(Verdict, None) is None


@pytest.mark.parametrize(
    "data", [["2026-02-30", 1], {"by": "2026-01-01", "much": 1}, {"amount": 1}, 7, [3, 1]]
)
def test_what_is_none_is_refused(data: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        rebuilt(Milestone, data)
