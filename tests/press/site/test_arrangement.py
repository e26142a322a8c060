"""Pages about somebody, banners, colours of code: what each asks for, as HTML and CSS."""

from __future__ import annotations

from pathlib import Path

import pytest

from press.site import about, addresses, banner, highlighting

FULL = {
    "template": "jolla", "image": "me.png", "image-shape": "round", "image-alt": "A & B",
    "links": [{"icon": "github", "text": "Code", "href": "x.qmd"}, {"icon": "rss", "href": "f.xml"}],
}  # fmt: skip


def resolve(href: str) -> str:
    return "../" + href


@pytest.mark.parametrize("template", about.TEMPLATES)
def test_every_arrangement_has_title_text_picture_and_links(template: str) -> None:
    asked = about.about_page({"about": {**FULL, "template": template}}, "", resolve)
    assert asked is not None
    markup = asked.around("<h1>T</h1>", "<p>Body.</p>")
    assert markup.count("<h1>T</h1>") == markup.count("<p>Body.</p>") == 1
    assert "../me.png" in markup
    assert '<i class="bi bi-github" aria-hidden="true"></i> <span class="about-link-text">Code' in (
        markup
    )
    assert 'href="../f.xml" class="about-link" aria-label="rss"' in markup
    assert markup.count("<div") == markup.count("</div>")


def test_a_part_of_the_page_can_be_about_somebody() -> None:
    asked = about.about_page({"about": {"template": "solana", "id": "hero"}}, "p.png", resolve)
    assert asked is not None
    body = '<p>Before.</p><div id="hero"><div><p>In.</p></div></div><p>After.</p>'
    markup = asked.around("T", body)
    assert markup.startswith('<p>Before.</p><div class="quarto-about-solana">')
    assert markup.endswith("</div><p>After.</p>")
    assert 'src="../p.png"' in markup


@pytest.mark.parametrize("value", [None, "own.ejs", {"template": "own.ejs"}, {}])
def test_another_template_is_none(value: object) -> None:
    assert about.about_page({"about": value}, "", resolve) is None


@pytest.mark.parametrize(
    ("options", "navbar", "said"),
    [
        ({"title-block-banner": "#eeeeee"}, {}, "background: #eeeeee; color: #000;"),
        ({"title-block-banner": "#123456"}, {}, "background: #123456; color: #fff;"),
        (
            {"title-block-banner": "#eeeeee", "title-block-banner-color": "#770000"},
            {}, "background: #eeeeee; color: #770000;",
        ),
        ({"title-block-banner": "pic.png"}, {}, "background-image: url('../pic.png')"),
        ({"title-block-banner": True}, {"background": "#ffdd00"}, "background: #ffdd00; color: #000;"),
    ],
)  # fmt: skip
def test_a_banner_has_its_colour_or_picture_and_legible_words(
    options: dict[str, object], navbar: dict[str, str], said: str
) -> None:
    assert said in banner.banner_style(options, navbar, resolve)


@pytest.mark.parametrize(
    "value", [None, False, True, "red; } body { display: none"]
)  # true without a navbar's colours is the theme's own
def test_no_banner_and_no_colour_has_no_rules(value: object) -> None:
    assert banner.banner_style({"title-block-banner": value}, {}, resolve) == ""


def test_code_has_the_colours_of_a_style_by_name_file_or_mode(tmp_path: Path) -> None:
    (tmp_path / "own.theme").write_text(
        '{"text-color": "#111111", "background-color": null, "text-styles": '
        '{"Keyword": {"text-color": "#222222", "bold": true}, "Nothing": {"text-color": "red"}}}'
    )
    sheet = highlighting.style_sheet({"light": "own.theme", "dark": "zenburn"}, tmp_path)
    keyword = "code.sourceCode span.kw { color: #222222; font-weight: bold; font-style: normal; }"
    assert f"html:not(.quarto-dark) {keyword}" in sheet
    assert "html.quarto-dark div.sourceCode { background-color: #303030; }" in sheet
    assert "red" not in sheet
    assert highlighting.style_sheet("arrow", tmp_path) == ""
    assert "color: inherit" in highlighting.style_sheet("none", tmp_path)
    assert not highlighting.is_style("dracula")


def test_links_to_other_sites_open_in_windows_of_their_own() -> None:
    markup = (
        '<a href="https://e.org/">a</a><a href="b.html">b</a><a rel="me" href="//c.org">c</a>'
        '<a href="https://me.org/d">d</a><a target="_top" href="https://f.org">f</a>'
    )
    opened = addresses.in_new_windows(markup, "https://me.org")
    assert opened.count('target="_blank"') == 2
    assert '<a href="https://e.org/" target="_blank" rel="noopener">a</a>' in opened
    assert '<a rel="me" href="//c.org" target="_blank">c</a>' in opened
    assert addresses.in_new_windows(markup, "", "e.org|c.org|me.org") == markup
