from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tracker.errors import TrackerError
from tracker.goals.model import Season
from tracker.goals_file.parse import parse
from tracker.seasons.next_season import Frame, added, draft, named, next_days

ROOT = Path(__file__).resolve().parents[3]
WRITTEN = """\
# Mine.
seasons:
- id: 2026-q4   # the first
  starts: 2026-10-01
  ends: 2026-12-31
  goals:
    - id: papers
      title: "Papers: three"
      target: 3
      milestones: [{by: 2026-10-31, amount: 1}]
    - {id: notes, title: Notes}
  habits:
    - {id: run, title: Run, schedule: 3/7, starts: 2026-10-05, quantity: {target: 5, unit: km}}
  # Only one habit.

# Where I am.
timezone: UTC
"""
FRAME = Frame("2027-q1", "January to March 2027", date(2027, 1, 1), date(2027, 3, 31))
DRAFT = """\
- id: 2027-q1
  title: January to March 2027
  starts: 2027-01-01
  ends: 2027-03-31

  goals:
    # not reached in 2026-q4: 2 of 3 (0.67)
    - id: papers
      title: 'Papers: three'
      target: 3
      # milestones, last season: [{by: '2026-10-31', amount: 1}]
    - id: notes
      title: Notes

  habits:
    - id: run
      title: Run
      schedule: 3/7
      # starts, last season: '2026-10-05'
      quantity: {target: 5, unit: km}
"""


@pytest.mark.parametrize(
    ("starts", "ends", "first", "last"),
    [
        ("2026-10-01", "2026-12-31", "2027-01-01", "2027-03-31"),
        ("2027-11-01", "2027-11-30", "2027-12-01", "2027-12-31"),
        ("2027-12-01", "2028-01-31", "2028-02-01", "2028-03-31"),
        ("2028-01-01", "2028-01-31", "2028-02-01", "2028-02-29"),
        ("2026-10-05", "2026-11-01", "2026-11-02", "2026-11-29"),
        ("2026-10-01", "2026-12-20", "2026-12-21", "2027-03-11"),
    ],
)
def test_the_days_of_the_next_season(starts: str, ends: str, first: str, last: str) -> None:
    season = Season("s", "S", date.fromisoformat(starts), date.fromisoformat(ends))
    assert [str(day) for day in next_days(season)] == [first, last]


@pytest.mark.parametrize(
    ("starts", "ends", "identity", "title"),
    [
        ("2027-01-01", "2027-03-31", "2027-q1", "January to March 2027"),
        ("2027-02-01", "2027-04-30", "2027-02", "February to April 2027"),
        ("2027-12-01", "2028-01-31", "2027-12", "December 2027 to January 2028"),
        ("2027-05-01", "2027-05-31", "2027-05", "May 2027"),
        ("2028-01-01", "2028-12-31", "2028", "January to December 2028"),
        ("2027-05-03", "2027-06-30", "2027-05", "3 May to 30 June 2027"),
        ("2026-10-01", "2026-12-31", "2026-10-01", "October to December 2026"),
    ],
)
def test_ids_and_titles(starts: str, ends: str, identity: str, title: str) -> None:
    days = date.fromisoformat(starts), date.fromisoformat(ends)
    assert named(*days, ["2026-q4"]) == (identity, title)


def test_the_draft_keeps_ids_marks_misses_and_leaves_old_days_out() -> None:
    marks = {"papers": "not reached in 2026-q4: 2 of 3 (0.67)"}
    assert draft(WRITTEN, "2026-q4", FRAME, marks) == DRAFT


def test_it_goes_below_the_last_season_and_every_word_stays() -> None:
    whole = added(WRITTEN, DRAFT)
    above, below = WRITTEN.split("\n# Where")
    assert whole == f"{above}\n{DRAFT}\n# Where{below}"
    assert [season.id for season in parse(whole).seasons] == ["2026-q4", "2027-q1"]


@pytest.mark.parametrize("ending", ["", "\n", "\n\n", "\n# the end\n"])
def test_the_list_may_be_the_last_thing_in_the_file(ending: str) -> None:
    text = "timezone: UTC\n" + WRITTEN.split("\n  # Only")[0] + ending
    whole = added(text, DRAFT)
    assert len(parse(whole).seasons) == 2
    assert [line for line in whole.splitlines() if line in text.splitlines()][:14] == (
        text.splitlines()[:14]
    )
    assert ("# the end" in whole) == ("# the end" in text)


def test_windows_line_ends_stay() -> None:
    whole = added(WRITTEN.replace("\n", "\r\n"), DRAFT)
    assert whole.count("\n") == whole.count("\r\n")
    assert parse(whole) == parse(added(WRITTEN, DRAFT))


def test_this_logs_own_goals_take_a_next_season() -> None:
    text = (ROOT / "goals.yml").read_text(encoding="utf-8")
    project = parse(text)
    last = project.seasons[-1]
    starts, ends = next_days(last)
    name, title = named(starts, ends, [season.id for season in project.seasons])
    whole = parse(added(text, draft(text, last.id, Frame(name, title, starts, ends), {})))
    assert whole.seasons[:-1] == project.seasons
    assert whole.seasons[-1].goals == last.goals
    assert whole.seasons[-1].habits == last.habits


@pytest.mark.parametrize(
    "seasons",
    ["seasons: []", "seasons:", "seasons: [{id: a, starts: 2026-01-01, ends: 2026-02-01}]"],
)
def test_a_list_in_one_line_is_left_to_its_writer(seasons: str) -> None:
    with pytest.raises(TrackerError) as caught:
        added(f"timezone: UTC\n{seasons}\n", DRAFT)
    assert str(caught.value) == (
        "goals.yml: seasons: is no list of lines that one more could follow. "
        "Put the draft below it by hand: tracker season new"
    )  # fmt: skip


def test_the_first_season_of_all_has_something_to_fill_in() -> None:
    block = draft("timezone: UTC\nseasons: []\n", None, FRAME, {})
    indented = "".join(f"  {line}\n" if line else "\n" for line in block.splitlines())
    assert parse(f"timezone: UTC\nseasons:\n{indented}").seasons[0].goals[0].id == "first"
