"""The style sheet knows every class the tracker's pages use, and its colours can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tracker.autumn import (
    AFTER,
    SEASON,
    SOON,
    START,
    edit,
    sealed,  # noqa: F401 - no test asks the network
)
from tests.tracker.conftest import Run
from tracker.pages.markup import COLOURS

ROOT = Path(__file__).resolve().parents[3]
THEME = (ROOT / "theme.css").read_text(encoding="utf-8")
LEAST = 4.5  # WCAG's contrast for text
WORDS = {  # what is set in these colours is read
    "--tk-red", "--tk-orange", "--tk-blue", "--tk-green", "--ink-soft", "--ink",
}  # fmt: skip


@pytest.mark.usefixtures("sealed")
def test_every_class_has_a_style(run: Run, log: Path) -> None:
    (log / "goals.yml").write_text(SEASON, encoding="utf-8")
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 2")
    edit(log, "title: Write", "title: Write it down")
    run("season", "amend", "--reason", "Less.", now=SOON)
    edit(log, "target: 2", "target: 5")
    run("season", "amend", "--reason", "More.", now=SOON)
    run("forecast", "papers=60%", now=SOON)
    run("checkin", "write=y", now=SOON)
    run("review", now=SOON)
    run("season", "close", "--miss", "papers=x", "--miss", "tool=y", now=AFTER)
    run("pages", now=AFTER)
    pages = "".join(path.read_text(encoding="utf-8") for path in log.rglob("*.*md"))
    used = {name for found in re.findall(r'class="([^"]*)"', pages) for name in found.split()}
    used |= set(re.findall(r"\{\.([a-z][\w-]*)", pages)) - {"callout-note", "callout-warning"}
    assert {"tk-harder", "tk-easier", "your-words", "tk-table", "tk-chart"} <= used, "a control"
    styled = set(re.findall(r"\.([a-z][\w-]*)", THEME + pages.partition("<style>")[2]))
    # A day of a chart and its plain parts are drawn by SVG's own attributes.
    assert used - styled - {"tk-goal", "tk-day", "tk-day-rest"} == set()


def colours(rule: str) -> dict[str, str]:
    """The custom properties of a rule."""
    body = THEME.partition(f"\n{rule} {{")[2].partition("}")[0]
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", body))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("rule", [":root", ".quarto-dark"])
def test_words_stand_out_from_the_paper(rule: str) -> None:
    found = colours(rule)
    assert found.keys() >= WORDS | {"--paper"}
    for name in WORDS:
        one, other = sorted((luminance(found[name]), luminance(found["--paper"])))
        assert (other + 0.05) / (one + 0.05) >= LEAST, (rule, name)


def test_the_pages_own_colours_are_those_of_the_theme() -> None:
    theme = colours(":root")
    assert {f"--tk-{name}": colour for name, colour in COLOURS.items()}.items() <= theme.items()


@pytest.mark.parametrize(("mode", "rule"), [("light", ":root"), ("dark", ".quarto-dark")])
def test_quarto_compiles_the_colours_that_the_style_sheet_has(mode: str, rule: str) -> None:
    """Quarto draws the bar's icons, and the ground of wide tables, in colours that Sass compiles."""
    sass = (ROOT / f"theme-{mode}.scss").read_text(encoding="utf-8")
    compiled = dict(re.findall(r"^\$([\w-]+): (#[0-9a-f]{6});", sass, re.M))
    chosen = colours(rule)
    same = {
        "body-bg": "--paper", "body-color": "--ink", "link-color": "--accent",
        "border-color": "--rule", "code-bg": "--raised", "navbar-bg": "--paper",
        "navbar-fg": "--ink", "footer-bg": "--paper", "footer-fg": "--ink-soft",
        "table-border-color": "--rule",
    }  # fmt: skip
    assert {name: compiled.get(name) for name in same} == {
        name: chosen[variable] for name, variable in same.items()
    }
