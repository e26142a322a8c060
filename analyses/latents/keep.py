"""Keep a small part of the held-out text with the study: `python -m analyses.latents.keep`.

What the study measures with must be here without any download. Kept are only texts that anybody
may copy (public domain or CC0), our own sentences and the model's own words, as token numbers.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import platformdirs
import torch

from analyses.latents import text
from analyses.latents.params import CONTEXTS, FREE, Params
from analyses.latents.text import Mix
from lab.models import loader
from lab.project import PACKAGE, ROOT

WHERE = ROOT / PACKAGE / "latents" / CONTEXTS


def main() -> int:
    """Build the corpus as for training and write its held-out part."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    cache = Path(platformdirs.user_cache_dir("in-season")) / "latents"
    parser.add_argument("--folder", type=Path, default=cache, help="as for training")
    options = parser.parse_args()
    loaded = loader.load(Params().model, dtype=torch.bfloat16)
    kept = {
        part.name: part.held_out.numpy().astype(np.uint16)
        for part in text.build(loaded, Mix(), options.folder)
        if part.name in FREE
    }
    WHERE.parent.mkdir(exist_ok=True)
    np.savez_compressed(WHERE, **kept)  # type: ignore[arg-type]  # its stubs know no mapping
    for name, contexts in kept.items():
        print(f"{name}: {contexts.shape[0]} contexts of {contexts.shape[1]} tokens")
    return 0


if __name__ == "__main__":
    sys.exit(main())
