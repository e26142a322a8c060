"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Spoken:
    """How look-up sets meet the clusters of one method."""

    groups: str
    largest: str
    clustered: str
    precision: str
    recall: str
    jaccard: str
    null: str
    p: str
    beyond: str  # categories whose overlap is beyond chance
    best: str
    best_jaccard: str
    top: str
    untouched: str


def speak(result: Result, method: str) -> Spoken:
    """One clustering, written out."""
    clustering, agreed = result.clusterings[method], result.agreement[method]
    met = {each.title: each.met[method] for each in result.categories.values() if each.met}
    best = max(met, key=lambda title: met[title].jaccard.value)
    return Spoken(
        groups=count(clustering.groups),
        largest=count(clustering.largest),
        clustered=count(clustering.clustered),
        precision=interval(agreed.precision),
        recall=interval(agreed.recall),
        jaccard=interval(agreed.jaccard, 3),
        null=number(agreed.jaccard.null.mean, 3),
        p=p_value(agreed.jaccard),
        beyond=f"{sum(each.jaccard.null.p <= LEVEL for each in met.values())} of {len(met)}",
        best=best.lower(),
        best_jaccard=number(met[best].jaccard.value),
        top=str(len(clustering.top)),
        untouched=str(clustering.untouched),
    )


@dataclass(frozen=True)
class OverSeeds:
    """The overlap with spectral clusters from several seeds."""

    seeds: str
    jaccard: str  # the means' span
    beyond: str  # seeds from which the mean overlap is beyond chance
    p: str  # from the least to the greatest


def over_seeds(result: Result) -> OverSeeds:
    """How much of the overlap is the seed's, written out."""
    every = [each.jaccard for each in result.by_seed]
    p_values = sorted(each.null.p for each in every)
    means = [each.estimate.mean for each in every]
    return OverSeeds(
        seeds=count(len(every)),
        jaccard=f"{number(min(means), 3)} to {number(max(means), 3)}",
        beyond=f"{sum(p <= LEVEL for p in p_values)} of {len(every)}",
        p=f"{p_value(p_values[0])} to {p_value(p_values[-1])}",
    )


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
