"""Listings: pages, items written in place and items from YAML files, in one list, as in Quarto."""

from __future__ import annotations

import datetime as dt
import fnmatch
import html
import math
import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import yaml
from smalldocs import listing as base
from smalldocs.site import rel

from press.errors import PressError
from press.input.dates import read_moment
from press.input.globs import PathGlobs
from press.input.language import language_of
from press.input.project import as_list
from press.input.source import load_values, read_text, yaml_error
from press.site.addresses import SCHEME

FIELDS = {
    "default": ["date", "title", "author", "subtitle", "image", "description"],
    "grid": ["title", "author", "date", "image", "description"],
    "table": ["date", "title", "author"],
}
PAGE_SIZES = {"default": 25, "grid": 18, "table": 30}
RENDER = {"default": base.render_default, "grid": base.render_grid, "table": base.render_table}
TEXTS = ("title", "subtitle", "description", "author", "image", "image-alt")
WAYS = {
    ("date", "asc"): "Oldest", ("date", "desc"): "Newest",
    ("number", "asc"): "Ascending", ("number", "desc"): "Descending",
}  # fmt: skip
UNSORTED = ("href", "image", "image-alt", "description")  # long, and nobody's order
IMAGE = re.compile(r'<img\b[^>]*\ssrc="([^"]+)"')
YAML = (".yml", ".yaml")


def expand(site: Any, page: Any) -> None:
    """Put a page's listings into its HTML: in an empty div with the listing's id, or at the end."""
    everything: list[dict[str, Any]] = []
    listed: list[Any] = []
    categories: Any = None
    for options in base.options(page):
        kind = str(options.get("type") or "default")
        options["type"] = kind = kind if kind in FIELDS else "default"
        options["language"], options["now"] = language_of(page.meta, site.root), site.now
        items = base.sort_items(kept(site, page, options), options.get("sort"))
        most = int(options.get("max-items") or 0)
        items = items[:most] if most > 0 else items
        everything += items
        listed += [item["_page"] for item in items if item["_page"] is not None]
        put(page, options, markup(items, options))
        categories = options.get("categories") or categories
        if options.get("feed"):
            page.env.setdefault("feeds", []).append((options, items, listed))
    page.env["listing_pages"] = listed
    page.env["listing_items"] = len(everything)
    page.env["listing_categories"] = bool(categories)
    page.env["listing"] = True
    if categories:
        page.env["margin"] = base.categories_html(everything, categories)


def markup(items: list[dict[str, Any]], options: dict[str, Any]) -> str:
    """One listing as HTML."""
    kind = options["type"]
    fields = [str(field) for field in as_list(options.get("fields"))] or list(FIELDS[kind])
    if options.get("categories") and kind != "table" and "categories" not in fields:
        fields.append("categories")
    size = int(options.get("page-size") or 0) or PAGE_SIZES[kind]
    parts = controls(fields, options), RENDER[kind](items, fields, options)
    return (
        f'<div class="quarto-listing quarto-listing-container-{kind}" '
        f'id="listing-{html.escape(str(options["id"]))}" data-page-size="{size}">{"".join(parts)}'
        '<div class="listing-no-matching d-none">No matching items</div>'
        '<nav class="listing-pagination" aria-label="Pages"></nav></div>'
    )


def put(page: Any, options: dict[str, Any], block: str) -> None:
    """Write a listing into its place on the page."""
    place = re.compile(rf'<div id="{re.escape(str(options["id"]))}"[^>]*>\s*</div>').search(
        page.html
    )
    if place is None:
        page.html += block
    else:
        page.html = page.html[: place.start()] + block + page.html[place.end() :]


def controls(fields: list[str], options: dict[str, Any]) -> str:
    """The boxes that sort and filter: on a table, and where they are asked for."""
    table = options["type"] == "table"
    sorts, filters = options.get("sort-ui", table), options.get("filter-ui", table)
    shown = ""
    if sorts:
        asked = (
            [str(name) for name in as_list(sorts)] if sorts is not True else list(FIELDS["table"])
        )
        choices = [(field, way) for field in asked if field in fields for way in ("asc", "desc")]
        choices = [choice for choice in choices if choice[0] in base.FIELD_NAMES]
        written = "".join(
            f'<option value="{field}:{way}">{html.escape(said(options, field, way))}</option>'
            for field, way in choices
        )
        shown += (
            '<div class="quarto-listing-sort"><select class="form-select form-select-sm listing-sort" '
            f'aria-label="Order by"><option value="">Default</option>{written}</select></div>'
        )
    if filters:
        shown += (
            '<div class="quarto-listing-filter"><input type="search" '
            'class="form-control form-control-sm listing-filter" placeholder="Filter" '
            'aria-label="Filter listings"></div>'
        )
    return f'<div class="listing-actions-group">{shown}</div>' if shown else ""


