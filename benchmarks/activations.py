"""Activations a second, as a share of what the model's plain forward pass does.

Read are the residual stream of all layers, and that of layer 12, where the pass stops; the plain
pass runs the same blocks and keeps nothing. Runs alternate, so that a machine that is busy for a
while is busy for both, and the fastest of each counts.

Exits with 1 where reading runs at less than 90% of the plain pass.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

import torch

from lab.models import loader
from lab.models.activations import residual_stream

LIMIT = 0.9
CONTEXTS, LENGTH = 16, 128
ROUNDS = 5


def fastest(runs: Sequence[Callable[[], object]]) -> list[float]:
    """The least time of each, in seconds, in rounds that run all of them."""
    found = [float("inf")] * len(runs)
    for _ in range(ROUNDS):
        for place, run in enumerate(runs):
            started = time.perf_counter()
            run()
            found[place] = min(found[place], time.perf_counter() - started)
    return found


def main() -> int:
    loaded = loader.load()
    tokens = torch.randint(
        loaded.tokenizer.vocab_size,
        (CONTEXTS, LENGTH),
        generator=torch.Generator().manual_seed(0),
    )

    def plain() -> object:
        with torch.inference_mode():
            return loaded.model.base_model(
                input_ids=tokens.to(loaded.device), use_cache=False
            ).last_hidden_state

    layers = range(loaded.n_layers + 1)
    everything, one, forward = fastest(
        [
            lambda: residual_stream(loaded, tokens, layers),
            lambda: residual_stream(loaded, tokens, [12]),
            plain,
        ]
    )
    count = tokens.numel()
    print(
        f"{loaded.name} on {loaded.device}, {loaded.dtype}, {CONTEXTS} contexts of {LENGTH} tokens"
    )
    print(f"plain forward pass            {count / forward:8,.0f} tokens a second")
    print(f"reading all {len(layers)} layers         {count / everything:8,.0f}")
    print(f"reading layer 12 and stopping {count / one:8,.0f}")
    share = forward / everything
    print(f"share of the plain pass {share:.0%} (at least {LIMIT:.0%})")
    return int(share < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
