"""What a season's page says of its promise, its amendments, its forecasts and its verdict."""

from __future__ import annotations

from typing import NamedTuple

from tracker.calendar.days import in_words
from tracker.goals.evidence import Entry
from tracker.goals.forecasts import COIN, counted, scores
from tracker.goals.grading import Grade, number
from tracker.goals.links import Link
from tracker.pages.markup import callout, raw, table
from tracker.seasons import change_text
from tracker.seasons.amendments import PRESENCE, Change
from tracker.seasons.record import SeasonRecord
from tracker.seasons.verdict import Verdict, sides
from tracker.text.escape import html, markdown


class Account(NamedTuple):
    """What is on record of one season, as far as anyone may read it.

    Attributes:
        record: None where the season was never frozen.
        links: the evidence given by hand.
        entries: the log's entries, and the links that count.
        unexplained: what goals.yml says differently, with no reason given.
        lost: whether goals.yml no longer holds the season at all.
    """

    record: SeasonRecord | None = None
    links: tuple[Link, ...] = ()
    entries: tuple[Entry, ...] = ()
    unexplained: tuple[Change, ...] = ()
    lost: bool = False


NO_ACCOUNT = Account()


def promise_blocks(account: Account) -> list[str]:
    """When the season was frozen, and whether goals.yml still says the same."""
    record = account.record
    if record is None:
        return []
    promise = record.promise
    late = f", {promise.days_late} days after it began" if promise.days_late else ""
    times = len(record.amendments)
    how_often = {1: "once", 2: "twice"}.get(times, f"{times} times")
    amended = f" It was amended {how_often}." if times else ""
    said = (
        f"What was promised is frozen since {in_words(promise.day)}{late}.{amended} "
        f"[The record](seasons/{record.id}.json) carries the seal `{promise.seal[:12]}`."
    )
    if account.lost:
        text = "It still counts as it was promised."
        return [said, callout("goals.yml no longer holds this season", text, "warning")]
    if not differs(account):
        return [said]
    lines = "\n".join(f"- {markdown(change_text.line(one))}" for one in account.unexplained)
    text = f"No reason is given for it yet, so it does not count.\n\n{lines}"
    return [said, callout("goals.yml differs from what was promised", text, "warning")]


def differs(account: Account) -> str:
    """One sentence where goals.yml differs and no reason is given; else nothing."""
    if not account.unexplained or (account.record and account.record.verdict):
        return ""
    return " `goals.yml` differs from what was promised, and no reason is given yet."


def verdict_blocks(account: Account) -> list[str]:
    """The verdict, with a sentence on each miss."""
    verdict = account.record.verdict if account.record else None
    if verdict is None:
        return []
    original, amended = verdict.grades
    early = f" It was closed before its end: {markdown(verdict.early)}" if verdict.early else ""
    rows = [
        [html(_title(both)), _side(both[0], "not promised"), _side(both[1], "dropped")]
        for both in sides(verdict).values()
    ]
    total = ["The season", number(original), number(amended)]
    misses = [
        f"- **{markdown(_title(sides(verdict)[miss.goal]))}.** {markdown(miss.sentence)}"
        for miss in verdict.misses
    ]
    return [
        "## Verdict {#verdict}",
        f"Given on {in_words(verdict.day)}, for good: what appears later does not change it.{early}",
        raw(table(["Goal", "As promised", "As amended"], [*rows, total])),
        "What was missed:\n\n" + "\n".join(misses) if misses else "",
        *_milestones(verdict),
        *_habits(verdict),
    ]


def amendment_blocks(account: Account) -> list[str]:
    """Every amendment with its reason and its changes."""
    amendments = account.record.amendments if account.record else ()
    if not amendments:
        return []
    found = [
        "## Amendments {#amendments}",
        "What makes the season harder counts at once; what makes it easier, after seven days.",
    ]
    for amendment in amendments:
        rows = [_change_row(change) for change in amendment.changes]
        found += [
            f"### {in_words(amendment.day)} {{#amendment-{amendment.number}}}",
            f"> {markdown(amendment.reason)}",
            raw(table(["What", "Was", "Is", "Counts"], rows)),
        ]
    return found


def forecast_blocks(account: Account) -> list[str]:
    """Each goal's forecasts, week by week, and their score once the season is closed."""
    record = account.record
    made = counted(record.forecasts) if record else []
    if record is None or not made:
        return []
    weeks = list(dict.fromkeys(forecast.week for forecast in made))
    said = {(f.goal, f.week): f"{f.probability:.0%}" for f in made}
    outcomes = record.verdict.reached() if record.verdict else {}
    by_goal, season = scores(record.forecasts, outcomes)
    rows = []
    for goal in dict.fromkeys(forecast.goal for forecast in made):
        row = [html(goal)]
        if outcomes:
            came = "reached" if outcomes.get(goal) else "missed"
            row += [came, f"{by_goal[goal].brier:.2f}"] if goal in by_goal else ["", ""]
        rows.append([*row, *(said.get((goal, week), "") for week in weeks)])
    head = ["Goal", *(["Came", "Brier"] if outcomes else [])]
    head += [f"W{week.number:02d}" for week in weeks]
    text = "How likely each goal was held to be, week by week: the last word of each week counts."
    if season:
        text += (
            f" The season's Brier score is {season.brier:.2f} over {season.n} forecasts; 0 is "
            f"perfect, and always saying 50% scores {COIN}."
        )
    return ["## Forecasts {#forecasts}", text, raw(table(head, rows))]


def _title(both: tuple[Grade | None, Grade | None]) -> str:
    item = both[0] or both[1]
    assert item is not None
    return item.title


def _side(item: Grade | None, without: str) -> str:
    if item is None:
        return without
    count = f"{item.done:g} of {item.target:g} {item.unit}".rstrip()
    return f'<span class="tk-number">{number(item.grade)}</span> ({html(count)})'


def _milestones(verdict: Verdict) -> list[str]:
    lines = [
        f"- {markdown(item.title)}: {stone.amount:g} by {in_words(stone.by)}, "
        + ("met" if stone.met else f"missed with {stone.done:g}")
        for item in verdict.original
        for stone in item.milestones
    ]
    return ["Milestones:\n\n" + "\n".join(lines)] if lines else []


def _habits(verdict: Verdict) -> list[str]:
    lines = [f"- {markdown(item.title)}: {item.days}" for item in verdict.habits]
    return ["Habits:\n\n" + "\n".join(lines)] if lines else []


def _change_row(change: Change) -> list[str]:
    what = change_text.subject(change)
    was, now = (change_text.words(change.field, side) for side in (change.before, change.after))
    if change.field == PRESENCE:
        was, now = "", change_text.what(change)
    else:
        what += f": {change_text.FIELDS.get(change.field, change.field)}"
    day = "" if change.direction == "neutral" else f", from {in_words(change.effective)}"
    word = "wording" if change.direction == "neutral" else change.direction
    counts = f'<span class="tk-{change.direction}">{word}</span>{day}'
    return [html(what), html(was), html(now), counts]
