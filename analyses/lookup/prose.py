"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from analyses.lookup.result import LOOKUP, ROUTES, Clustering, Result
from lab.pages.number_format import (
    band,
    count,
    interval,
    listed,
    number,
    p_value,
    percent,
    span,
    token,
)

LEVEL = 0.05


def best_met(result: Result, method: str) -> tuple[str, float]:
    """The category whose look-up set meets a cluster of the method best, and their Jaccard index."""
    met = {each.title: each.met[method] for each in result.categories.values() if each.met}
    best = max(met, key=lambda title: met[title].jaccard.value)
    return best.lower(), met[best].jaccard.value


def beyond_chance(result: Result, method: str) -> str:
    """Of the categories that meet a cluster of the method, those whose overlap is beyond chance."""
    met = [each.met[method].jaccard.null.p for each in result.categories.values() if each.met]
    return f"{sum(p <= LEVEL for p in met)} of {len(met)}"


def seeds_beyond_chance(result: Result) -> str:
    """Of the seeds, those from which the mean overlap with spectral clusters is beyond chance."""
    beyond = sum(each.jaccard.null.p <= LEVEL for each in result.by_seed)
    return f"{beyond} of {len(result.by_seed)}"


def seeds(result: Result) -> str:
    """The overlap with spectral clusters from each seed, as a Markdown table."""
    rows = ["| Seed | mean J | random latents | *p* |", "|--:|--:|--:|--:|"]
    rows += [
        f"| {each.seed} | {interval(each.jaccard, 3)} | {band(each.jaccard, 3)} "
        f"| {p_value(each.jaccard)} |"
        for each in result.by_seed
    ]
    return "\n".join(rows)


def counts(result: Result) -> str:
    """The fewest and the most latents of a look-up set."""
    sizes = [len(each.found) for each in result.categories.values()]
    return span(sizes, 0)


def own_words(result: Result) -> str:
    """Words that have a latent which fires on no other word of their category."""
    every = result.categories.values()
    own, words = sum(each.words_with_own for each in every), sum(len(each.words) for each in every)
    return f"{own} of {words}"


def sets(result: Result) -> str:
    """Every category's look-up set and the clusters it meets, as a Markdown table."""
    rows = [
        "| | words | latents | best recall | P | R | J | *p* | graph: J |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for each in result.categories.values():
        best = max((latent.recall for latent in each.found), default=0.0)
        cells = ["–"] * 5
        if each.met:
            met, other = each.met["spectral"], each.met["graph"]
            shares = (met.precision, met.recall, met.jaccard.value)
            cells = [number(share) for share in shares]
            cells += [p_value(met.jaccard), number(other.jaccard.value)]
        rows.append(
            f"| {each.title} | {len(each.words)} | {len(each.found)} | {number(best)} "
            f"| {' | '.join(cells)} |"
        )
    return "\n".join(rows)


def shown_by(result: Result, route: str, *, order: bool) -> str:
    """The categories that a route shows in order, or as irreducible, by name."""
    names = [
        each.title.lower()
        for each in result.categories.values()
        if route in each.judged
        and (each.judged[route].in_order if order else each.judged[route].irreducible)
    ]
    return listed(names)


def missed(result: Result) -> str:
    """What each route misses that another one shows, as a Markdown list."""
    rows = []
    for route in ROUTES:
        names = [
            each.title.lower()
            for name in result.missed[route]
            for each in [result.categories[name]]
        ]
        rows.append(f"- **{route}** misses {listed(names)}.")
    return "\n".join(rows)


def ranking(clustering: Clustering) -> str:
    """The clusters with the highest scores, told by what they fire on, as a Markdown table."""
    rows = [
        "| | latents | looked up | samples | S, bits | M | score | fires most on | of its activation |",
        "|---:|-----:|------:|------:|------:|----:|-----:|:----------------------|:------------|",
    ]
    for each in clustering.top:
        tokens = ", ".join(token(told) for told in each.tokens[:6])
        home = f"{percent(each.share)} on {each.category or 'other tokens'}"
        rows.append(
            f"| {each.rank} | {each.latents} | {each.looked_up} | {count(each.samples)} "
            f"| {number(each.separability)} | {number(each.mixture)} | {number(each.score)} "
            f"| {tokens} | {home} |"
        )
    return "\n".join(rows)


def plane_of(result: Result, name: str, route: str = LOOKUP) -> str:
    """Held-out R² of a category's plane by a route."""
    return interval(result.categories[name].shapes[route].plane_probe)
