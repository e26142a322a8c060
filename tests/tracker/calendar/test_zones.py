"""Where the writer is: across the date line and back, and around the hours that come twice or never."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracker.conftest import Run
from tracker.calendar.days import civil_day
from tracker.calendar.zones import SEASONS, is_zone, no_zone, places_of, zone_at

ZONES = (
    "UTC", "Europe/London", "America/New_York", "Asia/Tokyo", "Pacific/Auckland",
    "Pacific/Honolulu", "Pacific/Apia", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo",
    "Atlantic/Azores", "America/Havana", "Africa/Casablanca",
)  # fmt: skip


def rows(log: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        return connection.execute(query).fetchall()


def test_today_is_the_day_where_the_writer_is(run: Run, log: Path) -> None:
    late = "2026-11-23T18:00:00+00:00"
    assert "You are in Europe/London, the time zone of goals.yml. It is today, Mon 23 Nov." in (
        run("zone", now=late).stdout
    )
    done = run("zone", "Asia/Tokyo", now=late)  # 03:00 there: a minute later than the day ends
    assert done.stdout.startswith("You are in Asia/Tokyo from now on. There it is")
    assert "Tue 24 Nov" in done.stdout
    run("checkin", "write=y", now=late)
    run("zone", "home", now=late)
    run("checkin", "write=n", now=late)
    assert rows(log, "SELECT day, answer, zone, lag_days FROM checkins") == [
        ("2026-11-24", "yes", "Asia/Tokyo", 0),
        ("2026-11-23", "no", "Europe/London", 0),
    ]
    assert rows(log, "SELECT zone, since FROM zones") == [
        ("Asia/Tokyo", "2026-11-23T18:00:00.000+00:00"),
        (None, "2026-11-23T18:00:00.000+00:00"),
    ]


def test_eastward_over_the_date_line_a_day_comes_twice(run: Run, log: Path) -> None:
    run("zone", "Pacific/Auckland", now="2026-11-20T00:00:00+00:00")
    run("checkin", "write=y", now="2026-11-22T21:00:00+00:00")  # Monday the 23rd, 10:00
    said = run("zone", "Pacific/Honolulu", now="2026-11-23T07:00:00+00:00").stdout  # Sunday, 21:00
    assert "Sun 22 Nov, again: what you answered for Mon 23 Nov stands until that day" in said
    there = "2026-11-23T07:30:00+00:00"
    assert run("checkin", "write=n", now=there).exit_code == 0
    status = json.loads(run("status", "--json", now=there).stdout)
    write = next(one for one in status["habits"] if one["habit"] == "write")
    assert (status["today"], write["state"]) == ("2026-11-22", "missed")
    for command in ("week", "show write", "log", "scores", "pages", "export --help", "undo"):
        assert run(*command.split(), now=there).exit_code == 0, command
    run("redo", now=there)
    later = "2026-11-23T20:00:00+00:00"  # Monday comes, and it is answered
    status = json.loads(run("status", "--json", now=later).stdout)
    write = next(one for one in status["habits"] if one["habit"] == "write")
    assert (status["today"], write["state"]) == ("2026-11-23", "done")
    assert rows(log, "SELECT day, lag_days FROM checkins WHERE source = 'inline'") == [
        ("2026-11-23", 0), ("2026-11-22", 0),
    ]  # fmt: skip


def test_westward_over_the_date_line_a_day_is_lost_and_can_be_skipped(run: Run) -> None:
    run("zone", "Pacific/Honolulu", now="2026-11-20T20:00:00+00:00")
    run("checkin", "write=y", now="2026-11-22T07:00:00+00:00")  # Saturday the 21st, 21:00
    said = run("zone", "Pacific/Auckland", now="2026-11-22T17:00:00+00:00").stdout
    assert "Mon 23 Nov already" in said
    there = "2026-11-22T18:00:00+00:00"
    run("checkin", "write=y", now=there)
    before = json.loads(run("status", "--json", now=there).stdout)["habits"][0]
    assert run("checkin", "write=s", "--day", "yesterday", now=there).exit_code == 0
    after = json.loads(run("status", "--json", now=there).stdout)["habits"][0]
    assert (before["streak"], after["streak"]) == (1, 2)


def test_answers_given_before_keep_their_days(run: Run) -> None:
    run("checkin", "write=y")
    days = [one["day"] for one in json.loads(run("scores", "--json").stdout)]
    run("zone", "Asia/Tokyo")
    assert [one["day"] for one in json.loads(run("scores", "--json").stdout)] == days


def test_the_environment_says_it_for_once(
    run: Run, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_ZONE", "Pacific/Auckland")
    run("checkin", "write=y", now="2026-11-23T20:00:00+00:00")
    monkeypatch.delenv("TRACKER_ZONE")
    assert rows(log, "SELECT day, zone FROM checkins") == [("2026-11-24", "Pacific/Auckland")]
    assert rows(log, "SELECT * FROM zones") == []
    monkeypatch.setenv("TRACKER_ZONE", "Mars/Base")
    done = run("status")
    assert (done.exit_code, 'TRACKER_ZONE: "Mars/Base" is no time zone.' in done.output) == (
        1,
        True,
    )


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("Asia/Tokio", 'Did you mean "Asia/Tokyo"?'),
        ("tokyo", 'Did you mean "Asia/Tokyo"?'),
        ("new york", 'Did you mean "America/New_York"?'),
        ("xyzzyplugh", "Write it like Asia/Tokyo or UTC."),
        ("../../etc/passwd", "is no time zone"),
    ],
)
def test_a_zone_that_is_none(run: Run, log: Path, word: str, hint: str) -> None:
    done = run("zone", word)
    assert (done.exit_code, hint in done.output) == (1, True), done.output
    assert not (log / ".tracker" / "tracker.db").exists(), "nothing is written"


def test_capitals_do_not_matter_and_a_place_is_kept_once(run: Run, log: Path) -> None:
    for word in ("asia/tokyo", "Asia/Tokyo", "ASIA/TOKYO"):
        assert run("zone", word).exit_code == 0
    assert rows(log, "SELECT zone FROM zones") == [("Asia/Tokyo",)]
    data = json.loads(run("zone", "--json").stdout)
    assert data == {"zone": "Asia/Tokyo", "home": "Europe/London", "today": "2026-11-23"}


@pytest.mark.parametrize("change", ["DELETE FROM zones", "UPDATE zones SET zone = 'UTC'"])
def test_where_the_writer_was_is_never_changed(run: Run, log: Path, change: str) -> None:
    run("zone", "Asia/Tokyo")
    with (
        closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(change)


instants = st.datetimes(datetime(2025, 1, 1), datetime(2033, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)
TURNS = [
    (datetime(2026, 3, 29, 1, tzinfo=UTC), "Europe/London"),
    (datetime(2026, 10, 25, 1, tzinfo=UTC), "Europe/London"),
    (datetime(2026, 10, 25, 1, tzinfo=UTC), "Atlantic/Azores"),  # back to midnight
    (datetime(2026, 3, 8, 7, tzinfo=UTC), "America/New_York"),
    (datetime(2026, 11, 1, 6, tzinfo=UTC), "America/New_York"),
    (datetime(2026, 11, 1, 5, tzinfo=UTC), "America/Havana"),  # back to midnight
    (datetime(2026, 4, 4, 14, tzinfo=UTC), "Pacific/Auckland"),
    (datetime(2026, 4, 4, 15, tzinfo=UTC), "Australia/Lord_Howe"),  # by half an hour
    (datetime(2011, 12, 30, 10, tzinfo=UTC), "Pacific/Apia"),  # a whole day that never was
]
anywhere = st.tuples(instants, st.sampled_from(ZONES))
near = st.builds(
    lambda turn, minutes: (turn[0] + timedelta(minutes=minutes), turn[1]),
    st.sampled_from(TURNS),
    st.integers(-150, 150),
)


@given(when=st.one_of(anywhere, near, near, near), beside=st.integers(-70, 70))
@settings(max_examples=300)
def test_a_civil_day_beside_the_slow_reference(when: tuple[datetime, str], beside: int) -> None:
    """A day lasts until the first minute after midnight that shows its end, as a clock on a wall."""
    instant, zone = when[0], ZoneInfo(when[1])

    def shown(at: datetime) -> tuple[date, int]:
        local = at.astimezone(zone)
        return local.date(), local.hour * 60 + local.minute

    today, minutes = shown(instant)
    day_ends = min(360, max(0, minutes + beside))  # near the boundary, where it is hard
    seen = (shown(instant - timedelta(minutes=back)) for back in range(8 * 60))
    ended = any(day == today and minute >= day_ends for day, minute in seen)
    assert civil_day(instant, zone, day_ends) == (today if ended else today - timedelta(1))


@given(when=near, day_ends=st.integers(0, 360), minutes=st.integers(0, 200))
@settings(max_examples=300)
def test_today_never_goes_back_while_the_writer_stays(
    when: tuple[datetime, str], day_ends: int, minutes: int
) -> None:
    start, zone = when[0], ZoneInfo(when[1])
    later = start + timedelta(minutes=minutes)
    assert civil_day(start, zone, day_ends) <= civil_day(later, zone, day_ends)


def test_where_someone_was_at_an_instant() -> None:
    moves = [("2026-11-10T12:00:00.000+00:00", "Asia/Tokyo"), ("2026-11-15T12:00:00+00:00", None)]
    found = [
        zone_at(datetime(2026, 11, day, 12, tzinfo=UTC), moves, "Europe/London")
        for day in (9, 10, 14, 15)
    ]
    assert found == ["Europe/London", "Asia/Tokyo", "Asia/Tokyo", "Europe/London"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("CEST", "Write Europe/Berlin."),  # it was taken for a slip of EST
        ("JST", "Write Asia/Tokyo."),
        ("jst", "Write Asia/Tokyo."),
        ("PDT", "Write America/Los_Angeles."),
        ("AEDT", "Write Australia/Sydney."),
        ("IST", "Write Asia/Kolkata or Asia/Jerusalem or Europe/Dublin."),
        ("MESZ", "Write it like Asia/Tokyo or UTC."),
        ("UTC+2", "Write the place: Europe/Berlin, Asia/Tokyo."),  # Etc/GMT+2 is the other way
        ("+02:00", "Write the place: Europe/Berlin, Asia/Tokyo."),
        ("GMT\u22121", "Write the place: Europe/Berlin, Asia/Tokyo."),
        ("new york", 'Did you mean "America/New_York"?'),
        ("Tokio", 'Did you mean "Asia/Tokyo"?'),
        ("Europe/Berln", 'Did you mean "Europe/Berlin"?'),
    ],
)
def test_a_name_that_is_no_zone_leads_to_the_place_meant(name: str, hint: str) -> None:
    assert no_zone(name).endswith(hint)


def test_every_abbreviation_leads_to_places_where_it_is_the_time() -> None:
    """Of all that the time zone data know, none is taken for a neighbour's."""
    names: dict[str, set[timedelta | None]] = {}
    for zone in available_timezones():
        if "/" in zone and not zone.startswith("Etc/"):
            for instant in SEASONS:
                local = instant.astimezone(ZoneInfo(zone))
                if (local.tzname() or "").isalpha() and not is_zone(local.tzname() or ""):
                    names.setdefault(local.tzname() or "", set()).add(local.utcoffset())
    assert {"CEST", "JST", "IST", "BST"} <= set(names)
    for name in ("CEST", "JST", "IST", "BST", "CST", "AEST"):
        places = places_of(name)
        assert len(places) == len(names[name])
        assert no_zone(name).endswith(f"Write {' or '.join(places)}.")
