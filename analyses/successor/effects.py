"""Patching one word's vector towards another's at one layer, a part of it at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from analyses.successor import measure
from analyses.successor.measure import Space
from analyses.successor.params import Params
from analyses.successor.result import Effects
from lab.geometry import circles
from lab.stats import ties
from lab.stats.estimates import (
    Estimate,
    Floats,
    Measured,
    against_null,
    bootstrap,
)

Forward = Callable[[int, Tensor], Tensor]  # wording, streams (row, pos, d_model) → answer logits
Pairs = tuple[Int[Tensor, "pair"], Int[Tensor, "pair"]]  # source and target words


@dataclass(frozen=True)
class Surface:
    """One layer of the model, seen through the wordings it can answer.

    `streams` and `logits` hold, for each wording, every word in its gap, nothing changed; the
    word's own position comes first. `forward` runs changed streams on from this layer.
    """

    layer: int
    own: Space
    other: Space
    streams: list[Float[Tensor, "word pos d_model"]]
    logits: list[Float[Tensor, "word answer"]]
    answers: Int[Tensor, "word"]
    forward: Forward


@dataclass
class Rows:
    """Changed streams of one wording, collected to be run in one pass and told apart after."""

    blocks: dict[str, Float[Tensor, "row pos d_model"]] = field(default_factory=dict)

    def put(
        self, name: str, streams: Float[Tensor, "row pos d_model"], change: Float[Tensor, "row d"]
    ) -> None:
        """Streams with a change added at the word's position."""
        edited = streams.clone()
        edited[:, 0] += change.to(edited.dtype)
        self.blocks[name] = edited

    def run(self, forward: Forward, at: int) -> dict[str, Float[Tensor, "row answer"]]:
        """The answers' logits of every block."""
        sizes = [len(block) for block in self.blocks.values()]
        logits = torch.split(forward(at, torch.cat(list(self.blocks.values()))), sizes)
        return dict(zip(self.blocks, logits, strict=True))


@dataclass(frozen=True)
class Tally:
    """Sums over the words of one wording, by what was changed."""

    gaps: dict[str, float]  # logits that the gap between the two answers moved
    null: Float[Tensor, "sum=2 draw"]  # the same for each random plane, and its ceiling
    flips: dict[str, float]  # pairs whose answer became the target's
    alone: dict[str, float]  # words answered rightly from an average word and a part of theirs
    alone_null: Float[Tensor, "draw"]
    pairs: int
    words: int


def effects(surface: Surface, params: Params) -> Effects:
    """Every intervention at the layer, estimates over wordings."""
    generator = torch.Generator().manual_seed(params.seed)
    source, target = torch.tensor(measure.pairs(len(surface.answers), params.targets, generator)).T
    planes = measure.random_planes(surface.own.means.shape[1], params.draws, generator)
    every = [
        tally(surface, at, (source, target), planes, params.seen, generator)
        for at in range(len(surface.streams))
    ]
    whole = _column([each.gaps["whole"] for each in every])
    pairs, words = _column([each.pairs for each in every]), _column([e.words for e in every])

    def share(name: str) -> Estimate:
        return over_wordings(_column([each.gaps[name] for each in every]), whole, params)

    def flipped(name: str) -> Estimate:
        return over_wordings(_column([each.flips[name] for each in every]), pairs, params)

    def alone(name: str) -> Estimate:
        return over_wordings(_column([each.alone[name] for each in every]), words, params)

    null = torch.stack([each.null for each in every]).sum(dim=0)
    seen = params.seen * len(every)
    alone_null = torch.stack([each.alone_null for each in every]).sum(dim=0) / seen
    return Effects(
        layer=surface.layer,
        neighbours=circles.angular_order(surface.own.points.double().numpy()),
        between=measure.between(surface.own),
        carried=_carried(surface, (source, target)),
        moved=over_wordings(whole, _column([each.gaps["way"] for each in every]), params),
        plane=measured(share("plane"), (null[0] / null[1]).numpy()),
        rest=share("rest"),
        span=share("span"),
        remainder=share("remainder"),
        other=share("other"),
        other_scaled=share("other_scaled"),
        flipped=flipped("plane"),
        flipped_whole=flipped("whole"),
        alone=measured(alone("plane"), alone_null.numpy()),
        alone_whole=alone("whole"),
        alone_rest=alone("rest"),
        pairs=int(pairs.sum()),
    )


def over_wordings(above: Floats, below: Floats, params: Params) -> Estimate:
    """A ratio of sums over wordings, with wordings resampled whole."""
    return bootstrap(
        lambda draws: measure.ratio(above, below, draws)[None],
        len(above),
        resamples=params.resamples,
        seed=params.seed,
    )[0]


def measured(estimate: Estimate, draws: Floats) -> Measured:
    """Beside its null. The p-value counts the estimate among the draws; the band does not.

    Of twenty values the observed one would by itself be the band's upper end.
    """
    every = np.concatenate([[estimate.mean], draws])
    null = against_null(estimate.mean, every, larger_is_better=True)
    low, high = (float(end) for end in np.quantile(draws, [0.025, 0.975]))
    return Measured(estimate, replace(null, mean=float(draws.mean()), low=low, high=high))


