"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from collections.abc import Callable

from analyses.circular.result import CategoryResult, LayerResult, Result
from lab.pages.number_format import (
    beside,
    count,
    interval,
    number,
    out_of,
    p_value,
)
from lab.stats.estimates import Measured


def layers_where(found: CategoryResult, holds: Callable[[LayerResult], bool]) -> str:
    """The layers where something holds, as spans: 0–25, 28."""
    spans: list[list[int]] = []
    for layer in (at.layer for at in found.layers if holds(at)):
        if spans and layer == spans[-1][1] + 1:
            spans[-1][1] = layer
        else:
            spans.append([layer, layer])
    return ", ".join(f"{a}–{b}" if b > a else str(a) for a, b in spans) or "none"


def first_of_all_orders(result: Result, name: str) -> str:
    """The layers where no other cyclic order holds as much first-frequency variance."""
    return layers_where(result.categories[name], lambda at: _first(at.first_frequency))


def first_in_probe(result: Result, name: str) -> str:
    """The layers where no other cyclic order is read better from the plane."""
    return layers_where(result.categories[name], lambda at: _first(at.plane_probe))


def _first(measured: Measured) -> bool:
    return measured.null.p * measured.null.draws < 1.5


def at_focus(result: Result) -> str:
    """Every category's measures at the focus layer, as a Markdown table."""
    rows = [
        "| | first frequency | *p* | plane → circle R² | full space R² | angle error | closure | neighbours |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for found in result.categories.values():
        at = found.at(result.focus)
        rows.append(
            f"| {found.title} | {beside(at.first_frequency)} | {p_value(at.first_frequency)} "
            f"| {beside(at.plane_probe)} | {beside(at.full_probe)} "
            f"| {number(at.angle_error.estimate.mean, 0)}° ({number(at.angle_error.null.mean, 0)}°) "
            f"| {number(at.closure.mean)} | {out_of(at.angular_order, len(found.words))} |"
        )
    return "\n".join(rows)


def claims(result: Result) -> str:
    """The paper's claims beside what was found here, as a Markdown table."""
    days, months = (result.categories[name].at(result.focus) for name in ("days", "months"))
    here = f"class means of SmolLM2 at layer {result.focus}"
    rows = [
        "| The paper, GPT-2 small, layer 7 | Here | Verdict |",
        "|:-----------|:-----------|:---|",
        f"| Points of the weekday cluster lie around a circle in calendar order | {here}: "
        f"{out_of(days.angular_order, 7)} neighbours kept, R² {interval(days.plane_probe)} | different model |",
        f"| So do the months’ | {here}: {out_of(months.angular_order, 12)} neighbours kept, "
        f"R² {interval(months.plane_probe)} | different model |",
        "| The weekday cluster ranks 9th of 1,000 by irreducibility, the months' 28th (§4) "
        "| needs a sparse autoencoder | not run here |",
        "| Years make a circle-like cluster too, ranked 15th (§4) | not asked | not run here |",
        "| The circles are used to compute, in Mistral 7B and Llama 3 8B "
        "| needs an intervention | not run here |",
    ]
    return "\n".join(rows)


def excluded(result: Result) -> str:
    """What was left out of the measures, and of how much."""
    every = result.categories.values()
    tokens, massive = (
        sum(found.tokens for found in every),
        sum(found.massive_tokens for found in every),
    )
    dropped = sum(found.dropped for found in every)
    return (
        f"the prefix of every context; of {count(tokens)} other tokens {massive} massive ones, "
        f"and with them {dropped} contexts"
    )
