"""The pieces every progress page is made of: raw blocks, tables, strips, styles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tracker.goals.grades import REACHED
from tracker.habits.states import GLYPHS, WORDS
from tracker.seasons.report import GoalReport, HabitReport
from tracker.text.counts import number_of
from tracker.text.escape import html, markdown, yaml

MARK = "<!-- Written by `tracker pages`: edits here are lost. -->"
STRIP = 14  # days: two weeks fit on a phone
# What the colours are where a site's style sheet says nothing of them; they are those of theme.css.
COLOURS = {
    "done": "#0072b2", "window": "#7fb5d8", "skip": "#b9b3a4", "missed": "#d55e00",
    "open": "#e6e2d8", "line": "#8a8f98",
    "red": "#b3261e", "orange": "#b84a00", "blue": "#0b5c94", "green": "#00704f",
}  # fmt: skip
# :where() weighs nothing, so a site's own style sheet always wins.
STYLE = f"""\
<style>
:where(:root){{{";".join(f"--tk-{name}:{colour}" for name, colour in COLOURS.items())}}}
:where(.tk-bar){{position:relative;height:.7rem;border-radius:.35rem;overflow:hidden;background:var(--tk-open);margin:.3rem 0 .6rem}}
:where(.tk-bar-fill){{position:absolute;inset:0 auto 0 0;background:var(--tk-done)}}
:where(.tk-bar-pace){{position:absolute;top:0;bottom:0;width:2px;background:currentColor}}
:where(.tk-table){{border-collapse:collapse;width:100%}}
:where(.tk-table th,.tk-table td){{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:baseline}}
:where(.tk-number){{font-variant-numeric:tabular-nums;white-space:nowrap}}
:where(.tk-scroll){{overflow-x:auto}}
:where(.tk-strip){{font-family:monospace;letter-spacing:.15em;white-space:pre}}
:where(.tk-day-done,.tk-day-partial){{color:var(--tk-done)}}
:where(.tk-day-satisfied){{color:var(--tk-window)}}
:where(.tk-day-skipped){{color:var(--tk-skip)}}
:where(.tk-day-missed){{color:var(--tk-missed)}}
:where(.tk-day-unanswered,.tk-day-open){{color:var(--tk-line)}}
:where(.tk-chart){{display:block;width:100%;height:auto;max-width:44rem}}
:where(.tk-chart text){{fill:currentColor;font-size:11px}}
:where(.tk-data summary,.tk-legend,.tk-facts){{font-size:.9em}}
:where(.tk-pace-red){{color:var(--tk-red)}}
:where(.tk-pace-orange){{color:var(--tk-orange)}}
:where(.tk-pace-blue){{color:var(--tk-blue)}}
:where(.tk-pace-green,.tk-pace-clear,.tk-pace-reached){{color:var(--tk-green)}}
</style>"""
SAMPLE = (
    "Sample data: the check-ins shown here were made up by `tracker demo`, to show what the "
    "pages look like. The first real check-in replaces all of them. Goals are counted from "
    "the log itself."
)


def page(title: str, description: str, blocks: Iterable[str]) -> str:
    """A whole Quarto document; title and description are already Markdown."""
    head = f"---\ntitle: {yaml(title)}\ndescription: {yaml(description)}\ntoc: true\n---"
    return "\n\n".join([head, MARK, *(block for block in blocks if block)]) + "\n"


def raw(*parts: str) -> str:
    """HTML that Markdown leaves alone."""
    return "```{=html}\n" + "\n".join(part for part in parts if part) + "\n```"


def callout(title: str, text: str, kind: str = "note") -> str:
    """A Quarto callout; the text is already Markdown."""
    return f'::: {{.callout-{kind} title="{title}"}}\n{text}\n:::'


def sample_callout(sample: bool) -> str:
    """The label that sample data wear on every page."""
    return callout("Sample data", SAMPLE, "warning") if sample else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are already HTML; the first of each row is its heading."""
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = [
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    ]
    body = "\n".join(lines)
    return (
        f'<div class="tk-scroll"><table class="tk-table">\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def data_behind(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The numbers of a chart, folded away below it."""
    return f'<details class="tk-data"><summary>The data behind</summary>\n{table(head, rows)}\n</details>'


def bar(item: GoalReport) -> str:
    """How far a goal is, with a tick where its pace line stands."""
    done = min(100.0, 100 * item.amount / item.goal.target)
    pace = min(100.0, 100 * item.expected / item.goal.target)
    words = html(f"{item.progress}; the pace line stands at {item.expected:.1f}")
    return (
        f'<div class="tk-bar" role="img" aria-label="{words}">'
        f'<div class="tk-bar-fill" style="width:{done:.1f}%"></div>'
        f'<div class="tk-bar-pace" style="left:calc({pace:.1f}% - 1px)"></div></div>'
    )


def pace_words(item: GoalReport) -> str:
    """What the count means beside the pace line."""
    if item.reached:
        return REACHED
    if item.safe == 0:
        return f"behind the pace of {item.expected:.1f}"
    return number_of(item.safe or 0, "safe day")


def pace_class(item: GoalReport) -> str:
    """The class that colours the words about a goal's pace."""
    return f"tk-pace-{'reached' if item.reached else item.colour}"


def strip(item: HabitReport, until: date) -> str:
    """The last two weeks of a habit, a sign a day, the newest last."""
    states = dict(item.days)
    days = [date.fromordinal(until.toordinal() - back) for back in range(STRIP - 1, -1, -1)]
    signs, tally = [], dict.fromkeys(WORDS, 0)
    for day in days:
        state = states.get(day, "rest")
        tally[state] += 1
        words = html(f"{day}: {WORDS[state]}")
        sign = GLYPHS[state].replace(" ", "&#160;")
        signs.append(f'<span class="tk-day tk-day-{state}" title="{words}">{sign}</span>')
    summary = ", ".join(f"{number} {WORDS[state]}" for state, number in tally.items() if number)
    label = html(f"The {STRIP} days until {until}: {summary}")
    return f'<span class="tk-strip" role="img" aria-label="{label}">{"".join(signs)}</span>'


def legend() -> str:
    """What the signs of the strips mean."""
    shown = ("done", "partial", "satisfied", "skipped", "missed", "unanswered")
    words = "   ".join(f"{GLYPHS[state]} {WORDS[state]}" for state in WORDS if state in shown)
    return f'<p class="tk-legend">{words}</p>'


def percent(strength: float | None) -> str:
    """A strength in words; a habit that is only tracked has none."""
    return "tracked" if strength is None else f"{strength:.0%}"


def link(text: str, target: str) -> str:
    """A Markdown link around text that may hold anything."""
    return f"[{markdown(text)}]({target})"
