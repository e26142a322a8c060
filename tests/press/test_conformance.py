"""The conformance project, against what Quarto documents: ids, captions, numbers, references, lists."""

from __future__ import annotations

import html
import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import yaml

from press.bodies.pandoc import PandocRequest, convert

Rendered = tuple[Path, str]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def page(rendered: Rendered, name: str) -> str:
    return (rendered[0] / "_site" / name).read_text(encoding="utf-8")


def text_of(markup: str) -> str:
    return " ".join(
        html.unescape(
            re.sub(r"<annotation.*?</annotation>|<[^>]+>", " ", markup, flags=re.S)
        ).split()
    )


def caption(markup: str, identifier: str) -> str:
    found = re.search(
        rf'<figcaption class="[^"]*" id="{identifier}-caption">(.*?)</figcaption>', markup, re.S
    )
    assert found, identifier
    return text_of(found[1])


def references(markup: str) -> list[str]:
    return [
        text_of(found)
        for found in re.findall(r'<a href="#[^"]*" class="quarto-xref">.*?</a>', markup, re.S)
    ]


def test_it_says_what_it_did(rendered: Rendered) -> None:
    assert "executed  docs/cells.qmd  (8 cells" in rendered[1]
    assert re.search(r"12 pages: 1 executed, 0 reused, 11 with nothing to execute", rendered[1])
    assert re.search(
        r"press: published with the embedded press to .* \(read .*, execute .*, bodies .*, site",
        rendered[1],
    )


def test_what_the_press_does_not_do_is_named_with_page_and_line_once(
    make: Callable[[dict[str, str]], Path], run: Run
) -> None:
    root = make({"index.qmd": "---\ntitle: A\nabbreviations: unread\n---\n\nText.\n"})
    said = run(root).stdout
    assert said.count("index.qmd:3: abbreviations") == 1
    assert said.count("warning ") == 1


def test_the_conformance_project_has_nothing_that_the_press_does_not_do(rendered: Rendered) -> None:
    assert "warning " not in rendered[1]


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("fig-one", "Figure 1: A square"),
        ("fig-pair", "Figure 2: A pair"),
        ("fig-left", "(a) Left"),
        ("fig-right", "(b) Right"),
        ("tbl-plain", "Table 1: A plain table"),
    ],
)
def test_captions(rendered: Rendered, identifier: str, expected: str) -> None:
    assert (
        caption(page(rendered, "docs/features.html"), identifier).replace("\u00a0", " ") == expected
    )


def test_references(rendered: Rendered) -> None:
    found = [
        text.replace("\u00a0", " ") for text in references(page(rendered, "docs/features.html"))
    ]
    assert found == [
        "Figure 1", "Figure 2", "Figure 2 (b)", "Figure 1", "Table 1", "1", "Figure 1",
        "Equation 1", "Section 1", "Table 1", "Tip 1",
    ]  # fmt: skip


def test_figures_are_quartos_figures(rendered: Rendered) -> None:
    markup = page(rendered, "docs/features.html")
    assert '<div id="fig-one" class="quarto-float quarto-figure quarto-figure-center">' in markup
    assert re.search(
        r'<img src="../square.svg" class="img-fluid figure-img" alt="A grey square" width="40"',
        markup,
    )
    assert markup.count('<div class="quarto-layout-cell" style="flex-basis: 50.0%') == 2


def test_sections_are_numbered_and_anchored(rendered: Rendered) -> None:
    markup = page(rendered, "docs/features.html")
    assert re.search(
        r'<section id="sec-figures" class="level2"[^>]*>\s*<h2[^>]* data-anchor-id="sec-figures">',
        markup,
    )
    assert '<span class="header-section-number">1</span> Figures' in markup
    assert re.search(r"<h3[^>]*>Deeper", markup), "an unnumbered heading has no number"
    assert 'href="#sec-figures" id="toc-sec-figures"' in markup


def test_citations_footnotes_and_their_appendix(rendered: Rendered) -> None:
    markup = page(rendered, "docs/features.html")
    assert "(Knuth 1984, 97)" in text_of(markup).replace("( ", "(").replace(" )", ")").replace(
        " ,", ","
    )
    appendix = markup[markup.index('id="quarto-appendix"') :]
    assert 'id="quarto-bibliography"' in appendix
    assert 'id="ref-knuth1984"' in appendix
    assert "A footnote." in appendix


