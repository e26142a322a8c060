from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracker.conftest import GOALS, NOW
from tests.tracker.exchange.files_made import moment, text
from tracker.errors import TrackerError
from tracker.exchange import archive, own_tables
from tracker.exchange.exports import public_part, tables
from tracker.exchange.imports.plan import plan
from tracker.goals_file.parse import parse
from tracker.habits.checkins import CheckIn, StoredAnswer
from tracker.habits.schedule import parse_schedule
from tracker.text.escape import json_text

PROJECT = parse(GOALS)
TODAY = date(2026, 11, 23)
MOMENT = moment(NOW, TODAY)
KNOWN = {habit: habit for habit in PROJECT.habit_ids()}
days = st.integers(0, 40).map(lambda back: TODAY - timedelta(back))
texts = st.text(st.characters(exclude_categories=["Cs"]))


def stored(number: int, habit: str, day: date, **more: object) -> StoredAnswer:
    entry = CheckIn(habit, day, "yes", None, None, False, NOW, "Europe/London", 0, "inline")
    return StoredAnswer(number, entry._replace(**more), f"{day}@{NOW}", True)  # type: ignore[arg-type]


@st.composite
def states(draw: st.DrawFn) -> list[StoredAnswer]:
    """What a database may hold: answers of any kind, and no two of one name."""
    found: dict[tuple[str, str, str], StoredAnswer] = {}
    for number in range(draw(st.integers(0, 6))):
        answer = draw(st.sampled_from(["yes", "no", "skip", None]))
        note = draw(texts.filter(bool) if answer is None else st.none() | texts)
        entry = CheckIn(
            habit=draw(st.sampled_from(PROJECT.habit_ids())),
            day=draw(days),
            answer=answer,  # type: ignore[arg-type]
            value=None if answer in {"skip", None} else draw(st.none() | st.floats(0, 1e12)),
            note=note,
            note_public=note is not None and draw(st.booleans()),
            logged_at=draw(st.sampled_from([NOW, "2020-02-29T23:59:59.999+00:00"])),
            zone=draw(st.sampled_from(["Europe/London", "Asia/Kathmandu"])),
            lag_days=draw(st.integers(0, 4000)),
            source=draw(st.sampled_from(["inline", "asked", "loop"])),
        )
        row = StoredAnswer(
            number, entry, draw(texts.filter(bool)), True, draw(st.none() | texts), NOW
        )
        found[entry.habit, entry.source, row.external_id] = row
    rows = list(found.values())
    places = [(row.entry.habit, row.entry.day) for row in rows]
    alone = [row for row, place in zip(rows, places, strict=True) if places.count(place) == 1]
    return [row for row in rows if row.entry.answer or row in alone]  # a note stands alone


@settings(deadline=None)
@given(states())
def test_export_then_import_gives_the_same_state(rows: list[StoredAnswer]) -> None:
    """Into an empty log everything comes back as it was; into the same log nothing is added."""
    export = public_part.export(rows, PROJECT, private=True)
    data = archive.write(export, tables.definitions(PROJECT, private=True), PROJECT)
    reading = archive.read(data, "log.json")
    made = plan(reading, KNOWN, PROJECT, [], MOMENT)
    assert {item.entry for item in made.add} == {row.entry for row in rows}
    assert {
        (i.external_id, i.record.given.origin, i.record.given.created_at) for i in made.add
    } == {(row.external_id, row.origin, row.created_at) for row in rows}
    again = plan(reading, KNOWN, PROJECT, rows, MOMENT)
    assert (again.add, again.change, again.kept) == ((), (), ())


@settings(deadline=None)
@given(states())
def test_the_table_of_check_ins_comes_back_as_it_was(rows: list[StoredAnswer]) -> None:
    export = public_part.export(rows, PROJECT, private=True)
    table = text(tables.checkins(export, {"run": "km"}))
    reading = own_tables.read(table)
    assert reading.unreadable == reading.unknown_columns == ()
    made = plan(reading, KNOWN, PROJECT, [], MOMENT)
    if len({(row.entry.habit, row.entry.day) for row in rows}) == len(rows):
        meant = [row.entry._replace(note=row.entry.note or None) for row in rows]
        plain = [
            entry._replace(note_public=bool(entry.note) and entry.note_public) for entry in meant
        ]
        assert sorted((item.entry for item in made.add), key=repr) == sorted(plain, key=repr)
    again = plan(reading, KNOWN, PROJECT, rows, MOMENT)
    assert (again.add, again.change, again.kept) == ((), (), ())


