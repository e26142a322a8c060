from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.tracker.exchange.files_made import day_of
from tracker.errors import TrackerError
from tracker.exchange.readers import beeminder
from tracker.exchange.records import Given, Reading
from tracker.habits.model import Quantity

POINTS = [
    {
        "id": "5016fa9a", "timestamp": 1767225600, "daystamp": "20251231", "value": 3,
        "comment": "before the deadline", "updated_at": 1767225700, "created_at": "2026-01-01T00:00:00Z",
        "requestid": "a", "origin": "web", "creator": "alice", "is_dummy": False, "is_initial": False,
    },
    {"id": "5016fa9b", "timestamp": 1767312000, "daystamp": "20260102", "value": 0.5, "comment": ""},
    {"timestamp": 1767405600, "value": 2, "requestid": "late"},
    {"id": "d", "daystamp": "20260103", "value": 0, "is_dummy": True},
    {"id": "i", "daystamp": "20251201", "value": 0, "is_initial": True},
    {"id": "n", "daystamp": "20260104", "value": -2},
    {"id": "t", "daystamp": "20260104", "value": "two"},
    {"id": "s", "daystamp": "20261304", "value": 1},
    {"id": "o", "value": 1},
]  # fmt: skip
GOAL = {
    "slug": "pages", "title": "Read", "gunits": "pages", "rate": 70, "runits": "w", "aggday": "sum",
    "yaw": 1, "dir": 1, "datapoints": POINTS,
}  # fmt: skip


def read(content: object, stem: str = "pages") -> Reading:
    data = content if isinstance(content, str) else json.dumps(content)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}.json"
        path.write_text(data, encoding="utf-8")
        return beeminder.read(path, day_of)


def test_the_daystamp_is_the_day() -> None:
    reading = read(GOAL)
    assert [(r.habit, str(r.day), r.value, r.note, r.external_id) for r in reading.records] == [
        ("pages", "2025-12-31", 3.0, "before the deadline", "5016fa9a"),
        ("pages", "2026-01-02", 0.5, None, "5016fa9b"),
        ("pages", "2026-01-02", 2.0, None, "late"),  # 02:00 in London, before the day's end
    ]
    assert reading.records[0].given == Given(
        logged_at="2026-01-01T00:00:00.000+00:00",
        origin="web",
        created_at="2026-01-01T00:00:00.000+00:00",
        updated_at="2026-01-01T00:01:40.000+00:00",
    )
    assert {record.unit for record in reading.records} == {"pages"}


def test_what_beeminder_put_there_is_no_answer() -> None:
    assert read(GOAL).left_out == {
        "put there by Beeminder, not by anyone": 1,
        "the zero a goal starts with": 1,
    }


def test_bad_datapoints_are_named_by_number() -> None:
    assert [(t.row, t.why) for t in read(GOAL).unreadable] == [
        (6, "-2 is below 0, and amounts start there"),
        (7, '"two" is no amount'),
        (8, '"20261304" is no day. Write it like 2026-01-05'),
        (9, "it has neither a daystamp nor a timestamp"),
    ]


@pytest.mark.parametrize("content", [POINTS, GOAL, [GOAL], {"username": "alice", "goals": [GOAL]}])
def test_every_shape_of_an_export(content: object) -> None:
    assert len(read(content).records) == 3


@pytest.mark.parametrize(
    ("more", "schedule", "quantity"),
    [({}, "every 7 days", Quantity(70.0, "pages", "sum")),
     ({"rate": 10, "runits": "d", "aggday": "max"}, "daily", Quantity(10.0, "pages", "max")),
     ({"rate": None, "mathishard": [1, 2, 2]}, "every 7 days", Quantity(2.0, "pages", "sum")),
     ({"yaw": -1, "gunits": ""}, "every 7 days", Quantity(70.0, "times", "sum", at_most=True)),
     ({"rate": 0}, "track-only", Quantity(None, "pages", "sum"))],
)  # fmt: skip
def test_a_rate_becomes_a_schedule(
    more: dict[str, object], schedule: str, quantity: Quantity
) -> None:
    habit = read({**GOAL, **more}).habits[0]
    assert (habit.schedule.written, habit.quantity) == (schedule, quantity)


OURS = {
    "sum": "sum", "max": "max", "min": "min", "last": "last", "first": "first", "count": "count",
    "median": "median", "truemean": "mean", "average": "mean", "mu": "mean",
}  # fmt: skip
NOT_OURS = [
    "mean", "uniqmean", "munique", "mode", "trimmean", "mutrim", "cap1", "satsum", "binary", "unary",
    "jolly", "nonzero", "unaryflat", "triangle", "square", "clocky", "skatesum", "kyshoc", "sqrt",
    "countflat", "muflat", "of tomorrow",
]  # fmt: skip


