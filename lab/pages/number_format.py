"""Numbers in words, for the prose and the tables of every page. Pure: numbers in, text out.

One form everywhere: `0.93 (0.92 to 0.94)`, `48% (41 to 55)`, minus signs that are minus signs, no
sign before a zero, and words for what is no number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.declared.value_at import Reading
from lab.stats.estimates import (
    Estimate,
    Measured,
    Null,
    Placed,
)

Real = float | int  # results hold whole numbers too
Say = Callable[[float, int], str]  # a number and how many digits of it, in words

HARD_SPACE = "&nbsp;"  # as Markdown writes it: an inline value is shown as Python would quote it
LEAST_P = 0.001  # smaller ones depend on how often one shuffled; pages give the bound
LEAST_FIXED = 1e-4  # smaller ones are read more easily as a power of ten
NOT_ZERO = "123456789"
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Range:
    """The mean of several values with the least and the most of them."""

    mean: Real
    low: Real
    high: Real


Ranged = Estimate | Measured | Null | Reading | Range


def number(value: Real, digits: int = 2) -> str:
    """A number with so many digits after the point: 1,234.50, −0.15."""
    return _odd(value) or _minus(f"{value:,.{digits}f}")


def count(value: int) -> str:
    """How many: 1,234."""
    return f"{value:,}"


def signed(value: Real, digits: int = 0) -> str:
    """The same with a plus before what is above zero; zero has no sign."""
    text = number(value, digits)
    return f"+{text}" if value > 0 and any(mark in text for mark in NOT_ZERO) else text


def significant(value: Real, digits: int = 2) -> str:
    """A number to so many significant digits: 0.00092, 1.0, 3.2 × 10⁻⁷."""
    if not math.isfinite(value) or value == 0:
        return number(value, 0)
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    power = int(exponent)
    if 10.0**power < LEAST_FIXED:
        return f"{_minus(mantissa)} × 10{str(power).translate(SUPERSCRIPT)}"
    return number(value, max(0, digits - 1 - power))


def plain(value: Real, digits: int = 2) -> str:
    """A number of any size: whole ones as they are; significant digits where no other would show."""
    if math.isfinite(value) and float(value).is_integer():
        return number(value, 0)
    fixed = number(value, digits)
    return fixed if any(mark in fixed for mark in NOT_ZERO) else significant(value, digits)


def percent(found: Real | Ranged, digits: int | None = 0) -> str:
    """A share, or an estimate of one, in percent: 57%, 48% (41 to 55).

    With None for the digits: one after the point below ten per cent, else none.
    """
    middle = found if isinstance(found, Real) else _ends(found)[0]
    if digits is None:
        digits = 1 if round(abs(middle), 3) < 0.1 else 0
    if isinstance(found, Real):
        return _odd(found) or number(100 * found, digits) + "%"
    return interval(found, digits, percent)


def interval(found: Ranged, digits: int = 2, say: Say = number) -> str:
    """An estimate and its interval, for example 0.93 (0.92 to 0.94).

    For a null: its mean and the middle 95% of its draws. A reading without interval stands alone.
    A line may break before the bracket and not inside it, as in the cells of a table.
    """
    mean, low, high = _ends(found)
    told = say(mean, digits)
    if low is None or high is None:
        return told
    ends = (say(low, digits).rstrip("%"), "to", say(high, digits).rstrip("%"))
    return f"{told} ({HARD_SPACE.join(ends)})"


def points(found: Ranged) -> str:
    """A difference of shares in percentage points, with its sign: −1 (−6 to +1)."""
    return interval(found, 0, lambda value, digits: signed(100 * value, digits))


def band(found: Null | Measured, digits: int = 2, say: Say = number) -> str:
    """The middle 95% of what chance gives: −0.02 to 0.02, 1 to 5%."""
    null = found.null if isinstance(found, Measured) else found
    return _between(say(null.low, digits), say(null.high, digits))


def span(values: Sequence[Real], digits: int = 2, say: Say = number) -> str:
    """The least and the most, or the one value where they read the same: 26 to 49%."""
    low, high = say(min(values), digits), say(max(values), digits)
    return low if low == high else _between(low, high)


def over(values: Sequence[Real]) -> Range:
    """Several values as their mean, the least and the most."""
    return Range(sum(values) / len(values), min(values), max(values))


def placed(found: Placed, digits: int = 2) -> str:
    """A number beside its null's mean: 0.85 (0.84)."""
    return f"{number(found.value, digits)} ({number(found.null.mean, digits)})"


def beside(found: Measured, digits: int = 2, say: Say = number) -> str:
    """An estimate's mean beside its null's: 0.93 (0.33)."""
    return f"{say(found.estimate.mean, digits)} ({say(found.null.mean, digits)})"


def p_value(found: Real | Measured | Placed | Null | None) -> str:
    """A p-value to two significant digits, or its bound; nothing where none was computed."""
    p = found.null.p if isinstance(found, Measured | Placed) else found
    p = p.p if isinstance(p, Null) else p
    if p is None:
        return ""
    told = _odd(p) or f"{p:.2g}"
    return f"<{LEAST_P:g}" if p < LEAST_P and float(told) < LEAST_P else told


def p_phrase(found: Real | Measured | Placed | Null) -> str:
    """The same with what it is: p = 0.011, p < 0.001."""
    told = p_value(found)
    return f"p < {told[1:]}" if told.startswith("<") else f"p = {told}"


def out_of(share: Real, count: int) -> str:
    """A share of so many things as their number: 5 of 7."""
    return f"{round(share * count)} of {count}"


def listed(items: Sequence[str]) -> str:
    """One, two and three; `none` where there is none."""
    if len(items) < 2:
        return "".join(items) or "none"
    return ", ".join(items[:-1]) + " and " + items[-1]


def token(text: str) -> str:
    """A token as code that survives a table: no bar, no line end, no tick; ␣ for a space."""
    safe = text.strip().replace("|", "¦").replace("`", "ˋ").replace("\n", "⏎")
    return f"`{safe or '␣'}`"


def _ends(found: Ranged) -> tuple[float, float | None, float | None]:
    each = found.estimate if isinstance(found, Measured) else found
    return each.mean, each.low, each.high


def _between(low: str, high: str) -> str:
    return f"{low.rstrip('%') if high.endswith('%') else low} to {high}"


def _odd(value: Real) -> str:
    """What is no number in words; nothing for a number."""
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "infinity" if value > 0 else "minus infinity"
    return ""


def _minus(text: str) -> str:
    """A number's text with a minus sign for the hyphen, and without either before a zero."""
    bare = text.removeprefix("-")
    return text if bare == text else f"−{bare}" if bare.strip("0,.") else bare
