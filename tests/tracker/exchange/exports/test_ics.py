from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracker.conftest import GOALS
from tracker.exchange.exports import ics
from tracker.exchange.exports.ics import Due
from tracker.goals_file.parse import parse
from tracker.habits.checkins import Mark

STAMP = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)  # a Monday
MILESTONE = (
    "why: To learn.\n        milestones: [{by: 2026-11-01, amount: 1}, {by: 2026-12-01, amount: 2}]"
)
PROJECT = parse(GOALS.replace("why: To learn.", MILESTONE))


def titles(marks: dict[str, dict[date, Mark]], days: int = 7) -> list[tuple[str, str]]:
    found = ics.due(PROJECT, marks, TODAY, days, PROJECT)
    return [(f"{item.day:%d %b}", item.title) for item in found]


def test_a_feed_to_the_letter() -> None:
    item = Due("habit-run-2026-11-23", TODAY, "Run; far, \\ fast", "If it rains,\nthen I run.")
    assert ics.calendar([item], STAMP, "In Season", private=False).decode() == (
        "BEGIN:VCALENDAR\r\n"
        "VERSION:2.0\r\n"
        "PRODID:-//in-season//tracker//EN\r\n"
        "CALSCALE:GREGORIAN\r\n"
        "METHOD:PUBLISH\r\n"
        "NAME:In Season\r\n"
        "X-WR-CALNAME:In Season\r\n"
        "BEGIN:VEVENT\r\n"
        "UID:habit-run-2026-11-23@in-season\r\n"
        "DTSTAMP:20261123T120000Z\r\n"
        "DTSTART;VALUE=DATE:20261123\r\n"
        "DTEND;VALUE=DATE:20261124\r\n"
        "SUMMARY:Run\\; far\\, \\\\ fast\r\n"
        "DESCRIPTION:If it rains\\,\\nthen I run.\r\n"
        "TRANSP:TRANSPARENT\r\n"
        "CLASS:PUBLIC\r\n"
        "END:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )


def test_habits_are_due_until_they_have_their_times() -> None:
    found = titles({})
    assert [day for day, title in found if title == "Read"] == ["23 Nov", "24 Nov", "25 Nov"]
    assert [day for day, title in found if title == "Run (5 km)"] == ["23 Nov", "25 Nov", "27 Nov"]
    assert [title for day, title in found if day == "29 Nov"] == [
        "Feeds (at most 20 minutes)",
        "Write",
    ]


def test_what_is_answered_is_not_due() -> None:
    marks = {"write": {TODAY: Mark("no")}, "read": {TODAY: Mark("yes")}}
    found = titles(marks, days=2)
    assert ("23 Nov", "Write") not in found
    assert ("24 Nov", "Write") in found
    assert [day for day, title in found if title == "Read"] == ["24 Nov"]


def test_goals_and_milestones_to_come_have_no_horizon() -> None:
    found = titles({}, days=1)
    assert ("01 Dec", "Publish papers: 2 papers by today") in found
    assert ("31 Dec", "Publish papers: 4 papers") in found
    assert not any("1 papers" in title for _, title in found)


def test_a_private_habit_is_in_no_feed_unless_asked_for() -> None:
    secret = parse(GOALS.replace("schedule: track-only", "schedule: daily"))
    public = ics.due(secret, {}, TODAY, 7, secret)
    assert not any("diary" in f"{item.key} {item.title}".casefold() for item in public)
    everything = ics.due(secret, {}, TODAY, 7, None)
    assert any(item.title == "Diary" for item in everything)
    feed = ics.calendar(everything, STAMP, "x", private=True).decode()
    assert "DESCRIPTION:Holds private habits and notes. Keep it to yourself.\r\n" in feed


def test_events_keep_their_names_from_one_feed_to_the_next() -> None:
    first = {item.key for item in ics.due(PROJECT, {}, TODAY, 7, PROJECT)}
    second = {item.key for item in ics.due(PROJECT, {}, TODAY, 14, PROJECT)}
    assert len(first) == len(ics.due(PROJECT, {}, TODAY, 7, PROJECT))
    assert first <= second


def unfolded(data: bytes) -> list[str]:
    """Lines as a calendar program puts them together."""
    return data.replace(b"\r\n ", b"").decode().split("\r\n")


def unescaped(text: str) -> str:
    return (
        text.replace("\\\\", "\x00")
        .replace("\\n", "\n")
        .replace("\\;", ";")
        .replace("\\,", ",")
        .replace("\x00", "\\")
    )


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_text_survives_folding_and_escaping(title: str, text: str) -> None:
    data = ics.calendar([Due("k", TODAY, title, text)], STAMP, "x", private=False)
    assert all(len(line) <= ics.LONGEST for line in data.split(b"\r\n"))
    for line in data.split(b"\r\n"):
        line.decode()  # never folded inside a character
    lines = {line.partition(":")[0]: line.partition(":")[2] for line in unfolded(data)}
    expected = title.replace("\r\n", "\n").replace("\r", "\n")
    expected = "".join(
        m for m in expected if m in "\n\t" or not (ord(m) < 32 or 127 <= ord(m) < 160)
    )
    assert unescaped(lines["SUMMARY"]) == expected
