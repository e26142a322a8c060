from __future__ import annotations

from datetime import date

import pytest

from tests.tracker.exchange.files_made import day_of, text
from tracker.errors import TrackerError
from tracker.exchange.readers import csv_table
from tracker.exchange.records import Reading
from tracker.habits.model import Quantity


def read(content: str | bytes, stem: str = "gym") -> Reading:
    return csv_table.read(text(content, f"{stem}.csv"), stem, day_of)


def answers(reading: Reading) -> list[tuple[str, str, str | None, float | None, str | None]]:
    return [(r.habit, str(r.day), r.answer, r.value, r.note) for r in reading.records]


@pytest.mark.parametrize(
    "heading",
    ["day,habit,answer,value,note", "Date,Name,State,Amount,Comment",
     "DATE,Habit Name,Done?,Quantity,Notes", "date,habitt,completed,quantitiy,coment",
     "\ufeffDate, Activity ,Status,Count,Remark"],
)  # fmt: skip
def test_columns_by_any_usual_name(heading: str) -> None:
    table = f'{heading}\n2026-01-05,Gym,yes,5.5,"good, long"\n2026-01-06,Gym,skip,,\n2026-01-07,Gym,,3,\n'
    assert answers(read(table)) == [
        ("Gym", "2026-01-05", "yes", 5.5, "good, long"),
        ("Gym", "2026-01-06", "skip", None, None),
        ("Gym", "2026-01-07", None, 3.0, None),
    ]


def test_columns_not_understood_are_named_and_update_is_no_date() -> None:
    reading = read("day,habit,answer,mood,updated_at,weather\n2026-01-05,Gym,y,5,,sun\n")
    assert reading.unknown_columns == ("mood", "weather")
    assert answers(reading) == [("Gym", "2026-01-05", "yes", None, None)]


def test_without_a_column_the_file_s_name_is_the_habit() -> None:
    assert answers(read("date;done\n2026-01-05;x\n2026-01-06;0\n")) == [
        ("gym", "2026-01-05", "yes", None, None),
        ("gym", "2026-01-06", "no", None, None),
    ]


def test_an_amount_in_the_answer_s_column_and_the_other_way_round() -> None:
    assert answers(read("date,done\n2026-01-05,5.2\n2026-01-06,1\n2026-01-07,0\n")) == [
        ("gym", "2026-01-05", None, 5.2, None),
        ("gym", "2026-01-06", None, 1.0, None),  # of what is counted, one is one
        ("gym", "2026-01-07", None, 0.0, None),
    ]
    assert answers(read("date,value\n2026-01-05,yes\n2026-01-06,1\n")) == [
        ("gym", "2026-01-05", "yes", None, None),
        ("gym", "2026-01-06", None, 1.0, None),
    ]


def test_bad_rows_are_named_as_a_spreadsheet_counts_them() -> None:
    table = (
        "day,habit,answer,value,note\n"
        '2026-01-05,Gym,yes,,"two\nlines"\n'
        "\n"
        "2026-02-30,Gym,yes,,\n"
        "2026-01-06,Gym,perhaps,,\n"
        "2026-01-06,Gym,yes,much,\n"
        "2026-01-06,,yes,,\n"
        "2026-01-06,Gym,yes,,a,b\n"
        "2026-01-06,Gym,skip,5,\n"
        "2026-01-06,Gym,,,only a note\n"
        '2026-01-06,Gym,yes,"1,000",\n'
        "2026-01-06,Gym,yes,inf,\n"
        "2026-01-06,Gym,yes,-1,\n"
        "2026-01-06,Gym,,,\n"
        "0026-01-06,Gym,yes,,\n"
    )
    reading = read(table)
    assert answers(reading) == [
        ("Gym", "2026-01-05", "yes", None, "two\nlines"),
        ("Gym", "2026-01-06", None, None, "only a note"),
    ]
    assert [trouble.row for trouble in reading.unreadable] == [4, 5, 6, 7, 8, 9, 11, 12, 13, 15]
    assert reading.left_out == {"neither an answer nor an amount": 1}
    assert reading.unreadable[1].why == '"perhaps" is no answer. Write yes, no or skip'
    assert reading.unreadable[6].why == '"1,000" may be two amounts. Write it without the comma'


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2026-01-05", "2026-01-05"), ("20260105", "2026-01-05"), ("2026/1/5", "2026-01-05"),
     ("5.1.2026", "2026-01-05"), ("25/12/2026", "2026-12-25"), ("12/25/2026", "2026-12-25"),
     ("2026-01-05 23:59", "2026-01-05"), ("2026-01-05T23:59:59.000", "2026-01-05"),
     ("2026-07-05T01:30:00+00:00", "2026-07-04"),  # half past two in London, before its day ends
     ("2026-07-05T02:30:00Z", "2026-07-05")],
)  # fmt: skip
def test_days_in_many_spellings(cell: str, day: str) -> None:
    assert [str(record.day) for record in read(f"day,answer\n{cell},y\n").records] == [day]


def test_five_one_is_decided_by_the_rest_of_the_file_or_not_at_all() -> None:
    alone = read("day,answer\n5/1/2026,y\n")
    assert [trouble.row for trouble in alone.unreadable] == [2]
    assert '"5/1/2026" may be two days' in alone.unreadable[0].why
    british = read("day,answer\n5/1/2026,y\n25/1/2026,y\n")
    assert [record.day for record in british.records] == [date(2026, 1, 5), date(2026, 1, 25)]
    american = read("day,answer\n5/1/2026,y\n1/25/2026,y\n")
    assert [record.day for record in american.records] == [date(2026, 5, 1), date(2026, 1, 25)]


