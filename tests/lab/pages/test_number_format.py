"""Numbers in words: what they say is the number, and they say it in one form."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.declared.value_at import Reading
from lab.pages import number_format
from lab.results.study import Project
from lab.stats.estimates import (
    Estimate,
    Measured,
    Null,
    Placed,
)
from tests.lab.made_project import ROOT

REAL = st.floats(-1e6, 1e6)
SHARE = st.floats(0, 1)
DIGITS = st.integers(0, 4)
SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def parsed(text: str) -> float:
    """The number that a text says."""
    mantissa, _, power = text.replace("−", "-").replace(",", "").partition(" × 10")
    return float(f"{mantissa}e{power.translate(SUPERSCRIPT) or 0}")


def estimate(mean: float, low: float, high: float) -> Estimate:
    """An estimate of seven."""
    return Estimate(mean, low, high, 7, 1.0)


NULL = Null(0.33, -0.02, 0.35, 1_000, 0.0123)
FOUND = Measured(estimate(0.934, 0.917, 0.941), NULL)


@given(REAL, DIGITS)
def test_a_number_reads_back_within_its_rounding(value: float, digits: int) -> None:
    assert abs(parsed(number_format.number(value, digits)) - value) <= 0.5 * 10**-digits + 1e-9


@given(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False), st.integers(1, 5))
def test_significant_digits_read_back_at_every_size(value: float, digits: int) -> None:
    found = parsed(number_format.significant(value, digits))
    assert abs(found - value) <= abs(value) * 0.51 * 10 ** (1 - digits)


@given(REAL, REAL, DIGITS)
def test_the_smaller_number_never_reads_as_the_larger(one: float, other: float, size: int) -> None:
    low, high = sorted((one, other))
    for say in (number_format.number, number_format.significant, number_format.signed):
        assert parsed(say(low, size + 1)) <= parsed(say(high, size + 1))
    assert parsed(number_format.percent(low, size)[:-1]) <= parsed(
        number_format.percent(high, size)[:-1]
    )


@given(st.floats(), DIGITS)
def test_no_hyphen_no_signed_zero_no_computer_words(value: float, digits: int) -> None:
    for say in (
        number_format.number,
        number_format.signed,
        number_format.significant,
        number_format.plain,
    ):
        text = say(value, digits + 1)
        assert "-" not in text
        assert "nan" not in text
        assert "inf" not in text.replace("infinity", "")
        if text[0] in "−+":
            assert any(mark in text for mark in "123456789")


@given(st.floats(0, 1))
def test_p_is_never_nothing_and_reads_back(p: float) -> None:
    told = number_format.p_value(p)
    if told == "<0.001":
        assert p < 0.001
    else:
        assert abs(parsed(told) - p) <= 0.051 * p
        assert parsed(told) > 0
    assert number_format.p_phrase(p) in {f"p = {told}", f"p < {told[1:]}"}


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_smaller_p_never_reads_as_the_larger(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert parsed(number_format.p_value(low).lstrip("<")) <= parsed(
        number_format.p_value(high).lstrip("<")
    )


@given(SHARE, SHARE, SHARE, DIGITS)
def test_an_interval_says_its_three_numbers_and_percent_once(
    one: float, other: float, third: float, digits: int
) -> None:
    low, mean, high = sorted((one, other, third))
    told = number_format.interval(estimate(mean, low, high), digits)
    middle, _, ends = told.rstrip(")").partition(" (")
    assert [parsed(each) for each in (middle, *ends.split("&nbsp;to&nbsp;"))] == [
        parsed(number_format.number(each, digits)) for each in (mean, low, high)
    ]
    assert number_format.percent(estimate(mean, low, high), digits).count("%") == 1


@given(st.lists(SHARE, min_size=1))
def test_a_span_holds_every_value(values: list[float]) -> None:
    low, _, high = number_format.span(values, 2).partition(" to ")
    found = number_format.over(values)
    assert all(parsed(low) - 0.006 <= each <= parsed(high or low) + 0.006 for each in values)
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9
    assert number_format.span(values, 0, number_format.percent).count("%") == 1


@pytest.mark.parametrize(("told", "text"), [
    (number_format.number(-0.154), "−0.15"),
    (number_format.number(-0.001), "0.00"),
    (number_format.number(-0.004, 3), "−0.004"),
    (number_format.number(12_345.6, 0), "12,346"),
    (number_format.count(12_345), "12,345"),
    (number_format.number(math.nan), "undefined"),
    (number_format.percent(math.inf), "infinity"),
    (number_format.signed(-math.inf), "minus infinity"),
    (number_format.signed(0.2), "0"),
    (number_format.signed(7.0), "+7"),
    (number_format.significant(0.00092), "0.00092"),
    (number_format.significant(1.0), "1.0"),
    (number_format.significant(0.0), "0"),
    (number_format.significant(1234.0), "1,234"),
    (number_format.significant(9.96e-5), "0.00010"),
    (number_format.significant(-3.2e-7), "−3.2 × 10⁻⁷"),
    (number_format.plain(260), "260"),
    (number_format.plain(0.0001), "0.00010"),
    (number_format.plain(-0.42), "−0.42"),
    (number_format.percent(0.57), "57%"),
    (number_format.percent(0.06, None), "6.0%"),
    (number_format.percent(0.0996, None), "10%"),
    (number_format.percent(estimate(0.48, 0.41, 0.55)), "48% (41 to 55)"),
    (number_format.percent(estimate(0.02, -0.01, 0.15), 1), "2.0% (−1.0 to 15.0)"),
    (number_format.percent(NULL), "33% (−2 to 35)"),
    (number_format.interval(FOUND), "0.93 (0.92 to 0.94)"),
    (number_format.interval(NULL), "0.33 (−0.02 to 0.35)"),
    (number_format.interval(Reading(0.5)), "0.50"),
    (number_format.interval(Reading(0.5, 0.4, 0.6, 9)), "0.50 (0.40 to 0.60)"),
    (number_format.points(estimate(-0.04, -0.07, -0.001)), "−4 (−7 to 0)"),
    (number_format.points(estimate(0.0, -0.03, 0.03)), "0 (−3 to +3)"),
    (number_format.band(NULL), "−0.02 to 0.35"),
    (number_format.band(FOUND, 0, number_format.percent), "−2 to 35%"),
    (number_format.span([0.26, 0.49], 0, number_format.percent), "26 to 49%"),
    (number_format.span([0.991, 0.993]), "0.99"),
    (number_format.span([1_100, 3_100], 0), "1,100 to 3,100"),
    (number_format.interval(number_format.over([1.0, 2.0, 6.0]), 1), "3.0 (1.0 to 6.0)"),
    (number_format.placed(Placed(-0.85, NULL)), "−0.85 (0.33)"),
    (number_format.beside(FOUND), "0.93 (0.33)"),
    (number_format.beside(FOUND, 0, number_format.percent), "93% (33%)"),
    (number_format.p_value(FOUND), "0.012"),
    (number_format.p_value(0.0004), "<0.001"),
    (number_format.p_value(1 / 1001), "0.001"),
    (number_format.p_value(1.0), "1"),
    (number_format.p_value(None), ""),
    (number_format.p_value(math.nan), "undefined"),
    (number_format.p_phrase(0.0004), "p < 0.001"),
    (number_format.p_phrase(NULL), "p = 0.012"),
    (number_format.out_of(5 / 7, 7), "5 of 7"),
    (number_format.listed([]), "none"),
    (number_format.listed(["one"]), "one"),
    (number_format.listed(["one", "two", "three"]), "one, two and three"),
    (number_format.token(" a|b`\n"), "`a¦bˋ`"),
    (number_format.token("\n"), "`␣`"),
])  # fmt: skip
def test_known_words(told: str, text: str) -> None:
    assert "\\" not in repr(told), "an inline value is shown as Python would quote it"
    assert told.replace(number_format.HARD_SPACE, " ") == text


def test_a_line_breaks_before_an_intervals_bracket_and_not_inside() -> None:
    assert number_format.percent(estimate(0.48, 0.41, 0.55)).split(" ") == [
        "48%",
        "(41&nbsp;to&nbsp;55)",
    ]


# A number that an f-string rounds by itself: {mean:.2f}, {share:.0%}, {tokens:,}.
BY_HAND = re.compile(r":\+?,?(\.\d+)?[fe%]?\}")


def own_words(path: Path) -> tuple[set[str], list[str]]:
    """The functions a module defines, and the numbers it rounds without `wording`."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return functions, [match[0] for match in BY_HAND.finditer(text) if match[0] != ":}"]


def test_no_study_says_numbers_in_its_own_words() -> None:
    modules = [
        path
        for study in Project(ROOT).recorded_studies()
        for stem in ("prose", "tables")
        if (path := study.folder / f"{stem}.py").exists()
    ]
    assert len(modules) >= 8
    common, rounded = own_words(Path(number_format.__file__))
    assert {"interval", "percent", "p_value"} <= common
    assert rounded, "the pattern finds nothing even where numbers are rounded"
    for path in modules:
        functions, rounded = own_words(path)
        assert not functions & (common | {"predictions", "brier"}), path
        assert not rounded, path
