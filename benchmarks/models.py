"""What TransformerLens costs: loading the embedded model with it and without, and reading with it.

Loading is timed over whole processes, imports included, as processor time: alternately with
(`lab.models.load`, a `TransformerBridge`) and without (`lab.models.loader.load`, the plain model), so
that a machine that is busy for a while is busy for both; the fastest of each counts.

Prints both times and how far the logits lie apart; exits with 1 where loading takes more than 1.3
times as long with it, or the logits are not the same.
"""

from __future__ import annotations

import resource
import subprocess
import sys

import torch

from lab.models import loader
from lab.models.activations import token_ids

LIMIT = 1.3
ROUNDS = 3
WITHOUT = "from lab.models.loader import load; load('smollm2-135m', device='cpu')"
WITH = "from lab.models import load; load('smollm2-135m', device='cpu')"


def seconds(code: str) -> float:
    """Processor time of a process of its own that runs the code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    times = [(seconds(WITHOUT), seconds(WITH)) for _ in range(ROUNDS)]
    without, with_it = (min(column) for column in zip(*times, strict=True))
    loaded = loader.load("smollm2-135m", device="cpu")
    tokens = torch.tensor([token_ids(loaded, "The day after Monday is Tuesday, and then comes")])
    with torch.inference_mode():
        apart = float((loaded.bridge(tokens) - loaded.model(tokens).logits).abs().max())
    ratio = with_it / without
    print(f"loading without TransformerLens {without:5.1f} s, with it {with_it:5.1f} s")
    print(f"ratio {ratio:.2f} (at most {LIMIT}); logits {apart} apart (0.0)")
    return int(ratio > LIMIT or apart > 0.0)


if __name__ == "__main__":
    sys.exit(main())
