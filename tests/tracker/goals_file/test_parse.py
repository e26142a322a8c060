from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import TrackerError
from tracker.goals_file.parse import parse
from tracker.workspace.session import cached_goals, dumped_goals, folder_at

ROOT = Path(__file__).resolve().parents[3]
GOOD = """\
timezone: Europe/London
seasons:
  - id: a
    starts: 2026-01-01
    ends: 2026-03-31
    goals:
      - id: papers
        title: Papers
    habits:
      - id: write
        title: Write
        schedule: 3/7
        serves: [papers]
      - id: run
        title: Run
        quantity: {target: 5, unit: km, aggregate: sum}
  - id: b
    starts: 2026-04-01
    ends: 2026-06-30
"""


def test_the_least_there_can_be() -> None:
    project = parse("timezone: UTC\nseasons: []\n")
    assert (project.seasons, project.day_ends) == ((), 0)
    assert parse("timezone: UTC\nseasons:\n").seasons == ()


def test_this_log_reads() -> None:
    assert parse((ROOT / "goals.yml").read_text(encoding="utf-8")).seasons


def test_defaults() -> None:
    project = parse(GOOD)
    season = project.seasons[0]
    assert season.title == "a"
    assert season.goals[0].target == 1.0
    assert season.habits[1].quantity is not None
    assert season.habits[1].quantity.aggregate == "sum"
    assert project.seasons[1].habits == ()


# A break that stands in a hundred places of each of a hundred habits of each of a hundred seasons.
ALIASES = (
    """timezone: UTC
seasons:
  - &season
    id: one
    starts: 2026-10-01
    ends: 2026-12-31
    habits:
      - &habit
        id: write
        title: Write
        breaks: [&rest {from: 2026-10-02, to: 2026-10-03}, MANY]
      - MANY
  - MANY
""".replace("MANY]", ", ".join(["*rest"] * 100) + "]")
    .replace("      - MANY", "\n".join(["      - *habit"] * 100))
    .replace("  - MANY", "\n".join(["  - *season"] * 100))
)


@pytest.mark.parametrize("value", ["", " null", " []"])
def test_goals_and_habits_may_be_empty(value: str) -> None:
    text = "timezone: UTC\nseasons:\n  - {id: a, starts: 2026-01-01, ends: 2026-02-01}\n"
    text = text.replace("}", f", goals:{value or ' ~'}, habits:{value or ' ~'}}}")
    assert parse(text).seasons[0].habits == ()


def test_harmless_variants_are_taken() -> None:
    text = GOOD.replace("2026-01-01", '"2026-01-01"').replace("[papers]", "papers")
    text = text.replace("title: Write", "title: 1984")
    habit = parse(text + "day_ends: 3:30\n").seasons[0].habits[0]
    assert (habit.title, habit.serves) == ("1984", ("papers",))
    assert parse(text + "day_ends: 3:30\n").day_ends == 210
    assert parse(GOOD) == parse(GOOD.replace("\n", "\r\n"))


def test_seasons_stand_in_the_order_of_their_days() -> None:
    first, second = GOOD.index("  - id: a"), GOOD.index("  - id: b")
    swapped = GOOD[:first] + GOOD[second:] + GOOD[first:second]
    assert parse(swapped).seasons == parse(GOOD).seasons
    assert parse(GOOD).season_near(date(2030, 1, 1)) == parse(GOOD).seasons[1]
    assert parse(GOOD).season_near(date(2020, 1, 1)) == parse(GOOD).seasons[0]


