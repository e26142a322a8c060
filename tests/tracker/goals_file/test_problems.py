"""Every problem of a goals.yml is named at once, in the order of the file, and none causes another."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import TrackerError
from tracker.goals_file.parse import MOST_SHOWN, parse
from tracker.text.yaml_lines import path_words

Run = Callable[..., Result]
Line = tuple[tuple[str | int, ...], str, str]  # a path, what stands before its value, the value

THREE = """\
timezone: Europe/Lodnon
seasons:
  - id: autumn
    starts: 2026-10-01
    ends: 2026-12-31
    goals:
      - id: papers
        title: Papers
        target: -2
    habits:
      - id: write
        title: Write
        schedule: 9/7
        serves: [papers]
"""
THREE_TOLD = (
    'goals.yml:1: timezone: "Europe/Lodnon" is no time zone. Did you mean "Europe/London"?',
    "goals.yml:9: seasons[0].goals[0].target: -2 can never be reached. Use more than 0.",
    'goals.yml:13: seasons[0].habits[0].schedule: "9/7" asks for 9 days in 7. Use at most 7/7.',
)
GOOD = """\
timezone: UTC
seasons:
  - id: a
    starts: 2026-01-01
    ends: 2026-03-31
    goals:
      - id: papers
        title: Papers
        target: 4
        milestones:
          - {by: 2026-01-31, amount: 1}
          - {by: 2026-02-28, amount: 3}
      - id: talks
        title: Talks
    habits:
      - id: write
        title: Write
        serves: [papers, talks]
        starts: 2026-01-05
      - id: run
        title: Run
        quantity: {target: 5, unit: km, aggregate: sum}
        serves: papers
        breaks:
          - {from: 2026-02-01, to: 2026-02-04}
          - {from: 2026-03-01, to: 2026-03-04}
  - id: b
    starts: 2026-04-01
    ends: 2026-06-30
  - id: c
    starts: 2026-07-01
    ends: 2026-09-30
