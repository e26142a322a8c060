"""The marks that git leaves in a file whose two sides it could not merge."""

from __future__ import annotations

BEGINS = "<<<<<<< "  # the line above the first side


def unfinished_merge(text: str, name: str) -> str:
    """What to do about a file that holds such marks; "" where it holds none."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(BEGINS):
            return (
                f"{name}:{number}: holds the marks of a merge that was not finished. Keep one side "
                f"with git checkout --ours -- {name} (or --theirs), or put the two together by hand."
            )
    return ""
