"""The words of verdicts: what each means and how it looks. A word is written here and nowhere else.

Code names a word by its member; the ledger's counts, badges, colours and feed follow this order
and these looks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

Look = Literal["yes", "no", "other", "open"]  # classes lg-… of ledger.css


class Verdict(StrEnum):
    """What became of a published number."""

    look: Look
    is_news: bool  # as a first verdict; else something was merely announced

    REPRODUCED = "reproduced", "yes"
    NOT_REPRODUCED = "not reproduced", "no"
    DIFFERENT_MODEL = "different model", "other"  # no number of another model decides
    NOT_RUN = "not run", "open", False

    def __new__(cls, word: str, look: Look, is_news: bool = True) -> Verdict:
        """A word with its look."""
        member = str.__new__(cls, word)
        member._value_, member.look, member.is_news = word, look, is_news
        return member

    @property
    def decides(self) -> bool:
        """Whether the paper's own model was measured."""
        return self in {Verdict.REPRODUCED, Verdict.NOT_REPRODUCED}


class Outcome(StrEnum):
    """What became of a prediction."""

    look: Look
    is_news: bool

    CAME_TRUE = "came true", "yes"
    DID_NOT = "did not come true", "no"
    OPEN = "open", "open", False

    def __new__(cls, word: str, look: Look, is_news: bool = True) -> Outcome:
        """A word with its look."""
        member = str.__new__(cls, word)
        member._value_, member.look, member.is_news = word, look, is_news
        return member


class Label(StrEnum):
    """Whether something was said before its result was there."""

    look: Look

    CONFIRMATORY = "confirmatory", "yes"
    EXPLORATORY = "exploratory", "other"

    def __new__(cls, word: str, look: Look) -> Label:
        """A word with its look."""
        member = str.__new__(cls, word)
        member._value_, member.look = word, look
        return member


WORDS = {str(word): word for kind in (Verdict, Outcome, Label) for word in kind}


def look_of(word: str) -> Look:
    """How a verdict looks; one that is no longer used looks open."""
    return WORDS[word].look if word in WORDS else "open"


def is_news(word: str) -> bool:
    """Whether a first verdict of this word is worth telling."""
    return getattr(WORDS.get(word), "is_news", True)
