"""The simulation in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from analyses.trimming.result import At, Result, Step
from lab.pages.number_format import Real, number, percent

CLAIMS = {"spread": "“these vary less”", "effect": "“here it steers”"}


def at(result: Result, world: str, criterion: str, tried: int) -> At:
    """The studies of a world, trimmed by a criterion, with so many factors tried."""
    every: list[At] = getattr(result.worlds[world], criterion)
    return next(each for each in every if each.tried == tried)


def rate(share: Real) -> str:
    """A share of studies in percent, fine enough to tell 5% from 6.4%."""
    return percent(share, 1)


def last_cut(result: Result) -> Step:
    """The example after its last cut, before the new items."""
    return result.example[-2]


def rates(result: Result, tried: int) -> str:
    """False findings with so many factors tried, as a Markdown table."""
    rows = [
        "| World | Trimmed by | Claim | None | Cuts shown | BH | Holm | Held out |",
        "|:--|:--|:---|--:|--:|--:|--:|--:|",
    ]
    for name, world in result.worlds.items():
        for criterion, claim in (
            ("variance", "spread"),
            ("variance", "effect"),
            ("anti", "effect"),
        ):
            found = getattr(at(result, name, criterion, tried), claim)
            by = "variance" if criterion == "variance" else "sign"
            cells = [
                number(100 * getattr(found, way).mean, 1)
                for way in ("uncorrected", "cuts_shown", "benjamini_hochberg", "holm", "held_out")
            ]
            rows.append(f"| {world.title} | {by} | {CLAIMS[claim]} | " + " | ".join(cells) + " |")
    return "\n".join(rows)
