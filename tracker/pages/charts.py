"""Charts as SVG text: readable in light and dark, in words, and without colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from tracker.calendar.days import MONTHS, each_day, week_start
from tracker.goals.model import Season
from tracker.habits.model import number_words
from tracker.habits.states import WORDS, DayState
from tracker.seasons.report import GoalReport
from tracker.text.counts import number_of
from tracker.text.escape import html

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 10, 24
CELL, GAP = 10, 2  # a day of the heat map, in the chart's units
# State → how its days are drawn; shape and weight differ too, not colour alone.
DRAWN: dict[DayState, str] = {
    "done": "fill:var(--tk-done)",
    "partial": "fill:var(--tk-done)",
    "satisfied": "fill:var(--tk-window)",
    "skipped": "fill:none;stroke:var(--tk-skip);stroke-width:1.5;stroke-dasharray:2 2",
    "missed": "fill:none;stroke:var(--tk-missed);stroke-width:1.5",
    "unanswered": "fill:var(--tk-open)",
}


def svg(ident: str, title: str, words: str, size: tuple[float, float], body: str) -> str:
    """A chart with its title and its story for those who cannot see it."""
    width, height = size
    return (
        f'<svg class="tk-chart" role="img" aria-labelledby="{ident}-title {ident}-words" '
        f'viewBox="0 0 {width:g} {height:g}" xmlns="http://www.w3.org/2000/svg">\n'
        f'<title id="{ident}-title">{html(title)}</title>\n'
        f'<desc id="{ident}-words">{html(words)}</desc>\n{body}\n</svg>'
    )


def pace_chart(item: GoalReport, season: Season, today: date) -> str:
    """A goal's evidence as steps beside its pace line."""
    days = max((season.ends - season.starts).days, 1)
    top = max(item.goal.target, item.amount)
    until = min(max(today, season.starts), season.ends)

    def point_at(day: float, value: float) -> str:
        return f"{_x(day / days):.1f},{_y(value / top):.1f}"

    start = season.starts.toordinal()
    corners = " ".join(point_at(point.time - start, point.value) for point in item.line)
    steps, value = [point_at(0, 0)], 0
    for entry in item.evidence:
        when = ((entry.day or season.starts) - season.starts).days
        steps += [point_at(when, value), point_at(when, value + 1)]
        value += 1
    steps.append(point_at((until - season.starts).days, value))
    dots = "".join(_dot(*point.split(",")) for point in steps[2:-1:2])
    body = "\n".join([
        _frame([(0.0, "0"), (item.goal.target / top, number_words(item.goal.target))]),
        _months(season.starts, season.ends),
        f'<polyline points="{corners}" style="fill:none;stroke:var(--tk-line);'
        'stroke-width:1.5;stroke-dasharray:5 4"/>',
        f'<polyline points="{" ".join(steps)}" style="fill:none;stroke:var(--tk-done);'
        'stroke-width:2.5"/>',
        f'<g style="fill:var(--tk-done)">{dots}</g>',
    ])  # fmt: skip
    unit = item.goal.unit or "done"
    words = (
        f"The dashed pace line rises from 0 on {season.starts} to {number_words(item.goal.target)} on "
        f"{season.ends}. On {until} it stands at {item.expected:.1f}; the count is {number_words(item.amount)}."
    )
    title = f"{item.goal.title}: {unit} against the pace line"
    return svg(f"tk-pace-{item.goal.id}", title, words, (WIDTH, HEIGHT), body)


def strength_curve(ident: str, title: str, curve: Sequence[tuple[date, float]]) -> str:
    """Strength from 0 to 100 % over the days."""
    first, last = curve[0][0], curve[-1][0]
    days = max((last - first).days, 1)
    points = [f"{_x((d - first).days / days):.1f},{_y(s):.1f}" for d, s in curve]
    line = " ".join(points)
    area = f"{_x(0):.1f},{_y(0):.1f} {line} {_x((last - first).days / days):.1f},{_y(0):.1f}"
    body = "\n".join([
        _frame([(0.0, "0%"), (0.5, "50%"), (1.0, "100%")]),
        _months(first, last),
        f'<polygon points="{area}" style="fill:var(--tk-done);fill-opacity:.14"/>',
        f'<polyline points="{line}" style="fill:none;stroke:var(--tk-done);'
        'stroke-width:2"/>',
    ])  # fmt: skip
    best_day, best = max(curve, key=lambda point: point[1])
    words = (
        f"From {curve[0][1]:.0%} on {first} to {curve[-1][1]:.0%} on {last}; "
        f"highest on {best_day}, at {best:.0%}."
    )
    return svg(ident, title, words, (WIDTH, HEIGHT), body)


