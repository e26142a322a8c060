"""A pseudo-terminal with a person at it: the tracker as it is seen and typed at."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

from tests.tracker.processes import NOW, environment, words

CODES = re.compile("\x1b\\[[0-9;?]*([A-Za-z])")
PATIENCE = 20.0  # seconds: a busy machine is no fault of the code


def take_terminal() -> None:
    """Make the pseudo-terminal the one whose Ctrl-C reaches the process."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """One run of the tracker in a terminal of some width."""

    def __init__(
        self, log: Path, *arguments: str, columns: int = 80, lines: int = 30, term: str = "xterm",
        now: str = NOW, **settings: str,
    ) -> None:  # fmt: skip
        """Start it."""
        self.main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        told = {**environment(log, now), "TERM": term, **settings}
        told.pop("COLUMNS", None)
        self.process = subprocess.Popen(
            words(*arguments), stdin=side, stdout=side, stderr=side, start_new_session=True,
            close_fds=True, preexec_fn=take_terminal, env=told,
        )  # fmt: skip
        os.close(side)
        self.seen = ""

    def wait(self, text: str) -> str:
        """Everything printed since the last call, once a text is there."""
        until, fresh = time.monotonic() + PATIENCE, ""
        while text not in CODES.sub("", fresh):
            left = until - time.monotonic()
            assert left > 0, f"{text!r} did not come after:\n{self.seen}{fresh}"
            if select.select([self.main], [], [], min(left, 0.2))[0]:
                data = self._read()
                assert data, f"{text!r} did not come before the end:\n{self.seen}{fresh}"
                fresh += data
        self.seen += fresh
        return fresh

    def press(self, keys: str, until: str) -> str:
        """Type something and wait for what it leads to."""
        os.write(self.main, keys.encode())
        return self.wait(until)

    def end(self) -> int:
        """Wait for the end; the exit code."""
        while data := self._read():
            self.seen += data
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """End what is still running."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(PATIENCE)
        os.close(self.main)

    def __enter__(self) -> Terminal:
        """Use it in a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _read(self) -> str:
        try:
            return os.read(self.main, 65536).decode("utf-8", "replace")
        except OSError:  # nobody holds the other side any more
            return ""

    def screen(self) -> list[str]:
        """The lines that can be read in the end, with what was erased gone."""
        lines = [""]
        for code, sign in re.findall("(\x1b\\[[0-9;?]*[A-Za-z])|([^\x1b])", self.seen):
            if sign == "\n":
                lines.append("")
            elif sign and sign != "\r":
                lines[-1] += sign
            elif code in {"\x1b[K", "\x1b[J"}:
                lines[-1] = ""
            elif code.endswith("F"):
                del lines[len(lines) - int(code[2:-1]) :]
                lines[-1] = ""
        return lines
