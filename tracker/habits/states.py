"""The sign and the words for each state of a day, in the terminal and on the pages."""

from __future__ import annotations

from tracker.habits.streaks import State

GLYPHS: dict[State, str] = {
    "done": "●", "partial": "◐", "satisfied": "○", "skipped": "–", "missed": "×",
    "unanswered": "·", "open": "?", "rest": " ",
}  # fmt: skip
PLAIN_GLYPHS: dict[State, str] = {
    "done": "#", "partial": "+", "satisfied": "o", "skipped": "-", "missed": "x",
    "unanswered": ".", "open": "?", "rest": " ",
}  # fmt: skip
WORDS: dict[State, str] = {
    "done": "done", "partial": "in part", "satisfied": "window met",
    "skipped": "skipped", "missed": "missed", "unanswered": "no answer", "open": "open today",
    "rest": "nothing asked",
}  # fmt: skip
