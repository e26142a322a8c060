"""Dates, against the moments that Quarto 1.10 writes into its feed for the same front matter."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml

from press.input.dates import read_moment

NOW = dt.datetime(2026, 11, 28, 8, 33, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ('"2024-03-05T23:30:00-08:00"', "2024-03-06T07:30:00"),
        ("2024-03-05T23:30:00-08:00", "2024-03-06T07:30:00"),
        ('"2024-03-04 10:30"', "2024-03-04T10:30:00"),
        ("2024-03-03 10:30:00", "2024-03-03T10:30:00"),
        ('"2024-03-02T10:30:00Z"', "2024-03-02T10:30:00"),
        ('"3 March 2024"', "2024-03-03T00:00:00"),
        ('"2024/03/01"', "2024-03-01T00:00:00"),
        ("01-02-2024", "2024-01-02T00:00:00"),
        ("2024-03", "2024-03-01T00:00:00"),
        ('"12/31/23"', "2023-12-31T00:00:00"),
        ("now", "2026-11-28T08:33:09"),
        ("today", "2026-11-28T00:00:00"),
        ("last-modified", "1970-01-02T00:00:00"),
        ("2024-03-05", "2024-03-05T00:00:00"),
        ("03/05/2024", "2024-03-05T00:00:00"),
        ("March 5, 2024", "2024-03-05T00:00:00"),
        ("Mar 5, 2024 4:30 PM", "2024-03-05T16:30:00"),
        ("Tuesday, March 5, 2024", "2024-03-05T00:00:00"),
        ("Tue, 05 Mar 2024 23:30:00 -0800", "2024-03-06T07:30:00"),
        ("2024", "2024-01-01T00:00:00"),
    ],
)
def test_every_form_has_its_moment(written: str, moment: str) -> None:
    found = read_moment(yaml.safe_load(written), NOW, modified=86400.0)
    assert found is not None
    assert found.isoformat() == moment + "+00:00"


@pytest.mark.parametrize("written", [None, "", "soon", True, ["2024-01-01"], 3.5, "32/32/2024"])
def test_what_is_no_date_is_none(written: object) -> None:
    assert read_moment(written, NOW) is None
