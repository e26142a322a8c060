"""Do two built sites say the same? Prints what a reader, a crawler or a feed reader would notice.

    python benchmarks/compare_sites.py BEFORE AFTER [--limit 20]

Pages and files that only one site has; and for those that both have, differences in visible
text, numbers, headings' and figures' ids, links, pictures with their words, meta tags, feed items
and the values of JSON files. The time of a build is no difference, nor is a digest in a file's
name or behind its `?`. Exits with 1 where something differs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

TIME = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
BUILT = {"lastBuildDate", "updated", "lastmod"}  # elements that say when the site was built
DIGEST = re.compile(r"[?&][0-9a-f]{8,}$|[-.][0-9a-f]{8,}(?=\.\w+$)")
SVG_DIGEST = re.compile(r"\b[a-z]?[0-9a-f]{10}\b")
NUMBER = re.compile(r"(?<![\w.])[-−+]?\d[\d,]*(?:\.\d+)?%?")
LIBRARIES = (
    "site_libs"  # styles and scripts of the layout: compared by what pages show, not by bytes
)
HIDDEN = {"script", "style", "annotation", "template"}
INLINE = {
    "a", "abbr", "b", "cite", "code", "del", "em", "i", "kbd", "mark", "q", "s", "small", "span", "strong", "sub",
    "sup", "time", "u", "var", "wbr", "math", "mfrac", "mi", "mn", "mo", "mrow", "ms", "msub", "msubsup", "msup",
    "mtext", "semantics",
}  # fmt: skip
Facts = dict[str, list[str]]  # kind, such as "text" or "links" → what the page says, in order


class PageReader(HTMLParser):
    """The facts of one page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts: Facts = {kind: [] for kind in ("text", "ids", "links", "pictures", "meta")}
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in HIDDEN:
            self.hidden += 1
        if tag not in INLINE:
            self.end_text()
        if given.get("id"):
            self.facts["ids"].append(given["id"])
        if tag == "a" and "href" in given:
            self.facts["links"].append(address(given["href"]))
        if tag == "img":
            self.facts["pictures"].append(
                f"{address(given.get('src', ''))} “{given.get('alt', '')}”"
            )
        if tag == "meta" and "content" in given:
            name = given.get("name") or given.get("property") or given.get("http-equiv") or ""
            self.facts["meta"].append(f"{name}: {timeless(address(given['content']))}")

    def handle_endtag(self, tag: str) -> None:
        if tag in HIDDEN:
            self.hidden -= 1
        if tag not in INLINE:
            self.end_text()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)

    def end_text(self) -> None:
        """Keep what was read as one piece of text: a paragraph, a heading, a cell of a table."""
        text = " ".join("".join(self.words).split())
        if text:
            self.facts["text"].append(timeless(text))
        self.words = []


def timeless(text: str) -> str:
    """A text without times of day: they are the build's."""
    return TIME.sub("(time)", text)


def address(href: str) -> str:
    """An address without the digest of what stands there."""
    return DIGEST.sub("", href)


def page_facts(markup: str) -> Facts:
    """What a page says, by kind."""
    reader = PageReader()
    reader.feed(markup)
    reader.close()
    reader.end_text()
    numbers = [number for text in reader.facts["text"] for number in NUMBER.findall(text)]
    return {**reader.facts, "numbers": numbers}


def xml_facts(markup: str) -> Facts:
    """The items of a feed, or the addresses of a sitemap."""
    facts: Facts = {"feed": []}
    for element in ElementTree.fromstring(markup).iter():
        name = element.tag.rsplit("}", 1)[-1]
        text = (element.text or "").strip()
        attributes = " ".join(f"{key}={address(value)}" for key, value in element.attrib.items())
        if (text or attributes) and name not in BUILT:
            if "<" in text:  # an entry's page
                text = " ".join(page_facts(text)["text"])
            facts["feed"].append(f"{name}: {timeless(address(text))} {attributes}".strip())
    return facts


def json_facts(text: str) -> Facts:
    """Every value of a JSON file, with its path."""

    def values(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from values(inner, f"{path}.{key}")
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                yield from values(inner, f"{path}[{number}]")
        else:
            yield f"{path}: {timeless(json.dumps(value, ensure_ascii=False))}"

    return {"values": list(values(json.loads(text), ""))}


def svg_facts(markup: str) -> Facts:
    """The lines of a drawing, without the digests by which matplotlib names its parts."""
    return {"drawing": SVG_DIGEST.sub("(digest)", markup).splitlines()}


READERS = {
    ".html": page_facts,
    ".xml": xml_facts,
    ".json": json_facts,
    ".ipynb": json_facts,
    ".svg": svg_facts,
}


def file_facts(file: Path) -> Facts:
    """What a file says, by kind; a photograph, or text of another form, says its bytes."""
    read = READERS.get(file.suffix)
    if read is None:
        return {"bytes": [file.read_bytes().hex()]}
    return read(file.read_text(encoding="utf-8"))


def site_files(site: Path) -> dict[str, Path]:
    """The files of a site by their name in it, digests left out; the layout's own are not there."""
    return {
        address(file.relative_to(site).as_posix()): file
        for file in sorted(site.rglob("*"))
        if file.is_file() and LIBRARIES not in file.relative_to(site).parts
    }


def differences(before: Path, after: Path) -> Iterator[str]:
    """Every difference between two sites, a line each."""
    old, new = site_files(before), site_files(after)
    yield from (f"{name}: only in {before}" for name in sorted(old.keys() - new.keys()))
    yield from (f"{name}: only in {after}" for name in sorted(new.keys() - old.keys()))
    for name in sorted(old.keys() & new.keys()):
        if old[name].read_bytes() == new[name].read_bytes():
            continue
        was, now = file_facts(old[name]), file_facts(new[name])
        for kind in was:
            gone, come = Counter(was[kind]), Counter(now[kind])
            if kind == "bytes":
                yield f"{name}: other content"
            elif was[kind] != now[kind] and gone == come:
                yield f"{name}: {kind}: in another order"
            else:
                yield from (f"{name}: {kind}: - {what}" for what in (gone - come).elements())
                yield from (f"{name}: {kind}: + {what}" for what in (come - gone).elements())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("before", type=Path, help="the folder of the site as it was")
    parser.add_argument("after", type=Path, help="the folder of the site as it is")
    parser.add_argument("--limit", type=int, default=40, help="how many differences to print")
    asked = parser.parse_args(arguments)
    for site in (asked.before, asked.after):
        if not site.is_dir():
            parser.error(f"{site}: there is no such folder. Build the site first.")
    found = list(differences(asked.before, asked.after))
    for difference in found[: asked.limit]:
        print(difference if len(difference) <= 200 else difference[:199] + "…")
    if len(found) > asked.limit:
        print(f"… and {len(found) - asked.limit} more (--limit {len(found)} prints all)")
    print(f"{len(found)} differences" if found else "The two sites say the same.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
