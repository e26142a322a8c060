"""Numbers as people write them: understood where they mean one thing, else refused with what to write."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import TrackerError
from tracker.goals_file.parse import parse
from tracker.habits.amounts import parse_quantity, without_period
from tracker.habits.checkins import Mark, combine, parse_reply, reached
from tracker.habits.model import Habit, Quantity, amount_words, number_words, total
from tracker.text.plurals import singular

Run = Callable[..., Result]
SEASON = """\
timezone: UTC
seasons:
  - id: autumn
    starts: 2026-11-01
    ends: 2026-12-31
    habits:
      - id: run
        title: Run
"""


def refusal(line: str) -> str:
    """What a goals.yml is refused with whose habit has one more line."""
    with pytest.raises(TrackerError) as caught:
        parse(SEASON + f"        {line}\n")
    return str(caught.value).removeprefix("goals.yml:9: seasons[0].habits[0].")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("quantity: 2,5 km", 'quantity: "2,5 km" is no amount. Write 2.5 km, with a point.'),
        ("quantity: 10,000 steps", 'quantity: "10,000 steps" is no amount. Write 10000 steps or 10 steps.'),
        ("quantity: 10.000 steps", 'quantity: "10.000 steps" is no amount. Write 10000 steps or 10 steps.'),
        ("quantity: 10 000 steps", 'quantity: "10 000 steps" is no amount. Write 10000 steps.'),
        ("quantity: 1'000 steps", "quantity: \"1'000 steps\" is no amount. Write 1000 steps."),
        ("quantity: 1_000 steps", 'quantity: "1_000 steps" is no amount. Write 1000 steps.'),
        ("quantity: 1_000", 'quantity: "1_000" is no amount. Write 1000.'),
        ("quantity: 1,234,567 steps", 'quantity: "1,234,567 steps" is no amount. Write 1234567 steps.'),
        ("quantity: 1,234.5 km", 'quantity: "1,234.5 km" is no amount. Write 1234.5 km.'),
        ("quantity: 1.234,5 km", 'quantity: "1.234,5 km" is no amount. Write 1234.5 km.'),
        ("quantity: 10k steps", 'quantity: "10k steps" is no amount. Write 10000 steps.'),
        ("quantity: 1/2 cup", 'quantity: "1/2 cup" is no amount. Write 0.5 cup.'),
        ("quantity: 1½ cups", 'quantity: "1½ cups" is no amount. Write 1.5 cups.'),
        ("quantity: ½ cup", 'quantity: "½ cup" is no amount. Write 0.5 cup.'),
        ("quantity: 2-3 km", 'quantity: "2-3 km" is no amount. Write a number and a unit, like 5 km.'),
        ("quantity: about 5 km", 'quantity: "about 5 km" is no amount. Write a number and a unit, like 5 km.'),
        ("quantity: ~5 km", 'quantity: "~5 km" is no amount. Write a number and a unit, like 5 km.'),
        ("quantity: five km", 'quantity: "five km" is no amount. Write a number and a unit, like 5 km.'),
        ("quantity: 0x10", 'quantity: "0x10" is no amount. Write 16.'),
        ("quantity: 1234567890123456789 m", 'quantity: nobody can count to "1234567890123456789". Use fewer digits.'),
        ("quantity: 5 km per week", 'quantity: "5 km per week" says how often, and that goes into schedule. Write 5 km here, and schedule: weekly.'),
        ("quantity: 5 km/week", 'quantity: "5 km/week" says how often, and that goes into schedule. Write 5 km here, and schedule: weekly.'),
        ("quantity: 20 pages a day", 'quantity: "20 pages a day" says how often, and that goes into schedule. Write 20 pages here, and schedule: daily.'),
        ("quantity: 2 books each month", 'quantity: "2 books each month" says how often, and that goes into schedule. Write 2 books here, and schedule: 1/30.'),
        ("quantity: 20 minutes daily", 'quantity: "20 minutes daily" says how often, and that goes into schedule. Write 20 minutes here, and schedule: daily.'),
        ("quantity: {target: 5, unit: km per week}", 'quantity.unit: "km per week" says how often, and that goes into schedule. Write km here, and schedule: weekly.'),
        ('quantity: {target: "2,5", unit: km}', "quantity.target: this must be a number; it is text. Write 2.5, with a point."),
        ("quantity: {target: 1:30}", "quantity.target: this must be a number; it is text. Write 90 or 1.5."),
        ("quantity: {target: 012}", "quantity.target: this must be a number; it is text. Write 12."),
        ("at_most: 1,5", 'at_most: "1,5" is no amount. Write 1.5, with a point.'),
        ("at_most: 1:30", 'at_most: "1:30" is no amount. Write 90 or 1.5.'),
        ("at_most: 4 beers per week", 'at_most: "4 beers per week" says how often, and that goes into schedule. Write 4 beers here, and schedule: weekly.'),
    ],
)  # fmt: skip
def test_what_may_mean_two_things_is_refused_with_what_to_write(line: str, message: str) -> None:
    assert refusal(line) == message


@pytest.mark.parametrize(
    ("written", "quantity"),
    [
        ("2.5 km", Quantity(2.5, "km")), (".5 km", Quantity(0.5, "km")), ("5km", Quantity(5.0, "km")),
        ("5. km", Quantity(5.0, "km")), ("012 km", Quantity(12.0, "km")), ("1e3 steps", Quantity(1000.0, "steps")),
        ("10000 steps", Quantity(10000.0, "steps")), ("2.125 km", Quantity(2.125, "km")),
        ("5 km/h", Quantity(5.0, "km/h")), ("3 pages per session", Quantity(3.0, "pages per session")),
        ("8 kg CO2", Quantity(8.0, "kg CO2")), ("m2", Quantity(None, "m2")), ("5 %", Quantity(5.0, "%")),
        ("5 eggs", Quantity(5.0, "eggs")), ("2 kisses", Quantity(2.0, "kisses")), ("5kcal", Quantity(5.0, "kcal")),
    ],
)  # fmt: skip
def test_what_means_one_thing_is_taken(written: str, quantity: Quantity) -> None:
    assert parse_quantity(written) == quantity


def test_what_yaml_alone_takes_for_numbers_is_the_text_it_is() -> None:
    text = SEASON.replace("id: run", 'id: "012"').replace("title: Run", "title: 1.50")
    habit = parse(text).seasons[0].habits[0]
    assert (habit.id, habit.title) == ("012", "1.50")
    for written, was in (("012", "10"), ("0x1F", "31"), ("1_000", "1000")):
        with pytest.raises(TrackerError) as caught:
            parse(SEASON.replace("id: run", f"id: {written}"))
        assert str(caught.value) == (
            f"goals.yml:7: seasons[0].habits[0].id: {written} was {was} to this file until now, and "
            f'answers may be kept under that. Write id: "{written}" in quotes, or id: {was}.'
        )
    assert parse(SEASON.replace("id: run", "id: 2026")).seasons[0].habits[0].id == "2026"
    for written, title in (("1:30", "1:30"), ("0x1F", "0x1F"), ("1_000", "1_000"), ("7", "7")):
        assert (
            parse(SEASON.replace("title: Run", f"title: {written}")).seasons[0].habits[0].title
            == title
        )
    assert parse(SEASON + "        schedule: 012\n").seasons[0].habits[0].schedule.days == 12
    assert parse(SEASON.replace("timezone", "day_ends: 3:30\ntimezone")).day_ends == 210


def test_a_unit_spelt_out_may_be_any_but_says_not_how_often() -> None:
    text = SEASON + '        quantity: {target: 2, unit: "100-metre runs"}\n'
    assert parse(text).seasons[0].habits[0].quantity == Quantity(2.0, "100-metre runs")
    assert without_period("km per week") == "km"
    assert without_period("pages/day a week") == "pages"


def test_a_goal_is_told_what_to_write_too() -> None:
    goal = "    goals:\n      - {id: papers, title: Papers, target: 1:30}\n    habits:\n"
    with pytest.raises(
        TrackerError, match=r"target: this must be a number; it is text. Write 90 or 1.5."
    ):
        parse(SEASON.replace("    habits:\n", goal))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("10,000", "Write 10000 or 10."), ("10.000", "Write 10000 or 10."), ("1,5", "Write 1.5, with a point."),
        ("1:30", "Write 90 or 1.5."), ("10k", "Write 10000."), ("1_000", "Write 1000."), ("1/2", "Write 0.5."),
        ("½", "Write 0.5."), ("12345678901234567", "Use fewer digits."), ("many", "Use y, n, s (skip) or a number (km)."),
    ],
)  # fmt: skip
def test_an_answer_is_understood_or_told_what_to_type(typed: str, message: str) -> None:
    habit = Habit("run", "Run", quantity=Quantity(5.0, "km"))
    with pytest.raises(TrackerError) as caught:
        parse_reply(typed, habit)
    assert str(caught.value) == f'run: "{typed}" is no answer. {message}'


def test_one_of_a_unit_may_be_typed_as_it_is_said() -> None:
    tea = Habit("tea", "Tea", quantity=Quantity(3.0, "cups"))
    for typed in ("1 cup", "1cup", "1 cups", "1"):
        assert parse_reply(typed, tea).value == 1.0


DECIMALS = st.decimals(0, 100000, allow_nan=False, allow_infinity=False, places=3)


@given(st.lists(DECIMALS, min_size=1, max_size=12), DECIMALS)
def test_amounts_are_summed_and_compared_as_decimals(written: list[Decimal], aim: Decimal) -> None:
    amounts = [float(str(one)) for one in written]
    whole = total(amounts)
    assert Decimal(number_words(whole)) == sum(written)
    assert combine([Mark("no", one) for one in amounts], "sum").value == whole
    target = float(str(aim))
    for limit in (False, True):
        habit = Habit("run", "Run", quantity=Quantity(target, "km", "sum", at_most=limit))
        assert reached(habit, whole) == (sum(written) <= aim if limit else sum(written) >= aim)


def test_three_times_a_tenth_keeps_a_limit_of_three_tenths() -> None:
    habit = Habit("sugar", "Sugar", quantity=Quantity(0.3, "kg", "sum", at_most=True))
    mark = combine([Mark("yes", 0.1)] * 3, "sum")
    assert mark.value == 0.3
    assert reached(habit, mark.value)


@pytest.mark.parametrize(
    ("value", "words"),
    [(1234567.0, "1234567"), (19.9999999, "19.9999999"), (1e15, "1000000000000000"), (1e22, "1" + "0" * 22),
     (1e-7, "0.0000001"), (-0.0, "0"), (2.5, "2.5"), (3.0, "3"), (-4.0, "-4")],
)  # fmt: skip
def test_numbers_are_written_in_all_their_digits(value: float, words: str) -> None:
    assert number_words(value) == words


@pytest.mark.parametrize(
    ("unit", "one"),
    [("cups", "cup"), ("pages", "page"), ("glasses of water", "glass of water"), ("entries", "entry"), ("boxes", "box"),
     ("beaches", "beach"), ("headaches", "headache"), ("calories", "calorie"), ("people", "person"), ("lbs", "lb"),
     ("km", "km"), ("ms", "ms"), ("series", "series"), ("bus", "bus"), ("glass", "glass"), ("fois", "fois"), ("", "")],
)  # fmt: skip
def test_of_one_thing_the_unit_is_singular(unit: str, one: str) -> None:
    assert singular(unit) == one
    assert amount_words(1.0, unit) == f"1 {one}".strip()
    assert amount_words(2.0, unit) == f"2 {unit}".strip()


def test_amounts_stay_what_they_are_from_the_line_to_the_script(run: Run, log: Path) -> None:
    (log / "goals.yml").write_text(
        SEASON.replace("title: Run", "title: Run\n        quantity: {target: 20, unit: pages}")
        + "      - {id: steps, title: Steps, quantity: {target: 10000, unit: steps}}\n"
        "      - {id: sugar, title: Sugar, at_most: 0.3 kg, quantity: {aggregate: sum}}\n"
        "      - {id: tea, title: Tea, at_most: 1 cups}\n",
        encoding="utf-8",
    )
    said = run("checkin", "run=19.9999999", "steps=1234567", "tea=1").output
    assert (
        said
        == "Stored for today, Mon 23 Nov: run 19.9999999 pages, steps 1234567 steps, tea 1 cup.\n"
    )
    for _ in range(3):
        run("checkin", "sugar=0.1")
    status = json.loads(run("status", "--json").output)["habits"]
    assert {item["habit"]: item["state"] for item in status} == {
        "run": "partial", "steps": "done", "sugar": "done", "tea": "done",
    }  # fmt: skip
    shown = run("log").output
    assert "19.9999999 pages" in shown
    assert "1234567 steps" in shown
    assert "1 cup\n" in shown
    kept = json.loads(run("export", "json").output)
    assert {row["value"] for row in kept["checkins"]} == {19.9999999, 1234567.0, 1.0, 0.1}
