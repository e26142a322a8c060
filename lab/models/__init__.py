"""Models and their insides; `load(name)` gives a TransformerLens model.

    from lab.models import load

    model = load("smollm2-135m")
    _, cache = model.run_with_cache(model.to_tokens("On Monday"), stop_at_layer=13)

A study's `run` is handed the same weights as a `loader.LoadedModel`: the plain model that the lab's
own runner works on, what provenance must say, and the TransformerLens model at first use (`bridge`).
"""

from __future__ import annotations

from typing import Any


def load(name: str = "smollm2-135m", *, device: str | None = None, dtype: Any = None) -> Any:
    """A TransformerLens model (`TransformerBridge`) by its name here or by TransformerLens's.

    "smollm2-135m" is embedded and needs no network; every other comes from the model hub or its
    cache. `device`: the fastest by default; `dtype` (of torch): float32. The model's `facts` (a
    `loader.ModelFacts`) say which weights it has and whether they are folded and centred. Raises
    AnalysisError where they cannot be had, saying what to do.
    """
    from lab.models.loader import load as load_weights

    return load_weights(name, device=device, dtype=dtype).bridge
