"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from collections.abc import Iterable

from analyses.shared import claims, hypotheses, verdicts
from analyses.shared.stats import Estimate, Measured, Null
from analyses.steering.figures import item_slopes, ordered
from analyses.steering.overviews import FACTORS, REMEDIES
from analyses.steering.result import (
    ConceptFound,
    FormatFound,
    Reach,
    Remedy,
    Result,
    Spurious,
    Term,
)

STUDY = "steering"
SHORT = {"choice": "A, B", "yes/no": "Yes, No", "free-text": "words"}
LATER = {"words": "words of the statement", "unsteered": "propensity without steering"}


def interval(found: Estimate | Measured, digits: int = 2) -> str:
    """The estimate and its 95% interval, for example 0.93 (0.92 to 0.94)."""
    each = found.estimate if isinstance(found, Measured) else found
    return _three(f"{value:.{digits}f}" for value in (each.mean, each.low, each.high))


def percent(found: Estimate | Measured, digits: int = 0) -> str:
    """The same in percent, for example 48% (41 to 55)."""
    each = found.estimate if isinstance(found, Measured) else found
    mean, low, high = (f"{100 * value:.{digits}f}" for value in (each.mean, each.low, each.high))
    return _signed(f"{mean}% ({low} to {high})")


def plain(found: Estimate | Measured) -> str:
    """The estimate and its interval to two significant digits, for what may be very small."""
    each = found.estimate if isinstance(found, Measured) else found
    return _three(f"{value:.2g}" for value in (each.mean, each.low, each.high))


def spread(variance: Estimate) -> str:
    """The root of the population's variance with its interval, to two significant digits."""
    ends = (variance.mean, variance.low, variance.high)
    return _three(f"{value**0.5:.2g}" for value in ends)


def points(found: Estimate | Measured) -> str:
    """A difference of shares in percentage points, with its sign."""
    each = found.estimate if isinstance(found, Measured) else found
    return _three(f"{100 * value:+.0f}" for value in (each.mean, each.low, each.high))


def band(null: Null, digits: int = 2) -> str:
    """The middle 95% of what chance gives."""
    return _signed(f"{null.low:.{digits}f} to {null.high:.{digits}f}")


def p_value(p: float) -> str:
    """A p-value to two significant digits, or its bound."""
    return "<0.001" if p < 0.001 else f"{p:.2g}"


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


def tested(result: Result, factor: str, test: str) -> Spurious:
    """One test of a factor; `test` may be the beginning of its name."""
    return next(
        each
        for each in result.summary.spurious
        if each.factor == factor and each.test.startswith(test)
    )


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


def concepts(result: Result) -> str:
    """Every concept at the focus layer, as a Markdown table."""
    rows = [
        "| Concept | | Items | Slope | SD of slopes | ≤ 0 | Louder: slope | ≤ 0 |",
        "|:----|:--|--:|-----:|-----:|----:|-----:|----:|",
    ]
    for each in ordered(result):
        at = each.at(result.sheet.focus)
        digits = 3 if abs(at.slope.estimate.mean) < 0.1 else 2
        rows.append(
            f"| {each.title} | {SHORT[each.format]} | {at.slope.estimate.n} "
            f"| {interval(at.slope, digits)} | {spread(at.variance)} "
            f"| {percent(at.anti)} | {interval(each.slope_loud)} | {percent(each.anti_of_loud)} |"
        )
    return "\n".join(rows)


def tests(result: Result) -> str:
    """Every test of a factor, corrected over all of them, with its label, as a Markdown table."""
    labels = {name: each.label for name, each in verdicts.kept(STUDY).factors.items()}
    rows = [
        "| Factor | Test | Statistic | *p* | Holm | BH | |",
        "|:---|:---|--:|--:|--:|--:|:---|",
    ]
    for each in result.summary.spurious:
        name = FACTORS.get(each.factor, each.factor)
        rows.append(
            f"| {name} | {each.test} | {each.statistic:.3g} | {p_value(each.p)} "
            f"| {p_value(each.holm)} | {p_value(each.benjamini_hochberg)} "
            f"| {labels.get(each.factor, '')} |"
        )
    return "\n".join(rows)


def explored(result: Result) -> str:
    """Shares with the factors thought of later among them, as a Markdown table."""
    found = verdicts.kept(STUDY).factors
    rows = [
        "| Factor | Share | Shuffled (95%) | *p*, corrected for all ever tried | |",
        "|:---|--:|--:|--:|:---|",
    ]
    for name, share in result.summary.explored.shares.items():
        kept = found.get(name)
        corrected = kept.p_corrected if kept is not None else None
        rows.append(
            f"| {LATER.get(name) or FACTORS[name]} | {percent(share.estimate)} "
            f"| {100 * share.null.low:.0f} to {100 * share.null.high:.0f}% "
            f"| {p_value(corrected) if corrected is not None else ''} "
            f"| {kept.label if kept is not None else ''} |"
        )
    return "\n".join(rows)