@pytest.mark.parametrize(("aggday", "aggregate"), OURS.items())
def test_a_day_s_amounts_are_put_together_as_in_beeminder(aggday: str, aggregate: str) -> None:
    reading = read({**GOAL, "aggday": aggday})
    assert reading.habits[0].quantity == Quantity(70.0, "pages", aggregate)  # type: ignore[arg-type]
    assert reading.remarks == ()


@pytest.mark.parametrize("aggday", NOT_OURS)
def test_what_goals_yml_cannot_say_is_named_and_never_a_sum(aggday: str) -> None:
    reading = read({**GOAL, "aggday": aggday})
    habit = reading.habits[0]
    assert habit.quantity == Quantity(None, "pages", "last")
    assert not habit.schedule.scored
    assert f'put together by "{aggday}", which goals.yml cannot say' in habit.note
    assert reading.remarks == (
        f'pages: a day\'s amounts are put together by "{aggday}", which goals.yml cannot say; '
        "choose one of last, first, sum, min, max, mean, median, count",
    )
    assert len(reading.records) == 3


@pytest.mark.parametrize(
    ("more", "remark"),
    [({"odom": True}, "readings of an odometer"), ({"goal_type": "biker"}, "readings of an odometer"),
     ({"kyoom": False}, "totals or levels"), ({"goal_type": "fatloser"}, "totals or levels"),
     ({"goal_type": "gainer"}, "totals or levels"), ({"goal_type": "inboxer"}, "totals or levels"),
     ({"yaw": 1, "dir": -1}, "on another side"), ({"yaw": -1, "dir": -1}, "on another side")],
)  # fmt: skip
def test_values_that_are_no_day_s_amount_are_never_taken_for_one(
    more: dict[str, object], remark: str
) -> None:
    reading = read({**GOAL, **more})
    assert reading.habits[0].schedule.written == "track-only"
    assert remark in reading.remarks[0]
    assert [record.value for record in reading.records] == [3.0, 0.5, 2.0]


@pytest.mark.parametrize(("kyoom", "aggregate"), [(True, "sum"), (None, "last")])
def test_without_a_word_a_day_is_put_together_as_beeminder_does(
    kyoom: bool | None, aggregate: str
) -> None:
    habit = read({**GOAL, "aggday": None, "kyoom": kyoom}).habits[0]
    assert habit.quantity == Quantity(70.0, "pages", aggregate)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("runits", "schedule", "target", "note"),
    [("h", "daily", 1680.0, "per hour"), ("m", "every 30 days", 70.0, "a month is 30 days here"),
     ("y", "every 365 days", 70.0, "a year is 365 days here"), ("d", "daily", 70.0, "")],
)  # fmt: skip
def test_a_rate_s_unit_that_days_do_not_say_is_told(
    runits: str, schedule: str, target: float, note: str
) -> None:
    habit = read({**GOAL, "runits": runits}).habits[0]
    assert habit.quantity is not None
    assert (habit.schedule.written, habit.quantity.target) == (schedule, target)
    assert note in habit.note


def test_half_a_character_is_marked_and_not_the_end_of_the_file() -> None:
    point = '{"daystamp": "20260101", "value": 1, "comment": "\\ud83d \\ud83d\\ude00 \\\\ud83d"}'
    assert read(f"[{point}]").records[0].note == "? 😀 \\ud83d"


@pytest.mark.parametrize(
    "content",
    ['2026-01-01,3,"a, b",web\n2026-01-02,1.5,,\n',
     'Date,Value,Comment\n2026-01-01,3,"a, b"\n2026-01-02,1.5,\n',
     "daystamp\tvalue\tcomment\n20260101\t3\ta, b\n20260102\t1.5\t\n"],
)  # fmt: skip
def test_csv_and_tsv_with_and_without_a_heading(content: str) -> None:
    reading = read(content)
    assert [(r.habit, str(r.day), r.value, r.note) for r in reading.records] == [
        ("pages", "2026-01-01", 3.0, "a, b"),
        ("pages", "2026-01-02", 1.5, None),
    ]
    assert reading.source == "beeminder"


@pytest.mark.parametrize(
    ("content", "message"),
    [('{"slug": "pages"}', "JSON without Beeminder's datapoints"),
     ("[1, 2]", "JSON without Beeminder's datapoints"),
     ("[{", "broken JSON"),
     ("", "the file is empty")],
)  # fmt: skip
def test_other_files_are_refused(content: str, message: str) -> None:
    with pytest.raises(TrackerError, match=message):
        read(content)


def test_a_table_of_timestamps_has_days_too() -> None:
    """Seconds since 1970, counted where the log's writer is, whose day ends at three."""
    data = "timestamp,value,comment\n1759712400,3,late at night\n2026-10-07T09:00:00Z,4,\n"
    found = read(data, "run")
    assert [(str(record.day), record.value) for record in found.records] == [
        ("2025-10-05", 3.0), ("2026-10-07", 4.0),
    ]  # fmt: skip
    assert found.records[0].given.logged_at == "2025-10-06T01:00:00.000+00:00"
