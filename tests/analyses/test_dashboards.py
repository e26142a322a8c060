"""Latents' pages: what is counted is right, and what is shown cannot break the page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.dashboards import (
    html,
    measure,
    pages,
    write,
)
from analyses.dashboards.result import Latent, Near, Result, Shown, Token
from lab.results import record
from lab.sae.neuronpedia import RELEASE
from tests.lab.made_project import study

NASTY = '<b>&"`{{< include x >}}'


def latent(number: int = 7, token: str = " Monday", kind: str = "days") -> Latent:
    shown = Shown("novel", ["It", " was", token, "."], [0.0, 0.4, 3.5, 0.0], 2)
    return Latent(
        latent=number, kind=kind, precision=0.8, fired=12, rate=0.0012, largest=3.5,
        edges=[0.0, 1.75, 3.5], counts=[8, 4], contexts=[shown], top=[Token(token, 0.5)],
        bottom=[Token(" never", -0.25)], nearest=[Near(9, 0.61), Near(11, -0.2)], cluster=3,
        cluster_size=14, cluster_shown=[9],
    )  # fmt: skip


def result(*shown: Latent, sae: str = "smollm2-135m-l12") -> Result:
    return Result(
        sae=sae, sae_sha256="ab" * 32, layer=12, hook="blocks.11.hook_resid_post", latents=4096,
        tokens=10_000, clusters=167, shown=list(shown),
    )  # fmt: skip


class Tags(HTMLParser):
    """Every element of a text, closed in the order it was opened."""

    VOID = ("input", "rect", "line", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def blocks(text: str) -> list[str]:
    """The raw HTML of a page."""
    return re.findall(r"````\{=html\}\n(.*?)\n````\n", text, re.DOTALL)


@pytest.mark.parametrize("token", [" Monday", NASTY, "````", "\\", "'", "{{< meta title >}}"])
def test_no_token_breaks_the_page_or_becomes_part_of_it(token: str) -> None:
    text = pages.page(latent(token=token), result(latent(), latent(9)), {7, 9})
    found = blocks(text)
    assert len(found) == 4
    for each in found:
        assert not Tags(each).open
        assert "b" not in Tags(each).seen
        assert "{{<" not in each
        assert "`" not in each
    assert text.count("````{=html}") == 4


def test_the_page_says_what_the_result_says() -> None:
    text = pages.page(latent(), result(latent(), latent(9)), {7, 9})
    assert "12 of 10,000 tokens (0.12%)" in text
    assert "**Weekdays**. 80% of its firings" in text
    assert "- [9](9.qmd), cosine 0.61" in text
    assert "- 11, cosine −0.20" in text
    assert "Cluster 3 of 167 by decoder directions (spectral): 14 latents" in text
    assert "neuronpedia" not in text
    assert '<mark class="lt-top" style="--a:60" title="3.50"> Monday</mark>' in text
    assert "−0.25" in text
    lot = pages.page(latent(kind="by lot"), result(latent()), {7})
    assert "Chosen for: **Chosen by lot**" in lot


def test_a_latent_of_the_release_links_to_neuronpedia() -> None:
    text = pages.page(latent(2592), result(latent(2592), sae=RELEASE), {2592})
    assert "(https://www.neuronpedia.org/gpt2-small/7-res-jb/2592)" in text


def test_nothing_is_asked_of_another_host() -> None:
    for text in pages.pages(result(latent(), latent(9))).values():
        for each in blocks(text):
            assert not [link for link in Tags(each).links if "//" in link]
            assert "@import" not in each
            assert "url(" not in each


def test_the_index_lists_every_latent_with_what_it_fires_on() -> None:
    text = pages.pages(result(latent(), latent(9, token=NASTY)))["index.qmd"]
    assert '<a href="7.html">7</a></td><td>Weekdays</td><td>Monday</td>' in text
    assert "2 of 2 latents" in text
    assert 'type="search"' in text


def test_pages_of_latents_shown_no_longer_go(tmp_path: Path) -> None:
    write.write(result(latent(), latent(9)), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["7.qmd", "9.qmd", "index.qmd"]
    write.write(result(latent(9)), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["9.qmd", "index.qmd"]


def test_the_tracked_pages_are_those_of_the_recorded_result() -> None:
    if not study("dashboards").result_path("smollm2-135m").exists():
        pytest.skip("not recorded here")
    expected = pages.pages(record.load("dashboards").read(Result))
    assert {path.name for path in write.FOLDER.glob("*.qmd")} == set(expected)
    for name, text in expected.items():
        assert (write.FOLDER / name).read_text(encoding="utf-8") == text, name
    assert sum(len(text.encode()) for text in expected.values()) < 1_500_000


@given(st.lists(st.floats(0.01, 50), min_size=1, max_size=60), st.integers(1, 30))
def test_the_histogram_holds_every_firing(values: list[float], bars: int) -> None:
    edges, counts = measure.histogram(np.array(values), bars)
    assert sum(counts) == len(values)
    assert len(edges) == len(counts) + 1
    assert edges[0] == 0
    assert edges[-1] == pytest.approx(max(values))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.floats(0, 9)), min_size=1, max_size=40),
    st.integers(1, 8),
)
def test_the_strongest_firings_come_one_from_each_context(
    tokens: list[tuple[int, float]], most: int
) -> None:
    context, fired = (np.array(column) for column in zip(*tokens, strict=True))
    found = measure.strongest(fired, context, most)
    assert len(set(context[found])) == len(found) <= most
    assert (np.diff(fired[found]) <= 0).all()
    for place in found:
        assert fired[place] == fired[context == context[place]].max() > 0
    firing = len({c for c, value in tokens if value > 0})
    assert len(found) == min(most, firing)


def test_latents_are_chosen_by_precision_and_none_twice() -> None:
    sets = {"days": np.array([4, 2, 6]), "months": np.array([2, 8])}
    precise = {"days": np.array([0, 0, 0.9, 0, 0.5, 0, 0.7, 0, 0]), "months": np.zeros(9)}
    wanted = {"days": 2, "months": 2}
    firing = np.arange(9)
    found = measure.chosen(sets, precise, firing, wanted, 3, np.random.default_rng(0))
    assert found[:3] == [(2, "days"), (6, "days"), (8, "months")]
    lots = [number for number, kind in found if kind == "by lot"]
    assert len(lots) == 3
    assert not {2, 6, 8} & set(lots)


def test_nearest_latents_and_ends_are_what_they_say() -> None:
    directions = np.array([[1.0, 0.0], [2.0, 0.1], [0.0, 3.0], [-1.0, 0.0]])
    assert [other for other, _ in measure.nearest(directions, 0, 2)] == [1, 2]
    assert measure.nearest(directions, 0, 3)[-1] == (3, pytest.approx(-1))
    logits = np.array([0.0, 5.0, -4.0, 9.0, 1.0])
    top, bottom = measure.ends(logits, np.array([0, 1, 2, 4]), 2)
    assert top.tolist() == [1, 4]
    assert bottom.tolist() == [2, 0]
    assert measure.readable([" a", "", "\n", "\ufffd", "é"]).tolist() == [0, 4]


def test_every_kind_of_text_has_a_name_for_readers() -> None:
    from analyses.latents.params import FREE

    assert set(FREE) <= set(html.SOURCES)
