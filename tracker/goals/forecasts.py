"""Forecasts: how likely a goal is to be reached, said week by week and scored at the end.

One forecast a goal and ISO week counts, the latest of the week; the others stay in the
history. Source of the score: Brier 1950. Calibration asks of what was called 70% likely how
much came true. All forecasts of one goal share one outcome, so the goal is what is counted
there and what the interval is made of: twelve weeks of one goal are not twelve trials.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from tracker.calendar.weeks import Week, week_of
from tracker.errors import TrackerError

Z95 = 1.959963984540054  # the normal's 97.5% point
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # five bins: a season has a handful of goals
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


class BrierScore(NamedTuple):
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
        if re.fullmatch(r"\d+,\d+%?", word):
            point = word.replace(",", ".")
            example = point if point.endswith("%") or float(point) <= 1 else f"{point}%"
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
        earlier = latest.get(key)
        if earlier is None or forecast.made_at >= earlier.made_at:
            latest[key] = forecast
    return sorted(latest.values(), key=lambda item: (item.week, item.season, item.goal))


def brier(pairs: Sequence[tuple[float, bool]]) -> BrierScore | None:
    """The score of forecasts beside what came; None where there is no forecast."""
    if not pairs:
        return None
    total = math.fsum((probability - came) ** 2 for probability, came in pairs)
    return BrierScore(total / len(pairs), len(pairs))


def brier_scores(
    forecasts: Iterable[Forecast], outcomes: Mapping[str, bool]
) -> tuple[dict[str, BrierScore], BrierScore | None]:
    """Each goal's score in one season, and the season's over all its forecasts that count.

    Args:
        outcomes: whether each goal was reached; a goal that is not named is not scored.
    """
    pairs: dict[str, list[tuple[float, bool]]] = {}
    for forecast in counted(forecasts):
        if forecast.goal in outcomes:
            pair = (forecast.probability, outcomes[forecast.goal])
            pairs.setdefault(forecast.goal, []).append(pair)
    by_goal = {goal: score for goal, goal_pairs in pairs.items() if (score := brier(goal_pairs))}
    return by_goal, brier([pair for goal_pairs in pairs.values() for pair in goal_pairs])


def missing(goals: Iterable[str], forecasts: Iterable[Forecast], today: date) -> list[str]:
    """The goals that have no forecast in the week of today."""
    forecast_goals = {forecast.goal for forecast in forecasts if forecast.week == week_of(today)}
    return [goal for goal in goals if goal not in forecast_goals]


class ClosedForecast(NamedTuple):
    """One forecast that counts, of a season that is closed."""

    season: str
    goal: str
    probability: float
    came: bool


class Bin(NamedTuple):
    """Forecasts of about one probability, beside what came.

    Attributes:
        low, high: the bin's edges; the lower one belongs to it, and to the last both do.
        forecasts: how many fall into it.
        mean: their mean probability.
        goals: of how many goals they are; the n of the interval.
        came: how many of those goals were reached.
        interval: Wilson's 95% interval of the share of goals that were reached.
    """

    low: float
    high: float
    forecasts: int
    mean: float
    goals: int
    came: int
    interval: tuple[float, float]


def calibration(said: Iterable[ClosedForecast]) -> list[Bin]:
    """The bins that hold any forecast, from unlikely to likely."""
    every = list(said)
    bins = []
    for index, (low, high) in enumerate(pairwise(EDGES)):
        last = index == len(EDGES) - 2
        in_bin = [
            s for s in every if low <= s.probability < high or (last and s.probability >= high)
        ]
        if not in_bin:
            continue
        goals = {(s.season, s.goal): s.came for s in in_bin}
        came = sum(goals.values())
        mean = math.fsum(s.probability for s in in_bin) / len(in_bin)
        bins.append(Bin(low, high, len(in_bin), mean, len(goals), came, wilson(came, len(goals))))
    return bins


def wilson(came: int, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share. Source: Wilson 1927.

    It stays inside 0 to 1 and says something even where none or all came true.
    """
    if n == 0:
        return 0.0, 1.0
    share, square = came / n, Z95**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if came == 0 else max(0.0, centre - half)
    return low, 1.0 if came == n else min(1.0, centre + half)