def changes(surface: Surface, at: int, pairs: Pairs) -> dict[str, Float[Tensor, "pair d_model"]]:
    """What carries each source word's vector, or a part of it, to its target's, by name."""
    word = surface.streams[at][:, 0].double()
    whole = word[pairs[1]] - word[pairs[0]]
    plane = measure.within(whole, surface.own.plane)
    span = measure.within(whole, surface.own.span)
    other = measure.within(whole, surface.other.plane)
    return {
        "whole": whole,
        "plane": plane,
        "rest": whole - plane,
        "span": span,
        "remainder": measure.scaled(span - plane, plane),
        "other": other,
        "other_scaled": measure.scaled(other, plane),
    }


def tally(
    surface: Surface,
    at: int,
    pairs: Pairs,
    planes: Float[Tensor, "plane d_model axis=2"],
    seen: int,
    generator: torch.Generator,
) -> Tally:
    """Run one wording with everything that is changed in it, and add up."""
    source, target = pairs
    named = changes(surface, at, pairs)
    picks = torch.stack([torch.randperm(len(source), generator=generator)[:seen] for _ in planes])
    words = torch.stack(
        [torch.randperm(len(surface.answers), generator=generator)[:seen] for _ in planes]
    )
    rows = Rows()
    for name, change in named.items():
        rows.put(name, surface.streams[at][source], change)
    for draw, (basis, pick) in enumerate(zip(planes, picks, strict=True)):
        change = measure.within(named["whole"][pick], basis)
        change = measure.scaled(change, named["plane"][pick])
        rows.put(f"random {draw}", surface.streams[at][source[pick]], change)
    _put_alone(rows, surface, at, planes, words)
    logits = rows.run(surface.forward, at)

    clean, answer = surface.logits[at], surface.answers
    before = measure.gap(clean[source], answer[source], answer[target])
    moved = {
        name: measure.gap(logits[name], answer[source], answer[target]) - before for name in named
    }
    way = measure.gap(clean[target], answer[source], answer[target]) - before
    null = torch.zeros(2, len(planes), dtype=torch.float64)
    for draw, pick in enumerate(picks):
        ends = answer[source[pick]], answer[target[pick]]
        after = measure.gap(logits[f"random {draw}"], *ends)
        null[:, draw] = torch.stack([(after - before[pick]).sum(), moved["whole"][pick].sum()])
    return Tally(
        gaps={"way": float(way.sum()), **{name: float(each.sum()) for name, each in moved.items()}},
        null=null,
        flips={name: _right(logits[name], answer[target]) for name in ("plane", "whole")},
        alone={
            name: _right(logits[f"alone {name}"], answer) for name in ("plane", "whole", "rest")
        },
        alone_null=torch.tensor(
            [_right(logits[f"alone {draw}"], answer[seen]) for draw, seen in enumerate(words)],
            dtype=torch.float64,
        ),
        pairs=len(source),
        words=len(answer),
    )


def _put_alone(
    rows: Rows, surface: Surface, at: int, planes: Tensor, words: Int[Tensor, "plane seen"]
) -> None:
    """An average word plus a part of what sets each word apart from it.

    The average is taken at the word and at every position after it: what a later position has
    read of the word by this layer is averaged out too.
    """
    stream = surface.streams[at]
    average = stream.mean(dim=0)
    offset = (stream[:, 0] - average[0]).double()
    plane = measure.within(offset, surface.own.plane)
    everywhere = average.expand_as(stream)
    for name, part in {"plane": plane, "whole": offset, "rest": offset - plane}.items():
        rows.put(f"alone {name}", everywhere, part)
    for draw, (basis, chosen) in enumerate(zip(planes, words, strict=True)):
        part = measure.scaled(measure.within(offset[chosen], basis), plane[chosen])
        rows.put(f"alone {draw}", everywhere[chosen], part)


def _carried(surface: Surface, pairs: Pairs) -> float:
    """The plane's share of the squared difference between the words of a pair."""
    every = [changes(surface, at, pairs) for at in range(len(surface.streams))]
    plane, whole = (
        sum(float(named[name].square().sum()) for named in every) for name in ("plane", "whole")
    )
    return plane / whole


def _right(logits: Float[Tensor, "row answer"], wanted: Int[Tensor, "row"]) -> float:
    """Rows answered with what is wanted; a tie for the first answer is no answer."""
    return float((named(logits) == wanted).sum())


def named(logits: Float[Tensor, "row answer"], scale: float | None = None) -> Int[Tensor, "row"]:
    """The answer with the largest logit, `ties.NONE` where several tie for it up to rounding.

    They come from a model in single precision; `scale` is the size of a logit, by default the
    row's largest.
    """
    return torch.from_numpy(
        ties.sole_largest(logits.double().numpy(), relative=ties.SINGLE, scale=scale)
    )


def _column(values: list[float] | list[int]) -> Floats:
    return np.array(values, dtype=np.float64)
