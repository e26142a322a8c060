"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.latents.figures import NAMES
from analyses.latents.result import (
    CLUSTER,
    DECODED,
    GRAPH,
    LOOKUP,
    PLANES,
    RANDOM,
    RAW,
    SPECTRAL,
    CategoryResult,
    Fit,
    Marked,
    Ranking,
    Result,
    Route,
)
from analyses.shared.stats import Estimate, Measured

WORDS = {"clean": "as it is", "spliced": "spliced in", "mean": "mean put in", "zero": "zero put in"}
LEVEL = 0.05


def interval(found: Estimate, digits: int = 2) -> str:
    """An estimate and its 95% interval, for example 0.93 (0.92 to 0.94)."""
    mean, low, high = (f"{value:.{digits}f}" for value in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def chance(found: Measured, digits: int = 2) -> str:
    """What 95% of shuffled orders reach."""
    return f"{found.null.low:.{digits}f} to {found.null.high:.{digits}f}"


def p_value(p: float) -> str:
    """p to two digits; never 0, for the observed order is among those that are counted."""
    return f"p = {p:.2g}"


def fits(result: Result) -> str:
    """What the autoencoder keeps on each kind of text, as a Markdown table."""
    rows = [
        "| Text | Tokens | Variance explained | Active | Silent | "
        + " | ".join(f"Loss {word}" for word in WORDS.values())
        + " | Recovered from zero | from the mean |",
        "|:--|--:|--:|--:|--:|" + "--:|" * (len(WORDS) + 2),
    ]
    for kind, fit in result.fits.items():
        losses = " | ".join(f"{fit.loss[way].mean:.2f}" for way in WORDS)
        rows.append(
            f"| {kind.capitalize()} | {fit.tokens:,} | {interval(fit.explained)} "
            f"| {fit.active.mean:.1f} | {fit.silent:.1%} | {losses} "
            f"| {interval(fit.recovered_from_zero, 3)} | {interval(fit.recovered_from_mean, 3)} |"
        )
    return "\n".join(rows)


def mix(result: Result) -> str:
    """What it was trained on, as a Markdown table with shares."""
    tokens: dict[str, int] = result.training["tokens"]
    total = sum(tokens.values())
    rows = ["| Text | Tokens | Share |", "|:--|--:|--:|"]
    rows += [
        f"| {name.capitalize()} | {each:,} | {each / total:.0%} |" for name, each in tokens.items()
    ]
    return "\n".join(rows)


def minutes(result: Result) -> int:
    """How long sampling, reading and training took."""
    seconds: dict[str, int] = result.training["seconds"]
    return round(sum(seconds.values()) / 60)


def fit_of(result: Result, kind: str) -> Fit:
    """The fit on one kind of text."""
    return result.fits[kind]


@dataclass(frozen=True)
class Spoken:
    """One category by one route, written out."""

    latents: int
    share: str
    share_chance: str
    share_p: str
    probe: str
    probe_chance: str
    probe_p: str
    second: str
    random: str
    random_p: str
    random_share_p: str
    order: str
    angle: str
    angle_p: str
    closure: str
    contexts: int


def speak(result: Result, name: str, route: str = LOOKUP) -> Spoken:
    """A category's measures by a route that it has."""
    found = result.categories[name]
    at = found.routes[route]
    plane, second = at.planes[PLANES[0]], at.planes[PLANES[1]]
    null = at.random_sets.get(PLANES[0])
    return Spoken(
        latents=len(at.latents),
        share=interval(at.first_frequency.estimate),
        share_chance=chance(at.first_frequency),
        share_p=p_of(at.first_frequency),
        probe=interval(plane.probe.estimate),
        probe_chance=chance(plane.probe),
        probe_p=p_of(plane.probe),
        second=interval(second.probe.estimate),
        random=f"{null.mean:.2f} (95%: {null.low:.2f} to {null.high:.2f})" if null else "",
        random_p=p_value(null.p) if null else "",
        random_share_p=p_value(at.random_sets["first_frequency"].p) if null else "",
        order=f"{round(plane.order * len(found.words))} of {len(found.words)}",
        angle=f"{at.angle_error:.0f}",
        angle_p=p_value(at.angle_null.p),
        closure=f"{at.closure:.1f}",
        contexts=found.contexts,
    )


def p_of(found: Measured) -> str:
    """p against shuffled orders."""
    return p_value(found.null.p)


def rings(result: Result) -> str:
    """Every category by every route, as a Markdown table."""
    rows = [
        "| Words | Route | Latents | First frequency | p | R², plane 1–2 | p | R², plane 2–3 "
        "| Neighbours kept | Angle error | Closure |",
        "|:--|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for category in result.categories.values():
        for place, (route, at) in enumerate(category.routes.items()):
            rows.append(_row(category, route, at, category.title if place == 0 else ""))
    return "\n".join(rows)


def _row(category: CategoryResult, route: str, at: Route, title: str) -> str:
    plane, second = (at.planes[name] for name in PLANES)
    return (
        f"| {title} | {NAMES[route]} | {len(at.latents) or '–'} "
        f"| {interval(at.first_frequency.estimate)} | {at.first_frequency.null.p:.2g} "
        f"| {interval(plane.probe.estimate)} | {plane.probe.null.p:.2g} "
        f"| {second.probe.estimate.mean:.2f} "
        f"| {round(plane.order * len(category.words))} of {len(category.words)} "
        f"| {at.angle_error:.0f}° | {at.closure:.1f} |"
    )


def clusters(result: Result, condition: str, method: str = SPECTRAL) -> str:
    """The first clusters of a ranking, as a Markdown table."""
    rows = [
        "| Rank | Latents | Tokens read | S, paper | S, code | M | (1 − M)·S | Writes most at |",
        "|---:|-----:|-----:|-----:|-----:|----:|------:|:------------------------------|",
    ]
    for each in result.search(condition).rankings[method].told[:10]:
        tokens = ", ".join(f"`{_shown(token)}`" for token in each.tokens[:5])
        rows.append(
            f"| {each.rank} | {len(each.latents)} | {each.samples:,} | {each.separability:.2f} "
            f"| {each.separability_code:.2f} | {each.mixture:.2f} | {each.score:.2f} "
            f"| {tokens} |"
        )
    return "\n".join(rows)


def _shown(token: str) -> str:
    """A token so that it survives a table: no bar, no line end, no tick."""
    plain = token.strip().replace("|", "¦").replace("`", "ˋ").replace("\n", "⏎")
    return plain or "␣"


def marked(result: Result) -> str:
    """For each category the cluster with most of its latents, by both methods."""
    spectral, graph = (result.searches[0].rankings[method] for method in (SPECTRAL, GRAPH))
    rows = [
        "| Words | Looked up | Mean cosine | Spectral cluster holds | of its latents | Rank "
        "| Graph group holds | of its latents | Rank |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, category in result.categories.items():
        if name not in spectral.marked:
            continue
        cells = [_held(spectral, spectral.marked.get(name)), _held(graph, graph.marked.get(name))]
        rows.append(
            f"| {category.title} | {len(category.looked_up)} | {category.decoder_cosine:.2f} "
            f"| {' | '.join(cells)} |"
        )
    return "\n".join(rows)


def _held(ranking: Ranking, found: Marked | None) -> str:
    if found is None or not found.holds:
        return "0 | – | –"
    rank = f"{found.rank} of {ranking.scored:,}" if found.rank else "–"
    return f"{found.holds} | {len(found.latents)} | {rank}"


def rank(result: Result, name: str, method: str = SPECTRAL) -> Marked:
    """The marked cluster of a category on the shipped autoencoder."""
    return result.searches[0].rankings[method].marked[name]


def above_random(result: Result, share: float = 0.975) -> tuple[int, int, float]:
    """How many of the shipped one's clusters exceed that share of random ones; of how many; the bar."""
    bar = float(np.quantile(result.search(RANDOM).rankings[SPECTRAL].scores, share))
    found = result.searches[0].rankings[SPECTRAL]
    return int((found.scores > bar).sum()), found.scored, bar


def median_score(result: Result, condition: str) -> float:
    """The middle cluster's score, in bits."""
    return float(np.median(result.search(condition).rankings[SPECTRAL].scores))


def top_score(result: Result, condition: str) -> float:
    """The first cluster's score, in bits."""
    return float(result.search(condition).rankings[SPECTRAL].scores[0])


def samples_and_score(result: Result, condition: str) -> float:
    """Spearman's correlation of how many tokens a cluster has and its score."""
    found = result.search(condition).rankings[SPECTRAL]
    ranks = [np.argsort(np.argsort(each)) for each in (found.samples, found.scores)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def passing(result: Result, route: str) -> list[str]:
    """Categories whose first frequency beats shuffled orders by this route."""
    return [
        found.title.lower()
        for found in result.categories.values()
        if route in found.routes and found.routes[route].first_frequency.null.p <= LEVEL
    ]


def listed(names: list[str]) -> str:
    """A list as one writes it."""
    if len(names) < 2:
        return "".join(names) or "none"
    return ", ".join(names[:-1]) + " and " + names[-1]


__all__ = [
    "CLUSTER", "DECODED", "GRAPH", "LOOKUP", "RAW", "SPECTRAL", "above_random", "chance", "clusters",
    "fit_of", "fits", "interval", "listed", "marked", "median_score", "minutes", "mix", "p_of", "p_value",
    "passing", "rank", "rings", "samples_and_score", "speak", "top_score",
]  # fmt: skip
