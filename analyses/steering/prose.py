"""The study's result in words, for the page's prose; tables are in `tables`. No model, no torch."""

from __future__ import annotations

from analyses.steering.figures import item_slopes
from analyses.steering.result import (
    ConceptFound,
    FormatFound,
    Reach,
    Remedy,
    Result,
    Term,
)
from lab.pages.number_format import (
    interval,
    number,
    over,
    percent,
)


def concept(result: Result, name: str) -> ConceptFound:
    """One concept by name."""
    return next(each for each in result.summary.concepts if each.name == name)


def of_format(result: Result, name: str) -> FormatFound:
    """All concepts of one format: choice, yes/no, free-text, or all."""
    return next(each for each in result.summary.formats if each.format == name)


def remedy(result: Result, name: str) -> Remedy:
    """One remedy by name."""
    return next(each for each in result.summary.remedies if each.name == name)


def reach(result: Result, distance: float) -> Reach:
    """The linear share up to a multiplier, mean over concepts."""
    return next(each for each in result.summary.reaches if each.reach == distance)


def term(result: Result, name: str) -> Term:
    """One fixed effect of the mixed model."""
    return next(each for each in result.summary.mixed.terms if each.name == name)


def used(result: Result, part: str) -> int:
    """Items of all concepts in one part of the split: train, validation, test."""
    return sum(each.counts[part] for each in result.sheet.concepts)


def excluded(result: Result) -> str:
    """What was left out, counted, and why."""
    every = [(c.title, each) for c in result.sheet.concepts for each in c.excluded]
    total = len(every) + sum(sum(c.counts.values()) for c in result.sheet.concepts)
    if not every:
        return f"no item of {total}: every one could be asked and gave a finite answer"
    reasons: dict[str, list[str]] = {}
    for _, each in every:
        reasons.setdefault(each.reason, []).append(each.id)
    told = "; ".join(
        f"{len(ids)} because {reason} ({', '.join(f'`{each}`' for each in ids[:4])}"
        + (" …)" if len(ids) > 4 else ")")
        for reason, ids in reasons.items()
    )
    return f"{len(every)} of {total} items: {told}"


def still_linear(result: Result, least: float = 0.9) -> str:
    """How far each concept's responses stay on lines, as counts of concepts by reach."""
    counts = []
    for place, each in enumerate(result.summary.reaches):
        held = sum(c.reaches[place].linear.low >= least for c in result.summary.concepts)
        counts.append(f"{held} at ±{each.reach:g}")
    return ", ".join(counts)


def places(result: Result, lettered: bool) -> list[int]:
    """Which concepts are asked with letters or Yes and No, or with words, by place in the sheet."""
    every = enumerate(result.sheet.concepts)
    return [at for at, each in every if (each.format != "free-text") == lettered]


def norms(result: Result, *, lettered: bool) -> str:
    """Length of the plain vector as a share of the stream's norm, over concepts."""
    sheet = result.sheet
    focus = sheet.layers.index(sheet.focus)
    chosen = places(result, lettered)
    shares = sheet.norm[chosen, focus] / sheet.stream_norm[chosen, focus]
    return percent(over([float(each) for each in shares]), 1 if lettered else 0)


def read(result: Result, *, lettered: bool) -> str:
    """Held-out answers that a probe tells apart at the focus layer, over concepts."""
    every = [result.summary.concepts[at] for at in places(result, lettered)]
    return percent(over([each.at(result.sheet.focus).probe.estimate.mean for each in every]))


def read_before(result: Result) -> str:
    """Items whose answer's letter (or Yes or No) a probe foretells before it, over concepts."""
    sheet = result.sheet
    focus = sheet.layers.index(sheet.focus)
    chosen = places(result, lettered=True)
    right = [float(sheet.reader[at, focus, : len(sheet.concepts[at].rows)].mean()) for at in chosen]
    return percent(over(right))


def variant(result: Result, name: str, *, lettered: bool) -> str:
    """Size of the mean slope with one of the variants, whatever its sign, over concepts."""
    chosen = [result.sheet.concepts[at].name for at in places(result, lettered)]
    return interval(over([abs(float(item_slopes(result, each, name).mean())) for each in chosen]))


def mass(result: Result, *, lettered: bool) -> str:
    """Probability that the unsteered model gives to the two answers together, over concepts."""
    sheet = result.sheet
    shares = [
        float(sheet.mass[at, : len(sheet.concepts[at].rows)].mean())
        for at in places(result, lettered)
    ]
    return percent(over(shares))


def gate_skill(result: Result) -> str:
    """R² of the gate's forecast on validation items, over concepts with letters or Yes and No."""
    chosen = places(result, lettered=True)
    return interval(over([float(result.sheet.gate_skill[at]) for at in chosen]))


def neighbours(result: Result, which: str) -> str:
    """Agreement of a layer with the next one, mean and span over pairs of neighbours."""
    values: list[list[float]] = getattr(result.summary, which)
    return interval(over([values[at][at + 1] for at in range(len(values) - 1)]))


def ends(result: Result, which: str) -> str:
    """Agreement of the first layer with the last."""
    values: list[list[float]] = getattr(result.summary, which)
    return number(values[0][-1])
