"""One question and the keys that answer it: what is typed and a key make what is to be done."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tracker.cli.keyboard import BACKSPACE, DOWN, END, ENTER, ESCAPE, LEFT, RIGHT, UP
from tracker.habits.model import Habit

Act = Literal["type", "answer", "leave", "back", "stop", "help", "refuse"]
NUMBER_STARTS = frozenset("0123456789.@")
KEYS = """\
    y  yes
    n  no
    s  skipped: neither for nor against
    5.2  an amount, then Enter (5.2 # hills: with a note)
    #  a note, then Enter; it goes with the answer
    Enter  leave it as it is
    b, left, up  back to the last question
    q  stop; what was answered is kept"""


class Press(NamedTuple):
    """What a key leads to.

    Attributes:
        typed: an amount or a note on its way.
        answer: what was answered, where that is whole.
    """

    act: Act
    typed: str = ""
    answer: str = ""


def press(typed: str, key: str, habit: Habit) -> Press:
    """What a key does at a question, after what was typed before it."""
    if typed:
        return _press_typing(typed, key)
    letter = key.casefold()
    if letter in {"y", "n", "s"}:
        return Press("answer", answer=letter)
    if key in NUMBER_STARTS:
        return Press("type", key) if habit.measure else Press("refuse")
    if key == "#":
        return Press("type", key)
    return Press(ACTS.get(letter, "refuse"))


ACTS: dict[str, Act] = {
    ENTER: "leave", RIGHT: "leave", DOWN: "leave",
    LEFT: "back", UP: "back", "b": "back",
    "q": "stop", END: "stop", "?": "help", "h": "help",
    ESCAPE: "type", BACKSPACE: "type", " ": "type",
}  # fmt: skip


def _press_typing(typed: str, key: str) -> Press:
    """What a key does to an amount or a note on its way."""
    if key == ENTER:
        return Press("answer", answer=typed)
    if key == BACKSPACE:
        return Press("type", typed[:-1])
    if key == ESCAPE:
        return Press("type")
    if key == END:
        return Press("stop", typed)
    if len(key) == 1 and key.isprintable():
        return Press("type", typed + key)
    return Press("type", typed)  # arrows have nowhere to go
