"""Forecasts: how likely a goal is to be reached, said week by week and scored at the end.

Source: Brier 1950. One forecast a goal and ISO week counts, the latest of the week; the
others stay in the history.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.calendar.weeks import Week, week_of
from tracker.errors import TrackerError

COIN = 0.25  # the Brier score of saying 50% every week: what a forecaster has to beat


class Forecast(NamedTuple):
    """One forecast of one goal: the probability that it is reached by the season's end."""

    season: str
    goal: str
    probability: float
    day: date
    made_at: str
    note: str = ""

    @property
    def week(self) -> Week:
        """The ISO week it counts for."""
        return week_of(self.day)


class Score(NamedTuple):
    """A Brier score: the mean of (probability − outcome)², 0 the best, 1 the worst."""

    brier: float
    n: int


def parse_probability(text: str) -> float:
    """`70%`, `0.7`, `.7`; TrackerError for what could mean two things, and for more than all.

    A bare 1 might be 1% or certainty, so it is asked back.
    """
    word = text.strip().replace(" ", "")
    match = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)(%?)", word)
    if match is None or (not match[2] and "." not in match[1]):
        example = f"{word}%" if match and float(match[1]) <= 100 else "70%"
        raise TrackerError(f'"{text}" is no probability. Write {example} or a share like 0.7.')
    value = float(match[1]) / 100 if match[2] else float(match[1])
    if not 0 <= value <= 1:
        raise TrackerError(f'"{text}" is more than certain. Use 0% to 100%.')
    return value


def counted(forecasts: Iterable[Forecast]) -> list[Forecast]:
    """The forecasts that count: the latest of each goal and week, oldest week first."""
    latest: dict[tuple[str, str, Week], Forecast] = {}
    for forecast in forecasts:
        key = (forecast.season, forecast.goal, forecast.week)
        known = latest.get(key)
        if known is None or forecast.made_at >= known.made_at:
            latest[key] = forecast
    return sorted(latest.values(), key=lambda item: (item.week, item.season, item.goal))


def brier(pairs: Sequence[tuple[float, bool]]) -> Score | None:
    """The score of forecasts beside what came; None where there is no forecast."""
    if not pairs:
        return None
    total = math.fsum((probability - came) ** 2 for probability, came in pairs)
    return Score(total / len(pairs), len(pairs))


def scores(
    forecasts: Iterable[Forecast], outcomes: Mapping[str, bool]
) -> tuple[dict[str, Score], Score | None]:
    """Each goal's score in one season, and the season's over all its forecasts that count.

    Args:
        outcomes: whether each goal was reached; a goal that is not named is not scored.
    """
    pairs: dict[str, list[tuple[float, bool]]] = {}
    for forecast in counted(forecasts):
        if forecast.goal in outcomes:
            pair = (forecast.probability, outcomes[forecast.goal])
            pairs.setdefault(forecast.goal, []).append(pair)
    by_goal = {goal: score for goal, found in pairs.items() if (score := brier(found))}
    return by_goal, brier([pair for found in pairs.values() for pair in found])


def missing(goals: Iterable[str], forecasts: Iterable[Forecast], today: date) -> list[str]:
    """The goals that have no forecast in the week of today."""
    made = {forecast.goal for forecast in forecasts if forecast.week == week_of(today)}
    return [goal for goal in goals if goal not in made]