BROKEN = [
    (("3/7", "9/7"), 'goals.yml:12: seasons[0].habits[0].schedule: "9/7" asks for 9 days in 7. Use at most 7/7.'),
    (("schedule:", "shedule:"), 'goals.yml:12: seasons[0].habits[0].shedule: "shedule" is not a key here. Did you mean "schedule"?'),
    (("seasons:", "season:"), 'goals.yml:2: season: "season" is not a key here. Did you mean "seasons"?'),
    (("timezone: Europe/London\n", ""), 'goals.yml:1: the key "timezone" is missing. Add it.'),
    (("Europe/London", "Europe/Lodnon"), 'goals.yml:1: timezone: "Europe/Lodnon" is no time zone. Did you mean "Europe/London"?'),
    (("id: run", "id: write"), 'goals.yml:14: seasons[0].habits[1].id: "write" is already the id of habits[0]. An id names one thing for ever: choose another.'),
    (("id: run", "id: Write"), 'goals.yml:14: seasons[0].habits[1].id: "Write" is already the id of habits[0]. An id names one thing for ever: choose another.'),
    (("id: run", "id: ../run"), 'goals.yml:14: seasons[0].habits[1].id: "../run" cannot be an id: it becomes a file name and a word to type. Use letters a-z, digits, - and _, such as morning-run.'),
    (("id: b", "id: a"), 'goals.yml:17: seasons[1].id: "a" is already the id of seasons[0]. An id names one thing for ever: choose another.'),
    (("id: b", "id: index"), "goals.yml:17: seasons[1].id: a season cannot be called index: its page has that name."),
    (("2026-03-31", "2025-03-31"), "goals.yml:5: seasons[0].ends: the season ends on 2025-03-31, before it starts on 2026-01-01. Swap them."),
    (("2026-03-31", "2026-02-30"), 'goals.yml:5: seasons[0].ends: "2026-02-30" is no date of the calendar. Write it like 2026-10-01.'),
    (("2026-03-31", "2106-03-31"), "goals.yml:5: seasons[0].ends: 2106-03-31 makes a season of 29309 days. Check the year."),
    (("2026-03-31", "2026-04-02"), 'goals.yml:18: seasons[1].starts: "b" starts on 2026-04-01, while "a" runs until 2026-04-02. A day belongs to one season: move one of them.'),
    (("2026-01-01", "0026-01-01"), "goals.yml:4: seasons[0].starts: the year 26 cannot be meant. Check it."),
    (("[papers]", "[paper]"), 'goals.yml:13: seasons[0].habits[0].serves[0]: this season has no goal "paper". Did you mean "papers"?'),
    (("target: 5", "target: 0"), "goals.yml:16: seasons[0].habits[1].quantity.target: 0 is no amount to aim at. Use a number that is more than 0."),
    (("aggregate: sum", "aggregate: total"), 'goals.yml:16: seasons[0].habits[1].quantity.aggregate: "total" adds up to nothing. There is: last, first, sum, min, max, mean, median, count.'),
    (("title: Write", "title: ''"), "goals.yml:11: seasons[0].habits[0].title: the title is empty. Say in a few words what it is."),
    (("title: Write", "title: yes"), "goals.yml:11: seasons[0].habits[0].title: this must be text or a number; it is true or false. Put it in quotes."),
    (("schedule: 3/7", "at_most: lots"), 'goals.yml:12: seasons[0].habits[0].at_most: "lots" is no amount. Write a number and a unit, like 20 minutes.'),
    (("schedule: 3/7", "ends: 2026-05-01"), "goals.yml:12: seasons[0].habits[0].ends: 2026-05-01 lies outside the season, 2026-01-01 to 2026-03-31. Move it inside, or leave the key out."),
    (("schedule: 3/7", "title: Again"), 'goals.yml:12: the key "title" already stands on line 11. Keep one of them.'),
    (("timezone: Eu", "day_ends: 07:00\ntimezone: Eu"), 'goals.yml:1: day_ends: "07:00" is no end of a day. Use "00:00" to "06:00".'),
    (("timezone: Eu", "day_ends: 3\ntimezone: Eu"), 'goals.yml:1: day_ends: "3" is no end of a day. Use "00:00" to "06:00".'),
    (("timezone: Eu", "day_ends: 3.5\ntimezone: Eu"), "goals.yml:1: day_ends: this must be text or a number; it is a number with a point. Put it in quotes."),
    (("timezone: Eu", "7: 8\ntimezone: Eu"), 'goals.yml:1: 7: "7" is not a key here. There is: timezone, seasons, day_ends, week_starts.'),
    (("2026-03-31", "20260331"), "goals.yml:5: seasons[0].ends: this must be a date; it is a number. Write it like 2026-10-01."),
    (("2026-03-31", "2026-W53-1"), 'goals.yml:5: seasons[0].ends: "2026-W53-1" is no date of the calendar. Write it like 2026-10-01.'),
    (("3/7", "mon,wen"), 'goals.yml:12: seasons[0].habits[0].schedule: "mon,wen" is no schedule: "wen" is no weekday. Did you mean "wed"?'),
    (("3/7", "[mon, funday]"), 'goals.yml:12: seasons[0].habits[0].schedule: "mon, funday" is no schedule: "funday" is no weekday. There is: mon, tue, wed, thu, fri, sat, sun.'),
    (("schedule: 3/7", "starts: 2027-01-01"), "goals.yml:12: seasons[0].habits[0].starts: 2027-01-01 lies outside the season, 2026-01-01 to 2026-03-31. Move it inside, or leave the key out."),
    (("title: Papers", f"title: Papers\n        target: 1{'0' * 400}"), "goals.yml:9: seasons[0].goals[0].target: nobody can count that far. Use fewer digits."),
    (("target: 5", f"target: 1{'0' * 400}"), "goals.yml:16: seasons[0].habits[1].quantity.target: nobody can count that far. Use fewer digits."),
    (("schedule: 3/7", f"at_most: 1{'0' * 400}"), "goals.yml:12: seasons[0].habits[0].at_most: nobody can count that far. Use fewer digits."),
    (("title: Write", "title: W\x1brite"), "goals.yml:11: not YAML: a character that no text has (\\x1b). Delete it: it was pasted in, or the file is not what its name says."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"), BROKEN, ids=[m.split(": ", 1)[1][:40] for _, m in BROKEN]
)
def test_errors_name_line_key_and_what_next(change: tuple[str, str], message: str) -> None:
    old, new = change
    assert old in GOOD
    with pytest.raises(TrackerError) as caught:
        parse(GOOD.replace(old, new, 1))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", "goals.yml:1: the file is empty."),
        ("- a\n", "goals.yml:1: the file is no mapping of keys."),
        ("timezone: [\n", "goals.yml:2: not YAML:"),
        ("timezone: UTC\n\tseasons: []\n", "goals.yml:2: not YAML:"),
        ("timezone: UTC\nseasons: *nowhere\n", "goals.yml:2: not YAML:"),
        (
            "timezone: UTC\nseasons: !!python/object:os.system {}\n",
            "goals.yml:2: !!python/object:os",
        ),
        ("timezone: UTC\nseasons: !!set {a}\n", "goals.yml:2: !!set is a tag of YAML, and none"),
        ("timezone: UTC\nday_ends: !!bool x\nseasons: []\n", "goals.yml:2: !!bool is a tag"),
        ("timezone: UTC\nseasons: []\nday_ends: !!int x\n", "goals.yml:3: !!int is a tag of YAML"),
        ("timezone: UTC\nseasons: !!pairs [a: 1]\n", "goals.yml:2: !!pairs is a tag of YAML"),
        ("timezone: UTC\nseasons: ! []\n", "goals.yml:2: ! is a tag of YAML"),
        (ALIASES, "goals.yml:1: its aliases stand for more than 100,000 values"),
        ("a: &a\n  b: *a\n", "goals.yml:1: "),
        (
            "timezone: UTC\nseasons: 3\n",
            "goals.yml:2: seasons: this must be a list; it is a number.",
        ),
        ("\x00", "goals.yml:1: not YAML:"),
    ],
)
def test_files_that_are_no_goals(text: str, start: str) -> None:
    with pytest.raises(TrackerError) as caught:
        parse(text)
    assert str(caught.value).startswith(start)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(TrackerError):
        parse(text)