def mixed(result: Result) -> str:
    """The mixed model's fixed effects, as a Markdown table."""
    rows = ["| | Effect on the slope, nats | *p* |", "|:---|--:|--:|"]
    rows += [
        f"| {each.name} | {plain(each.effect)} | {p_value(each.p)} |"
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
            f"| {REMEDIES[each.name]} | {each.steered:.0%} | {_signed(f'{each.level.mean:.3f}')} "
            f"| {each.sd.mean:.2g} | {each.anti.mean:.0%} "
            f"| {'' if same else points(each.anti_change)} "
            f"| {'' if same else p_value(each.anti_change.null.p)} | {each.spurious.mean:.0%} |"
        )
    return "\n".join(rows)


def beside(result: Result) -> str:
    """The paper's numbers, ours and the verdict, as a Markdown table."""
    kept = verdicts.kept(STUDY).claims
    rows = ["| The paper | Reported | Here | Verdict |", "|:------------|--:|--:|:---|"]
    for each in claims.load(STUDY).claims:
        found = kept[each.id]
        ours = ""
        if found.ours is not None:
            ours = f"{found.ours.mean:.2f}"
            if found.ours.low is not None and found.ours.high is not None:
                ours += f" ({found.ours.low:.2f} to {found.ours.high:.2f})"
        rows.append(f"| {each.states} | {each.claimed:g} | {ours} | {found.verdict} |")
    return "\n".join(rows)


def predictions() -> str:
    """What was said beforehand and how it came out, as a Markdown table."""
    kept = verdicts.kept(STUDY).predictions
    rows = ["| Said beforehand | Probability | Found | |", "|:-------------|--:|--:|:---|"]
    for each in hypotheses.load(STUDY).predictions:
        graded = kept[each.id]
        found = _signed(f"{graded.ours.mean:.2f}") if graded.ours else ""
        rows.append(f"| {each.states} | {each.probability:.0%} | {found} | {graded.outcome} |")
    return "\n".join(rows)


def brier() -> str:
    """The mean Brier score of the graded predictions."""
    scores = [
        each.brier for each in verdicts.kept(STUDY).predictions.values() if each.brier is not None
    ]
    return f"{sum(scores) / len(scores):.2f}" if scores else "none yet"


def label(name: str) -> str:
    """Whether a factor was declared before the result: confirmatory or exploratory."""
    kept = verdicts.kept(STUDY).factors
    return kept[name].label if name in kept else ""


def over_concepts(values: list[float], form: str = "{:.2f}") -> str:
    """Mean of one value a concept, with the least and the most."""
    mean, low, high = sum(values) / len(values), min(values), max(values)
    told = [form.format(each) for each in (mean, low, high)]
    return _three(told)


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
    return over_concepts(
        [100 * float(each) for each in shares], "{:.0f}%" if not lettered else "{:.1f}%"
    )


def read(result: Result, *, lettered: bool) -> str:
    """Held-out answers that a probe tells apart at the focus layer, over concepts."""
    every = [result.summary.concepts[at] for at in places(result, lettered)]
    return over_concepts(
        [100 * each.at(result.sheet.focus).probe.estimate.mean for each in every], "{:.0f}%"
    )


def read_before(result: Result) -> str:
    """Items whose answer's letter (or Yes or No) a probe foretells before it, over concepts."""
    sheet = result.sheet
    focus = sheet.layers.index(sheet.focus)
    chosen = places(result, lettered=True)
    right = [
        100 * float(sheet.reader[at, focus, : len(sheet.concepts[at].rows)].mean()) for at in chosen
    ]
    return over_concepts(right, "{:.0f}%")


def variant(result: Result, name: str, *, lettered: bool) -> str:
    """Size of the mean slope with one of the variants, whatever its sign, over concepts."""
    chosen = [result.sheet.concepts[at].name for at in places(result, lettered)]
    return over_concepts([abs(float(item_slopes(result, each, name).mean())) for each in chosen])


def mass(result: Result, *, lettered: bool) -> str:
    """Probability that the unsteered model gives to the two answers together, over concepts."""
    sheet = result.sheet
    shares = [
        100 * float(sheet.mass[at, : len(sheet.concepts[at].rows)].mean())
        for at in places(result, lettered)
    ]
    return over_concepts(shares, "{:.0f}%")


def gate_skill(result: Result) -> str:
    """R² of the gate's forecast on validation items, over concepts with letters or Yes and No."""
    chosen = places(result, lettered=True)
    return over_concepts([float(result.sheet.gate_skill[at]) for at in chosen])


def neighbours(result: Result, which: str) -> str:
    """Agreement of a layer with the next one, mean and span over pairs of neighbours."""
    values: list[list[float]] = getattr(result.summary, which)
    return over_concepts([values[at][at + 1] for at in range(len(values) - 1)])


def ends(result: Result, which: str) -> str:
    """Agreement of the first layer with the last."""
    values: list[list[float]] = getattr(result.summary, which)
    return _signed(f"{values[0][-1]:.2f}")


def _three(told: Iterable[str]) -> str:
    """A number and its interval or span."""
    mean, low, high = told
    return _signed(f"{mean} ({low} to {high})")


def _signed(text: str) -> str:
    """With minus signs for hyphens."""
    return text.replace("-", "−")
