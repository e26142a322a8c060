"""Amounts as people write them: read where they can mean one thing only, else refused.

Whoever is refused is told what to write. The decimal mark is a point, and nothing stands
between the digits: `2,5`, `10,000` and `1:30` mean different things to different readers.
"""

from __future__ import annotations

import math
import re
from unicodedata import numeric

from tracker.habits.model import Quantity, number_words

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
# A number with all that people put into one, right or wrong: 2,5  10 000  1:30  1/2  10k  1½.
WRITTEN = re.compile(
    r"[-+−]?(?:[0-9]+[xX][0-9a-fA-F]+|[\d.,½¼¾⅓⅔][\d.,:/'’_½¼¾⅓⅔–-]*(?:[ \u00a0\u202f]\d{3}(?!\d))*"
    r"(?:[eE][-+]?\d+|[kK](?![^\W\d_]))?)"
)
GROUPED = re.compile(r"\d{1,3}(?:([,.'’_ \u00a0\u202f])\d{3})(?:\1\d{3})*([.,]\d+)?")
DIGITS = 15  # as many a float keeps exactly, so that each amount is the decimal it was written as
NUMBER_WORDS = frozenset(
    [
        "half",
        "quarter",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "twelve",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "ninety",
        "hundred",
        "thousand",
        "dozen",
    ]
)
PERIOD = re.compile(
    r"(?:(?:\b(?:per|an?|each|every)\s+|/\s*)(day|week|month|year)|\b(daily|weekly|monthly|yearly))\b",
    re.IGNORECASE,
)
SCHEDULE_OF = {
    "day": "daily", "daily": "daily", "week": "weekly", "weekly": "weekly",
    "month": "1/30", "monthly": "1/30", "year": "1/365", "yearly": "1/365",
}  # fmt: skip


def read_number(text: str) -> float:
    """The number that a text is; ValueError says what to write instead."""
    word = text.strip()
    if not NUMBER.fullmatch(word) or _is_ambiguous(word):
        raise ValueError(f'"{word}" is no number. {advice(word) or "Write one like 2.5."}')
    value = float(word)
    if _has_too_many_digits(word) or not math.isfinite(value):
        raise ValueError(f'nobody can count to "{word[:40]}". Use fewer digits.')
    return value


def advice(word: str, unit: str = "") -> str:
    """What to write in place of a number that is none, or may be two; "" where nobody knows."""
    if NUMBER.fullmatch(word) and (_has_too_many_digits(word) or not math.isfinite(float(word))):
        return "Use fewer digits."
    readings = [f"{number_words(value)} {unit}".rstrip() for value in _readings(word)]
    if not readings:
        return ""
    point = ", with a point" if "," in word and "." in readings[0] and "." not in word else ""
    return f"Write {' or '.join(readings)}{point}."


def parse_quantity(raw: str | int | float, *, at_most: bool = False) -> Quantity:
    """`5 km`, `km`, `5`; ValueError says what to write instead."""
    if isinstance(raw, (int, float)):
        return Quantity(checked_target(float(raw), at_most=at_most), at_most=at_most)
    text = " ".join(raw.split(" ")).strip()
    match = WRITTEN.match(text)
    unit = text[match.end() :].strip() if match else text
    if match is None:
        if at_most or not unit or _holds_number(unit):
            example = "20 minutes" if at_most else "5 km"
            raise ValueError(f'"{raw}" is no amount. Write a number and a unit, like {example}.')
        return Quantity(None, checked_unit(unit), at_most=at_most)
    number = match[0]
    if not NUMBER.fullmatch(number) or _is_ambiguous(number):
        hint = advice(number, unit) or "Write a number and a unit, like 5 km."
        raise ValueError(f'"{raw}" is no amount. {hint}')
    target = checked_target(read_number(number), at_most=at_most)
    return Quantity(target, checked_unit(unit, number), at_most=at_most)


def checked_unit(unit: str, number: str = "") -> str:
    """A unit; ValueError for one that says how often, and after a number for more of that.

    Args:
        number: what stands before it; "" where it is spelt out by itself.
    """
    written = f"{number} {unit}".strip()
    if period := PERIOD.search(unit):
        schedule = SCHEDULE_OF[(period[1] or period[2]).casefold()]
        amount = f"{number} {without_period(unit)}".strip()
        raise ValueError(
            f'"{written}" says how often, and that goes into schedule. '
            f"Write {amount} here, and schedule: {schedule}."
        )
    if number and unit and (unit[0].isnumeric() or unit[0] in "-+−.,:/'’_"):
        raise ValueError(f'"{written}" is no amount. Write a number and a unit, like 5 km.')
    return unit


def without_period(unit: str) -> str:
    """A unit without the words that say how often."""
    while period := PERIOD.search(unit):
        unit = unit[: period.start()] + unit[period.end() :]
    return " ".join(unit.split())


def checked_target(target: float, *, at_most: bool) -> float:
    """The target itself; ValueError where it could never be judged."""
    if not math.isfinite(target) or target < 0 or (target == 0 and not at_most):
        aim = "0 or more" if at_most else "more than 0"
        raise ValueError(
            f"{number_words(target)} is no amount to aim at. Use a number that is {aim}."
        )
    return target


def _holds_number(unit: str) -> bool:
    """Whether a text without an amount at its beginning has one all the same: "about 5 km"."""
    words = unit.casefold().split()
    return words[0] in NUMBER_WORDS or any(
        word.lstrip("~≈<>≤≥=+-−.(")[:1].isnumeric() for word in words
    )


def _is_ambiguous(word: str) -> bool:
    """`10.000`: ten to some, ten thousand to others. Nobody writes three zeros after a point."""
    return re.fullmatch(r"[-+]?[1-9]\d{0,2}\.000", word) is not None


def _has_too_many_digits(word: str) -> bool:
    mantissa = re.split("[eE]", word)[0]
    return len(re.sub(r"\D", "", mantissa).strip("0")) > DIGITS


def _readings(word: str) -> list[float]:
    """What a number may mean that is written in another way than ours."""
    sign = -1.0 if word[:1] in {"-", "−"} else 1.0
    return [sign * value for value in _unsigned(word.lstrip("-+−"))]


def _unsigned(word: str) -> list[float]:
    if match := GROUPED.fullmatch(word):
        whole = word[: match.start(2)] if match[2] else word
        thousands = float(re.sub(r"\D", "", whole) + (match[2] or "").replace(",", "."))
        as_decimal = match[1] in {",", "."} and word.count(match[1]) == 1 and not match[2]
        return [thousands, float(word.replace(",", "."))] if as_decimal else [thousands]
    if re.fullmatch(r"\d*,\d+", word):
        return [float(word.replace(",", "."))]
    if match := re.fullmatch(r"(\d+):([0-5]\d)", word):  # hours and minutes, or minutes and seconds
        return [60.0 * int(match[1]) + int(match[2]), round(int(match[1]) + int(match[2]) / 60, 4)]
    if (match := re.fullmatch(r"(\d+)/(\d+)", word)) and int(match[2]):
        return [round(int(match[1]) / int(match[2]), 6)]
    if match := re.fullmatch(r"(\d*)([½¼¾⅓⅔])", word):
        return [round(int(match[1] or 0) + numeric(match[2]), 6)]
    if re.fullmatch(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+", word):
        return [float(int(word, 0))]
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)[kK]", word):
        return [round(float(match[1]) * 1000, 6)]
    plain = re.sub(r"(?<=\d)[_'’](?=\d)", "", word)
    return [float(plain)] if NUMBER.fullmatch(plain) else []