@given(st.integers(0, len(GOOD)), st.text(max_size=5))
def test_any_slip_of_the_keyboard_is_read_or_refused(place: int, typed: str) -> None:
    text = GOOD[:place] + typed + GOOD[place:]
    try:
        project = parse(text)
    except TrackerError as error:
        message, project = str(error), None
    if project is None:
        assert message.startswith("goals.yml:")
    else:
        assert cached_goals(dumped_goals(text, project), text) == project


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            GOOD.replace("title: Write", "title: Café").encode("latin-1"),
            'goals.yml:11: the byte 0xe9 after "title: Caf" is not UTF-8. Save the file as UTF-8.',
        ),
        (GOOD.encode("utf-16"), "goals.yml:1: the file is UTF-16. Save it as UTF-8."),
    ],
)
def test_bytes_that_are_no_utf8_are_named_by_line(
    tmp_path: Path, data: bytes, message: str
) -> None:
    (tmp_path / "goals.yml").write_bytes(data)
    with pytest.raises(TrackerError) as caught:
        folder_at(str(tmp_path)).read_goals()
    assert str(caught.value) == message


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    (tmp_path / "goals.yml").write_bytes(GOOD.replace("\n", "\r\n").encode("utf-8-sig"))
    assert folder_at(str(tmp_path)).read_goals() == parse(GOOD)


def test_the_cache_counts_only_for_the_same_text() -> None:
    project = parse(GOOD)
    content = dumped_goals(GOOD, project)
    assert cached_goals(content, GOOD) == project
    assert cached_goals(content, GOOD + "\n") is None
    for damaged in ("", "{}", "[]", "[1]", content[:-20], content.replace('"rolling"', "5, 5")):
        assert cached_goals(damaged, GOOD) is None
