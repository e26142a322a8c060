"""The libraries a number passes through: which they are, which are here, which the lock names."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

LOCK = "constraints.txt"
# Readers that another library calls on our behalf: no import of ours names them.
UNNAMED = ("gguf", "safetensors", "tokenizers")
# Libraries that check, fetch or store what a number passes through, and leave it as it is.
BYSTANDERS = frozenset(
    {
        "beartype",
        "click",
        "dask",
        "distributed",
        "filelock",
        "huggingface-hub",
        "jaxtyping",
        "msgspec",
        "platformdirs",
        "rich",
    }
)
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;#]+)", re.M)


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Exact versions of Python and of the libraries that packages belong to, by distribution.

    `packages` are names as code imports them, as `definitions.Code.libraries` has them.
    """
    owners = metadata.packages_distributions()
    names = {uniform(owner) for name in packages for owner in owners.get(name, ())}
    found = {"python": platform.python_version()}
    for name in sorted({*names, *UNNAMED} - BYSTANDERS):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def locked(root: Path) -> dict[str, str]:
    """The lock file's exact versions, by distribution; empty where there is no lock file."""
    path = root / LOCK
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return {uniform(name): number for name, number in PINNED.findall(text)}


def released(versions_then: dict[str, str]) -> dict[str, str]:
    """Versions without their builds (2.13.0+cpu is 2.13.0) and without Python's own."""
    return {
        name: number.partition("+")[0] for name, number in versions_then.items() if name != "python"
    }


def changes(then: dict[str, str], root: Path) -> list[str]:
    """Which of the versions a result was computed with the lock file no longer names."""
    now = locked(root)
    return [
        f"library: {name}: computed with {number}, {LOCK} says {now[name]}"
        for name, number in released(then).items()
        if name in now and number != now[name]
    ]


def uniform(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
