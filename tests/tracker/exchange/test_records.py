"""What a reader gathers, and where it stops."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.errors import TrackerError
from tracker.exchange import records
from tracker.exchange.records import Collector, ForeignRecord, LeftOutError

DAY = date(2026, 11, 2)


def answer(habit: str = "write", note: str | None = None) -> ForeignRecord:
    return ForeignRecord(habit, DAY, "yes", note=note)


def nothing() -> ForeignRecord:
    raise LeftOutError("not answered")


def test_rows_that_nobody_answered_are_no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loop writes a row for every day: they are passed over, up to a limit of their own."""
    monkeypatch.setattr(records, "MOST_ROWS", 2)
    monkeypatch.setattr(records, "MOST_SEEN", 10)
    collector = Collector("loop", "loop.zip")
    for number in range(8):
        collector.row(nothing, number)
    for number in range(2):
        collector.row(answer, number)
    assert len(collector.reading().records) == 2
    assert collector.reading().left_out == {"not answered": 8}
    with pytest.raises(TrackerError, match=r"loop\.zip: more than 10 rows"):
        collector.row(nothing, 11)


def test_answers_names_and_text_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_ROWS", "MOST_HABITS", "MOST_TEXT"):
        monkeypatch.setattr(records, name, 3)
    collector = Collector("csv", "a.csv")
    for number in range(3):
        collector.row(answer, number)
    with pytest.raises(TrackerError, match=r"a\.csv: more than 3 answers"):
        collector.row(answer, 4)
    with pytest.raises(TrackerError, match="more than 3 characters of text"):
        Collector("csv", "a.csv").row(lambda: answer(note="long"), 1)
    collector = Collector("csv", "a.csv")
    collector.names = dict.fromkeys("abc", "")
    with pytest.raises(TrackerError, match="more than 3 habits"):
        collector.row(answer, 1)


def test_a_name_and_a_day_that_repeat_are_kept_once() -> None:
    collector = Collector("csv", "a.csv")
    for number in range(2):
        collector.row(lambda: answer("".join(["wri", "te"])), number)
    first, second = collector.reading().records
    assert first.habit is second.habit
    assert first.day is second.day
