"""What Quarto's title block holds beyond the layout's own: affiliations, DOI, abstract, ways to the authors."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from press.input.project import as_list

ORCID = re.compile(r"^(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?$")
ENVELOPE = '<i class="bi bi-envelope" aria-hidden="true"></i>'
MARK = (  # drawn here: Quarto carries a picture of the ORCID's mark in every page
    '<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><circle cx="8" cy="8" r="8" '
    'fill="#4d7a0a"/><path d="M4.1 5.6h1.5v5.6H4.1zM4.1 3.5h1.5v1.3H4.1zM7 3.9h2.3a3.65 3.65 0 0 1 0 '
    '7.3H7zm1.5 1.4v4.5h.8a2.25 2.25 0 0 0 0-4.5z" fill="#fff"/></svg>'
)


@dataclass(frozen=True)
class Affiliation:
    """Where somebody works; `address` is a web page, or empty."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Author:
    """An author as the front matter names them."""

    name: str
    address: str = ""
    email: str = ""
    orcid: str = ""
    affiliations: tuple[Affiliation, ...] = ()

    def shown(self) -> str:
        """The name with its links, as HTML."""
        text = html.escape(self.name)
        if self.address:
            text = f'<a href="{html.escape(self.address)}">{text}</a>'
        if self.email:
            text += (
                f' <a href="mailto:{html.escape(self.email)}" class="quarto-title-author-email" '
                f'aria-label="Write to {html.escape(self.name)}">{ENVELOPE}</a>'
            )
        if self.orcid:
            text += (
                f' <a href="https://orcid.org/{self.orcid}" class="quarto-title-author-orcid" '
                f'aria-label="ORCID profile for {html.escape(self.name)}">{MARK}</a>'
            )
        return text


def full_name(value: Any) -> str:
    """A name as it is said: a text, or its `literal`, or its parts."""
    if not isinstance(value, Mapping):
        return str(value or "").strip()
    if value.get("literal"):
        return str(value["literal"])
    parts = (value.get(key) for key in ("given", "non-dropping-particle", "family"))
    return " ".join(str(part) for part in parts if part)


def with_plain_names(options: dict[str, Any]) -> dict[str, Any]:
    """Options with `authors` under `author`, and every name a text, as lists and feeds want them."""
    out = {key: value for key, value in options.items() if key not in ("author", "authors")}
    named = [
        {**value, "name": full_name(value.get("name") if "name" in value else value)}
        if isinstance(value, dict)
        else value
        for value in as_list(options.get("author") or options.get("authors"))
        if value
    ]
    return {**out, "author": named} if named else out


def affiliation(value: Any, known: Mapping[str, Any]) -> Affiliation | None:
    """One affiliation: a text, a mapping, or a reference to one that the page lists."""
    if isinstance(value, Mapping) and value.get("ref"):
        value = known.get(str(value["ref"]), value)
    elif isinstance(value, str) and value in known:
        value = known[value]
    if not isinstance(value, Mapping):
        return Affiliation(str(value)) if value else None
    name = ", ".join(str(value[key]) for key in ("department", "name") if value.get(key))
    return Affiliation(name, str(value.get("url") or "")) if name else None


def authors(options: Mapping[str, Any]) -> list[Author]:
    """The authors of a page, whose names `with_plain_names` has made plain."""
    listed = as_list(options.get("affiliations"))
    known = {str(item["id"]): item for item in listed if isinstance(item, Mapping) and "id" in item}
    out = []
    for value in as_list(options.get("author")):
        fields = value if isinstance(value, Mapping) else {"name": value}
        affiliations = [
            known_affiliation
            for key in ("affiliation", "affiliations")
            for item in as_list(fields.get(key))
            if (known_affiliation := affiliation(item, known))
        ]
        orcid = ORCID.match(str(fields.get("orcid") or ""))
        name = str(fields.get("name") or "")
        address, email = str(fields.get("url") or ""), str(fields.get("email") or "")
        if name:
            out.append(Author(name, address, email, orcid[1] if orcid else "", tuple(affiliations)))
    return out


def people(authors: list[Author]) -> str:
    """The grid of authors beside their affiliations; empty where nobody has one."""
    if not any(author.affiliations for author in authors):
        return ""
    places = {affiliation for author in authors for affiliation in author.affiliations}
    cells = [
        heading("Author" if len(authors) == 1 else "Authors"),
        heading("Affiliation" if len(places) == 1 else "Affiliations"),
    ]
    for author in authors:
        affiliations = "".join(
            f'<p class="affiliation">{linked(affiliation)}</p>'
            for affiliation in author.affiliations
        )
        cells.append(contents(f'<p class="author">{author.shown()}</p>'))
        cells.append(contents(affiliations))
    return f'<div class="quarto-title-meta-author">{"".join(cells)}</div>'


def linked(affiliation: Affiliation) -> str:
    """An affiliation as HTML."""
    name = html.escape(affiliation.name)
    return (
        f'<a href="{html.escape(affiliation.address)}">{name}</a>' if affiliation.address else name
    )


def heading(text: str) -> str:
    """A label of the title block."""
    return f'<div class="quarto-title-meta-heading">{html.escape(text)}</div>'


def contents(markup: str) -> str:
    """What stands under a label."""
    return f'<div class="quarto-title-meta-contents">{markup}</div>'


def doi(value: str) -> str:
    """A DOI under its label, linked."""
    bare = html.escape(re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", value.strip()))
    link = f'<p class="doi"><a href="https://doi.org/{bare}">{bare}</a></p>'
    return f"<div>{heading('Doi')}{contents(link)}</div>"


def abstract(markup: str, title: str) -> str:
    """The abstract under its label."""
    label = f'<div class="block-title">{html.escape(title)}</div>'
    return f'<div><div class="abstract">{label}{markup}</div></div>'
