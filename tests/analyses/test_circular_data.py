"""The circular study's words and contexts: those of shared, each in its place."""

from __future__ import annotations

from analyses.circular.data import CATEGORIES, PLACES, SHARED, together
from lab.text import sentences


def test_beginnings_are_put_in_where_they_stood() -> None:
    assert together("abcd", "xyz", (0, 3)) == ("x", "a", "b", "y", "c", "d")


def test_every_category_has_the_shared_contexts_and_as_many_of_its_own() -> None:
    assert len(set(SHARED)) == 12
    for category in CATEGORIES.values():
        assert category.contexts[:12] == SHARED
        assert len(set(category.contexts)) == 24
    # The places are the first record's: these stood there.
    assert SHARED[7:9] == ("The password used to be", "I looked it up in the dictionary under")
    assert CATEGORIES["days"].contexts[-1] == "The market opens early each"
    assert CATEGORIES["numbers_7"].contexts == CATEGORIES["numbers_12"].contexts
    for kind, places in PLACES.items():
        assert len(places) == 4
        assert len(sentences.OWN[kind]) == 8


def test_words_are_labelled_by_what_a_figure_can_hold() -> None:
    assert CATEGORIES["days"].labels[:2] == ("Mon", "Tue")
    assert CATEGORIES["numbers_7"].labels == tuple("1234567")
    assert CATEGORIES["animals_7"].labels[:2] == ("bear", "cow")
