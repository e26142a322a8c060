"""What sites of other people's hold that no single page of Quarto's shows: what is named, and where."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.press.outline import words

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
KNITR = '---\ntitle: A\n---\n\n```{r}\n#| echo = FALSE,\n#| fig.cap = "x"\nplot(1)\n```\n'


def main_of(root: Path, page: str) -> str:
    markup = (root / "_site" / page).read_text(encoding="utf-8")
    return markup[markup.index("<main") : markup.index("</main>")]


def test_one_line_that_cannot_be_read_refuses_no_site(make: Make, run: Run) -> None:
    root = make(
        {
            "index.qmd": KNITR,
            "expr.qmd": "---\ntitle: B\ndate: !expr Sys.Date()\n---\n\nHere.\n",
            "n.ipynb": json.dumps(
                {
                    "cells": [
                        {
                            "cell_type": "code",
                            "metadata": {},
                            "outputs": [],
                            "execution_count": 1,
                            "source": "#| fig-cap: [open\nprint(1)",
                        }
                    ],
                    "metadata": {},
                    "nbformat": 4,
                    "nbformat_minor": 4,
                }
            ),
        }
    )
    done = run(root)
    assert done.returncode == 0, done.stderr
    assert "index.qmd:6: cell options are `#| key: value` lines" in done.stdout
    assert "n.ipynb:1: these cell options are not valid YAML" in done.stdout
    assert "expr.qmd:3: values for R to evaluate (!expr)" in done.stdout
    assert "plot (1)" in words(main_of(root, "index.html"))
    assert "Here." in main_of(root, "expr.html")


def test_options_that_cannot_be_read_end_the_run_of_their_page(make: Make, run: Run) -> None:
    root = make({"index.qmd": "---\ntitle: A\n---\n\n```{python}\n#| echo: [\n1\n```\n"})
    done = run(root)
    assert done.returncode == 1
    assert "index.qmd:6: these cell options are not valid YAML" in done.stderr


def test_an_output_that_no_page_can_show_is_named_and_fatal_under_strict(
    make: Make, run: Run
) -> None:
    code = (
        'from IPython.display import display\ndisplay({"application/vnd.x+json": {}}, raw=True)\n'
    )
    freeze = "project:\n  type: website\nexecute:\n  freeze: auto\n"
    page = f"---\ntitle: A\n---\n\n```{{python}}\n{code}```\n"
    root = make({"_quarto.yml": freeze, "index.qmd": page})
    for frozen in (False, True):
        done = run(root, "--strict")
        assert done.returncode == 1, frozen
        assert (
            "index.qmd:6: an output of kind application/vnd.x+json, which no page can show"
            in done.stderr
        )
        run(root)


@pytest.mark.parametrize("indent", ["   ", "    "])
def test_a_cell_in_a_list_is_run_and_the_list_stays_whole(
    make: Make, run: Run, indent: str
) -> None:
    cell = f"{indent}```{{python}}\n{indent}print(6 * 7)\n{indent}```\n"
    root = make({"index.qmd": f"---\ntitle: A\n---\n\n1. one\n\n{cell}\n2. two\n"})
    assert run(root).returncode == 0
    markup = main_of(root, "index.html")
    assert markup.count("<ol") == 1
    assert ":::" not in markup
    assert markup.index("42") < markup.index("</li>")


def test_what_a_frozen_page_needs_in_its_head_is_there(make: Make, run: Run) -> None:
    root = make(
        {
            "_quarto.yml": "project:\n  type: website\nexecute:\n  freeze: true\n",
            "index.qmd": "---\ntitle: A\n---\n\n```{r}\nleaflet()\n```\n",
            "_freeze/index/execute-results/html.json": json.dumps(
                {
                    "hash": "x",
                    "result": {
                        "engine": "knitr",
                        "markdown": "---\ntitle: A\n---\n\nDrawn.\n",
                        "supporting": [],
                        "filters": ["rmarkdown/pagebreak.lua"],
                        "includes": {"include-in-header": ['<script id="widget"></script>\n']},
                    },
                }
            ),
        }
    )
    done = run(root, "--strict")
    assert done.returncode == 0, done.stderr
    markup = (root / "_site/index.html").read_text(encoding="utf-8")
    assert '<script id="widget"></script>' in markup[: markup.index("</head>")]


def test_a_page_may_take_options_from_files(make: Make, run: Run) -> None:
    root = make(
        {
            "index.qmd": "---\ntitle: A\n---\n",
            "posts/a.qmd": "---\ntitle: B\nmetadata-files: [more.yml]\n---\n\nText.\n",
            "posts/more.yml": "subtitle: From a file\ntitle: Not this\n",
        }
    )
    assert run(root, "--strict").returncode == 0
    assert "B From a file Text." in words(main_of(root, "posts/a.html"))


def test_files_of_a_folder_and_of_the_root_are_found_from_any_page(make: Make, run: Run) -> None:
    root = make(
        {
            "_quarto.yml": "project:\n  type: website\nformat:\n  html:\n    css: site.css\n    include-after-body: foot.html\n",
            "site.css": "b {}\n",
            "foot.html": "<i>foot</i>",
            "index.qmd": "---\ntitle: A\n---\n",
            "posts/_metadata.yml": "format:\n  html:\n    css: [posts.css]\n    include-after-body: [note.html]\n",
            "posts/posts.css": "i {}\n",
            "posts/note.html": "<i>note</i>",
            "posts/a/index.qmd": "---\ntitle: B\ninclude-in-header: gone.html\n---\n",
        }
    )
    done = run(root)
    assert "posts/a/index.qmd:3: include-in-header: there is no file gone.html" in done.stdout
    markup = (root / "_site/posts/a/index.html").read_text(encoding="utf-8")
    assert 'href="../../site.css"' in markup
    assert 'href="../posts.css"' in markup
    assert (root / "_site/posts/posts.css").is_file()
    assert markup.index("<i>foot</i>") < markup.index("<i>note</i>")


SITE = "project:\n  type: website\nwebsite:\n  title: T\n  site-url: https://example.org\n  open-graph: true\n"


def test_a_picture_from_elsewhere_is_in_the_list_the_feed_and_the_head(
    make: Make, run: Run
) -> None:
    picture = "https://images.example.org/pic.png"
    root = make(
        {
            "_quarto.yml": SITE,
            "index.qmd": "---\ntitle: L\nlisting:\n  contents: posts\n  type: grid\n  feed: true\n---\n",
            "posts/a/index.qmd": f"---\ntitle: A\nimage: {picture}\n---\n\nText.\n",
        }
    )
    done = run(root, "--strict")
    assert done.returncode == 0, done.stderr
    assert f'src="{picture}"' in main_of(root, "index.html")
    assert f'<media:content url="{picture}"' in (root / "_site/index.xml").read_text("utf-8")
    head = (root / "_site/posts/a/index.html").read_text(encoding="utf-8")
    assert f'content="{picture}"' in head


def listed(root: Path) -> list[str]:
    markup = main_of(root, "index.html")
    return [words(title) for title in re.findall(r'listing-title">(.*?)</h3>', markup, re.S)]


ITEMS = """---
title: L
listing:
  sort: title
  contents:
    - posts/*.qmd
    - "!posts/skip.qmd"
    - items/*.yml
    - title: Bravo talk
      path: https://example.org/talk
      categories: [talks]
      custom: deep
    - path: posts/extra/more.qmd
      description: Said here
  feed: true
{more}---
"""


@pytest.mark.parametrize(
    ("more", "titles"),
    [
        ("", ["Alpha", "Bravo talk", "Charlie", "Delta", "Echo"]),
        ("  include:\n    categories: talks\n", ["Bravo talk", "Charlie"]),
        ("  exclude:\n    - categories: talk*\n    - author: Ada*\n", ["Delta", "Echo"]),
        ("  exclude: {title: Alpha, custom: deep}\n",
         ["Alpha", "Bravo talk", "Charlie", "Delta", "Echo"]),
    ],
)  # fmt: skip
def test_a_listing_mixes_pages_items_and_files(
    make: Make, run: Run, more: str, titles: list[str]
) -> None:
    root = make(
        {
            "_quarto.yml": SITE,
            "index.qmd": ITEMS.format(more=more),
            "posts/a.qmd": "---\ntitle: Alpha\nauthor: [Bob, Ada King]\n---\n",
            "posts/skip.qmd": "---\ntitle: Skipped\n---\n",
            "posts/extra/more.qmd": "---\ntitle: Delta\n---\n\nText.\n",
            "items/two.yml": "- title: Charlie\n  path: ../posts/a.html\n  categories: talks\n- title: Echo\n",
        }
    )
    done = run(root, "--strict")
    assert done.returncode == 0, done.stderr
    assert listed(root) == titles
    feed = (root / "_site/index.xml").read_text(encoding="utf-8")
    assert ("<link>https://example.org/talk</link>" in feed) == ("Bravo talk" in titles)
    assert ("Said here" in main_of(root, "index.html")) == ("Delta" in titles)


GERMAN = """---
title: Seite
author: Ada
date: 2024-01-02
date-modified: 2024-02-03
lang: de
highlight-style: zenburn
link-external-newwindow: true
title-block-banner: pic.png
listing:
  contents: posts
  categories: true
toc: true
---

## Ein Abschnitt

![Ein Bild](pic.png){#fig-a}

Siehe @fig-a und [dort](https://example.org).[^1]

::: {.callout-note}
Achtung.
:::

::: {#thm-a}
Satz.
:::

::: {.proof}
Klar.
:::

[^1]: Eine Note.
"""


def test_a_page_in_german_says_everything_in_german(make: Make, run: Run) -> None:
    root = make(
        {
            "_quarto.yml": "project:\n  type: website\n",
            "index.qmd": GERMAN,
            "pic.png": "png",
            "posts/a.qmd": "---\ntitle: Eintrag\ndate: 2024-05-06\ncategories: [x]\n---\n",
        }
    )
    done = run(root, "--strict")
    assert done.returncode == 0, done.stderr
    markup = (root / "_site/index.html").read_text(encoding="utf-8")
    shown = words(markup[markup.index("<body") :]).replace("\u00a0", " ")
    for said in (
        "Autor:in Ada", "Veröffentlichungsdatum 2. Januar 2024", "Geändert 3. Februar 2024",
        "Abbildung 1: Ein Bild", "Siehe Abbildung 1 und", "Hinweis Achtung.", "Theorem 1 Satz.",
        "Beweis. Klar.", "Fußnoten", "Auf dieser Seite", "06.05.2024", "Kategorien alle",
        "Keine Treffer",
    ):  # fmt: skip
        assert said in shown, said
    assert 'href="https://example.org" target="_blank" rel="noopener"' in markup
    assert "background-image: url('pic.png')" in markup
    assert (root / "_site/pic.png").is_file()
    (sheet,) = (root / "_site/site_libs").glob("highlighting-*.css")
    assert sheet.name in markup


def test_a_page_about_somebody_and_a_language_without_words(make: Make, run: Run) -> None:
    about = "about:\n  template: trestles\n  image: me.png\n  links:\n    - icon: github\n      text: Code\n      href: b.qmd\n"
    root = make(
        {
            "index.qmd": f"---\ntitle: Ada\n{about}---\n\n## Work\n\nMachines.\n",
            "b.qmd": "---\ntitle: B\nlang: eo\nabout: own.ejs\nhighlight-style: dracula\n---\n\nTeksto.\n",
            "me.png": "png",
        }
    )
    done = run(root)
    assert "b.qmd:3: lang: eo: labels in that language; name them by language:" in done.stdout
    assert "b.qmd:5: highlight-style: dracula" in done.stdout
    assert "b.qmd:4: about: own.ejs" in done.stdout
    main = main_of(root, "index.html")
    assert main.index("quarto-about-trestles") < main.index("Ada") < main.index("Machines.")
    assert 'href="b.html" class="about-link"' in main
    assert "doc-toc" not in main
    assert (root / "_site/me.png").is_file()


def test_the_sites_own_texts_have_values_that_a_script_may_have_written(
    make: Make, run: Run
) -> None:
    root = make(
        {
            "_quarto.yml": "project:\n  type: website\n  pre-render: write.py\nwebsite:\n  title: Site {{< var v >}}\n"
            "  page-footer: Version {{< var v >}}, {{< var none >}}\n",
            "write.py": "open('_variables.yml', 'w').write('v: 1.2\\n')\n",
            "index.qmd": "---\ntitle: A\n---\n\nIt is {{< var v >}}.\n",
        }
    )
    done = run(root)
    assert done.returncode == 0, done.stderr
    assert "_quarto.yml:6: {{< var none >}}: there is no such value" in done.stdout
    markup = (root / "_site/index.html").read_text(encoding="utf-8")
    assert "<title>A – Site 1.2</title>" in markup
    assert "Version 1.2" in markup[markup.index("<footer") :]
    assert "It is 1.2." in markup


def test_what_styles_and_included_html_load_is_published(make: Make, run: Run) -> None:
    root = make(
        {
            "_quarto.yml": "project:\n  type: website\nformat:\n  html:\n    css: look/site.css\n",
            "look/site.css": "@import 'more.css';\nbody { background: url(\"../img/a.svg?v=1\") }\n"
            "/* url(../img/no.svg) */ i { background: url(data:image/png;base64,AA) }\n",
            "look/more.css": "@font-face { src: url(fonts/f.woff2) }\n",
            "look/fonts/f.woff2": "font",
            "img/a.svg": "<svg/>",
            "img/no.svg": "<svg/>",
            "index.qmd": "---\ntitle: A\n---\n",
            "posts/a.qmd": "---\ntitle: B\ninclude-after-body: foot.html\n---\n",
            "posts/foot.html": '<script src="own.js"></script><script src="https://e.org/x.js"></script>',
            "posts/own.js": "1;",
        }
    )
    assert run(root, "--strict").returncode == 0
    out = root / "_site"
    for name in (
        "look/site.css",
        "look/more.css",
        "look/fonts/f.woff2",
        "img/a.svg",
        "posts/own.js",
    ):
        assert (out / name).is_file(), name
    assert not (out / "img/no.svg").exists()
    assert not (out / "posts/foot.html").exists()


def test_a_banner_that_is_missing_is_named_with_its_line(make: Make, run: Run) -> None:
    root = make({"index.qmd": "---\ntitle: A\ntitle-block-banner: gone.png\n---\n\nText.\n"})
    assert "index.qmd:3: missing image gone.png" in run(root).stdout
