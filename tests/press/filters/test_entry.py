"""What stands around an entry: the filter that both engines run, on pages as each hands them to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from press.bodies.pandoc import PandocRequest, convert

FILTER = Path(__file__).parents[3] / "press/filters/entry.lua"


def lead(markdown: str, tmp_path: Path, **options: object) -> str:
    front = {"title": "T", "kind": "note", **options}
    request = PandocRequest("log/a.qmd", markdown, front, own=(FILTER,), root=tmp_path)
    found = re.search(r'<p class="entry-lead">.*?</p>', convert([request])[0].html)
    assert found
    return found[0]


@pytest.mark.parametrize(
    "same",
    [
        "| a | b |\n|---|---|\n" + "| one two three | four five |\n" * 200,
        "```{=html}\n<table>" + "<tr><td>one two three four five</td></tr>" * 200 + "</table>\n```",
    ],
    ids=["a table", "the same in HTML, which Quarto makes a table of"],
)
def test_reading_time_is_of_the_text_whatever_form_an_engine_gives_tables(
    same: str, tmp_path: Path
) -> None:
    text = "word " * 400
    assert "2 min read" in lead(f"{text}\n\n{same}\n", tmp_path)
    assert "2 min read" in lead(text, tmp_path), "a control"
    assert "4 min read" in lead(text * 2, tmp_path), "a control"


def test_categories_lead_to_the_listing_that_shows_them(tmp_path: Path) -> None:
    categories = ["note", "circular features", "a & b"]
    shown = lead("Text.", tmp_path, **{"entry-categories": "../i.html", "categories": categories})
    assert re.findall(r'href="([^"]*)">([^<]*)<', shown) == [
        ("../i.html#category=circular%20features", "circular features"),
        ("../i.html#category=a%20%26%20b", "a &amp; b"),
    ]
    assert "entry-category" not in lead("Text.", tmp_path, categories=categories)
