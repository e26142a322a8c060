"""Comparing two built sites: what a reader would notice is told, what only the build changes is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.compare_sites import differences, main

PAGE = """<html><head><meta name="description" content="{meta}"><title>T</title></head><body>
<h2 id="{id}">Result</h2><p>The mean is <em>{number}</em> of 40. Built 2026-11-28T09:13:0{second}Z.</p>
<script>ignore({second})</script><a href="{href}?{digest}">more</a>
<img src="figure-{digest}.svg" alt="{alt}"></body></html>"""
SAME = {
    "meta": "A log", "id": "sec-a", "number": "3.5", "second": "1", "href": "b.html",
    "digest": "0123abcd", "alt": "A ring",
}  # fmt: skip
FEED = """<rss><channel><lastBuildDate>{day}</lastBuildDate><item><title>{title}</title>
<description>&lt;p&gt;One {word}&lt;/p&gt;</description></item></channel></rss>"""


def site(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def both(tmp_path: Path, before: dict[str, str], after: dict[str, str]) -> list[str]:
    return list(differences(site(tmp_path / "before", before), site(tmp_path / "after", after)))


def test_the_time_of_a_build_and_digests_in_names_are_no_differences(tmp_path: Path) -> None:
    before = {
        "a.html": PAGE.format(**SAME),
        "index.xml": FEED.format(day="Sat", title="A", word="ring"),
        "data-0123abcd.json": '{"made": "2026-11-28T09:13:01Z", "n": 1}',
        "site_libs/x.css": "a{}",
        "a.svg": '<g clip-path="url(#pf295fab0cf)">',
    }
    after = {
        "a.html": PAGE.format(**{**SAME, "second": "2", "digest": "fedc9876"}),
        "index.xml": FEED.format(day="Sun", title="A", word="ring"),
        "data-fedc9876.json": '{"n": 1, "made": "2026-11-28T10:00:00Z"}',
        "site_libs/y.css": "b{}",
        "a.svg": '<g clip-path="url(#p52e54287e7)">',
    }
    said = both(tmp_path, before, after)
    assert said == ["data.json: values: in another order"]


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("number", "3.6", ["text: - The mean is 3.5 of 40. Built (time).",
                           "text: + The mean is 3.6 of 40. Built (time).",
                           "numbers: - 3.5", "numbers: + 3.6"]),
        ("id", "sec-b", ["ids: - sec-a", "ids: + sec-b"]),
        ("href", "c.html", ["links: - b.html", "links: + c.html"]),
        ("alt", "A disc", ["pictures: - figure.svg “A ring”", "pictures: + figure.svg “A disc”"]),
        ("meta", "A diary", ["meta: - description: A log", "meta: + description: A diary"]),
    ],
)  # fmt: skip
def test_what_a_reader_would_notice_is_told(
    tmp_path: Path, part: str, value: str, said: list[str]
) -> None:
    before, after = PAGE.format(**SAME), PAGE.format(**{**SAME, part: value})
    assert both(tmp_path, {"a.html": before}, {"a.html": after}) == [f"a.html: {it}" for it in said]


def test_pages_feeds_values_and_other_files_are_compared(tmp_path: Path) -> None:
    said = both(
        tmp_path,
        {"gone.html": "x", "index.xml": FEED.format(day="Sat", title="A", word="ring"),
         "ledger.json": '[{"verdict": "reproduced", "n": 1}]', "a.svg": "<svg/>", "a.png": "1"},
        {"new.html": "x", "index.xml": FEED.format(day="Sat", title="B", word="disc"),
         "ledger.json": '[{"verdict": "not run", "n": 1}]', "a.svg": "<svg></svg>", "a.png": "2"},
    )  # fmt: skip
    assert said == [
        f"gone.html: only in {tmp_path / 'before'}",
        f"new.html: only in {tmp_path / 'after'}",
        "a.png: other content",
        "a.svg: drawing: - <svg/>",
        "a.svg: drawing: + <svg></svg>",
        "index.xml: feed: - title: A",
        "index.xml: feed: - description: One ring",
        "index.xml: feed: + title: B",
        "index.xml: feed: + description: One disc",
        'ledger.json: values: - [0].verdict: "reproduced"',
        'ledger.json: values: + [0].verdict: "not run"',
    ]


def test_the_exit_code_says_it_and_the_limit_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = site(tmp_path / "before", {f"{n}.html": "x" for n in range(5)})
    after = site(tmp_path / "after", {"0.html": "x"})
    assert main([str(before), str(before)]) == 0
    assert capsys.readouterr().out == "The two sites say the same.\n"
    assert main([str(before), str(after), "--limit", "2"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 4
    assert said[2:] == ["… and 2 more (--limit 4 prints all)", "4 differences"]
    with pytest.raises(SystemExit):
        main([str(before), str(tmp_path / "nowhere")])
    assert "there is no such folder" in capsys.readouterr().err
