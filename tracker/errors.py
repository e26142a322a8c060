"""The one error this package raises on purpose."""

from __future__ import annotations


class TrackerError(Exception):
    """Says where, what and what next; the command line turns it into a clean exit.

    Attributes:
        problems: each thing that is wrong, where the message is about several; all of them,
            also where the message itself names the first ones only.
    """

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        """A message, and its single parts where there are several."""
        super().__init__(message)
        self.problems = problems or (message,)
