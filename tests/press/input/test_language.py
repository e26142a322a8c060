"""Dates and labels in the languages that the press has words for, and in words that a project gives."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from press.input import language

DAY = dt.date(2024, 1, 2)


@pytest.mark.parametrize(
    ("tag", "form", "written"),
    [
        ("en", None, "January 2, 2024"),
        ("en", "medium", "Jan 2, 2024"),
        ("de", None, "2. Januar 2024"),
        ("de-AT", "full", "Dienstag, 2. Januar 2024"),
        ("de", "medium", "02.01.2024"),
        ("de", "short", "02.01.24"),
        ("de", "D. MMM YYYY", "2. Jan. 2024"),
        ("de", "iso", "2024-01-02"),
        ("fr", "full", "mardi 2 janvier 2024"),
        ("es", None, "2 de enero de 2024"),
        ("xx", None, "January 2, 2024"),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(
    tag: str, form: str | None, written: str
) -> None:
    assert language.language_of({"lang": tag}).date(DAY, form) == written


@pytest.mark.parametrize("tag", sorted(language.known()))
def test_a_language_has_every_month_day_and_style_and_only_labels_that_are_read(tag: str) -> None:
    held = language.known()[tag]
    assert (len(held["months"]), len(held["months-short"]), len(held["days"])) == (12, 12, 7)
    assert set(held["dates"]) == {"full", "long", "medium", "short"}
    read = set(language.PLACES) | {"toc-title-website", "code-summary", "source-notebooks-prefix"}
    apart = ("crossref-", "callout-", "environment-", "listing-page-")
    assert [
        name for name in held["labels"] if name not in read and not name.startswith(apart)
    ] == []


def test_a_project_gives_words_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "words.yml").write_text(
        "title-block-published: Erschienen\nfr: {code-summary: X}\n"
    )
    options = {"lang": "de", "language": "words.yml"}
    assert language.language_of(options, tmp_path).labels["title-block-published"] == "Erschienen"
    assert language.language_of(options, tmp_path).labels["code-summary"] == "Code"
    given = language.language_of({"lang": "xx", "language": {"xx": {"crossref-fig-title": "Bild"}}})
    assert language.with_labels({"crossref": {"fig-prefix": "B."}}, given)["crossref"] == {
        "fig-title": "Bild", "fig-prefix": "B.",
    }  # fmt: skip
