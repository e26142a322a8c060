from __future__ import annotations

import io

import pytest

from tests.tracker.exchange.files_made import day_of, zipped
from tracker.errors import TrackerError
from tracker.exchange.readers import loop_zip
from tracker.exchange.records import Reading
from tracker.habits.model import Quantity

HABITS = """\
Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?
001,Meditate,YES_NO,Did you meditate this morning?,,1,1,#FF8F00,,,,false
002,Wake up early,YES_NO,Did you wake up before 6am?,,2,3,#00897B,,,,true
003,Run,NUMERICAL,How far?,,1,1,#E64A19,km,AT_LEAST,5.0,false
"""
WAKE = '''\
Date,Value,Notes
2015-01-25,YES_MANUAL,
2015-01-24,NO,Sick
2015-01-23,SKIP,"Away, at ""home"""
2015-01-22,YES_AUTO,
2015-01-21,UNKNOWN,
2015-01-20,YES_AUTO,but tired
2015-01-19,LATER,
'''
RUN = "Date,Value,Notes\n2015-01-25,5200,\n2015-01-24,SKIP,\n2015-01-23,0,rain\n"
EXPORT = {
    "Habits.csv": HABITS,
    "Checkmarks.csv": "Date,Meditate,Wake up early,Run,\n2015-01-25,-1,2,5200,\n",
    "Scores.csv": "Date,Meditate,\n2015-01-25,0.0000,\n",
    "001 Meditate/Scores.csv": "Date,Score\n2015-01-25,0.0000\n",
    "001 Meditate/Checkmarks.csv": "Date,Value,Notes\n",
    "002 Wake up early/Checkmarks.csv": WAKE,
    "003 Run/Checkmarks.csv": RUN,
}


def read(files: dict[str, str]) -> Reading:
    return loop_zip.read(io.BytesIO(zipped(files)), "loop.zip", day_of)


def answers(reading: Reading) -> list[tuple[str, str, str | None, float | None, str | None]]:
    return [(r.habit, str(r.day), r.answer, r.value, r.note) for r in reading.records]


EXPECTED = [
    ("Wake up early", "2015-01-25", "yes", None, None),
    ("Wake up early", "2015-01-24", "no", None, "Sick"),
    ("Wake up early", "2015-01-23", "skip", None, 'Away, at "home"'),
    ("Wake up early", "2015-01-20", None, None, "but tired"),  # no answer, and not lost
    ("Run", "2015-01-25", None, 5.2, None),
    ("Run", "2015-01-24", "skip", None, None),
    ("Run", "2015-01-23", None, 0.0, "rain"),
]


def test_an_export_of_today() -> None:
    reading = read(EXPORT)
    assert answers(reading) == EXPECTED
    assert [habit.schedule.written for habit in reading.habits] == ["daily", "2/3", "daily"]
    assert reading.habits[2].quantity == Quantity(5.0, "km")
    assert reading.left_out == {
        "implied by the schedule, not answered": 1,
        "not answered in Loop": 1,
    }


def test_bad_rows_are_named_by_file_and_number() -> None:
    troubles = read(EXPORT).unreadable
    place = "002 Wake up early/Checkmarks.csv"
    assert [(t.place, t.row) for t in troubles] == [(place, 8)]
    assert troubles[0].why == '"LATER" is nothing that Loop writes'


def test_an_export_in_a_folder_with_what_a_mac_adds() -> None:
    files = {f"Loop Habits CSV/{name}": text for name, text in EXPORT.items()}
    reading = read({**files, "__MACOSX/._Habits.csv": "\x00"})
    assert answers(reading) == EXPECTED


def test_an_export_of_years_ago() -> None:
    reading = read({
        "Habits.csv": "Position,Name,Question,Description,NumRepetitions,Interval,Color\n"
        "001,Meditate,,,3,7,#AFB42B\n",
        "001 Meditate/Checkmarks.csv": "2015-01-25,2\n2015-01-24,1\n2015-01-23,0\n",
    })  # fmt: skip
    assert answers(reading) == [
        ("Meditate", "2015-01-25", "yes", None, None),
        ("Meditate", "2015-01-23", "no", None, None),
    ]
    assert reading.habits[0].schedule.written == "3/7"


def test_the_table_of_all_habits_serves_where_the_folders_are_missing() -> None:
    overview = 'Date,Meditate,Wake "up" early,Run,\n2015-01-25,-1,2,5200,\n2015-01-24,0,,SKIP,\n'
    habits = HABITS.replace("Wake up early", '"Wake ""up"" early"')
    reading = read({"Habits.csv": habits, "Checkmarks.csv": overview})
    assert answers(reading) == [
        ("Wake 'up' early", "2015-01-25", "yes", None, None),
        ("Run", "2015-01-25", None, 5.2, None),
        ("Meditate", "2015-01-24", "no", None, None),
        ("Run", "2015-01-24", "skip", None, None),
    ]
    assert [trouble.row for trouble in reading.unreadable] == [3]


def test_columns_of_a_newer_loop_are_reported() -> None:
    habits = HABITS.replace(",Color", ",FrequencyMode,Color").replace(",1,1,#", ",1,1,DAYS,#")
    reading = read({**EXPORT, "Habits.csv": habits})
    assert reading.unknown_columns == ("Habits.csv: FrequencyMode",)


@pytest.mark.parametrize(
    ("data", "message"),
    [(zipped({"a.csv": "x"}), "a zip without Checkmarks.csv"),
     (b"PK\x03\x04 torn", "the zip cannot be unpacked"),
     (zipped({}), "a zip without Checkmarks.csv")],
)  # fmt: skip
def test_other_zips_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(TrackerError, match=message):
        loop_zip.read(io.BytesIO(data), "loop.zip", day_of)
