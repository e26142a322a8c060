"""`tracker checkin`: answer the day's habits."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from tracker.calendar.days import beside_today, parse_day
from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.errors import TrackerError
from tracker.habits.checkins import CheckIn, Mark, Reply, day_words, parse_reply
from tracker.habits.model import Habit, amount_words
from tracker.text.escape import terminal
from tracker.workspace.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.workspace.effects import Effects

GRID_DAYS = 7  # a week


@click.command("checkin", short_help="Answer today's habits, or those of another day.")
@click.argument("answers", nargs=-1, metavar="[HABIT=ANSWER]...")
@click.option("--day", metavar="DAY", help="today, yesterday, monday, -2 or 2026-11-20.")
@click.option(
    "--grid", is_flag=True, help="Ask for several days at once, in a grid of habits by days."
)
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(1, 28),
    help="How many days to ask for: 7 in a grid, else 11.",
)
@click.option("--note", metavar="TEXT", help="A note to keep with every answer given here.")
@click.option("--public", is_flag=True, help="Show the note on the progress pages.")
@click.option(
    "--effect/--no-effect",
    default=None,
    help="Say what each answer did. On its own in a terminal and with --json, else only if asked.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was stored (or is open) as JSON.")
@common_options
@click.pass_context
def command(
    ctx: click.Context,
    answers: tuple[str, ...],
    day: str | None,
    grid: bool,
    days: int | None,
    note: str | None,
    public: bool,
    effect: bool | None,
    as_json: bool,
) -> None:
    """Answer the habits that are due and have no answer yet.

    Without arguments every open question is asked, today's first, then up to ten days
    back. One key answers in a terminal that can; Enter leaves a question open, b or an
    arrow goes back, q or Ctrl-D stops. Each answer is stored at once. With --grid arrows
    move among the last seven days, and one key answers a cell; where the terminal cannot
    show it, the same days are asked one by one.

    \b
      y  yes        n  no        s  skipped, neither for nor against
      5.2           an amount    y @ 25 # note   an answer, an amount and a note

    With answers in the line nothing is asked, and all of them are stored or none:

    \b
      tracker checkin write=y run=5.2 read=skip
      tracker checkin write=n --day yesterday --note "travelled"
      tracker checkin read          asks for this habit only
    """
    session = session_of(ctx, writes=True)
    if public and not note and not any("#" in answer for answer in answers):
        raise click.UsageError("--public needs a note to show: add --note TEXT.")
    chosen = parse_day(day, session.today) if day else None
    shown = effect or (effect is None and (as_json or sys.stdout.isatty()))
    if any("=" in answer for answer in answers):
        if grid or days:
            raise click.UsageError("--grid and --days ask. Leave them out, or HABIT=ANSWER.")
        entries = read_answers(session, answers, chosen or session.today, note, public)
        effects = effects_before(session) if shown else None
        store_answers(session, entries)
        report(session, entries, as_json, effects)
        return
    from tracker.cli.checkins.ask import ask, open_data
    from tracker.cli.checkins.round import LOOK_BACK, Round, days_back
    from tracker.cli.checkins.today import today_data

    number = days or (GRID_DAYS if grid else 1 if chosen else LOOK_BACK + 1)
    asked = days_back(chosen or session.today, number)
    if grid:
        from tracker.cli.checkins.grid_screen import ask_in_grid, can_show_grid, grid_data

        if as_json or can_show_grid():
            effects = effects_before(session)
            questions = Round(session, answers, asked)
            if as_json:
                echo_json(grid_data(questions, effects))
            else:
                ask_in_grid(questions, note, public, effects)
            return
    if not as_json:
        ask(session, answers, asked, note, public, effects_before(session) if shown else None)
    elif answers or day or days:
        echo_json({"open": open_data(Round(session, answers, asked))})
    else:
        echo_json(today_data(session))


def effects_before(session: Session) -> Effects | None:
    """What answers are measured against. A script's check-in does without: it loads all scoring."""
    from tracker.workspace.effects import effects_today

    return effects_today(session)


def read_answers(
    session: Session,
    answers: Iterable[str],
    day: date,
    note: str | None,
    public: bool,
    source: str = "inline",
) -> list[CheckIn]:
    """The answers of a line; TrackerError names every one that makes no sense."""
    entries: list[CheckIn] = []
    problems: list[str] = []
    for answer in answers:
        try:
            habit, reply = _read(session, answer, day)
            if any(entry.habit == habit.id for entry in entries):
                raise TrackerError(f"{habit.id}: answered twice in one line. Keep one answer.")
            entries.append(session.check_in(habit, day, reply, note, public, source))
        except TrackerError as error:
            problems.append(str(error))
    if problems:
        raise TrackerError("\n".join([*problems, "Nothing was stored."]))
    return entries