def heatmap(
    ident: str, title: str, year: int, states: dict[date, DayState], week_starts: int = 0
) -> str:
    """A year of days, a column a week; its first row is the weekday that weeks begin with."""
    first = date(year, 1, 1)
    origin = week_start(first, week_starts)
    grouped: dict[DayState, list[str]] = {}
    start = (first - origin).days
    for number, day in enumerate(each_day(first, date(year, 12, 31)), start):
        state = states.get(day)
        if state in DRAWN:
            opened, closed = _titled_cell(number, state)  # our own words: nothing to escape
            grouped.setdefault(state, []).append(f"{opened}{day}{closed}")
    parts = [
        f'<g style="{DRAWN[state]}">{"".join(grouped[state])}</g>'
        for state in DRAWN
        if state in grouped
    ]
    names = []
    for month in range(12):
        week = (date(year, month + 1, 1) - origin).days // 7
        names.append(f'<text x="{week * (CELL + GAP)}" y="9">{MONTHS[month][:3]}</text>')
    tally = ", ".join(
        f"{number_of(len(grouped[state]), 'day')} {WORDS[state]}"
        for state in DRAWN
        if state in grouped
    )
    size = (54 * (CELL + GAP), 14 + 7 * (CELL + GAP) + 22)
    body = "\n".join([*names, *parts, _key()])
    return svg(ident, title, f"{year}: {tally or 'no day yet'}.", size, body)


def _key() -> str:
    """What each kind of cell means, below the year."""
    parts, across = [], 0
    for state, style in DRAWN.items():
        cell = f'<g style="{style}">{_cell(0, 0, state)}</g>'
        words = f'<text x="{CELL + 4}" y="{CELL + 13}">{WORDS[state]}</text>'
        parts.append(f'<g transform="translate({across} {7 * (CELL + GAP) + 8})">{cell}{words}</g>')
        across += 34 + 6 * len(WORDS[state])
    return "".join(parts)


@cache
def _titled_cell(number: int, state: DayState) -> tuple[str, str]:
    """A cell of the heat map, by its number from the first Monday, before and after its day."""
    week, weekday = divmod(number, 7)
    opened = f"{_cell(week, weekday, state)[:-2]}><title>"
    return opened, f": {WORDS[state]}</title></{_tag(state)}>"


def _tag(state: DayState) -> str:
    return "path" if state == "missed" else "rect"


def _cell(week: int, weekday: int, state: DayState) -> str:
    x, y = week * (CELL + GAP), 14 + weekday * (CELL + GAP)
    if state == "missed":
        return f'<path d="M{x + 2} {y + 2}l6 6m0 -6l-6 6"/>'
    if state == "partial":  # half a cell
        return f'<rect x="{x}" y="{y + CELL // 2}" width="{CELL}" height="{CELL // 2}" rx="1"/>'
    inset = 1 if state == "skipped" else 0
    side = CELL - 2 * inset
    return f'<rect x="{x + inset}" y="{y + inset}" width="{side}" height="{side}" rx="2"/>'


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _dot(x: str, y: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="4"/>'


def _frame(levels: Sequence[tuple[float, str]]) -> str:
    """Level lines with their numbers."""
    lines = [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(share):.1f}" y2="{_y(share):.1f}"/>'
        for share, _ in levels
    ]
    numbers = [
        f'<text x="{LEFT - 5}" y="{_y(share) + 4:.1f}" text-anchor="end">{label}</text>'
        for share, label in levels
    ]
    grid = f'<g style="stroke:var(--tk-line);stroke-opacity:.35">{"".join(lines)}</g>'
    return grid + "".join(numbers)


def _months(first: date, last: date) -> str:
    """The months (or the years, where there are many) named where they begin."""
    days = max((last - first).days, 1)
    by_year = days > 800
    names = []
    for day in each_day(first, last):
        begins = day.day == 1 and (day.month == 1 or not by_year)
        if begins or day == first:
            label = str(day.year) if by_year else MONTHS[day.month - 1][:3]
            share = (day - first).days / days
            if share < 0.95 and (day == first or share > 0.04):
                names.append(f'<text x="{_x(share):.1f}" y="{HEIGHT - 7}">{label}</text>')
    return "".join(names)
