"""The interactive picture in a real browser: its numbers are the recorded ones, its keys work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from analyses.needed import subsets, switches
from analyses.needed.result import CategoryResult, Result
from lab.geometry import circles
from lab.results import record

SLOW = 120_000  # milliseconds: other work may run beside a browser


@pytest.fixture(scope="module")
def result() -> Result:
    """What the page shows."""
    return record.load("needed").read(Result)


@pytest.fixture(scope="module")
def page(result: Result, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Both pictures, as they are printed, without a site around them."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for found in map(shutil.which, names) if found), None)
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    body = "".join(_markup(result, name) for name in ("days", "months"))
    browser = request.getfixturevalue("browsers").chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-gpu"], timeout=SLOW
    )
    page = browser.new_page()
    page.set_default_timeout(SLOW)
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.set_content(body)
    yield page
    browser.close()


def _markup(result: Result, name: str) -> str:
    return switches.picture(result, name).replace("```{=html}", "").replace("```", "")


def share(found: CategoryResult, members: list[int], ridge: float) -> float:
    """R² of a subset from the recorded activations, by the study's own probe."""
    activations = np.array(found.drawn.activations)
    target = circles.circle(len(found.words))[None]
    probe = subsets.make_probe(activations, target, np.array(found.drawn.fold), ridge)
    return float(probe.r_squared(members)[0, 0])


def test_the_numbers_in_the_page_are_those_of_the_study(page: Any, result: Result) -> None:
    for name in ("days", "months"):
        found = result.categories[name]
        everyone = list(range(len(found.members)))
        few = found.smallest.members
        sets = {"all": everyone, "smallest": few, "others": [e for e in everyone if e not in few]}
        for button, members in sets.items():
            page.click(f"#sw-{name} [data-set={button}]")
            shown = float(page.get_attribute(f"#sw-{name}", "data-share"))
            assert shown == pytest.approx(share(found, members, result.ridge), abs=1e-6)
            said = page.inner_text(f"#sw-{name} .sw-said")
            assert said.startswith(f"{len(members)} of {len(everyone)} latents on. ")
            assert f"{shown:.2f}" in said
        page.click(f"#sw-{name} [data-set=none]")
        assert "0 of" in page.inner_text(f"#sw-{name} .sw-said")
        assert abs(float(page.get_attribute(f"#sw-{name}", "data-share"))) < 1e-9
    assert page.errors == []


def test_the_recorded_whole_is_what_rounding_left_of_it(result: Result) -> None:
    for name in ("days", "months"):
        found = result.categories[name]
        whole = share(found, list(range(len(found.members))), result.ridge)
        assert whole == pytest.approx(found.whole.probe.estimate.mean, abs=1e-4)


def test_a_switch_is_reached_and_flipped_by_keys_and_the_ring_moves(page: Any) -> None:
    page.click("#sw-days [data-set=all]")
    before = page.get_attribute("#sw-days .sw-ring", "points")
    page.focus("#sw-days .sw-switches input")
    page.keyboard.press("Space")
    assert "19 of 20" in page.inner_text("#sw-days .sw-said")
    assert page.get_attribute("#sw-days .sw-ring", "points") != before


def test_without_scripts_a_whole_picture_stands_there(result: Result) -> None:
    still = _markup(result, "days").partition("<script>\n")[0]
    assert still.count('class="sw-mean"') == 14
    assert 'class="sw-controls" hidden' in still
    assert "The picture stands still here" in still
    assert "http" not in still
