"""The ledger's filter in a real browser: by mouse, by keyboard, by address, and without script."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.ledger.page import page
from lab.ledger.rows import Row

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ROWS = [
    Row("claim", "circular", "a", states="One", verdict="reproduced", model="gpt2-small"),
    Row("claim", "circular", "b", states="Two", verdict="not run", model="gpt2-small"),
    Row("claim", "paths", "c", states="Three", verdict="different model", model="gpt2-small",
        ours_model="smollm2-135m"),
    Row("prediction", "ioi", "d", states="Four", verdict="open", probability=0.3),
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium(request: pytest.FixtureRequest) -> Iterator[Any]:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    drivers = request.getfixturevalue("browsers")
    browser = drivers.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The include as a page of its own, opened from the disk."""
    raw = re.sub(r"^`{8}.*$", "", page(ROWS), flags=re.M)
    body = re.sub(r"^## (.*)$", r"<h2>\1</h2>", raw, flags=re.M)
    path: Path = tmp_path_factory.mktemp("ledger") / "ledger.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>x</title>{body}", encoding="utf-8")
    return path.as_uri()


def shown(tab: Any) -> list[str]:
    visible = "els => els.filter(e => e.offsetParent !== null).map(e => e.id)"
    found: list[str] = tab.eval_on_selector_all(".lg-table tbody tr", visible)
    return [name.rpartition("-")[2] for name in found]


def test_filters_by_study_model_and_verdict(chromium: Any, address: str) -> None:
    tab = chromium.new_page()
    tab.goto(address)
    assert shown(tab) == ["a", "b", "c", "d"]
    tab.select_option("select[name=study]", "circular")
    assert shown(tab) == ["a", "b"]
    tab.select_option("select[name=verdict]", "not run")
    assert shown(tab) == ["b"]
    assert tab.inner_text(".lg-count") == "1 of 4 rows shown"
    assert not tab.is_visible('table[aria-label="Predicted here"]')
    tab.click("text=Show all")
    tab.select_option("select[name=model]", "smollm2-135m")
    assert shown(tab) == ["c"]
    tab.close()


def test_every_control_is_reached_by_the_keyboard(chromium: Any, address: str) -> None:
    tab = chromium.new_page()
    tab.goto(address)
    reached = []
    for _ in range(4):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.activeElement.name || document.activeElement.type"))
    assert reached == ["study", "model", "verdict", "button"]
    tab.focus("select[name=study]")
    tab.keyboard.press("c")
    assert shown(tab) == ["a", "b"]
    tab.focus("button")
    tab.keyboard.press("Enter")
    assert shown(tab) == ["a", "b", "c", "d"]
    tab.close()


def test_an_address_can_ask_for_a_verdict(chromium: Any, address: str) -> None:
    tab = chromium.new_page()
    tab.goto(f"{address}?study=circular&verdict=not+run&model=nonsense")
    assert shown(tab) == ["b"]
    tab.close()


def test_without_script_it_is_a_plain_table(chromium: Any, address: str) -> None:
    tab = chromium.new_context(java_script_enabled=False).new_page()
    tab.goto(address)
    assert not tab.is_visible(".lg-filter")
    assert all(row.is_visible() for row in tab.query_selector_all(".lg-table tbody tr"))
    tab.close()


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_nothing_is_wider_than_the_page(chromium: Any, address: str, width: int) -> None:
    tab = chromium.new_page(viewport={"width": width, "height": 800})
    tab.goto(address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()
