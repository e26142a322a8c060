from __future__ import annotations

from tests.tracker.exchange.files_made import day_of, text
from tracker.exchange.readers import harsh
from tracker.exchange.records import Reading

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
