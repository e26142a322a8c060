"""A render's order: what can be known first is said first, and what was made is not made again."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
# A cell that counts how often it runs.
COUNTED = (
    "```{{python}}\nwith open('{0}.runs', 'a') as log:\n    print('run', file=log)\n{1}\n```\n"
)


def runs(root: Path, name: str) -> int:
    file = root / f"{name}.runs"
    return len(file.read_text().split()) if file.exists() else 0


def test_a_theme_that_is_not_there_is_named_before_a_cell_runs(make: Make, run: Run) -> None:
    """Bug: the cells ran for minutes, and then the theme was unknown."""
    root = make({
        "_quarto.yml": "project:\n  type: website\nformat:\n  html:\n    theme: nowhere\n",
        "a.qmd": COUNTED.format("a", ""),
    })  # fmt: skip
    done = run(root)
    assert done.returncode == 1
    assert "press: _quarto.yml:5: theme 'nowhere' is not a Bootswatch theme" in done.stderr
    assert runs(root, "a") == 0


def test_results_are_kept_where_a_later_step_fails(make: Make, run: Run) -> None:
    """Bug: each render after a failure ran every cell of every page again."""
    root = make({
        "a.qmd": COUNTED.format("a", "from study import N\nprint(N)"),
        "b.qmd": COUNTED.format("b", "boom"), "study.py": "N = 1\n",
    })  # fmt: skip
    assert "b.qmd:4: cell 1 failed" in run(root).stderr
    (root / "b.qmd").write_text("Mended.\n")
    (root / "c.qmd").write_text("[x](gone.qmd)\n")
    assert run(root, "--strict").returncode == 1
    (root / "c.qmd").unlink()
    done = run(root)
    assert done.returncode == 0, done.stderr
    assert "reused    a.qmd  (executed in the last render, which failed later)" in done.stdout
    assert runs(root, "a") == 1
    run(root)
    assert runs(root, "a") == 2, "a page that is not frozen is executed in every render"
    (root / "b.qmd").write_text("```{python}\nboom\n```\n")
    run(root)
    (root / "study.py").write_text("N = 22\n")
    (root / "b.qmd").write_text("Mended.\n")
    run(root)
    assert runs(root, "a") == 4, "what it stands on has changed"
    assert "22" in (root / "_site/a.html").read_text()


def test_what_is_not_done_is_named_with_its_line_and_fatal_under_strict(
    make: Make, run: Run
) -> None:
    """Bug: `--strict` left what the press does not do at exit 0, and `when-meta` showed what it hides."""
    root = make({
        "_quarto.yml": "project:\n  type: website\nwebsite:\n  title: T\n  search:\n    type: nowhere\n  navbar: {left: [index.qmd]}\n",
        "index.qmd": "---\ntitle: H\nsecret: true\nparts: {one: true, two: false}\ndate: soon\n---\n\n"
        "Icon {{< fa star >}} here.\n\n```{r}\n1+1\n```\n\n"
        '::: {.content-hidden when-meta="secret"}\nHIDDEN\n:::\n\n'
        '::: {.content-visible when-meta="parts.two"}\nHIDDEN\n:::\n\n'
        '::: {.content-visible unless-meta="parts.two"}\nSHOWN\n:::\n\n'
        'And [seen]{.content-visible when-meta="parts.one"}.\n',
    })  # fmt: skip
    done = run(root, "--strict")
    assert done.returncode == 1
    for place in (
        "_quarto.yml:6: search.type: nowhere is not read",
        "index.qmd:5: date: soon is no date",
        "index.qmd:8: the shortcode fa",
        "index.qmd:10: cells in r",
    ):
        assert done.stderr.count(place) == 1, place
    assert run(root).returncode == 0
    markup = (root / "_site/index.html").read_text()
    assert "HIDDEN" not in markup
    assert "SHOWN" in markup
    assert "And seen." in markup.replace("<span>", "").replace("</span>", "")


def test_a_feed_has_each_entry_at_its_time_of_day(make: Make, run: Run) -> None:
    """Bug: half of the documented forms were no date, and a time of day and its zone were dropped."""
    dates = {
        "Wed, 06 Mar 2024 07:30:00 GMT": '"2024-03-05T23:30:00-08:00"',
        "Mon, 04 Mar 2024 10:30:00 GMT": '"2024-03-04 10:30"',
        "Sun, 03 Mar 2024 10:30:00 GMT": "2024-03-03 10:30:00",
        "Sun, 03 Mar 2024 00:00:00 GMT": '"3 March 2024"',
        "Tue, 02 Jan 2024 00:00:00 GMT": "01-02-2024",
        "Sun, 31 Dec 2023 00:00:00 GMT": '"12/31/23"',
    }
    pages = {
        f"posts/{number}.qmd": f"---\ntitle: N{number}\ndate: {written}\n---\n\nText.\n"
        for number, written in enumerate(reversed(dates.values()))
    }
    root = make({
        "_quarto.yml": "project: {type: website}\nwebsite: {title: T, site-url: 'https://e.org'}\n",
        "index.qmd": "---\ntitle: H\nlisting: {contents: posts, sort: date desc, feed: true}\n---\n",
        **pages,
    })  # fmt: skip
    assert run(root).returncode == 0
    items = ET.parse(root / "_site/index.xml").findall(".//item")
    assert [item.findtext("pubDate") for item in items] == list(dates)
    newest = (root / "_site/posts/5.html").read_text()
    assert '<p class="date">March 6, 2024</p>' in newest
    assert "Mar 6, 2024" in (root / "_site/index.html").read_text()
