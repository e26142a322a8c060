"""What a result depends on, as digests: parameters, weights, data and all code the run reaches."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from lab.project import PACKAGE

PACKAGES = (PACKAGE, "lab")  # whose code counts, definition by definition; others by release

# Files that cannot alter a number, as patterns below the root: they draw what was recorded, say
# where things lie, look results up or put them away. Change this list where one of them moves.
EXEMPT = (
    "analyses/*/figures.py",
    "lab/pages/plot_style.py",
    "lab/project.py",
    "lab/fingerprint/fingerprint.py",
    "lab/results/reproduce.py",
    "analyses/steering/cells.py",
    "analyses/steering/sweep.py",
)


def digest(value: Any) -> str:
    """A sha256 of JSON-ready values, whatever the order of their keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(
    params: Any,
    weights_sha256: str,
    definitions: dict[str, str],
    libraries: dict[str, str] | None = None,
    data: dict[str, str] | None = None,
) -> str:
    """One digest of everything a result depends on.

    `definitions` by name, `libraries` by distribution (released versions), `data` (sha256) by file.
    """
    code = {"code": definitions, "libraries": libraries or {}, "data": data or {}}
    return digest({"params": params, "weights": weights_sha256, **code})


def text_digest(source: str) -> str:
    """A short digest of a module's text; line endings do not count."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]