def test_callouts_tabsets_margins(rendered: Rendered) -> None:
    markup = page(rendered, "docs/features.html")
    assert '<div class="callout callout-style-default callout-note callout-titled">' in markup
    assert re.search(r'class="callout-header[^"]*collapsed" data-bs-toggle="collapse"', markup)
    assert (
        '<div id="tip-try" class="callout callout-style-default callout-tip callout-titled">'
        in markup
    )
    assert "Tip\u00a01: Try" in markup
    assert '<span class="screen-reader-only">Warning</span>Mind the gap' in markup
    assert '<span class="screen-reader-only">Note' not in markup, "its title says so"
    assert re.search(
        r'<a class="nav-link active" id="tabset-1-1-tab"[^>]*aria-selected="true"', markup
    )
    assert '<div class="tab-content" data-group="language">' in markup
    assert '<span class="column-margin margin-aside">aside</span>' in markup
    assert '<div class="column-margin">' in markup


def test_the_title_block_says_who_where_and_what(rendered: Rendered) -> None:
    markup = page(rendered, "docs/reading.html")
    block = markup[
        markup.index('id="title-block-header"') : markup.index(
            "</header>", markup.index('id="title-block-header"')
        )
    ]
    assert re.findall(r'class="quarto-title-meta-heading">(.*?)<', block) == [
        "Authors", "Affiliation", "Modified", "Doi",
    ]  # fmt: skip
    assert '<p class="author">Ada King <a href="mailto:ada@example.org"' in block
    assert 'href="https://orcid.org/0000-0002-1825-0097" class="quarto-title-author-orcid"' in block
    assert '<p class="affiliation"><a href="https://example.org/works">The Works</a></p>' in block
    assert '<p class="doi"><a href="https://doi.org/10.1234/abc.5">10.1234/abc.5</a></p>' in block
    abstract = block[block.index('<div class="abstract">') :]
    assert '<div class="block-title">Abstract</div><p>What <em>happened</em>, as <span' in abstract
    assert 'href="#ref-knuth1984"' in abstract, "an abstract may cite"
    assert "<math" in abstract
    assert "press-abstract" not in markup
    assert 'class="quarto-category"' not in block, "title-block-categories: false"
    assert (
        '<link rel="canonical" href="https://conformance.example.org/base/docs/reading.html">'
        in markup
    )
    assert "BibTeX citation:" in markup
    assert "For attribution" not in markup, "appendix-cite-as: bibtex"
    assert "doi = {10.1234/abc.5}" in markup
    assert '<span class="header-section-number">1</span> Explained' in markup, (
        "number-offset: 2 is for the first level, which this page has not"
    )
    assert "For attribution" in page(rendered, "notes/first/index.html")


def test_code_is_explained_where_it_is_marked(rendered: Rendered) -> None:
    markup = page(rendered, "docs/reading.html")
    code = markup[markup.index('id="annotated-cell-1"') : markup.index("cell-annotation")]
    lines = code.split("\n")
    assert "&lt;1&gt;" not in code, "the comments are gone"
    assert [text_of(line.split("</a>", 1)[-1]) for line in lines[:4]] == [
        "import json", "", "text = json.dumps({})", "print (text)",
    ]  # fmt: skip
    assert ['data-target-annotation="2"' in line for line in lines[:4]] == [
        False,
        False,
        True,
        False,
    ]
    explained = re.findall(
        r'<dt data-target-cell="([^"]*)" data-target-annotation="(\d)">\d</dt><dd>\s*'
        r'<span [^>]*data-code-lines="([\d,]+)"[^>]*>(.*?)</span>',
        markup,
    )
    assert explained == [
        ("annotated-cell-1", "1", "1", "From the <em>standard</em> library."),
        ("annotated-cell-1", "2", "3,4", "Two lines."),
        ("annotated-cell-2", "1", "1", "Once."),
    ]


def test_the_source_of_a_page_can_be_seen_and_every_fold_opened(rendered: Rendered) -> None:
    markup = page(rendered, "docs/reading.html")
    assert 'id="quarto-code-tools-menu" data-bs-toggle="dropdown"' in markup
    for name in ("quarto-show-all-code", "quarto-hide-all-code", "quarto-view-source"):
        assert f'id="{name}" class="dropdown-item"' in markup
    source = re.search(
        r'<dialog id="quarto-embedded-source-code-modal".*?<code[^>]*>(.*?)</code>', markup, re.S
    )
    assert source
    assert html.unescape(source[1]) == (rendered[0] / "docs/reading.qmd").read_text()
    assert 'src="../site_libs/reading.js"' in markup
    assert "code-tools" not in page(rendered, "docs/cells.html"), "only where it is asked for"