@pytest.mark.parametrize(
    ("data", "message"),
    [("", "the file is empty"),
     ("habit,answer\nGym,y\n", "no column holds the day; there is: "),
     ("day,habit\n2026-01-05,Gym\n", "no column holds the answer or the amount"),
     ('day,answer,note\n2026-01-05,y,"open\n2026-01-06,y,x\n', "row 2: unexpected end of data"),
     (b"day,answer,note\n2026-01-05,y,caf\xe9\n", "byte 33 is not UTF-8")],
)  # fmt: skip
def test_files_that_cannot_be_read_say_why(data: str | bytes, message: str) -> None:
    with pytest.raises(TrackerError, match=message):
        read(data)


def test_a_spreadsheet_s_utf_16() -> None:
    assert len(read("day\tanswer\n2026-01-05\ty\n".encode("utf-16")).records) == 1


@pytest.mark.parametrize(
    ("cell", "zone", "day"),
    [("2026-07-05T17:30:00Z", "", "2026-07-05"),
     ("2026-07-05T17:30:00Z", "Asia/Tokyo", "2026-07-05"),  # half past two there: not over yet
     ("2026-07-05T18:30:00Z", "Asia/Tokyo", "2026-07-06"),
     ("2026-07-06T03:30:00+09:00", "", "2026-07-05"),  # the same instant, by London's clocks
     ("1783276200", "Asia/Tokyo", "2026-07-06"),
     ("2026-07-06 02:30", "", "2026-07-05"),  # a clock on the wall: before the day ends
     ("2026-07-06 02:30", "Asia/Tokyo", "2026-07-05"),
     ("2026-07-06 03:00", "", "2026-07-06"),
     ("2026-07-06 00:00:00", "", "2026-07-06"),  # a day that a program wrote as a time
     ("2026-07-06", "Asia/Tokyo", "2026-07-06")],
)  # fmt: skip
def test_a_time_counts_for_the_day_it_was_there(cell: str, zone: str, day: str) -> None:
    reading = read(f"timestamp,zone,answer\n{cell},{zone},y\n")
    assert [str(record.day) for record in reading.records] == [day]
    assert reading.remarks == ()


def test_a_day_that_is_written_out_is_that_day_whatever_the_hour() -> None:
    assert str(read("day,answer\n2026-07-06 02:30,y\n").records[0].day) == "2026-07-06"


def test_what_is_no_zone_is_said_and_not_kept() -> None:
    reading = read("timestamp,zone,answer\n2026-07-05T17:30:00Z,JST,y\n2026-07-06,,y\n")
    assert [record.given.zone for record in reading.records] == [None, None]
    assert reading.remarks == ('"JST" is no time zone; such times count where you were then',)


WIDE = """\
Date,Gym,Glasses,Weekday,Tasks,Notes
2026-01-05,x,2,Mon,yes,a good day
2026-01-06,,1,Tue,no,
2026-01-07,skip,0,Wed,,
2026-01-08,perhaps,,Thu,-,
8.1.2026,y,1,Thu,,
someday,y,1,,,
"""


def test_a_day_a_row_and_a_habit_a_column() -> None:
    """What is nearly a word of ours (Tasks, task) is a habit; a note would be nobody's."""
    reading = read(WIDE)
    assert answers(reading) == [
        ("Gym", "2026-01-05", "yes", None, None),
        ("Glasses", "2026-01-05", None, 2.0, None),
        ("Tasks", "2026-01-05", "yes", None, None),
        ("Glasses", "2026-01-06", None, 1.0, None),  # a column that counts
        ("Tasks", "2026-01-06", "no", None, None),
        ("Gym", "2026-01-07", "skip", None, None),
        ("Glasses", "2026-01-07", None, 0.0, None),
        ("Tasks", "2026-01-08", "skip", None, None),
        ("Gym", "2026-01-08", "yes", None, None),
        ("Glasses", "2026-01-08", None, 1.0, None),
    ]
    assert [(t.place, t.row) for t in reading.unreadable] == [("Gym", 5), ("", 7)]
    assert reading.unknown_columns == ("Notes (it says not of which habit)",)
    quantities = {habit.name: habit.quantity for habit in reading.habits}
    assert quantities == {"Gym": None, "Tasks": None, "Glasses": Quantity(None, "times")}


def test_of_two_columns_of_one_name_none_is_lost() -> None:
    with pytest.raises(TrackerError, match='two columns are called "Gym"'):
        read("Date,Gym,Gym\n2026-01-05,x,\n")


def test_zeros_and_ones_alone_are_answers_and_beside_amounts_they_are_amounts() -> None:
    text_of_both = "day,habit,answer\n" + "".join(
        f"2026-01-0{day},{habit},{cell}\n"
        for habit, cells in (("Gym", "101"), ("Run", "105"), ("Sit", ["1.0", "0", "0.0"]))
        for day, cell in enumerate(cells, 1)
    )
    assert [(r.habit, r.answer, r.value) for r in read(text_of_both).records] == [
        ("Gym", "yes", None), ("Gym", "no", None), ("Gym", "yes", None),
        ("Run", None, 1.0), ("Run", None, 0.0), ("Run", None, 5.0),
        ("Sit", "yes", None), ("Sit", "no", None), ("Sit", "no", None),
    ]  # fmt: skip
