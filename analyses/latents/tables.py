"""The study's result in Markdown tables, for its page. No model, no torch."""

from __future__ import annotations

from analyses.latents.figures import NAMES
from analyses.latents.result import (
    GRAPH,
    PLANES,
    SPECTRAL,
    CategoryResult,
    Marked,
    Ranking,
    Result,
    Route,
)
from lab.pages.number_format import (
    count,
    interval,
    number,
    out_of,
    p_value,
    percent,
    token,
)

WORDS = {"clean": "as it is", "spliced": "spliced in", "mean": "mean put in", "zero": "zero put in"}


def fits(result: Result) -> str:
    """What the autoencoder keeps on each kind of text, as a Markdown table: a column for each."""
    every = result.fits.values()
    told = {
        "Contexts": [count(fit.contexts) for fit in every],
        "Tokens": [count(fit.tokens) for fit in every],
        "Variance explained": [interval(fit.explained) for fit in every],
        "Active": [interval(fit.active, 1) for fit in every],
        "Silent": [percent(fit.silent, 1) for fit in every],
        **{
            f"Loss {word}": [interval(fit.loss[way]) for fit in every]
            for way, word in WORDS.items()
        },
        "Recovered from zero": [interval(fit.recovered_from_zero, 3) for fit in every],
        "Recovered from the mean": [interval(fit.recovered_from_mean, 3) for fit in every],
    }
    rows = ["| | " + " | ".join(kind.capitalize() for kind in result.fits) + " |"]
    rows.append("|:--|" + "--:|" * len(result.fits))
    rows += [f"| {name} | {' | '.join(each)} |" for name, each in told.items()]
    return "\n".join(rows)


def mix(result: Result) -> str:
    """What it was trained on, as a Markdown table with shares."""
    tokens: dict[str, int] = result.training["tokens"]
    total = sum(tokens.values())
    rows = ["| Text | Tokens | Share |", "|:--|--:|--:|"]
    rows += [
        f"| {name.capitalize()} | {count(each)} | {percent(each / total)} |"
        for name, each in tokens.items()
    ]
    return "\n".join(rows)


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
        f"| {interval(at.first_frequency)} | {p_value(at.first_frequency)} "
        f"| {interval(plane.probe)} | {p_value(plane.probe)} "
        f"| {number(second.probe.estimate.mean)} | {out_of(plane.order, len(category.words))} "
        f"| {number(at.angle_error, 0)}° | {number(at.closure, 1)} |"
    )


def clusters(result: Result, condition: str, method: str = SPECTRAL) -> str:
    """The first clusters of a ranking, as a Markdown table."""
    rows = [
        "| Rank | Latents | Tokens read | S, paper | S, code | M | (1 − M)·S | Writes most at |",
        "|---:|-----:|-----:|-----:|-----:|----:|------:|:------------------------------|",
    ]
    for each in result.search(condition).rankings[method].told[:10]:
        tokens = ", ".join(token(told) for told in each.tokens[:5])
        rows.append(
            f"| {each.rank} | {len(each.latents)} | {count(each.samples)} "
            f"| {number(each.separability)} | {number(each.separability_code)} "
            f"| {number(each.mixture)} | {number(each.score)} | {tokens} |"
        )
    return "\n".join(rows)


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
            f"| {category.title} | {len(category.looked_up)} | {number(category.decoder_cosine)} "
            f"| {' | '.join(cells)} |"
        )
    return "\n".join(rows)


def _held(ranking: Ranking, found: Marked | None) -> str:
    if found is None or not found.holds:
        return "0 | – | –"
    rank = f"{found.rank} of {count(ranking.scored)}" if found.rank else "–"
    return f"{found.holds} | {len(found.latents)} | {rank}"