def test_math_is_mathml_and_svg_is_untouched(rendered: Rendered) -> None:
    markup = page(rendered, "docs/features.html")
    assert '<span id="eq-euler" class="quarto-equation"><math display="block"' in markup
    assert '<svg class="untouched" viewBox="0 0 1 1"><path d="M0 0"/></svg>' in markup


def test_shortcodes_and_conditions(rendered: Rendered) -> None:
    markup = page(rendered, "docs/features.html")
    assert "Included text about meta values." in text_of(markup)
    assert '<source src="https://example.org/film.mp4">' in markup
    assert "Only on the web." in markup
    assert "Only in print." not in markup


def test_executed_cells(rendered: Rendered) -> None:
    markup = page(rendered, "docs/cells.html")
    shown = text_of(markup)
    assert "The answer is 42, the words are plain *text*, and bold" in shown.replace(" ,", ",")
    assert caption(markup, "fig-made").replace("\u00a0", " ") == "Figure 1: A made figure"
    assert caption(markup, "tbl-made").replace("\u00a0", " ") == "Table 1: A made table"
    assert 'src="cells_files/figure-html/fig-made-output-1.svg"' in markup
    assert (rendered[0] / "_site/docs/cells_files/figure-html/fig-made-output-1.svg").is_file()
    assert "As <em>it</em> is" in markup
    assert '<details open="" class="code-fold">\n<summary>Look</summary>' in markup
    assert "to stderr" in shown
    assert "ZeroDivisionError : division by zero" in shown, "the whole trace, in its colours"
    assert "never run" in shown
    assert '<span class="st">&quot;unheard&quot;</span>' in markup or "unheard" in shown
    assert markup.count("unheard") == 1, "a warning that is off is not shown, only its code"
    assert "not on the page" not in markup


def test_subfigures_of_a_cell(rendered: Rendered) -> None:
    markup = page(rendered, "docs/cells.html")
    assert caption(markup, "fig-two").replace("\u00a0", " ") == "Figure 2: Two in a row"
    assert caption(markup, "fig-two-2") == "(b) The second"
    assert markup.count("flex-basis: 50.0%") == 2
    assert [text.replace("\u00a0", " ") for text in references(markup)][-2:] == [
        "Figure 2", "Figure 2 (a)",
    ]  # fmt: skip


def test_a_notebook_is_shown_with_its_stored_outputs(rendered: Rendered) -> None:
    markup = page(rendered, "docs/analysis.html")
    assert '<h1 class="title">A notebook</h1>' in markup
    assert caption(markup, "fig-stored").replace("\u00a0", " ") == "Figure 1: A stored figure"
    assert 'src="analysis_files/figure-html/fig-stored-output-1.svg"' in markup
    assert "stored words" in text_of(markup)
    assert "hidden_by_its_tag" not in markup


def test_embedded_cells_show_their_output_and_are_numbered_here(rendered: Rendered) -> None:
    markup = page(rendered, "docs/embeds.html")
    assert caption(markup, "fig-stored").replace("\u00a0", " ") == "Figure 1: A stored figure"
    assert caption(markup, "fig-made").replace("\u00a0", " ") == "Figure 2: A made figure"
    assert "never run" not in markup, "embed shows no code"
    assert markup.count("stored words") == 2, "unless echo=true"
    assert [text.replace("\u00a0", " ") for text in references(markup)] == [
        "Figure 1", "Figure 2", "Figure 3",
    ]  # fmt: skip


def test_margin_footnotes_stand_beside_their_paragraph(rendered: Rendered) -> None:
    markup = page(rendered, "docs/embeds.html")
    margin = markup.index('<div class="no-row-height column-margin column-container">')
    assert margin < markup.index("Beside the paragraph") < markup.index('href="#fn1"')
    assert 'id="footnotes"' not in markup


