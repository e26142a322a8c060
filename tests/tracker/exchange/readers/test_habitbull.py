from __future__ import annotations

import pytest

from tests.tracker.exchange.files_made import day_of, text
from tracker.errors import TrackerError
from tracker.exchange.readers import habitbull
from tracker.exchange.records import Reading

# As HabitBull writes it: every row with the habit's description and category.
EXPORT = """\
HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText
Breed dragons,with love and fire,Diet & Food,2016-03-18,1,
Breed dragons,with love and fire,Diet & Food,2016-03-19,0,"rain, again"
Breed dragons,with love and fire,Diet & Food,2016-03-20,1,
Glasses,of water,Health,2016-03-18,1,
Glasses,of water,Health,2016-03-19,8,
Glasses,of water,Health,2016-03-20,0,
Glasses,of water,Health,2016-03-21,-1,
Glasses,of water,Health,2016-02-30,1,
"""


def read(content: str = EXPORT) -> Reading:
    return habitbull.read_text(text(content, "habitbull.csv"), "habitbull", day_of)


def test_every_row_of_an_export() -> None:
    assert [(r.habit, str(r.day), r.answer, r.value, r.note) for r in read().records] == [
        ("Breed dragons", "2016-03-18", "yes", None, None),
        ("Breed dragons", "2016-03-19", "no", None, "rain, again"),
        ("Breed dragons", "2016-03-20", "yes", None, None),
        ("Glasses", "2016-03-18", None, 1.0, None),  # of what is counted, one is one
        ("Glasses", "2016-03-19", None, 8.0, None),
        ("Glasses", "2016-03-20", None, 0.0, None),
    ]
    assert [trouble.row for trouble in read().unreadable] == [8, 9]


def test_what_it_says_of_a_habit_is_kept() -> None:
    assert {habit.name: (habit.note, habit.group) for habit in read().habits} == {
        "Breed dragons": ("with love and fire", "Diet & Food"),
        "Glasses": ("of water", "Health"),
    }


def test_columns_in_another_order_and_new_ones() -> None:
    reading = read("CalendarDate,Mood,HabitName,Value\n2016-03-18,5,Read,1\n")
    assert [(r.habit, r.answer) for r in reading.records] == [("Read", "yes")]
    assert reading.unknown_columns == ("Mood",)


@pytest.mark.parametrize("content", ["day,answer\n2016-03-18,y\n", "HabitName,Value\nRead,1\n"])
def test_another_table_is_refused(content: str) -> None:
    with pytest.raises(TrackerError, match="no CSV export of HabitBull"):
        read(content)
