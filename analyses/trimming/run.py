"""The simulation: parameters in, a result out. It reads no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from analyses.trimming import claimed, measure
from analyses.trimming.claimed import WAYS, Hits
from analyses.trimming.data import WORLDS, Studies, draw
from analyses.trimming.measure import COUNT, Criterion
from analyses.trimming.params import Params
from analyses.trimming.result import At, Power, Reported, Result, Step, World
from lab.stats.multiplicity import holm

Report = Callable[[str, int, int], None]  # what, done, of how many
SPAN = [0.025, 0.975]  # the middle 95% of studies
BATCH = 250  # studies held in memory at a time: about 100 MB


def run(params: Params, report: Report = lambda *_: None) -> Result:
    """Simulate studies in every world, for every number of factors tried."""
    total = 2 * len(WORLDS) + 1
    worlds = {}
    for place, (name, title) in enumerate(WORLDS.items()):
        report(f"{title}, by variance", 2 * place, total)
        variance = simulate(name, "variance", params)
        report(f"{title}, by sign", 2 * place + 1, total)
        worlds[name] = World(title, variance, simulate(name, "anti", params))
    report("one real factor", total - 1, total)
    found = power(params)
    steps, looked, corrected = example(params)
    report("done", total, total)
    return Result(worlds, found, steps, looked, corrected)


def simulate(world: str, criterion: Criterion, params: Params) -> list[At]:
    """All studies of one world; the items are the same whatever the number of factors tried."""
    return [_at(tried, world, criterion, params) for tried in params.tried]


def power(params: Params) -> list[Power]:
    """How often the one real factor is in the rule of a significant claim of less spread."""
    found = []
    for tried in params.tried:
        every: list[Hits] = []
        for mine, _ in batches("normal", params, params.real_spread):
            mine = mine.first(tried)
            trimmed = claimed.trimmed(mine, "variance", params)
            rule, tested = claimed.halves(mine, "variance", params)
            real = (trimmed.factors == 0).any(axis=1)
            hits = {way: hit & real for way, hit in claimed.spread(mine, trimmed, params).items()}
            held = claimed.held_spread(rule, tested, params) & (rule.factors == 0).any(axis=1)
            every.append(hits | {"held_out": held})
        found.append(Power(tried, _reported(every)))
    return found


def example(params: Params) -> tuple[list[Step], int, float]:
    """The first study of the normal world, cut by cut; subsets looked at, and Holm's p at the end."""
    mine, fresh = (
        Studies(each.slopes[:1], each.labels[:1, :, : params.shown_tried])
        for each in next(batches("normal", params, 1.0))
    )
    trimmed = claimed.trimmed(mine, "variance", params)
    steps = [Step("all items", mine.slopes[0].tolist(), 1.0, None)]
    for cuts in range(1, int(trimmed.cuts[0]) + 1):
        first = np.arange(params.most_cuts) < cuts
        part = replace(trimmed, factors=np.where(first, trimmed.factors, -1))
        steps.append(_step(f"after cut {cuts}", mine, measure.apply_rule(part, mine.labels)))
    unseen = measure.apply_rule(trimmed, fresh.labels)
    steps.append(_step("same rule,\nnew items", fresh, unseen))
    p = measure.spread_p(trimmed.looked, claimed.whole(mine))
    return steps, int((~np.isnan(p)).sum()), float(holm(p)[0, trimmed.final[0]])


def batches(world: str, params: Params, real_spread: float) -> Iterator[tuple[Studies, Studies]]:
    """Studies, and for each as many items again that its search does not see."""
    factors = max(*params.tried, params.shown_tried)
    for start in range(0, params.studies, BATCH):
        shape = (min(BATCH, params.studies - start), params.items, factors)
        rng = np.random.default_rng([params.seed, list(WORLDS).index(world), start])
        mine = draw(world, shape, rng, real_spread)
        yield mine, draw(world, shape, rng, real_spread)


def _at(tried: int, world: str, criterion: Criterion, params: Params) -> At:
    looked, kept, apparent, fresh = [], [], [], []
    spread: list[Hits] = []
    effect: list[Hits] = []
    for mine, others in batches(world, params, 1.0):
        mine, others = mine.first(tried), others.first(tried)
        trimmed = claimed.trimmed(mine, criterion, params)
        looked.append((~np.isnan(trimmed.looked[..., COUNT])).sum(axis=1))
        kept.append(trimmed.kept.mean(axis=1))
        apparent.append(claimed.ratio(mine.slopes, trimmed.kept))
        fresh.append(claimed.ratio(others.slopes, measure.apply_rule(trimmed, others.labels)))
        rule, tested = claimed.halves(mine, criterion, params)
        held = claimed.held_spread(rule, tested, params), claimed.held_effect(rule, tested, params)
        spread.append(claimed.spread(mine, trimmed, params) | {"held_out": held[0]})
        effect.append(claimed.effect(mine, trimmed, params) | {"held_out": held[1]})
    ratios, unseen = np.concatenate(apparent), np.concatenate(fresh)
    return At(
        tried=tried,
        looked=float(np.concatenate(looked).mean()),
        kept=float(np.concatenate(kept).mean()),
        apparent=measure.average(ratios),
        fresh=measure.average(unseen),
        apparent_span=_span(ratios),
        fresh_span=_span(unseen),
        spread=_reported(spread),
        effect=_reported(effect),
    )


def _step(title: str, studies: Studies, kept: Bool[np.ndarray, "study item"]) -> Step:
    own = claimed.sums(studies, kept)[:, None]
    p = measure.spread_p(own, claimed.whole(studies))[0, 0]
    variance = float(claimed.ratio(studies.slopes, kept)[0])
    return Step(title, studies.slopes[0, kept[0]].tolist(), variance, float(p))


def _span(values: Float[np.ndarray, " study"]) -> tuple[float, float]:
    low, high = np.quantile(values, SPAN)
    return float(low), float(high)


def _reported(every: list[Hits]) -> Reported:
    return Reported(
        **{way: measure.rate(np.concatenate([hits[way] for hits in every])) for way in WAYS}
    )