def test_diagrams_are_drawn_by_a_script_of_the_site_on_pages_that_have_one(
    rendered: Rendered,
) -> None:
    markup = page(rendered, "docs/embeds.html")
    assert caption(markup, "fig-flow").replace("\u00a0", " ") == "Figure 3: From question to answer"
    assert 'aria-label="A flow chart with two boxes">flowchart LR' in markup
    assert 'src="../site_libs/mermaid/mermaid.js"' in markup
    assert (rendered[0] / "_site/site_libs/mermaid/mermaid.js").stat().st_size > 1_000_000
    assert "mermaid.js" not in page(rendered, "index.html")


def test_a_picture_may_be_opened_above_the_text(rendered: Rendered) -> None:
    assert re.search(
        r'<a href="../square.svg" class="lightbox"[^>]*><img src="../square.svg"',
        page(rendered, "docs/embeds.html"),
    )


def test_an_old_address_leads_to_the_page(rendered: Rendered) -> None:
    assert 'url=../docs/embeds.html"' in page(rendered, "old/embeds.html")
    assert 'url=embeds.html"' in page(rendered, "docs/former.html")


def test_listing_feed_and_drafts(rendered: Rendered) -> None:
    markup = page(rendered, "notes/index.html")
    titles = [
        text_of(found)
        for found in re.findall(r'<h3 class="no-anchor listing-title">(.*?)</h3>', markup)
    ]
    assert titles == ["The second note", "The first note"], "newest first, no drafts"
    assert re.findall(r'class="category" data-category="([^"]*)"', markup) == ["", "alpha", "beta"]
    assert '<link rel="alternate" type="application/rss+xml"' in markup
    feed = ElementTree.fromstring(page(rendered, "notes/index.xml"))
    items = feed.findall("channel/item")
    assert [item.findtext("title") for item in items] == titles
    assert items[0].findtext("link") == "https://conformance.example.org/base/notes/second/"
    assert items[0].findtext("guid") == "https://conformance.example.org/base/notes/second/"
    assert "The second body" in (items[0].findtext("description") or "")
    assert "https://conformance.example.org/base/notes/second/index.html" in (
        items[1].findtext("description") or ""
    )
    assert [found.text for found in items[1].findall("category")] == ["alpha", "beta"]
    assert not (rendered[0] / "_site/notes/hidden").exists()


def test_folder_metadata_and_citation(rendered: Rendered) -> None:
    markup = page(rendered, "notes/first/index.html")
    assert "<p>Ada King</p>" in markup
    assert "@online{king2026," in markup
    assert "url = {https://conformance.example.org/base/notes/first/}" in markup
    assert (
        'href="../../notes/second/index.html"' in markup or 'href="../second/index.html"' in markup
    )


def test_an_entry_says_its_kind_what_it_answers_and_whom_it_thanks(rendered: Rendered) -> None:
    markup = page(rendered, "notes/first/index.html")
    lead = re.search(r'<p class="entry-lead">.*?</p>', markup)
    assert lead
    assert text_of(lead[0]) == "Reproduction · 1 min read · In reply to A post & more by Grace"
    assert 'rel="in-reply-to" href="https://example.org/a?b=1&amp;c=2"' in lead[0]
    appendix = markup[markup.index('id="quarto-appendix"') :]
    assert "Thanks to <em>everyone</em>." in appendix
    assert "entry-lead" not in page(rendered, "notes/second/index.html")
    assert "Notebook" not in markup, "it runs no code"


def test_a_page_that_runs_code_can_be_had_as_a_notebook(rendered: Rendered) -> None:
    markup = page(rendered, "docs/cells.html")
    links = re.search(r'<p class="entry-links">.*?</p>', markup)
    assert links
    assert re.findall(r'href="([^"]*)"', links[0]) == [
        "https://example.org/log/blob/main/docs/cells.qmd",
        "cells.ipynb",
        "https://colab.example.org/log/blob/notebooks/docs/cells.ipynb",
    ]
    held = json.loads(page(rendered, "docs/cells.ipynb"))
    assert held["nbformat"] == 4
    assert "".join(held["cells"][0]["source"]).startswith("# Cells\n\nPublished at <https://conf")
    code = [cell for cell in held["cells"] if cell["cell_type"] == "code"]
    assert len(code) == 9
    assert "#| label: tbl-made\n" in code[0]["source"]
    assert not (rendered[0] / "_site/index.ipynb").exists(), "it runs no code"
    nbformat.validate(nbformat.from_dict(held))


