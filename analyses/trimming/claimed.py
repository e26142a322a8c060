"""What may be said of a trimmed study, by the way of reporting it. Pure: studies in, verdicts out."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from jaxtyping import Bool, Float, Int

from analyses.trimming import measure
from analyses.trimming.data import Studies
from analyses.trimming.measure import Criterion, Trimmed
from analyses.trimming.params import Params
from analyses.trimming.result import Reported
from lab.stats.multiplicity import benjamini_hochberg, holm

Hits = dict[str, Bool[np.ndarray, " study"]]
WAYS = tuple(each.name for each in fields(Reported))


def trimmed(studies: Studies, criterion: Criterion, params: Params) -> Trimmed:
    """Trimming as the parameters have it."""
    target = params.variance_target if criterion == "variance" else params.anti_target
    return measure.trim(
        studies, criterion, target=target, least=params.least_kept, most_cuts=params.most_cuts
    )


def halves(studies: Studies, criterion: Criterion, params: Params) -> tuple[Trimmed, Studies]:
    """What trimming finds in the first half of the items, and the second half."""
    middle = studies.slopes.shape[1] // 2
    rule = trimmed(studies.items(slice(middle)), criterion, params)
    return rule, studies.items(slice(middle, None))


def spread(mine: Studies, found: Trimmed, params: Params) -> Hits:
    """Where it may be said that the kept items vary less; nowhere without a cut."""
    p = measure.spread_p(found.looked, whole(mine))
    less = (ratio(mine.slopes, found.kept) < 1) & (found.final >= 0)
    return {way: hit & less for way, hit in _ways(p, found.final, found, params).items()}


def effect(mine: Studies, found: Trimmed, params: Params) -> Hits:
    """Where it may be said that the vector steers: the kept items, or all where none was cut."""
    looked = np.concatenate([whole(mine)[:, None], found.looked], axis=1)
    return _ways(measure.effect_p(looked), found.final + 1, found, params)


def held_spread(rule: Trimmed, tested: Studies, params: Params) -> Bool[np.ndarray, " study"]:
    """Where the other half's items that the rule keeps vary significantly less."""
    kept = measure.apply_rule(rule, tested.labels)
    p = measure.spread_p(sums(tested, kept)[:, None], whole(tested))[:, 0]
    return (rule.final >= 0) & (ratio(tested.slopes, kept) < 1) & (p < params.level)


def held_effect(rule: Trimmed, tested: Studies, params: Params) -> Bool[np.ndarray, " study"]:
    """Where the other half's items that the rule keeps have a mean significantly not 0."""
    kept = measure.apply_rule(rule, tested.labels)
    return np.asarray(measure.effect_p(sums(tested, kept)[:, None])[:, 0] < params.level)


def whole(studies: Studies) -> Float[np.ndarray, "study 6"]:
    """The sums over all items."""
    return np.asarray(measure.summands(studies.slopes).sum(axis=1))


def sums(studies: Studies, kept: Bool[np.ndarray, "study item"]) -> Float[np.ndarray, "study 6"]:
    """The sums over the items that are kept."""
    return np.asarray((measure.summands(studies.slopes) * kept[..., None]).sum(axis=1))


def ratio(
    slopes: Float[np.ndarray, "study item"], kept: Bool[np.ndarray, "study item"]
) -> Float[np.ndarray, " study"]:
    """Variance of what is kept over that of all; 1 where too little is left to have one."""
    part = np.where(kept, slopes, np.nan)
    few = kept.sum(axis=1) < measure.FEWEST
    part[few] = slopes[few]
    return np.asarray(np.nanvar(part, axis=1) / slopes.var(axis=1))


def _ways(
    p: Float[np.ndarray, "study subset"],
    place: Int[np.ndarray, " study"],
    found: Trimmed,
    params: Params,
) -> Hits:
    """Whether the subset at a place is significant, by the way of reporting."""

    def of(values: Float[np.ndarray, "study subset"]) -> Float[np.ndarray, " study"]:
        there = np.take_along_axis(values, np.maximum(place, 0)[:, None], axis=1)[:, 0]
        return np.where(place < 0, 1.0, there)

    adjusted = {
        "uncorrected": of(p),
        "cuts_shown": of(p) * np.maximum(found.cuts, 1),
        "holm": of(holm(p)),
        "benjamini_hochberg": of(benjamini_hochberg(p)),
    }
    return {way: values < params.level for way, values in adjusted.items()}
