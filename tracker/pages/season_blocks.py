"""What a season's page says of its promise, amendments, forecasts, verdict and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tracker.calendar.days import in_words
from tracker.goals.evidence import LogEntry
from tracker.goals.forecasts import COIN, brier_scores, counted
from tracker.goals.grades import (
    AS_AMENDED,
    AS_PROMISED,
    DROPPED,
    MISSED,
    NOT_PROMISED,
    REACHED,
    Grade,
    number,
)
from tracker.goals.links import GoalEvidence, Link, state_words
from tracker.pages.markup import callout, link, raw, table
from tracker.seasons import fields
from tracker.seasons.amendments import PRESENCE, Change
from tracker.seasons.record import SeasonRecord
from tracker.seasons.verdict import Verdict, sides
from tracker.text.counts import number_of
from tracker.text.escape import html, markdown

# What could end a Markdown link, as a web address spells it.
SPELT = {
    "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "[": "%5B", "]": "%5D", "{": "%7B", "}": "%7D",
    '"': "%22", "'": "%27", "`": "%60", "\\": "%5C", "|": "%7C", "*": "%2A",
}  # fmt: skip


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
    entries: tuple[LogEntry, ...] = ()
    unexplained: tuple[Change, ...] = ()
    lost: bool = False


NO_ACCOUNT = Account()


def promise_blocks(account: Account) -> list[str]:
    """When the season was frozen, and whether goals.yml still says the same."""
    record = account.record
    if record is None:
        return []
    promise = record.promise
    late = f", {number_of(promise.days_late, 'day')} after it began" if promise.days_late else ""
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
    lines = "\n".join(f"- {markdown(str(change))}" for change in account.unexplained)
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
        [html(_title(both)), _side(both[0], NOT_PROMISED), _side(both[1], DROPPED)]
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
        raw(table(["Goal", AS_PROMISED.capitalize(), AS_AMENDED.capitalize()], [*rows, total])),
        "What was missed:\n\n" + "\n".join(misses) if misses else "",
        *_milestones(verdict),
        *_habits(verdict),
    ]


def amendment_blocks(account: Account) -> list[str]:
    """Every amendment with its reason and its changes."""
    amendments = account.record.amendments if account.record else ()
    if not amendments:
        return []
    blocks = [
        "## Amendments {#amendments}",
        "What makes the season harder counts at once; what makes it easier, after seven days.",
    ]
    for amendment in amendments:
        rows = [_change_row(change) for change in amendment.changes]
        blocks += [
            f"### {in_words(amendment.day)} {{#amendment-{amendment.number}}}",
            f"> {markdown(amendment.reason)}",
            raw(table(["What", "Was", "Is", "Counts"], rows)),
        ]
    return blocks


def forecast_blocks(account: Account) -> list[str]:
    """Each goal's forecasts, week by week, and their score once the season is closed."""
    record = account.record
    made = counted(record.forecasts) if record else []
    if record is None or not made:
        return []
    weeks = list(dict.fromkeys(forecast.week for forecast in made))
    said = {(f.goal, f.week): f"{f.probability:.0%}" for f in made}
    outcomes = record.verdict.reached() if record.verdict else {}
    by_goal, season = brier_scores(record.forecasts, outcomes)
    rows = []
    for goal in dict.fromkeys(forecast.goal for forecast in made):
        row = [html(goal)]
        if outcomes:
            came = REACHED if outcomes.get(goal) else MISSED
            row += [came, f"{by_goal[goal].brier:.2f}"] if goal in by_goal else ["", ""]
        rows.append([*row, *(said.get((goal, week), "") for week in weeks)])
    head = ["Goal", *(["Came", "Brier"] if outcomes else [])]
    head += [f"W{week.number:02d}" for week in weeks]
    text = "How likely each goal was held to be, week by week: the last word of each week counts."
    if season:
        text += (
            f" The season's Brier score is {season.brier:.2f} over {number_of(season.n, 'forecast')}; "
            f"0 is perfect, and always saying 50% scores {COIN}."
        )
    return ["## Forecasts {#forecasts}", text, raw(table(head, rows))]


def _title(both: tuple[Grade | None, Grade | None]) -> str:
    item = both[0] or both[1]
    assert item is not None
    return item.title


def _side(item: Grade | None, without: str) -> str:
    if item is None:
        return without
    return f'<span class="tk-number">{number(item.grade)}</span> ({html(item.progress)})'


def _milestones(verdict: Verdict) -> list[str]:
    lines = [
        f"- {markdown(item.title)}: {stone.words(in_words(stone.by))}"
        for item in verdict.original
        for stone in item.milestones
    ]
    return ["Milestones:\n\n" + "\n".join(lines)] if lines else []


def _habits(verdict: Verdict) -> list[str]:
    lines = [f"- {markdown(item.title)}: {item.days}" for item in verdict.habits]
    return ["Habits:\n\n" + "\n".join(lines)] if lines else []


def _change_row(change: Change) -> list[str]:
    what = change.subject
    was, now = (fields.words(change.field, side) for side in (change.before, change.after))
    if change.field == PRESENCE:
        was, now = "", change.what
    else:
        what += f": {fields.name_of(change.field)}"
    day = "" if change.direction == "neutral" else f", from {in_words(change.effective)}"
    word = "wording" if change.direction == "neutral" else change.direction
    counts = f'<span class="tk-{change.direction}">{word}</span>{day}'
    return [html(what), html(was), html(now), counts]


def evidence_line(entry: LogEntry, links: Sequence[Link], goal: str) -> str:
    """One piece of evidence, linked where a reader can open it."""
    given = next((k for k in links if k.address == entry.path and k.goal == goal), None)
    if "://" in entry.path:
        shown = link(entry.title, _safe(entry.path))
    elif entry.path.startswith("log/"):
        shown = link(entry.title, f"/{entry.path}")
    else:
        shown = (
            f"{markdown(entry.title)} (`{entry.path}`)"
            if given and entry.title != given.target
            else f"`{entry.path}`"
        )
    how = f", {_check_words(given)}" if given else ""
    return f"- {shown}, {in_words(entry.day)}{how}" if entry.day else f"- {shown}{how}"


def _check_words(link: Link) -> str:
    """How anyone knows that a link is there: "checked on 1 October 2026, status 200"."""
    words = state_words(link.state, "")
    if link.found is None or link.checked is None:
        return words
    words += f" on {in_words(link.checked)}"
    at = f", now at {markdown(link.found.address)}" if link.found.address else ""
    return f"{words}, status {link.found.status}{at}"


def open_lines(shown: GoalEvidence) -> str:
    """The links of a goal that do not count, each with the reason, and its claims."""
    lines = []
    for evidence, reason in shown.waiting:
        address = (
            f"/{evidence.address}"
            if evidence.address.startswith("log/")
            else _safe(evidence.address)
        )
        name = link(evidence.note or evidence.target, address)
        if evidence.scheme == "file" and not evidence.address.startswith("log/"):
            name = f"`{evidence.address}`"
        lines.append(f"- {name}, {in_words(evidence.day)}: *{markdown(reason)}*, not counted")
    for evidence in shown.claims:
        lines.append(f"- *Claimed* on {in_words(evidence.day)}, without evidence; not counted")
    return "\n".join(lines)


def _safe(address: str) -> str:
    """A web address that nothing in can end the link around it."""
    return "".join(SPELT.get(mark, mark) for mark in address)
