"""Keys as they are pressed, in a terminal that can; where it cannot, lines are read instead."""

from __future__ import annotations

import os
import re
import sys
from codecs import getincrementaldecoder
from select import select
from types import FrameType, TracebackType
from typing import Any, Self

ENTER, BACKSPACE, ESCAPE, END = "enter", "backspace", "escape", "end"
UP, DOWN, LEFT, RIGHT = "up", "down", "left", "right"
NAMES = {
    "\r": ENTER, "\n": ENTER, "\x7f": BACKSPACE, "\x08": BACKSPACE, "\x1b": ESCAPE, "\x04": END,
    "\x1b[A": UP, "\x1b[B": DOWN, "\x1b[C": RIGHT, "\x1b[D": LEFT,
    "\x1bOA": UP, "\x1bOB": DOWN, "\x1bOC": RIGHT, "\x1bOD": LEFT,
}  # fmt: skip
# What a key sends is one character, or a sequence that begins with Escape.
KEY = re.compile("\x1b\\[[0-9;?]*[@-~]|\x1bO[@-~]|.", re.DOTALL)
BEGUN = re.compile("\x1b(?:\\[[0-9;?]*|O)?\\Z")  # a sequence whose end is still on its way
PATIENCE = 0.05  # seconds: a terminal sends a sequence at once, a finger does not
BYTES_AT_ONCE = 1024
ERASE_LINE = "\r\x1b[K"
DUMB = {"", "dumb", "unknown"}


def keys_in(text: str) -> list[str]:
    """The keys that a terminal's text stands for: characters, and the names of the others.

    A sequence that has no name here is no key.
    """
    keys = (NAMES.get(key, key) for key in KEY.findall(text))
    return [key for key in keys if key.isalpha() or len(key) == 1]


def can_read_keys() -> bool:
    """Whether a person sits at a terminal that tells keys one by one and can erase a line."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "") in DUMB:
        return False
    try:
        import termios
    except ImportError:  # Windows
        return False
    try:
        termios.tcgetattr(sys.stdin.fileno())
    except (termios.error, ValueError, OSError):
        return False
    return True


def erase_line() -> None:
    """Empty the line that was begun. It is no colour: NO_COLOR leaves it alone, as Click would not."""
    sys.stdout.write(ERASE_LINE)


class Keyboard:
    """The keys of the terminal that is standard input, from `with` to its end.

    Ctrl-C interrupts as ever. What was typed ahead is not lost.
    """

    def __init__(self) -> None:
        """Nothing is changed before it is entered."""
        self.file = sys.stdin.fileno()
        self.waiting: list[str] = []
        self.decoder = getincrementaldecoder("utf-8")("replace")
        self.before: list[Any] = []

    def __enter__(self) -> Self:
        """Let the terminal tell each key at once, and show none by itself."""
        import signal
        import termios

        self.before = termios.tcgetattr(self.file)
        self._tell_each()
        self.on_return = signal.signal(signal.SIGCONT, self._tell_each)  # after Ctrl-Z and fg
        return self

    def _tell_each(self, signal: int = 0, frame: FrameType | None = None) -> None:
        import termios
        import tty

        tty.setcbreak(self.file, termios.TCSADRAIN)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Leave the terminal as it was."""
        import signal
        import termios

        signal.signal(signal.SIGCONT, self.on_return)
        termios.tcsetattr(self.file, termios.TCSADRAIN, self.before)

    def key(self) -> str:
        """The next key; "end" once the terminal is gone."""
        while not self.waiting:
            data = os.read(self.file, BYTES_AT_ONCE)
            if not data:
                return END
            text = self.decoder.decode(data)
            while BEGUN.search(text) and select([self.file], [], [], PATIENCE)[0]:
                more = os.read(self.file, BYTES_AT_ONCE)
                if not more:
                    break
                text += self.decoder.decode(more)
            self.waiting = keys_in(text)
        return self.waiting.pop(0)
