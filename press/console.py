"""What a render says on its way: lines when piped, a moving line on a terminal."""

from __future__ import annotations

import time

from rich.console import Console
from rich.text import Text

PATIENCE = 2.0  # seconds: a wait shorter than this needs no word


class RenderConsole:
    """Tells of a render: lines when piped, colour and a moving line on a terminal."""

    def __init__(self) -> None:
        """Take standard output as it is; rich reads NO_COLOR itself."""
        self.console = Console(highlight=False, soft_wrap=True)
        self.started = time.perf_counter()
        self.status = self.console.status("") if self.console.is_terminal else None
        self.last = self.started

    def say(self, text: str, style: str = "") -> None:
        """Print a line."""
        self.console.print(Text(text, style=style))

    def show(self, text: str) -> None:
        """Show where a long step stands: at once on a terminal, else every few seconds."""
        if self.status is not None:
            self.status.update(Text(text))
            self.status.start()
        elif time.perf_counter() - self.last > PATIENCE:
            self.last = time.perf_counter()
            self.say(f"  … {text}")

    def quiet(self) -> None:
        """Take the moving line away."""
        if self.status is not None:
            self.status.stop()

    def cell(self, page: str, number: int, total: int, label: str) -> None:
        """A cell begins to run."""
        self.show(f"{page}: cell {number} of {total}{f' ({label})' if label else ''}")

    def bodies(self, done: int, total: int) -> None:
        """Bodies that are ready."""
        if done % 10 == 0:
            self.show(f"bodies: {done} of {total} pages")
