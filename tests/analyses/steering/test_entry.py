"""What the steering entry says in words still follows from what is recorded."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from analyses.steering import figures, overviews, prose, tables
from analyses.steering.result import Result
from lab.pages import verdict_tables
from lab.results import record


@pytest.fixture(scope="module")
def result() -> Result:
    return record.load("steering").read(Result)


def test_words_follow_and_letters_do_not(result: Result) -> None:
    letters, words = prose.of_format(result, "choice"), prose.of_format(result, "free-text")
    assert words.anti_steerable.estimate.high < 0.1
    assert words.mean_slope.estimate.low > 1.5
    assert letters.anti_steerable.estimate.low < 0.5 < letters.anti_steerable.estimate.high
    assert letters.mean_loud.null.p > 0.05
    # "Less than a thousandth of what there is in free text".
    assert words.mean_slope.estimate.mean > 1_000 * letters.mean_slope.estimate.mean > 0
    assert letters.mean_slope.null.p > 0.05  # the page takes back the trace it once saw


def test_a_vector_from_one_letter_parts_the_letters_everywhere(result: Result) -> None:
    for concept in result.sheet.concepts:
        if concept.format == "free-text":
            continue
        own = figures.item_slopes(result, concept.name, "skewed")
        first = np.array([(row.order or row.yes_no) in {"A", "Yes"} for row in concept.rows])
        # A falls and B rises; Yes rises and No falls.
        sign = 1 if concept.format == "yes/no" else -1
        assert (sign * own[first] > 0).all()
        assert (sign * own[~first] < 0).all()


def test_letters_explain_most_and_three_factors_nothing(result: Result) -> None:
    shares = result.summary.explained.shares
    assert shares["letter"].estimate.low >= 0.5
    for name in ("position", "length", "topic"):
        assert shares[name].estimate.mean <= shares[name].null.high
    spread = [each for each in result.summary.spurious if each.test.startswith("spread")]
    assert all(each.holm > 0.05 for each in spread)


def test_tense_turns_between_two_layers(result: Result) -> None:
    tense = prose.concept(result, "tense")
    assert tense.at(9).anti.mean > 0.5
    assert tense.at(12).anti.mean < 0.1
    assert tense.at(9).probe.estimate.mean == tense.at(12).probe.estimate.mean == 1


def test_no_remedy_helps(result: Result) -> None:
    for each in result.summary.remedies:
        assert abs(each.anti_change.estimate.mean) < 0.1
        assert each.anti_change.null.p > 0.05


def test_probes_are_two_clumps(result: Result) -> None:
    for each in result.summary.concepts:
        accuracy = each.at(result.sheet.focus).probe.estimate.mean
        assert accuracy == 1 if each.format == "free-text" else accuracy < 0.7


@pytest.mark.parametrize("draw", [
    figures.items, figures.by_letter, figures.doses, overviews.shares, overviews.layers,
    overviews.agreement, overviews.transfer, overviews.remedies, overviews.linearity,
])  # fmt: skip
def test_every_figure_is_drawn_from_the_recording_alone(result: Result, draw: object) -> None:
    assert isinstance(draw(result), Figure)  # type: ignore[operator]


def test_every_item_is_visible(result: Result) -> None:
    drawn = [
        np.asarray(dots.get_offsets()).shape[0]
        for axis in figures.items(result).axes
        for dots in axis.collections
        if dots.get_alpha() == 0.55
    ]
    assert sum(drawn) == prose.used(result, "test") == 480


def test_every_table_has_its_rows_and_no_nan(result: Result) -> None:
    for table, rows in (
        (tables.concepts(result), 12),
        (tables.remedies(result), len(result.summary.remedies)),
        (tables.tests(result), len(result.summary.spurious)),
        (tables.mixed(result), 6),
        (verdict_tables.claims("steering"), 5),
        (verdict_tables.predictions("steering"), 15),
    ):
        assert len(table.splitlines()) == rows + 2
        assert "nan" not in table


def test_excluded_items_are_counted_with_their_reasons(result: Result) -> None:
    assert prose.excluded(result).startswith("no item of 960")
