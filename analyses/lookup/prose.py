"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from dataclasses import dataclass

from analyses.lookup.result import LOOKUP, ROUTES, CategoryResult, Clustering, Result
from analyses.shared.stats import Estimate, Placed


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
        groups=f"{clustering.groups:,}",
        largest=f"{clustering.largest:,}",
        clustered=f"{clustering.clustered:,}",
        precision=interval(agreed.precision),
        recall=interval(agreed.recall),
        jaccard=interval(agreed.jaccard.estimate),
        null=f"{agreed.jaccard.null.mean:.2f}",
        p=p_value(agreed.jaccard.null.p),
        beyond=f"{sum(each.jaccard.null.p <= LEVEL for each in met.values())} of {len(met)}",
        best=best.lower(),
        best_jaccard=f"{met[best].jaccard.value:.2f}",
        top=str(len(clustering.top)),
        untouched=str(clustering.untouched),
    )


LEVEL = 0.05


def interval(estimate: Estimate) -> str:
    """The estimate and its 95% interval."""
    low, high = f"{estimate.low:.2f}", f"{estimate.high:.2f}"
    return f"{estimate.mean:.2f} ({low} to {high})".replace("-", "−")


def p_value(p: float) -> str:
    """A p-value, to two significant digits."""
    return f"{p:.2g}" if p >= 0.001 else f"{p:.1g}"


def found(result: Result, name: str) -> str:
    """How many latents the look-up finds for a category."""
    return str(len(result.categories[name].found))


def counts(result: Result) -> str:
    """The fewest and the most latents of a look-up set."""
    sizes = [len(each.found) for each in result.categories.values()]
    return f"{min(sizes)} to {max(sizes)}"


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
            cells = [f"{share:.2f}" for share in shares]
            cells += [p_value(met.jaccard.null.p), f"{other.jaccard.value:.2f}"]
        rows.append(
            f"| {each.title} | {len(each.words)} | {len(each.found)} | {best:.2f} "
            f"| {' | '.join(cells)} |"
        )
    return "\n".join(rows)


def shapes(result: Result, route: str) -> str:
    """The shape that every category has by one route, as a Markdown table."""
    rows = [
        "| | latents | plane R² | *p* | neighbours | closure | S, bits | M | (1 − M)·S | *p* |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for each in result.categories.values():
        if route not in each.shapes:
            continue
        shape = each.shapes[route]
        rows.append(
            f"| {each.title} | {len(shape.latents)} | {shape.plane_probe.estimate.mean:.2f} "
            f"| {p_value(shape.plane_probe.null.p)} "
            f"| {round(shape.order * len(each.words))} of {len(each.words)} | {shape.closure:.1f} "
            f"| {placed(shape.separability)} | {placed(shape.mixture)} | {placed(shape.score)} "
            f"| {p_value(shape.score.null.p)} |"
        )
    return "\n".join(rows).replace("| -", "| −")


def placed(value: Placed) -> str:
    """A number beside the mean of random latents."""
    return f"{value.value:.2f} ({value.null.mean:.2f})"


def shown_by(result: Result, route: str, *, order: bool) -> str:
    """The categories that a route shows in order, or as irreducible, by name."""
    names = [
        each.title.lower()
        for each in result.categories.values()
        if route in each.judged
        and (each.judged[route].in_order if order else each.judged[route].irreducible)
    ]
    return listed(names)


def listed(names: list[str]) -> str:
    """One, two and three; none where there is none."""
    if not names:
        return "none"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


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
        "|--:|--:|--:|--:|--:|--:|--:|:---|:--|",
    ]
    for each in clustering.top:
        tokens = ", ".join(_escaped(token) for token in each.tokens[:6])
        home = f"{each.share:.0%} on {each.category or 'other tokens'}"
        rows.append(
            f"| {each.rank} | {each.latents} | {each.looked_up} | {each.samples:,} "
            f"| {each.separability:.2f} | {each.mixture:.2f} | {each.score:.2f} | {tokens} | {home} |"
        )
    return "\n".join(rows)


def _escaped(token: str) -> str:
    """A token as code, safe in a table."""
    return "`" + token.replace("`", "'").replace("|", "¦") + "`"


def at(result: Result, name: str) -> CategoryResult:
    """One category."""
    return result.categories[name]


def plane_of(result: Result, name: str, route: str = LOOKUP) -> str:
    """Held-out R² of a category's plane by a route."""
    return interval(result.categories[name].shapes[route].plane_probe.estimate)
