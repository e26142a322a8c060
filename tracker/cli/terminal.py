"""How things look in a terminal: glyphs, widths, and nothing that could be an escape code."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence

from tracker.habits.model import Habit, amount_words
from tracker.habits.states import GLYPHS, PLAIN_GLYPHS, WORDS, DayState
from tracker.text.escape import terminal

STYLE = "\x1b\\[[0-9;]*m"  # what colours a text and takes no room


def knows_utf8() -> bool:
    """Whether what is printed may hold more than ASCII."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    return bool(encoding.casefold().startswith("utf"))


def glyph(state: DayState) -> str:
    """One sign for a day, in ASCII where the terminal knows no better."""
    return (GLYPHS if knows_utf8() else PLAIN_GLYPHS)[state]


def arrow() -> str:
    """From before to after."""
    return "→" if knows_utf8() else "->"


def with_legend(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose help says, where it has {legend}, what the signs of days mean."""
    signs = [f"{sign} {WORDS[state]}" for state, sign in GLYPHS.items() if sign.strip()]
    lines = "   ".join(signs[:4]), "   ".join(signs[4:])
    command.__doc__ = (command.__doc__ or "").replace("{legend}", "\n      ".join(lines))
    return command


def columns_of(text: str) -> int:
    """How many columns a text takes: most signs one, ideographs and emoji two, accents none."""
    if "\x1b" in text:
        text = re.sub(STYLE, "", text)
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    narrow = {"\u200d", "\ufe0e", "\ufe0f"}  # they join or choose signs, and show nothing
    return sum(
        0 if combining(mark) or mark in narrow else 2 if east_asian_width(mark) in "WF" else 1
        for mark in text
    )


def fitted(text: str, columns: int) -> str:
    """Text made safe and cut to a number of columns."""
    safe = terminal(text)
    if columns_of(safe) <= columns:
        return safe
    cut = safe[: max(columns - 1, 1)]
    while len(cut) > 1 and columns_of(cut) > columns - 1:
        cut = cut[:-1]
    return cut.rstrip() + "…"


def padded(text: str, columns: int) -> str:
    """Text made safe, cut and filled up to a number of columns."""
    cut = fitted(text, columns)
    return cut + " " * (columns - columns_of(cut))


def wrapped(text: str, columns: int) -> list[str]:
    """Text in lines of at most so many columns, broken between words, its indentation kept.

    A word that is too long is broken where its script has no spaces; an address or a path, which
    someone may want to copy, is left whole.
    """
    if columns_of(text) <= columns:
        return [text]
    body = text.lstrip(" ")
    indent = text[: len(text) - len(body)]
    room = max(columns - len(indent), 1)
    lines = [""]
    for word in body.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if columns_of(longer) <= room:
            lines[-1] = longer
            continue
        lines += _broken(word, room) if lines[-1] else []
        if not lines[-1]:
            lines[-1:] = _broken(word, room)
    return [indent + line.rstrip() for line in lines]


def _broken(word: str, columns: int) -> list[str]:
    """A word in pieces that fit; whole where it does, or where it is all ASCII."""
    if columns_of(word) <= columns or re.sub(STYLE, "", word).isascii():
        return [word]
    pieces = [""]
    for mark in re.findall(f"{STYLE}|.", word):
        joined = pieces[-1].endswith("\u200d")
        if columns_of(pieces[-1] + mark) > columns and columns_of(mark) and not joined:
            pieces.append("")
        pieces[-1] += mark
    return pieces


def nobody_is_here() -> bool:
    """Whether there is no person to ask."""
    return not sys.stdin.isatty()


def amount(value: float | None, habit: Habit | None) -> str:
    """An amount with its habit's unit."""
    if value is None:
        return ""
    unit = habit.measure.unit if habit and habit.measure else ""
    return terminal(amount_words(value, unit))


def sparkline(shares: Sequence[float]) -> str:
    """Shares of one as a line of bars, one a share; in ASCII where bars are not known."""
    bars = "▁▂▃▄▅▆▇█" if knows_utf8() else "_.-~=+*#"
    return "".join(bars[min(int(share * len(bars)), len(bars) - 1)] for share in shares)
