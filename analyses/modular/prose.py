"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analyses.modular.figures import ablation_rows, clusters, random_scores
from analyses.modular.params import DATA
from analyses.modular.result import Found, Result
from lab.errors import AnalysisError
from lab.pages.number_format import (
    count,
    number,
    out_of,
    percent,
    span,
)
from lab.stats.estimates import rank_correlation

ONE_AT_A_TIME = "one circle at a time"
METHODS = ("spectral", "graph", "graph, as in the code")
AUTOENCODERS_TRAINING = Path(__file__).parent / DATA[1]
KNOWN = 0.99  # accuracy at which a half of the table counts as known


@dataclass(frozen=True)
class Learning:
    """When what was learnt, as spans over models."""

    by_heart: str  # step at which the training half is known
    half_heart: str  # accuracy on the test half at step 500
    novel_then: str  # accuracy at step 500 where the mirror is unseen too
    understood: str  # step at which the test half is known
    key_share_then: str  # the embedding's share in key frequencies at that step
    final_accuracy: str


def learning(result: Result) -> Learning:
    """The course of training in numbers."""
    curves = [model.curve for model in result.models]
    heart = [_first(curve.train_accuracy) for curve in curves]
    known = [_first(curve.test_accuracy) for curve in curves]
    early = [curve.step.index(500) for curve in curves]
    return Learning(
        by_heart=span([c.step[at] for c, at in zip(curves, heart, strict=True)], 0),
        half_heart=span(
            [c.test_accuracy[at] for c, at in zip(curves, early, strict=True)], 0, percent
        ),
        novel_then=span(
            [c.novel_accuracy[at] for c, at in zip(curves, early, strict=True)], 1, percent
        ),
        understood=span([c.step[at] for c, at in zip(curves, known, strict=True)], 0),
        key_share_then=span(
            [c.key_share[at] for c, at in zip(curves, known, strict=True)], 0, percent
        ),
        final_accuracy=span([model.test.accuracy for model in result.models], 0, percent),
    )


def keys(result: Result) -> str:
    """The key frequencies of each model, as a Markdown table with the measures of each circle."""
    rows = [
        "| Model | Frequency | Share of the embedding | Neighbours in order | Radius varies by | S, bits | M |",
        "|:--|--:|--:|--:|--:|--:|--:|",
    ]
    for model in result.models:
        for circle in model.circles:
            rows.append(
                f"| {model.seed} | {circle.frequency} | {percent(circle.share)} "
                f"| {out_of(circle.order, result.modulus)} | {percent(circle.radius_variation)} "
                f"| {number(circle.separability)} | {number(circle.mixture)} |"
            )
    return "\n".join(rows)


def references(result: Result) -> str:
    """The indices of known clouds, as a Markdown table."""
    rows = [
        "| Cloud | Points | S, paper | S, code | M, exact |",
        "|:--|--:|--:|--:|--:|",
    ]
    rows += [
        f"| {each.name} | {count(each.points)} | {number(each.separability)} "
        f"| {number(each.separability_code)} | {number(each.mixture)} |"
        for each in result.references
    ]
    return "\n".join(rows)


def reference(result: Result, name: str, points: int) -> float:
    """The paper's separability of one of the known clouds."""
    found = (e for e in result.references if e.name == name and e.points == points)
    return next(found).separability


def accuracy_without_keys(result: Result) -> str:
    """Accuracy over the whole table with every key frequency taken out."""
    return span([model.ablation.without_keys.accuracy for model in result.models], 1, percent)


def accuracy_elsewhere(result: Result) -> str:
    """Accuracy over the whole table with the same change made elsewhere."""
    return span([model.ablation.changed_elsewhere.accuracy for model in result.models], 1, percent)


def idle_keys(result: Result) -> str:
    """How many key frequencies can be lost one at a time at less than a tenth of a nat."""
    losses = ablation_rows(result)["one key frequency"]
    return f"{sum(loss < 0.1 for loss in losses)} of {len(losses)}"


@dataclass(frozen=True)
class Searched:
    """One condition of the search, over models."""

    explained: str  # variance, by the autoencoder
    alive: str
    clusters: int
    circles: int
    shown: int
    by_method: str
    best: float
    above_random: int
    bar: float
    score_and_explained: str  # rank correlations
    score_and_samples: str


def searched(result: Result, condition: str) -> Searched:
    """What a search found, in numbers."""
    searches = [
        (model, search)
        for model in result.models
        for search in model.searches
        if search.condition == condition
    ]
    found = _every(result, condition)
    bar = float(np.quantile(random_scores(result, condition), 0.975))
    methods = {
        method: sum(bool(each.shows) for each in clusters(result, condition, method))
        for method in METHODS
    }
    return Searched(
        explained=span([search.explained for _, search in searches], 1, percent),
        alive=span([search.alive for _, search in searches], 0),
        clusters=len(found),
        circles=sum(len(model.keys) for model, _ in searches),
        shown=sum(len(search.shown) for _, search in searches),
        by_method=", ".join(f"{method}: {count}" for method, count in methods.items()),
        best=max(each.explained for each in found),
        above_random=sum(each.score > bar for each in found),
        bar=bar,
        score_and_explained=number(_rank_correlation(found, "explained")),
        score_and_samples=number(_rank_correlation(found, "samples")),
    )


@dataclass(frozen=True)
class Retrained:
    """The autoencoders trained from several seeds, as ranges of means over the models."""

    seeds: int
    explained: str  # share of the variance, one circle at a time
    shown: str  # share of the key circles that some cluster shows, one circle at a time


def retrained(record: Path = AUTOENCODERS_TRAINING) -> Retrained:
    """What the recorded trainings of the autoencoders came to.

    Raises AnalysisError where the record is missing.
    """
    try:
        training = json.loads(record.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise AnalysisError(
            f"{record.name}: not here. Make it anew: python -m analyses.modular.train_autoencoders"
        ) from error
    single = [means[ONE_AT_A_TIME] for means in training["means"]]
    return Retrained(
        seeds=len(single),
        explained=span([each["explained"] for each in single], 1, percent),
        shown=span([each["shown"] for each in single], 0, percent),
    )


def shown_scores(result: Result) -> str:
    """The scores of the clusters that show a circle."""
    found = [each.score for each in _every(result, ONE_AT_A_TIME) if each.shows]
    return span(found)


def first_ranked(result: Result, condition: str) -> str:
    """R² of the best single frequency in the cluster that each search ranks first."""
    tops = [
        max((each for found in search.clusters.values() for each in found), key=lambda e: e.score)
        for model in result.models
        for search in model.searches
        if search.condition == condition
    ]
    return span([top.explained for top in tops])


def _every(result: Result, condition: str) -> list[Found]:
    return [each for method in METHODS for each in clusters(result, condition, method)]


def _rank_correlation(found: list[Found], name: str) -> float:
    """Spearman's, of a cluster's score with another of its numbers."""
    columns = np.array([[each.score, getattr(each, name)] for each in found])
    return float(rank_correlation(*columns.T))


def _first(accuracy: list[float]) -> int:
    return next(at for at, value in enumerate(accuracy) if value >= KNOWN)
