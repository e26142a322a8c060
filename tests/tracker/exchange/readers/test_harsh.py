from __future__ import annotations

from tests.tracker.conftest import GOALS
from tests.tracker.exchange.files_made import day_of, text
from tracker.exchange.imports.habit_names import unknown
from tracker.exchange.readers import harsh
from tracker.exchange.records import Reading
from tracker.goals_file.parse import parse

HABITS = """\
# This is your habits file.
! Work
Daily standup: 1
Code review: 5/7

! Health
Gym: 3/7
Sleep tracking: 0
Clean house: 7
No frequency
Bad: often
"""
LOG = """\
# Test log
2025-01-01 : Gym : y : Leg day : 1.5
2025-01-01 : Running : n : Too tired : 0

2025-01-02 : Code review : s : Skipped today :
2025-01-02 : Gym : y :  :
2025-01-03 : Gym : y
2025-01-03 Missing colons
2025-01-15 : Bad Result : x : Invalid result : 1.0
soon : Gym : y : Bad date : 1.0
2025-01-15 : Gym : y : Comment : much
2025-01-15 :  : y : No name : 0
2025-01-16 : Gym : y : at 10 : 30, with B : 2
2025-01-17 : Gym : s : away : 3
2025-02-30 : Gym : y
"""


def read(log: str = LOG, habits: str | None = HABITS) -> Reading:
    return harsh.read(text(log), None if habits is None else text(habits), day_of)


def test_every_line_of_a_log() -> None:
    assert [(r.habit, str(r.day), r.answer, r.value, r.note) for r in read().records] == [
        ("Gym", "2025-01-01", "yes", 1.5, "Leg day"),
        ("Running", "2025-01-01", "no", None, "Too tired"),
        ("Code review", "2025-01-02", "skip", None, "Skipped today"),
        ("Gym", "2025-01-02", "yes", None, None),
        ("Gym", "2025-01-03", "yes", None, None),
        ("Gym", "2025-01-16", "yes", 2.0, "at 10 : 30, with B"),
    ]


def test_bad_lines_are_named_by_number() -> None:
    troubles = {t.row: t.why for t in read().unreadable if t.place == "log"}
    assert sorted(troubles) == [8, 9, 10, 11, 12, 14, 15]
    assert troubles[9] == '"x" is no answer. harsh writes y, n or s'
    assert troubles[11] == '"much" is no amount'
    assert troubles[15] == '"2025-02-30" is no day. Write it like 2026-01-05'


def test_habits_with_their_schedules() -> None:
    reading = read()
    assert [(habit.name, habit.schedule.written) for habit in reading.habits] == [
        ("Daily standup", "daily"), ("Code review", "5/7"), ("Gym", "3/7"),
        ("Sleep tracking", "track-only"), ("Clean house", "every 7 days"),
    ]  # fmt: skip
    assert [(t.row, t.place) for t in reading.unreadable if t.place == "habits"] == [
        (10, "habits"), (11, "habits"),
    ]  # fmt: skip


def test_a_first_line_may_order_the_fields() -> None:
    log = "Habit : Date : Amount : Status : Comment\nGym : 2025-01-01 : 2 : y : good\n"
    record = read(log, None).records[0]
    assert (record.habit, str(record.day), record.value, record.note) == (
        "Gym",
        "2025-01-01",
        2.0,
        "good",
    )
    assert record.row == 2


def test_what_else_a_habit_s_line_says_is_kept_as_a_comment() -> None:
    found = read("", "Gym: 3/7: until 2027: really\n")
    assert found.habits[0].note == "harsh's file says: until 2027: really"


# As harsh writes its own file on the first day, with the last days its README tells of.
DEFAULT = """\
# This is your habits file.
# 1 means daily, 7 (or 1w) means weekly, 14 every two weeks.

! Body
Gymmed: 3/7
Bed by midnight: 1
Cleaned House: 7
Called Mom: 1w
Tracked Finances: 2w
New Skill: 3m
Dentist: 1y
Sauna: 2/3w
Too much coffee: 0

! Retired
Running: 3/7: 2024-06-15
Piano: 1w: 2026-12-06
"""


def test_weeks_months_and_years_as_its_own_file_has_them() -> None:
    reading = read("", DEFAULT)
    assert reading.unreadable == ()
    assert [(habit.name, habit.schedule.written) for habit in reading.habits] == [
        ("Gymmed", "3/7"), ("Bed by midnight", "daily"), ("Cleaned House", "every 7 days"),
        ("Called Mom", "every 7 days"), ("Tracked Finances", "every 14 days"),
        ("New Skill", "every 90 days"), ("Dentist", "every 365 days"), ("Sauna", "2/21"),
        ("Too much coffee", "track-only"), ("Running", "3/7"), ("Piano", "every 7 days"),
    ]  # fmt: skip
    notes = {habit.name: habit.note for habit in reading.habits}
    assert notes["New Skill"] == "a month is 30 days here"
    assert notes["Dentist"] == "a year is 365 days here"
    assert {habit.name: habit.group for habit in reading.habits}["Piano"] == "Retired"


def test_the_last_day_of_a_habit_goes_where_it_can() -> None:
    """Into the key where the season holds it, else into words: the lines are to be pasted."""
    project = parse(GOALS)
    reading = read("2024-06-01 : Running : y\n2026-11-01 : Piano : y\n", DEFAULT)
    snippets = {item.name: item.snippet for item in unknown(reading, project, {})}
    assert "it ends on 2024-06-15" in snippets["Running"]
    assert "ends:" not in snippets["Running"]
    assert snippets["Piano"].endswith("        ends: 2026-12-06\n")
    goals = parse(GOALS + "".join(snippets.values()))
    pasted = goals.seasons[-1].habits[-2:]
    assert [str(habit.ends) for habit in pasted] == ["None", "2026-12-06"]
    assert [habit.group for habit in pasted] == ["Retired", "Retired"]


def test_a_line_is_what_harsh_takes_for_one() -> None:
    """A comment may hold what other programs take for the end of a line."""
    notes = [record.note for record in read("2025-01-01 : Gym : y : a\u2028b\x0cc : 1\n").records]
    assert notes == ["a\u2028b\x0cc"]