def test_search_sitemap_and_social_tags(rendered: Rendered) -> None:
    entries = json.loads(page(rendered, "search.json"))
    section = next(entry for entry in entries if entry["href"] == "docs/features.html#sec-figures")
    assert section["title"] == "Features, all of them"
    assert "annotation" not in json.dumps(entries)
    assert "https://conformance.example.org/base/notes/first/index.html" in page(
        rendered, "sitemap.xml"
    )
    assert "hidden" not in page(rendered, "sitemap.xml")
    assert "Sitemap: https://conformance.example.org/base/sitemap.xml" in page(
        rendered, "robots.txt"
    )
    assert '<meta property="og:title" content="The first note – Conformance">' in page(
        rendered, "notes/first/index.html"
    )


def test_light_and_dark_and_no_other_host(rendered: Rendered) -> None:
    site = rendered[0] / "_site"
    for file in site.rglob("*.html"):
        markup = file.read_text(encoding="utf-8")
        if 'http-equiv="refresh"' in markup:
            continue
        assert 'id="quarto-bootstrap-dark"' in markup
        for found in re.findall(
            r"<(?:link(?! rel=.canonical)|script|img|iframe)\b[^>]*(?:href|src)=\"(https?:[^\"]*)",
            markup,
        ):
            pytest.fail(f"{file.name} asks {found}")
    for file in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?https?:", file.read_text(encoding="utf-8")), file


def test_every_local_link_leads_somewhere(rendered: Rendered) -> None:
    site = rendered[0] / "_site"
    for file in site.rglob("*.html"):
        if file.name == "404.html":
            continue
        for href in re.findall(r'\s(?:href|src)="([^"#?]+)', file.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", href):
                continue
            target = (file.parent / html.unescape(href).replace("%20", " ")).resolve()
            assert target.exists(), f"{file.relative_to(site)} → {href}"


def test_the_404_page_works_at_any_depth(rendered: Rendered) -> None:
    markup = page(rendered, "404.html")
    assert 'href="/base/site_libs/press.css"' in markup
    assert 'href="/base/index.html"' in markup


def test_scripts_and_resources(rendered: Rendered) -> None:
    site = rendered[0] / "_site"
    assert (site / "after.txt").read_text() == "done"
    assert "By a script." in page(rendered, "docs/written.html")
    assert (site / "src_data/table.csv").is_file()
    assert (site / "with space/a page.html").is_file()
    assert not list(site.rglob("*.qmd"))


def test_profiles_turn_on_comments_and_show_drafts(rendered: Rendered, run: Run) -> None:
    root = rendered[0]
    done = run(root, "--profile", "comments,draft", "--output-dir", str(root.parent / "other"))
    assert done.returncode == 0, done.stderr
    markup = (root.parent / "other/notes/first/index.html").read_text(encoding="utf-8")
    assert 'script.src = "https://giscus.app/client.js"' in markup
    assert 'script.dataset.repoId = "R_1"' in markup
    assert 'id="giscus-alt-theme" value="dark_dimmed"' in markup
    assert (root.parent / "other/notes/hidden/index.html").is_file()
    assert "giscus" not in page(rendered, "notes/first/index.html"), "off by default"


@pytest.mark.parametrize(
    ("front", "headings", "numbers"),
    [
        ("number-offset: 2", "## A\n\n### B", ["1", "1.1"]),
        ("number-offset: 2", "# A\n\n## B", ["3", "3.1"]),
        ("number-offset: [1, 4]", "## A\n\n## B", ["5", "6"]),
        ("number-offset: [1, 4]", "# A\n\n## B\n\n# C\n\n## D", ["2", "2.5", "3", "3.5"]),
        ("number-sections: true", "### A", ["0.1"]),
        ("number-sections: false\nnumber-offset: 2", "# A", []),
        ("number-sections: true\nnumber-depth: 2", "## A\n\n### B\n\n## C", ["1", "2"]),
    ],
)
def test_sections_are_numbered_by_level_as_in_quarto(
    front: str, headings: str, numbers: list[str]
) -> None:
    """From `sectionNumber` in Quarto's crossref filter: the first level counts where a page has it."""
    meta = yaml.safe_load(front)
    request = PandocRequest("a.qmd", headings + "\n", {"title": "T", **meta})
    found = re.findall(r'header-section-number">([^<]*)<', convert([request])[0].html)
    assert found == numbers