def said(options: dict[str, Any], field: str, way: str) -> str:
    """One way to sort, in words."""
    labels = options["language"].labels
    name = labels.get(f"listing-page-field-{field}", base.FIELD_NAMES[field])
    kind = "date" if field == "date" else "number"
    return f"{name} - {labels.get(f'listing-page-order-by-{kind}-{way}', WAYS[kind, way])}"


def kept(site: Any, page: Any, options: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a listing that its `include` and `exclude` leave in it."""
    items = list(gathered(site, page, options))
    if options.get("include"):
        items = [item for item in items if matches(item, options["include"])]
    if options.get("exclude"):
        items = [item for item in items if not matches(item, options["exclude"])]
    return items


def matches(item: dict[str, Any], rules: Any) -> bool:
    """Whether an item has what a rule names, or what any of several rules name."""

    def has(key: str, pattern: Any) -> bool:
        values = [str(value).lower() for value in as_list(item.get(key))]
        values += [part.strip() for value in values for part in value.split(",") if key == "author"]
        return any(
            fnmatch.fnmatch(value, str(one).lower()) for value in values for one in as_list(pattern)
        )

    mappings = [rule for rule in as_list(rules) if isinstance(rule, dict)]
    return any(all(has(str(key), value) for key, value in rule.items()) for rule in mappings)


def gathered(site: Any, page: Any, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What `contents` names, in its order and each page once: pages, items, files of items."""
    contents = as_list(options.get("contents")) or ["**"]
    patterns = [str(content) for content in contents if not isinstance(content, dict)]
    folder = page.src.parent
    excluded = [pattern for pattern in patterns if pattern.startswith("!")]
    if patterns and len(excluded) == len(patterns):
        contents = ["**", *contents]
    seen: set[PurePosixPath] = set()
    for content in contents:
        if isinstance(content, dict):
            yield written_item(site, page, options, content, folder)
        elif not str(content).startswith("!"):
            globs = PathGlobs.read([content, *excluded]).from_folder(folder)
            for source, listed in site.pages.items():
                if listed is page or site.hidden(listed) or source in seen:
                    continue
                if globs.matches(source):
                    seen.add(source)
                    yield page_item(site, listed, page, options)
            if str(content).endswith(YAML):
                yield from file_items(site, page, options, str(content))


def file_items(
    site: Any, page: Any, options: dict[str, Any], name: str
) -> Iterator[dict[str, Any]]:
    """The items that YAML files hold."""
    globs = PathGlobs.read([name]).from_folder(page.src.parent)
    for file in sorted(site.walk()):
        path = PurePosixPath(file.relative_to(site.root).as_posix())
        if path.suffix not in YAML or not globs.matches(path):
            continue
        try:
            held = load_values(read_text(file, str(path)))
        except yaml.YAMLError as error:
            raise yaml_error(error, str(path)) from error
        for item in as_list(held):
            if not isinstance(item, dict):
                raise PressError(f"{path}: a listing's file holds items of `key: value` lines.")
            yield written_item(site, page, options, item, path.parent)


def page_item(site: Any, listed: Any, page: Any, options: dict[str, Any]) -> dict[str, Any]:
    """What a listing shows of a page, and the values it sorts by."""
    authors = [
        str(name.get("name", "")) if isinstance(name, dict) else str(name)
        for name in as_list(listed.meta.get("author"))
    ]
    words = base.words(listed.html)
    limit = int(options.get("max-description-length", 175))
    description = listed.front.get("description")
    modified = dt.date.fromtimestamp(listed.mtime) if listed.mtime else None
    own = {
        key: value
        for key, value in listed.front.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
    fields = {
        **own,
        "href": rel(listed.out, page),
        "title": listed.title,
        "subtitle": listed.front.get("subtitle"),
        "description": description or base.first_paragraph(listed, limit),
        "author": ", ".join(authors),
        "date": listed.moment,
        "categories": listed.front.get("categories"),
        "image": page_image(site, listed, page) or placeholder(site, page, options),
        "image-alt": listed.front.get("image-alt"),
        "filename": listed.src.name,
        "file-modified": modified,
        "reading-time": f"{max(1, math.ceil(words / 200))} min",
        "word-count": str(words),
        "_page": listed,
    }
    sort = {"reading-time": words, "word-count": words, "file-modified": listed.mtime}
    return completed(fields, options, sort)


def written_item(
    site: Any, page: Any, options: dict[str, Any], written: dict[str, Any], folder: PurePosixPath
) -> dict[str, Any]:
    """An item that is written out; beside a page of the site it has what that page says of itself."""
    address = str(written.get("path") or written.get("href") or "")
    local = bool(address) and not SCHEME.match(address)
    rooted = "/" + posixpath.normpath(posixpath.join(str(folder), address)).lstrip("/")
    rooted = address if address.startswith("/") else rooted
    listed = site.find_page(PurePosixPath(rooted.lstrip("/"))) if local else None
    fields = {key: value for key, value in written.items() if key not in ("path", "href")}
    if isinstance(fields.get("author"), list):
        names = [
            name.get("name", "") if isinstance(name, dict) else name for name in fields["author"]
        ]
        fields["author"] = ", ".join(map(str, names))
    if fields.get("image") and not SCHEME.match(str(fields["image"])):
        named = str(fields["image"])
        picture = named if named.startswith("/") else "/" + posixpath.join(str(folder), named)
        fields["image"] = site.resolve(posixpath.normpath(picture), page)
    if listed is not None:
        item = page_item(site, listed, page, options)
        given = completed({**fields, "href": item["href"], "_page": listed}, options, {})
        shown = {key: value for key, value in given.items() if key != "sort" and value}
        return {**item, **shown, "sort": {**item["sort"], **filled(given["sort"])}}
    href = site.resolve(rooted, page) if local else address
    picture = fields.get("image") or placeholder(site, page, options)
    return completed({**fields, "image": picture, "href": href, "_page": None}, options, {})


def completed(
    fields: dict[str, Any], options: dict[str, Any], sort: dict[str, Any]
) -> dict[str, Any]:
    """An item with every field as the text that a listing shows, and beside them what it sorts by."""
    form = options.get("date-format") or ("short" if options["type"] == "table" else "medium")
    language = options["language"]
    dates = {
        key: read_moment(fields[key], options["now"]) for key in ("date", "date-modified", "file-modified")
        if fields.get(key)
    }  # fmt: skip
    item: dict[str, Any] = {
        key: value if key.startswith("_") else str(value)
        for key, value in fields.items()
        if isinstance(value, str | int | float) or key.startswith("_")
    }
    item |= {key: str(fields.get(key) or "") for key in TEXTS}
    item |= {key: language.date(day, form) for key, day in dates.items()}
    item.setdefault("date", "")
    item["categories"] = [str(name) for name in as_list(fields.get("categories"))]
    item["_date"] = dates.get("date")
    keys = {
        key: value.lower() or None
        for key, value in item.items()
        if isinstance(value, str) and key not in UNSORTED
    }
    numbers = {
        key: value
        for key, value in fields.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    days = {key: day.isoformat() if day else None for key, day in dates.items()}
    item["sort"] = {**keys, **numbers, **days, **sort}
    return item


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """The values that are there."""
    return {key: value for key, value in values.items() if value is not None}


def page_image(site: Any, listed: Any, page: Any) -> str:
    """The link to a listed page's picture: its `image`, else the first picture in it; or empty."""
    image = str(listed.front.get("image") or "")
    if image:
        if SCHEME.match(image):
            return image
        folder = "" if image.startswith("/") else str(listed.src.parent)
        return str(
            site.resolve("/" + posixpath.normpath(posixpath.join(folder, image.lstrip("/"))), page)
        )
    first = IMAGE.search(listed.html)
    source = html.unescape(first[1]) if first else ""
    if not source or SCHEME.match(source):
        return source
    return str(
        rel(PurePosixPath(posixpath.normpath(posixpath.join(str(listed.out.parent), source))), page)
    )


def placeholder(site: Any, page: Any, options: dict[str, Any]) -> str:
    """The picture of an item that has none, where the listing names one."""
    image = str(options.get("image-placeholder") or "")
    return image if not image or SCHEME.match(image) else str(site.resolve(image, page))
