"""Globs as Quarto reads them: what is named, and what `!` takes away."""

from __future__ import annotations

import pytest

from press.input.globs import PathGlobs

PATHS = ("a.csv", "data/a.csv", "data/private.csv", "data/raw/b.csv", "old/data/private.csv", "!x")


@pytest.mark.parametrize(
    ("patterns", "matched"),
    [
        (["data/*", "!data/private.csv"], ["data/a.csv", "data/raw/b.csv"]),
        (["!data/private.csv", "data/*.csv"], ["data/a.csv"]),
        (["*.csv", "!private.csv"], ["a.csv", "data/a.csv", "data/raw/b.csv"]),
        (["**", "!data/"], ["a.csv", "!x"]),
        (["**", "!/data/"], ["a.csv", "old/data/private.csv", "!x"]),
        (["data", "!raw"], ["data/a.csv", "data/private.csv"]),
        (["/a.csv"], ["a.csv"]),
        (["./data/raw/"], ["data/raw/b.csv"]),
        (["\\!x"], ["!x"]),
        (["!data/*"], []),
        ([], []),
    ],
)
def test_an_exclamation_mark_takes_away_at_any_depth(
    patterns: list[str], matched: list[str]
) -> None:
    globs = PathGlobs.read(patterns)
    assert [path for path in PATHS if globs.matches(path)] == matched
