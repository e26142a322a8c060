"""Turning the point on the circle by a number of steps: does the answer move as many?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from analyses.successor import measure
from analyses.successor.effects import Rows, Surface, measured, named, over_wordings
from analyses.successor.params import Params
from analyses.successor.result import Turned
from lab.stats import ties
from lab.stats.estimates import Measured


@dataclass(frozen=True)
class Outcome:
    """What came of turning every word by every number of steps in one wording.

    `gain` is by answer's word (the word whose answer it is), for the point turned in place;
    `named` the word whose answer an average word with the turned coordinates is given, `ties.NONE`
    where several tie for it; `size` the largest logit of the unturned words, which all these are
    differences of: what is below its rounding is nothing.
    """

    gain: Float[Tensor, "turn word"]
    named: Int[Tensor, "turn"]
    size: float


def turned(surface: Surface, params: Params) -> Turned:
    """Every word turned by every number of steps, and read with shuffled calendars.

    A shuffled calendar changes no turn: it says of each which answer would be so many steps on.
    """
    words = len(surface.answers)
    source = torch.arange(words).repeat_interleave(words - 1)
    steps = torch.arange(1, words).repeat(words)
    every = [outcome(surface, at, source, steps) for at in range(len(surface.streams))]
    generator = torch.Generator().manual_seed(params.seed)
    calendars = [torch.arange(words)]
    calendars += [torch.randperm(words, generator=generator) for _ in range(params.calendars)]
    fits = torch.stack(
        [torch.stack([fitting(e.gain, source, steps, c, e.size) for e in every]) for c in calendars]
    )
    right = torch.stack(
        [torch.stack([lands(e.named, source, steps, c) for e in every]) for c in calendars]
    )
    turns = np.full(len(every), float(len(source)))

    def counted(hits: Bool[Tensor, "calendar wording turn"]) -> Measured:
        estimate = over_wordings(hits[0].sum(dim=1).double().numpy(), turns, params)
        return measured(estimate, hits[1:].double().mean(dim=(1, 2)).numpy())

    offsets = (source[:, None] + torch.arange(words)) % words
    gains = torch.stack([each.gain.gather(1, offsets) for each in every]).mean(dim=0)
    return Turned(
        layer=surface.layer,
        fits_best=counted(fits),
        answers=counted(right),
        profile=gains.reshape(words, words - 1, words).mean(dim=0).tolist(),
        turns=int(turns.sum()),
    )


def outcome(
    surface: Surface, at: int, source: Int[Tensor, "turn"], steps: Int[Tensor, "turn"]
) -> Outcome:
    """Turn words in one wording: in place, and as an average word's plane coordinates."""
    stream, plane = surface.streams[at], surface.own.plane
    words, average = len(stream), stream.mean(dim=0)
    points = stream[source, 0].double() @ plane
    moved = measure.ring(surface.own.points).turned(points, steps.double() / words)
    rows = Rows()
    rows.put("in place", stream[source], (moved - points) @ plane.T)
    missing = moved - average[0].double() @ plane
    rows.put("alone", average.expand(len(moved), -1, -1), missing @ plane.T)
    logits = rows.run(surface.forward, at)
    gain = logits["in place"] - surface.logits[at][source]
    size = float(surface.logits[at].abs().max())
    answered = named(logits["alone"][:, surface.answers], scale=size)
    return Outcome(gain=gain[:, surface.answers], named=answered, size=size)


def fitting(
    gain: Float[Tensor, "turn word"],
    source: Int[Tensor, "turn"],
    steps: Int[Tensor, "turn"],
    places: Int[Tensor, "word"],
    size: float,
) -> Bool[Tensor, "turn"]:
    """Whether, of all numbers of steps, the one turned by alone explains the gains best.

    Moving by k steps on a ring takes cos(jθ) of answer j steps on and gives it cos((j - k)θ).
    The answer that gains most is therefore not the k-th itself; the pattern tells. `size` is that of the
    logits the gains are differences of. Gains that no number of steps explains beyond the logits'
    rounding, or several alike, fit none.
    """
    words = len(places)
    angle = 2 * math.pi / words
    offset = torch.arange(words, dtype=gain.dtype)
    by = torch.arange(1, words, dtype=gain.dtype)[:, None]
    pattern = (angle * (offset - by)).cos() - (angle * offset).cos()
    pattern = pattern / pattern.norm(dim=1, keepdim=True)
    at_place = places.argsort()  # the word at each place
    arranged = gain.gather(1, at_place[(places[source][:, None] + torch.arange(words)) % words])
    arranged = arranged - arranged.mean(dim=1, keepdim=True)
    explained = (arranged @ pattern.T).double().numpy()
    best = ties.sole_largest(explained, relative=ties.SINGLE, scale=size)
    best[~ties.above(explained.max(axis=1), 0, relative=ties.SINGLE, scale=size)] = ties.NONE
    fits: Tensor = torch.from_numpy(best) + 1 == steps
    return fits


def lands(
    named: Int[Tensor, "turn"],
    source: Int[Tensor, "turn"],
    steps: Int[Tensor, "turn"],
    places: Int[Tensor, "word"],
) -> Bool[Tensor, "turn"]:
    """Whether the word that is answered for lies as many steps on as was turned; `NONE` does not."""
    steps_on = (places[named] - places[source]) % len(places)
    return (named != ties.NONE) & (steps_on == steps)
