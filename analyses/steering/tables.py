"""The study's result in Markdown tables, for its page. No model, no torch."""

from __future__ import annotations

from analyses.steering.figures import ordered
from analyses.steering.overviews import FACTORS, REMEDIES
from analyses.steering.result import Result
from lab.ledger import verdicts
from lab.pages.number_format import (
    HARD_SPACE,
    Range,
    band,
    interval,
    number,
    p_value,
    percent,
    points,
    significant,
)
from lab.stats.estimates import Estimate

STUDY = "steering"
SHORT = {
    "choice": f"A,{HARD_SPACE}B",
    "yes/no": f"Yes,{HARD_SPACE}No",
    "free-text": "words",
}
LATER = {"words": "words of the statement", "unsteered": "propensity without steering"}


def concepts(result: Result) -> str:
    """Every concept at the focus layer, as a Markdown table."""
    rows = [
        "| Concept | *n* | Slope | SD of slopes | ≤ 0 | Louder: slope | ≤ 0 |",
        "|:-----|--:|-----:|-----:|----:|-----:|----:|",
    ]
    for each in ordered(result):
        at = each.at(result.sheet.focus)
        digits = 3 if abs(at.slope.estimate.mean) < 0.1 else 2
        rows.append(
            f"| {each.title} ({SHORT[each.format]}) | {at.slope.estimate.n} "
            f"| {interval(at.slope, digits)} | {_spread(at.variance)} "
            f"| {percent(at.anti)} | {interval(each.slope_loud)} | {percent(each.anti_of_loud)} |"
        )
    return "\n".join(rows)


def tests(result: Result) -> str:
    """Every test of a factor, corrected over all of them, with its label, as a Markdown table."""
    labels = {name: each.label for name, each in verdicts.load(STUDY).factors.items()}
    rows = [
        "| Factor | Test | Statistic | *p* | Holm | BH | |",
        "|:---|:---|--:|--:|--:|--:|:---|",
    ]
    for each in result.summary.spurious:
        name = FACTORS.get(each.factor, each.factor)
        rows.append(
            f"| {name} | {each.test} | {significant(each.statistic, 3)} | {p_value(each.p)} "
            f"| {p_value(each.holm)} | {p_value(each.benjamini_hochberg)} "
            f"| {labels.get(each.factor, '')} |"
        )
    return "\n".join(rows)


def explored(result: Result) -> str:
    """Shares with the factors thought of later among them, as a Markdown table."""
    found = verdicts.load(STUDY).factors
    rows = [
        "| Factor | Share | Shuffled (95%) | *p*, corrected for all ever tried | |",
        "|:---|--:|--:|--:|:---|",
    ]
    for name, share in result.summary.explored.shares.items():
        kept = found.get(name)
        corrected = kept.p_corrected if kept is not None else None
        rows.append(
            f"| {LATER.get(name) or FACTORS[name]} | {percent(share.estimate)} "
            f"| {band(share.null, 0, percent)} "
            f"| {p_value(corrected)} "
            f"| {kept.label if kept is not None else ''} |"
        )
    return "\n".join(rows)


def mixed(result: Result) -> str:
    """The mixed model's fixed effects, as a Markdown table."""
    rows = ["| | Effect on the slope, nats | *p* |", "|:---|--:|--:|"]
    rows += [
        f"| {each.name} | {interval(each.effect, 2, significant)} | {p_value(each.p)} |"
        for each in result.summary.mixed.terms
    ]
    return "\n".join(rows)


def remedies(result: Result) -> str:
    """Every remedy, as a Markdown table."""
    rows = [
        "| | Steered | Mean slope | SD | ≤ 0 | Change of ≤ 0, points | *p* | Letter explains |",
        "|:---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for each in result.summary.remedies:
        same = each.name == "mean"
        rows.append(
            f"| {REMEDIES[each.name]} | {percent(each.steered)} | {number(each.level.mean, 3)} "
            f"| {significant(each.sd.mean)} | {percent(each.anti.mean)} "
            f"| {'' if same else points(each.anti_change)} "
            f"| {'' if same else p_value(each.anti_change)} | {percent(each.spurious.mean)} |"
        )
    return "\n".join(rows)


def _spread(variance: Estimate) -> str:
    """The root of the population's variance with its interval, to two significant digits."""
    ends = (variance.mean, variance.low, variance.high)
    return interval(Range(*(value**0.5 for value in ends)), 2, significant)
