"""The table of Quarto's options in the docs says what the press says of each, and leaves none out."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from smalldocs.quarto_keys import QUARTO_PAGE_OPTIONS

from press import unsupported
from press.errors import Findings
from press.input.project import Config
from press.input.source import PageSource

TABLE = Path(__file__).parents[2] / "docs/quarto-options.md"
STATES = ("same", "different", "named", "absent")
NAME = re.compile(r"`([a-z][a-z0-9.-]*)`")


def section(title: str) -> dict[str, str]:
    """The options of one table: name → what the press makes of it."""
    text = TABLE.read_text(encoding="utf-8").split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in text.split("\n") if line.startswith("| `")]
    assert rows
    return {name: row[1].strip() for row in rows for name in NAME.findall(row[0])}


def findings_of(options: dict[str, Any], root: Path) -> str:
    (root / "_quarto.yml").write_text("project:\n  type: website\n", encoding="utf-8")
    findings = Findings()
    unsupported.check_config(Config(root, options, files=["_quarto.yml"]), findings)
    return "\n".join(str(finding) for finding in findings)


def nested(dotted: str) -> dict[str, Any]:
    """An option by its dotted name, with a value that any option may have."""
    out: Any = "x"
    for key in reversed(dotted.split(".")):
        out = {key: out}
    return dict(out)


@pytest.mark.parametrize("title", ["The project", "The website"])
def test_what_the_table_says_of_the_site_is_what_is_named(title: str, tmp_path: Path) -> None:
    for name, state in section(title).items():
        assert state in STATES, name
        if "." not in name or name == "project.type":
            continue
        said = findings_of(nested(name), tmp_path)
        assert (f": {name} (" in said) == (state == "named"), (name, state, said)


def test_every_page_option_is_in_the_table_as_it_is_named(tmp_path: Path) -> None:
    table = section("Pages")
    assert set(QUARTO_PAGE_OPTIONS) - set(table) == set()
    for name, state in table.items():
        assert state in STATES, name
        if name in QUARTO_PAGE_OPTIONS:
            assert (name in unsupported.PAGE_OPTIONS) == (state == "named"), (name, state)


def test_every_option_of_a_listing_is_in_the_table_as_it_is_named(tmp_path: Path) -> None:
    for name, state in section("Listings").items():
        key = name.removeprefix("listing.")
        text = f"---\nlisting:\n  {key}: x\n---\n"
        front = {"listing": {key: "x"}}
        source = PageSource(PurePosixPath("index.qmd"), text, front, text, "", ())
        findings = Findings()
        unsupported.check_page(tmp_path, source, findings)
        said = "\n".join(map(str, findings))
        assert (f": {name} (" in said) == (state == "named"), (name, said)