"""


def told(text: str) -> tuple[str, ...]:
    """Every problem that the file is refused with; none where it is taken."""
    try:
        parse(text)
    except TrackerError as error:
        return error.problems
    return ()


def test_three_problems_are_three_lines() -> None:
    with pytest.raises(TrackerError) as caught:
        parse(THREE)
    assert caught.value.problems == THREE_TOLD
    assert str(caught.value) == "\n".join(THREE_TOLD)


def test_the_command_line_shows_all_and_changes_nothing(run: Run, log: Path) -> None:
    (log / "goals.yml").write_text(THREE, encoding="utf-8")
    for arguments in (["status"], ["checkin", "write=y"], ["pages"]):
        result = run(*arguments)
        assert (result.exit_code, result.output) == (1, "Error: " + "\n".join(THREE_TOLD) + "\n")
    assert sorted(path.name for path in log.iterdir()) == ["goals.yml"]


def test_the_doctor_names_each_one_in_words_and_as_json(run: Run, log: Path) -> None:
    (log / "goals.yml").write_text(THREE, encoding="utf-8")
    plain, scripted = run("doctor"), run("doctor", "--json")
    assert (plain.exit_code, scripted.exit_code) == (1, 1)
    assert [line for line in plain.output.splitlines() if "goals.yml" in line] == [
        f"WRONG goals.yml: {line}" for line in THREE_TOLD
    ]
    found = json.loads(scripted.output)["findings"]
    assert [one["words"] for one in found if one["check"] == "goals.yml"] == list(THREE_TOLD)


def test_the_first_ten_are_shown_and_the_rest_counted() -> None:
    habits = "".join(f"      - {{id: h{i}, title: H, schedule: 9/7}}\n" for i in range(13))
    text = THREE.split("    goals:")[0].replace("Lodnon", "London") + "    habits:\n" + habits
    with pytest.raises(TrackerError) as caught:
        parse(text)
    lines = str(caught.value).splitlines()
    assert len(caught.value.problems) == 13
    assert lines[:MOST_SHOWN] == list(caught.value.problems[:MOST_SHOWN])
    assert lines[MOST_SHOWN:] == ["and 3 more; tracker doctor names them all."]


def test_a_syntax_error_hides_the_rest() -> None:
    (only,) = told(THREE + "\t- x\n")
    assert only.startswith("goals.yml:15: not YAML:")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- id: papers", "- idd: papers", 'goals.yml:7: seasons[0].goals[0].idd: "idd" is not a key here. Did you mean "id"?'),
        ("- id: papers", "- naam: papers", 'goals.yml:7: seasons[0].goals[0].naam: "naam" is not a key here. There is: id, title, target, unit, evidence, why, weight, milestones.'),
        ("- id: papers", "- id: my papers", 'goals.yml:7: seasons[0].goals[0].id: "my papers" cannot be an id: it becomes a file name and a word to type. Use letters a-z, digits, - and _, such as morning-run.'),
        ("- id: papers", "- id: yes", "goals.yml:7: seasons[0].goals[0].id: this must be text or a number; it is true or false. Put it in quotes."),
        ("- id: papers", "- id: talks", 'goals.yml:13: seasons[0].goals[1].id: "talks" is already the id of goals[0]. An id names one thing for ever: choose another.'),
        ("target: 4", "targt: 4", 'goals.yml:9: seasons[0].goals[0].targt: "targt" is not a key here. Did you mean "target"?'),
        ("target: 4", "target: four", "goals.yml:9: seasons[0].goals[0].target: this must be a number; it is text."),
        ("target: 4", "target: 0", "goals.yml:9: seasons[0].goals[0].target: 0 can never be reached. Use more than 0."),
        ("        target: 4\n", "", "goals.yml:11: seasons[0].goals[0].milestones[1].amount: 3 does not lie above 1 and up to 1. Each one is higher than the one before."),
        ("target: 4", "target: 0.5", "goals.yml:11: seasons[0].goals[0].milestones[0].amount: 1 does not lie above 0 and up to 0.5. Each one is higher than the one before."),
        ("starts: 2026-01-01", "starts: 2026-13-01", 'goals.yml:4: seasons[0].starts: "2026-13-01" is no date of the calendar. Write it like 2026-10-01.'),
        ("starts: 2026-01-01", "begins: 2026-01-01", 'goals.yml:4: seasons[0].begins: "begins" is not a key here. Did you mean "ends"?'),
        ("    starts: 2026-01-01\n", "", 'goals.yml:3: seasons[0]: the key "starts" is missing. Add it.'),
        ("ends: 2026-03-31", "ends: 2025-03-31", "goals.yml:5: seasons[0].ends: the season ends on 2025-03-31, before it starts on 2026-01-01. Swap them."),
        ("ends: 2026-03-31", "ends: 2026-12-31", 'goals.yml:28: seasons[1].starts: "b" starts on 2026-04-01, while "a" runs until 2026-12-31. A day belongs to one season: move one of them.'),
        ("by: 2026-01-31", "by: 2026-03-01", "goals.yml:12: seasons[0].goals[0].milestones[1].by: 2026-02-28 does not lie after 2026-03-01 and before the season's end, 2026-03-31. Order them by day; the target ends the line."),
        ("from: 2026-02-01, to: 2026-02-04", "from: 2026-02-01, to: 2026-03-02", "goals.yml:26: seasons[0].habits[1].breaks[1].from: 2026-03-01 is not after 2026-03-02, where the one before ends. Order breaks by their days."),
        ("      - id: talks\n", "", 'goals.yml:13: the key "title" already stands on line 8. Keep one of them.'),
        ("  - id: c\n", "", 'goals.yml:30: the key "starts" already stands on line 28. Keep one of them.'),
        ("    habits:\n", "", 'goals.yml:17: seasons[0].goals[2].serves: "serves" is not a key here. There is: id, title, target, unit, evidence, why, weight, milestones.'),
        ("    goals:\n", "goals:\n", None),
        ("timezone: UTC", "timezone: 5", "goals.yml:1: timezone: this must be text; it is a number."),
        ("seasons:", "season:", 'goals.yml:2: season: "season" is not a key here. Did you mean "seasons"?'),
        ("serves: [papers, talks]", "sreves: [papers, talks]", 'goals.yml:18: seasons[0].habits[0].sreves: "sreves" is not a key here. Did you mean "serves"?'),
    ],
)  # fmt: skip
def test_one_problem_has_no_consequences(old: str, new: str, message: str | None) -> None:
    assert old in GOOD
    assert told(GOOD) == ()
    found = told(GOOD.replace(old, new, 1))
    assert len(found) == 1, found
    assert message is None or found == (message,)


def test_an_id_that_is_none_is_not_called_repeated_as_well() -> None:
    text = GOOD.replace("- id: papers", "- id: a b").replace("- id: talks", "- id: a b")
    assert [line.split(": ")[2][:26] for line in told(text)] == ['"a b" cannot be an id'] * 2


def test_goals_indented_too_little_are_told_once() -> None:
    text = GOOD.split("    habits:")
    goals = text[0].split("    goals:\n")
    moved = goals[0] + "    habits:" + text[1] + "goals:\n" + goals[1]
    found = told(moved)
    assert len(found) == 1
    assert found[0].endswith(
        'goals: "goals" is not a key here. There is: timezone, seasons, day_ends, week_starts.'
    )


def test_what_two_habits_take_over_from_one_place_is_told_once() -> None:
    text = THREE.split("    goals:")[0].replace("Lodnon", "London") + (
        "    habits:\n"
        "      - &base\n"
        "        id: write\n"
        "        title: Write\n"
        "        schedule: 9/7\n"
        "      - {<<: *base, id: run}\n"
    )
    (only,) = told(text)
    assert only.startswith('goals.yml:10: seasons[0].habits[0].schedule: "9/7"')


def test_an_amount_that_nobody_can_count_to_is_a_problem_and_no_crash() -> None:
    (only,) = told(GOOD.replace("amount: 1}", f"amount: 1{'0' * 400}}}"))
    assert only.endswith("milestones[0].amount: nobody can count that far. Use fewer digits.")


# By the key of a value: what is put there, and how the message about it begins.
KINDS = {
    "timezone": [("Europe/Lodnon", '"Europe/Lodnon" is no time zone.'), ("[]", "this must be text; it is a list.")],
    "day_ends": [('"07:00"', '"07:00" is no end of a day.')],
    "title": [('""', "the title is empty."), ("yes", "this must be text or a number; it is true or false.")],
    "starts": [("2026-02-30", '"2026-02-30" is no date of the calendar.'), ("0026-01-01", "the year 26 cannot be meant.")],
    "target": [("0", "0 can never be reached."), ("many", "this must be a number; it is text.")],
    "weight": [("-1", "-1 weighs nothing."), ("[]", "this must be a number; it is a list.")],
    "schedule": [("9/7", '"9/7" asks for 9 days in 7.'), ("{}", "this must be text or a number or a list;")],
    "quantity": [("0 km", "0 is no amount to aim at.")],
    "serves": [("nothing", 'this season has no goal "nothing".'), ("yes", "this must be")],
    "if_then": [("3", "this must be text; it is a number.")],
    "public": [("perhaps", "this must be true or false; it is text.")],
}  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> list[Line]:
    """A valid goals.yml as lines: the path of the value on it, what stands before, the value."""
    lines: list[Line] = [
        (("timezone",), "timezone: ", "UTC"),
        (("day_ends",), "day_ends: ", '"03:00"'),
        ((), "seasons:", ""),
    ]
    for season in range(draw(st.integers(1, 3))):
        first = date(2026, 1, 1) + timedelta(days=100 * season)
        at: tuple[str | int, ...] = ("seasons", season)
        lines += [
            ((), f"  - id: s{season}", ""),
            ((*at, "title"), "    title: ", "A season"),
            ((*at, "starts"), "    starts: ", first.isoformat()),
            ((), f"    ends: {first + timedelta(days=90)}", ""),
            ((), "    goals:", ""),
        ]
        goals = draw(st.integers(1, 3))
        for goal in range(goals):
            here = (*at, "goals", goal)
            lines += [
                ((), f"      - id: g{goal}", ""),
                ((*here, "title"), "        title: ", "A goal"),
                ((*here, "target"), "        target: ", "10"),
                ((*here, "weight"), "        weight: ", "2"),
                ((), "        milestones:", ""),
                ((), f"          - {{by: {first + timedelta(days=20)}, amount: 4}}", ""),
            ]
        lines.append(((), "    habits:", ""))
        for habit in range(draw(st.integers(1, 3))):
            here = (*at, "habits", habit)
            lines += [
                ((), f"      - id: h{habit}", ""),
                ((*here, "title"), "        title: ", "A habit"),
                ((*here, "schedule"), "        schedule: ", draw(st.sampled_from(["daily", "3/7"]))),
                ((*here, "quantity"), "        quantity: ", "5 km"),
                ((*here, "serves"), "        serves: ", f"g{draw(st.integers(0, goals - 1))}"),
                ((*here, "if_then"), "        if_then: ", "after tea"),
                ((*here, "public"), "        public: ", "true"),
                ((), f"        ends: {first + timedelta(days=60)}", ""),
            ]  # fmt: skip
    return lines


@given(st.data())
def test_each_planted_problem_is_told_once_at_its_line_in_order(data: st.DataObject) -> None:
    lines = data.draw(documents())
    valid = "".join(f"{before}{value}\n" for _, before, value in lines)
    assert told(valid) == ()
    possible = [index for index, (path, _, _) in enumerate(lines) if path and path[-1] in KINDS]
    places = data.draw(st.sets(st.sampled_from(possible), min_size=1, max_size=14))
    expected = []
    for place in sorted(places):
        path, before, _ = lines[place]
        value, words = data.draw(st.sampled_from(KINDS[str(path[-1])]))
        lines[place] = (path, before, value)
        expected.append(f"goals.yml:{place + 1}: {path_words(path)}: {words}")
    found = told("".join(f"{before}{value}\n" for _, before, value in lines))
    assert len(found) == len(expected), (found, expected)
    for message, start in zip(found, expected, strict=True):
        assert message.startswith(start)


@given(documents(), st.data())
def test_each_mistyped_key_is_told_once_at_its_line(lines: list[Line], data: st.DataObject) -> None:
    possible = [index for index, (path, _, _) in enumerate(lines) if path]
    places = data.draw(st.sets(st.sampled_from(possible), min_size=1, max_size=8))
    for place in places:
        path, before, value = lines[place]
        lines[place] = (path, before.replace(f"{path[-1]}:", f"{path[-1]}x:"), value)
    found = told("".join(f"{before}{value}\n" for _, before, value in lines))
    assert [int(message.split(":")[1]) for message in found] == [n + 1 for n in sorted(places)]
    assert all("is not a key here. Did you mean" in message for message in found)
