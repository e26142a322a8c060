"""How to cite a page: Quarto's appendix section for `citation: true`."""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from press.input.project import as_list

COPY = (
    '<button title="Copy to Clipboard" aria-label="Copy to clipboard" class="code-copy-button">'
    '<i class="bi"></i></button>'
)
GROUPS = re.compile(r"\b(the|authors|team|group|lab|institute|contributors|collaboration)\b", re.I)


@dataclass(frozen=True)
class PageCitation:
    """What a citation says of a page."""

    title: str
    authors: tuple[str, ...]
    date: dt.date | None
    url: str
    language: str
    container: str = ""
    doi: str = ""

    @property
    def key(self) -> str:
        """The BibTeX key: the first author's family name and the year."""
        family = self.authors[0].split()[-1] if self.authors else re.split(r"\W+", self.title)[0]
        plain = unicodedata.normalize("NFKD", family).encode("ascii", "ignore").decode().lower()
        return re.sub(r"\W", "", plain) + (str(self.date.year) if self.date else "")

    def bibtex(self) -> str:
        """The BibTeX entry."""
        names = [f"{{{name}}}" if GROUPS.search(name) else inverted(name) for name in self.authors]
        fields = {
            "author": " and ".join(names),
            "title": f"{{{self.title}}}",
            "journal": self.container,
            "date": self.date.isoformat() if self.date else "",
            "url": self.url,
            "doi": self.doi,
            "langid": self.language,
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@online{{{self.key},\n" + ",\n".join(lines) + "\n}"

    def sentence(self) -> str:
        """The citation in words, as HTML."""
        year = f"{self.date.year}. " if self.date else ""
        names = f"{', '.join(html.escape(name) for name in self.authors)}. " if self.authors else ""
        day = f"{self.date:%B} {self.date.day}, {self.date.year}. " if self.date else ""
        container = f"<em>{html.escape(self.container)}</em>, " if self.container else ""
        address = f"https://doi.org/{self.doi}" if self.doi else self.url
        link = f'<a href="{html.escape(address)}">{html.escape(address)}</a>.' if address else ""
        return f"{names}{year}“{html.escape(self.title)}.” {container}{day}{link}".strip()

    def section(self, forms: Any = True) -> str:
        """The section of the appendix, in the forms that `appendix-cite-as` names."""
        wanted = ["bibtex", "display"] if forms in (True, None) else as_list(forms or [])
        parts = [form for name, form in self.forms().items() if name in wanted]
        if not parts:
            return ""
        return (
            '<section class="quarto-appendix-contents" id="quarto-citation">'
            '<h2 class="anchored quarto-appendix-heading">Citation</h2><div>'
            f"{''.join(parts)}</div></section>\n"
        )

    def forms(self) -> dict[str, str]:
        """The citation as BibTeX, and as a sentence."""
        bibtex = (
            '<div class="quarto-appendix-secondary-label">BibTeX citation:</div>'
            '<div class="code-copy-outer-scaffold">'
            '<pre class="sourceCode code-with-copy quarto-appendix-bibtex"><code class="sourceCode bibtex">'
            f"{html.escape(self.bibtex(), quote=False)}</code></pre>{COPY}</div>"
        )
        display = (
            '<div class="quarto-appendix-secondary-label">For attribution, please cite this work as:</div>'
            f'<div id="ref-{self.key}" class="csl-entry quarto-appendix-citeas">{self.sentence()}</div>'
        )
        return {"bibtex": bibtex, "display": display}


def inverted(name: str) -> str:
    """`Ada King` as `King, Ada`."""
    parts = name.split()
    return f"{parts[-1]}, {' '.join(parts[:-1])}" if len(parts) > 1 else name


def page_citation(page: Any, authors: list[str], address: str) -> PageCitation | None:
    """What to cite of a page; None where `citation` is off."""
    option = page.meta.get("citation")
    if not option:
        return None
    fields = option if isinstance(option, dict) else {}
    return PageCitation(
        title=str(fields.get("title") or page.title),
        authors=tuple(name for name in authors if name),
        date=page.date,
        url=str(fields.get("url") or address),
        language=str(page.meta.get("lang") or "en"),
        container=str(fields.get("container-title") or ""),
        doi=str(fields.get("doi") or page.meta.get("doi") or ""),
    )
