from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.exchange.readers import csv_text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1",
        "'=1",
        "'tis",
        "''",
        "-",
    ],
)
def test_no_cell_begins_a_formula_and_each_comes_back(text: str) -> None:
    guarded = csv_text.guarded(text)
    assert guarded == "'" + text
    assert csv_text.unguarded(guarded) == text


@pytest.mark.parametrize("text", ["", "plain", "a = b", "1-2", "“quoted”", "it's"])
def test_other_text_is_left_alone(text: str) -> None:
    assert csv_text.guarded(text) == text


@settings(deadline=None)
@given(st.text())
def test_the_guard_loses_nothing(text: str) -> None:
    assert csv_text.unguarded(csv_text.guarded(text)) == text
    assert not csv_text.guarded(text).lstrip().startswith(csv_text.FORMULA)


cells = st.text() | st.none() | st.floats(allow_nan=False, allow_infinity=False)


@settings(deadline=None)
@given(st.lists(st.lists(cells, min_size=2, max_size=4), max_size=5))
def test_what_is_written_any_reader_of_csv_reads(rows: list[list[str | float | None]]) -> None:
    text = csv_text.write(["a", "b"], rows)
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found[0] == ["a", "b"]
    for row, again in zip(rows, found[1:], strict=True):
        plain = [
            cell if isinstance(cell, str) else "" if cell is None else str(cell) for cell in row
        ]
        back = [
            csv_text.unguarded(b) if isinstance(a, str) else b
            for a, b in zip(row, again, strict=True)
        ]
        assert back == plain


def test_lines_end_as_rfc_4180_has_it() -> None:
    assert csv_text.write(["a"], [["x"], [1.5], [None]]) == '"a"\r\n"x"\r\n1.5\r\n""\r\n'


@pytest.mark.parametrize(
    ("text", "mark"),
    [("a,b;c,d", ","), ("a;b;c", ";"), ("a\tb", "\t"), ('"a,b,c";d', ";"), ("alone", ",")],
)
def test_the_separator_is_found_outside_quotation_marks(text: str, mark: str) -> None:
    assert csv_text.delimiter(text) == mark
