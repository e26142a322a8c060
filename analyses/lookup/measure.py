"""Sets of latents set beside one another. Pure: arrays in, numbers out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from analyses.lookup.params import Params
from analyses.lookup.result import (
    ROUTES,
    Agreement,
    Geometry,
    Judged,
    Met,
    Precise,
)
from lab.geometry import category_latents, circles, set_geometry
from lab.stats import ties
from lab.stats.estimates import (
    Measured,
    Placed,
    against_null,
    bootstrap,
)

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Draw = Callable[[Indices, np.random.Generator], Indices]  # random latents in the place of a set


def precise(
    firings: category_latents.Firings,
    name: str,
    words: Sequence[str],
    chosen: Int[np.ndarray, " chosen"],
) -> list[Precise]:
    """Each latent of a look-up set, with the words on which it fires in half of the contexts."""
    row, often = firings.names.index(name), firings.words[name] / firings.contexts[name]
    exact, covered = category_latents.precision(firings)[row], category_latents.recall(firings)[row]
    return [
        Precise(
            latent=int(latent),
            precision=float(exact[latent]),
            recall=float(covered[latent]),
            words=[word for word, rate in zip(words, often[:, latent], strict=True) if rate >= 0.5],
        )
        for latent in chosen
    ]


def with_own(found: Sequence[Precise]) -> int:
    """Words that have a latent which fires, in half of the contexts, on them alone."""
    return len({each.words[0] for each in found if len(each.words) == 1})


def random_sets(
    chosen: Int[np.ndarray, " chosen"], draw: Draw, params: Params
) -> Int[np.ndarray, "draw chosen"]:
    """Random sets in the place of a chosen one: the same for every clustering they are held to."""
    rng = np.random.default_rng(params.seed)
    return np.stack([draw(chosen, rng) for _ in range(params.overlap_draws)])


def meet(
    chosen: Int[np.ndarray, " chosen"],
    labels: Int[np.ndarray, " latent"],
    random: Int[np.ndarray, "draw chosen"],
) -> tuple[Met, Indices, Floats]:
    """The cluster that a set meets best, its members, and the Jaccard of random sets."""
    best = category_latents.best_overlap(chosen, labels)
    draws = np.array(
        [best.jaccard, *(category_latents.best_overlap(each, labels).jaccard for each in random)]
    )
    members = np.flatnonzero(labels == best.cluster) if best.cluster >= 0 else np.array([], int)
    met = Met(
        size=len(members),
        shared=best.shared,
        precision=best.precision,
        recall=best.recall,
        jaccard=Placed(best.jaccard, against_null(best.jaccard, draws, larger_is_better=True)),
    )
    return met, members, draws


def geometry(
    chosen: Int[np.ndarray, " chosen"],
    codes: Float[np.ndarray, "context word latent"],
    decoder: Float[np.ndarray, "latent d_model"],
    draw: Draw,
    params: Params,
) -> Geometry | None:
    """The shape of what a set writes, beside shuffled orders and beside random latents.

    None for a set that fires on none of the words.
    """
    points = write(chosen, codes, decoder)
    if not points.any():
        return None
    words = codes.shape[1]
    orders = circles.cyclic_orders(words, params.orders, params.seed)
    targets = circles.circle(words)[orders]
    fold = circles.folds(len(codes), params.folds, params.seed)
    own = set_geometry.describe(points, fold, targets[0])
    rng = np.random.default_rng(params.seed)
    random = [
        set_geometry.describe(write(draw(chosen, rng), codes, decoder), fold, targets[0])
        for _ in range(params.shape_draws)
    ]
    errors = circles.plane_errors(points, fold)
    probe = set_geometry.plane_estimate(
        errors, targets[0], resamples=params.resamples, seed=params.seed
    )
    draws = circles.r_squared(errors.mean(axis=0), targets)
    centre, axes = circles.plane(points.mean(axis=0))
    return Geometry(
        latents=[int(latent) for latent in chosen],
        plane_probe=Measured(
            replace(probe, mean=float(draws[0])),
            against_null(float(draws[0]), draws, larger_is_better=True),
        ),
        order=own.order,
        closure=own.closure,
        separability=_placed(own, random, lambda each: each.separability, larger=True),
        mixture=_placed(own, random, lambda each: each.mixture, larger=False),
        score=_placed(own, random, lambda each: each.score, larger=True),
        points=np.round((points.mean(axis=0) - centre) @ axes, 3).tolist(),
    )


def write(
    chosen: Int[np.ndarray, " chosen"],
    codes: Float[np.ndarray, "context word latent"],
    decoder: Float[np.ndarray, "latent d_model"],
) -> Float[np.ndarray, "context word axis"]:
    """What the chosen latents write, up to a turn of the space."""
    found: Floats = codes[..., chosen].astype(float) @ set_geometry.isometric(decoder[chosen])
    return found


def judge(found: Geometry, shape: str, level: float) -> Judged:
    """In order: the plane gives the words' places better than shuffled orders, where there is one.

    Irreducible: (1 - M)·S is higher than for random latents that fire as often.
    """
    return Judged(
        in_order=shape != "unordered" and found.plane_probe.null.p <= level,
        irreducible=found.score.null.p <= level,
    )


def missed(judged: Mapping[str, Mapping[str, Judged]]) -> dict[str, list[str]]:
    """For each route the categories where another route shows something and it does not."""
    found: dict[str, list[str]] = {route: [] for route in ROUTES}
    for name, by_route in judged.items():
        seen = {route for route, each in by_route.items() if each.interesting}
        for route in ROUTES:
            if seen and route not in seen:
                found[route].append(name)
    return found


def agreement(met: Sequence[Met], draws: Floats, params: Params) -> Agreement:
    """Means over the categories, categories resampled; null: a random set for each category.

    `draws` (category, draw) holds the Jaccard of the set itself first.
    """
    values = np.array([[m.precision, m.recall, m.jaccard.value] for m in met])

    def mean(chosen: Indices) -> Floats:
        found: Floats = values[chosen].mean(axis=1).T
        return found

    precision, recall, jaccard = bootstrap(
        mean, len(values), resamples=params.resamples, seed=params.seed
    )
    null = against_null(jaccard.mean, draws.mean(axis=0), larger_is_better=True)
    return Agreement(precision, recall, Measured(jaccard, null))


def strongest(strengths: Floats, spelt: Sequence[str], count: int) -> list[str]:
    """The tokens on which a cluster writes most, each spelling once; the first read of equals."""
    found: list[str] = []
    for place in ties.order(strengths, descending=True, relative=ties.SINGLE):
        if strengths[place] <= 0 or len(found) == count:
            break
        token = spelt[place].strip() or repr(spelt[place])
        if token not in found:
            found.append(token)
    return found


def _placed(
    own: set_geometry.Written,
    random: Sequence[set_geometry.Written],
    value: Callable[[set_geometry.Written], float],
    *,
    larger: bool,
) -> Placed:
    draws = np.array([value(own), *(value(each) for each in random)])
    return Placed(float(draws[0]), against_null(float(draws[0]), draws, larger_is_better=larger))
