"""Terminal colours in an output, as the classes that notebooks give them."""

from __future__ import annotations

import html
import re

CODES = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")
NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


def is_coloured(text: str) -> bool:
    """Whether a text holds codes for a terminal."""
    return CODES.search(text) is not None


def as_html(text: str) -> str:
    """A text as HTML: its colours and bold words in spans, every other code left out."""
    out, start, look = "", 0, Look()
    for code in CODES.finditer(text):
        out += look.span(text[start : code.start()])
        start = code.end()
        if code[2] == "m":
            look = look.after([int(number or 0) for number in code[1].split(";")])
    return out + look.span(text[start:])


class Look:
    """How text is shown from some place on: its colour, its ground, and whether it is bold."""

    def __init__(self, colour: str = "", ground: str = "", bold: bool = False) -> None:
        """Start with plain text."""
        self.colour, self.ground, self.bold = colour, ground, bold

    def after(self, numbers: list[int]) -> Look:
        """The look that a code leads to; a colour from a palette of 256 is none of these."""
        colour, ground, bold = self.colour, self.ground, self.bold
        for position, number in enumerate(numbers):
            if number in (38, 48):
                if numbers[position + 1 : position + 2] == [5] and len(numbers) > position + 2:
                    named = numbers[position + 2]
                    shade = colour_name(named % 8, named > 7) if named < 16 else ""
                    colour, ground = (shade, ground) if number == 38 else (colour, shade)
                break
            if number == 0:
                colour, ground, bold = "", "", False
            elif number in (1, 22):
                bold = number == 1
            elif number == 39:
                colour = ""
            elif number == 49:
                ground = ""
            elif 30 <= number % 60 <= 37 and number < 98:
                colour = colour_name(number % 10, number > 89)
            elif 40 <= number % 60 <= 47 and number < 108:
                ground = colour_name(number % 10, number > 99)
        return Look(colour, ground, bold)

    def span(self, text: str) -> str:
        """A piece of text in this look."""
        classes = [f"ansi-{self.colour}-fg"] if self.colour else []
        classes += [f"ansi-{self.ground}-bg"] if self.ground else []
        classes += ["ansi-bold"] if self.bold else []
        shown = html.escape(text, quote=False)
        return f'<span class="{" ".join(classes)}">{shown}</span>' if classes and text else shown


def colour_name(number: int, bright: bool) -> str:
    """A colour of the eight, as notebooks name it."""
    return NAMES[number] + ("-intense" if bright else "")