def _read(session: Session, answer: str, day: date) -> tuple[Habit, Reply]:
    name, equals, text = answer.partition("=")
    if not equals:
        raise TrackerError(f'"{terminal(answer)}" holds no answer. Write it like {answer}=y.')
    habit = session.habit_on(name.strip(), day)
    reply = parse_reply(text, habit)
    if reply.answer is None:
        raise TrackerError(f'{habit.id}: no answer after "=". {_example(habit)}')
    return habit, reply


def store_answers(session: Session, entries: list[CheckIn]) -> None:
    """Store answers that belong together, at once."""
    day = entries[0].day
    additive = [habit.id for habit in session.habits_on(day).values() if habit.adds_up]
    session.begin_writing()
    session.checkins.add(entries, additive)


def report(
    session: Session, entries: list[CheckIn], as_json: bool, effects: Effects | None = None
) -> None:
    """Say what was stored, and what it did where that is known."""
    if as_json:
        stored = [{**entry.as_json(), **_day_data(session, entry)} for entry in entries]
        data: dict[str, object] = {"day": entries[0].day.isoformat(), "stored": stored}
        echo_json(data if effects is None else _with_effects(data, entries, effects))
        return
    words = ", ".join(_in_words(session, entry) for entry in entries)
    echo(f"Stored for {beside_today(entries[0].day, session.today)}: {words}.")
    if effects is not None:
        for line in _effect_lines(entries, effects):
            echo(line)
    for entry in entries:
        for change in session.coming(entry.habit):
            echo(f"Coming: {terminal(change)}")


def _effect_lines(entries: list[CheckIn], effects: Effects) -> Iterable[str]:
    """What each answer did, a line each; then what is about to break."""
    from tracker.cli.checkins.effect_words import effect_words, risk_words

    told: set[str] = set()
    for entry in entries:
        effect = effects.take_in(entry.habit, entry.day)
        if effect is not None:
            yield f"  {entry.habit}: {effect_words(effect, effects.report.today, told)}"
            told.update(item.goal.id for item in effect.goals)
    risks = risk_words(effects.report)
    if risks:
        yield risks


def _with_effects(
    data: dict[str, object], entries: list[CheckIn], effects: Effects
) -> dict[str, object]:
    """What was stored with what it did, for a script."""
    from tracker.cli.checkins.effect_words import effect_data, risk_data

    stored = data["stored"]
    assert isinstance(stored, list)
    for row, entry in zip(stored, entries, strict=True):
        effect = effects.take_in(entry.habit, entry.day)
        row["effect"] = None if effect is None else effect_data(effect, effects.report.today)
    return {**data, "about_to_break": risk_data(effects.report)}


def _in_words(session: Session, entry: CheckIn) -> str:
    """An answer in a few words, and what its day comes to: "write yes", "run 2 km, 5 of 10 km"."""
    if entry.value is None:
        return f"{entry.habit} {entry.answer}"
    habit = session.habits_on(entry.day)[entry.habit]
    words = amount_words(entry.value, habit.measure.unit if habit.measure else "")
    if habit.adds_up:
        mark = _answers_of_day(session, entry.habit, entry.day)
        if habit.schedule.per_day:
            words = day_words(habit, mark)
        elif mark.value != entry.value:
            words += f", {day_words(habit, mark)}"
    return terminal(f"{entry.habit} {words}")


def _answers_of_day(session: Session, habit: str, day: date) -> Mark:
    """What all the answers that a day holds come to."""
    return session.answers_since(habit, day)[day]


def _day_data(session: Session, entry: CheckIn) -> dict[str, object]:
    """What the day comes to, for a script, where several answers are put together."""
    habit = session.habits_on(entry.day)[entry.habit]
    if not habit.adds_up or habit.measure is None:
        return {}
    mark = _answers_of_day(session, entry.habit, entry.day)
    return {"of_day": {"value": mark.value, "target": habit.measure.target}}


def _example(habit: Habit) -> str:
    return f"Write it like {habit.id}={'5.2' if habit.quantity else 'y'}."