SECRET = "hunter2"


def secrets() -> list[StoredAnswer]:
    return [
        stored(1, "diary", TODAY, note=f"{SECRET} diary", note_public=True),
        stored(2, "write", TODAY, note=f"{SECRET} note"),
        stored(3, "write", TODAY - timedelta(1), note="for readers", note_public=True),
        stored(4, "write", date(2019, 1, 1)),
        stored(5, f"gone-{SECRET}", TODAY),
    ]


def written(*, private: bool) -> list[bytes]:
    export = public_part.export(secrets(), PROJECT, private=private)
    habits = tables.definitions(PROJECT, private=private)
    files = {"habits.csv": tables.habits(habits), "checkins.csv": tables.checkins(export, {})}
    return [
        archive.write(export, habits, PROJECT),
        *(text.encode() for text in files.values()),
        tables.archive(files, private=private),
    ]


def test_planted_secrets_stay_here() -> None:
    for data in written(private=False):
        assert SECRET.encode() not in data
        assert b"diary" not in data.lower()
        assert b"2019-01-01" not in data  # a day on which nothing was said to be public
    assert b"for readers" in written(private=False)[0]


def test_what_stays_behind_is_counted() -> None:
    export = public_part.export(secrets(), PROJECT, private=False)
    assert (export.habits_left_out, export.notes_left_out) == (3, 1)


def test_a_private_export_holds_everything_and_says_so() -> None:
    data, habits, checkins, zipped = written(private=True)
    content = json.loads(data)
    assert content["private"] is True
    assert content["notice"] == public_part.PRIVATE_NOTICE
    assert len(content["checkins"]) == 5
    assert b'"diary"' in habits
    heading, *rows = checkins.decode().splitlines()
    assert heading.endswith('"private"')
    assert sorted(row.rpartition(",")[2] for row in rows) == ['"no"', *['"yes"'] * 4]
    assert b"PRIVATE.txt" in zipped


def test_the_same_log_makes_the_same_bytes() -> None:
    assert written(private=True) == written(private=True)


def test_a_public_copy_read_back_takes_no_note_away() -> None:
    rows = secrets()[1:3]
    data = archive.write(public_part.export(rows, PROJECT, private=False), [], PROJECT)
    made = plan(archive.read(data, "log.json"), KNOWN, PROJECT, rows, MOMENT)
    assert (made.add, made.change, made.kept) == ((), (), ())


def test_bad_check_ins_are_named_by_number() -> None:
    good = {"habit": "write", "day": "2026-11-23", "answer": "yes"}
    bad: list[object] = [
        good, {**good, "answer": "perhaps"}, {**good, "day": "23.11."}, {**good, "value": "5"},
        {**good, "value": -1}, {**good, "note": 5}, {**good, "habit": ""}, {**good, "logged_at": "noon"},
        "text", {**good, "mood": 5}, {**good, "note": "\ud800 broken"}, {**good, "value": True},
    ]  # fmt: skip
    data = json.dumps({"format": "in-season", "version": 1, "checkins": bad}).encode()
    reading = archive.read(data, "log.json")
    assert [trouble.row for trouble in reading.unreadable] == [2, 3, 4, 5, 6, 7, 8, 9, 12]
    assert reading.unknown_columns == ("mood",)
    assert reading.records[-1].note == "? broken"


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "broken JSON"), ("[]", "none that `tracker export json` wrote"),
     ('{"format": "in-season", "version": 2, "checkins": []}', 'written in form "2", .* Update')],
)  # fmt: skip
def test_other_json_is_refused(text: str, message: str) -> None:
    with pytest.raises(TrackerError, match=message):
        archive.read(text.encode(), "log.json")


def test_nothing_in_the_json_is_obeyed_by_a_terminal() -> None:
    note = "\x1b[2J \x9b31m \u202e \x7f é 😀"
    text = json_text(note)
    assert json.loads(text) == note
    assert not any(ord(m) < 32 or 127 <= ord(m) < 160 or m == "\u202e" for m in text)
    assert "é 😀" in text


@pytest.mark.parametrize(
    "words", ["daily", "3/7", "every 2 days", "track-only", "2 per week", "mon,wed,fri", "1w"]
)
def test_schedules_come_back_as_they_were(words: str) -> None:
    schedule = parse_schedule(words)
    assert parse_schedule(schedule.written) == schedule
