"""Steered answers per second against a plain loop over prompts with hooks, in one run.

Theirs: for every prompt, layer and dose a whole forward pass, the vector added by a hook on the
block, logits of every position and word. Ours: `analyses.steering.multipliers`: prompts of like length
together, each read once; every dose of a prompt in one row behind the kept keys and values, from
the steered block on; two logits at one position. Reading the prompts is part of our time.

Both answer the same questions; theirs answers a part of them, and every other one costs the same.
Prints answers per second and how far the answers lie apart; exits with 1 where ours is not five
times as fast, or not the same to a hundredth of a nat.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray

from analyses.steering.curves import propensity_curve
from analyses.steering.data import load
from analyses.steering.params import Params
from analyses.steering.prompts import Asked
from analyses.steering.reading import Group, parts_of, read_group
from lab.models import loader
from lab.models.loader import LoadedModel

LIMIT, APART = 5.0, 0.01  # times as fast; nats
CONCEPTS = ("curiosity", "tidiness", "sentiment")
THEIRS = 2  # prompts a concept that the plain loop answers, at every layer and dose


@contextmanager
def adding(loaded: LoadedModel, layer: int, vector: torch.Tensor, start: int) -> Iterator[None]:
    def hook(_: torch.nn.Module, args: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        stream = args[0].clone()
        stream[:, start:] += vector
        return (stream, *args[1:])

    handle = loaded.blocks[layer].register_forward_pre_hook(hook)
    try:
        yield
    finally:
        handle.remove()


def plain(loaded: LoadedModel, one: Asked, layer: int, vector: torch.Tensor, dose: float) -> float:
    """One whole pass."""
    tokens = torch.tensor([one.prompt.tokens], device=loaded.device)
    with torch.inference_mode(), adding(loaded, layer, dose * vector, one.prompt.start):
        logits = loaded.model(input_ids=tokens).logits[0, -1]
    return float(logits[one.positive] - logits[one.negative])


def theirs(
    loaded: LoadedModel, asked: list[Asked], vectors: dict[int, torch.Tensor], params: Params
) -> tuple[float, NDArray[np.float64]]:
    """Seconds, and propensities (layer, prompt, dose)."""
    started = time.perf_counter()
    found = [
        [
            [plain(loaded, one, layer, vectors[layer], dose) for dose in params.multipliers if dose]
            for one in asked
        ]
        for layer in params.layers
    ]
    return time.perf_counter() - started, np.array(found)


def ours(
    loaded: LoadedModel, asked: list[Asked], vectors: dict[int, torch.Tensor], params: Params
) -> tuple[float, NDArray[np.float64]]:
    """Seconds, reading included, and propensities (layer, prompt, dose)."""
    started = time.perf_counter()
    group: Group = read_group(asked, params.layers, loaded)
    moved = tuple(dose for dose in params.multipliers if dose)
    found = [
        propensity_curve(loaded, group, layer, vectors[layer], moved, params.where)
        for layer in params.layers
    ]
    return time.perf_counter() - started, np.array(found, dtype=np.float64)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--threads", type=int, default=0, help="of torch; as many as it likes by default"
    )
    threads = parser.parse_args().threads
    if threads:
        torch.set_num_threads(threads)
    params, loaded = Params(), loader.load()
    fast, slow, answers, apart, part = 0.0, 0.0, 0, 0.0, 0
    for name in CONCEPTS:
        parts, _ = parts_of(load(name), params, loaded)
        train = read_group(parts["train"], params.layers, loaded)
        vectors = {layer: train.differences(layer).mean(dim=0) for layer in params.layers}
        took, found = ours(loaded, parts["test"], vectors, params)
        their_time, their_found = theirs(loaded, parts["test"][:THEIRS], vectors, params)
        gap = float(np.abs(found[:, :THEIRS] - their_found).max())
        tokens = np.mean([len(one.prompt.tokens) for one in parts["test"]])
        print(
            f"{name:12s} {tokens:3.0f} tokens a prompt: ours {found.size:,} answers in {took:.1f} s, "
            f"theirs {their_found.size:,} in {their_time:.1f} s; at most {gap:.1e} nats apart",
            flush=True,
        )
        fast, answers, apart = fast + took, answers + found.size, max(apart, gap)
        slow, part = slow + their_time, part + their_found.size
    ratio = (answers / fast) / (part / slow)
    print(f"answers per second: ours {answers / fast:.1f}, theirs {part / slow:.1f}")
    print(f"ratio {ratio:.1f} (at least {LIMIT:.0f}); apart {apart:.1e} nats (at most {APART})")
    return int(ratio < LIMIT or apart > APART)


if __name__ == "__main__":
    sys.exit(main())
