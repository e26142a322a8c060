"""What helps a reader, in a real Chromium: explanations, notes where they are named, source, a calm page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_a_mark_in_code_lights_up_the_lines_it_is_about(tab: Any, address: str) -> None:
    tab.goto(f"{address}/docs/reading.html")
    tab.locator("#quarto-code-tools-menu").click()
    tab.locator("#quarto-show-all-code").click()
    mark = tab.locator(".code-annotation-anchor").nth(1)
    mark.focus()
    lit = tab.locator(".code-annotation-lit")
    assert lit.all_inner_texts() == ["text = json.dumps({})", "print(text)"]
    tab.keyboard.press("Tab")
    assert lit.count() == 0


def test_folds_open_all_at_once_and_the_source_is_the_pages_own(
    tab: Any, address: str, rendered: tuple[Path, str]
) -> None:
    tab.goto(f"{address}/docs/reading.html")
    menu = tab.locator("#quarto-code-tools-menu")
    folds = tab.locator("details.code-fold[open]")
    assert folds.count() == 0
    menu.press("Enter")
    tab.locator("#quarto-show-all-code").click()
    assert folds.count() == 1
    menu.click()
    tab.locator("#quarto-hide-all-code").click()
    assert folds.count() == 0
    menu.click()
    tab.locator("#quarto-view-source").click()
    source = tab.locator("#quarto-embedded-source-code-modal code")
    written = (rendered[0] / "docs/reading.qmd").read_text(encoding="utf-8")
    assert source.text_content() == written
    tab.keyboard.press("Escape")
    assert not source.is_visible()


def test_a_note_and_a_citation_show_where_they_are_named(tab: Any, address: str) -> None:
    tab.goto(f"{address}/docs/reading.html")
    hint = tab.locator("#reading-hint")
    tab.locator("a.footnote-ref").focus()
    assert hint.inner_text().strip() == "Shown where it is named."
    assert tab.locator("a.footnote-ref").get_attribute("aria-describedby") == "reading-hint"
    tab.keyboard.press("Escape")
    assert hint.count() == 0
    tab.locator(".abstract .citation a").hover()
    hint.wait_for(state="visible")
    assert "Knuth" in hint.inner_text()
    box = hint.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280


def test_reader_mode_leaves_the_text_and_is_remembered(tab: Any, address: str) -> None:
    tab.goto(f"{address}/docs/features.html")
    contents, toggle = tab.locator("#TOC"), tab.locator(".quarto-reader-toggle")
    assert contents.is_visible()
    toggle.click()
    assert not contents.is_visible()
    assert toggle.get_attribute("aria-pressed") == "true"
    tab.reload()
    assert not contents.is_visible()
    toggle.press("Enter")
    assert contents.is_visible()


def test_hints_stay_away_where_a_page_turns_them_off(tab: Any, address: str) -> None:
    tab.goto(f"{address}/docs/embeds.html")
    tab.locator("a.quarto-xref").first.focus()
    assert tab.locator("#reading-hint").count() == 0
