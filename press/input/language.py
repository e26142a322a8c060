"""The words around a page in its own language: labels, numbered things, dates, under Quarto's own names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from smalldocs import layout as base_layout

from press.input.source import load_values, read_text

FILE = Path(__file__).parents[1] / "assets" / "languages.yml"
TOKEN = re.compile(r"\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|Do|D|dddd|ddd|HH|H|mm|ss")


@dataclass(frozen=True)
class Language:
    """One language: its labels by Quarto's names, and how it writes a date."""

    tag: str  # as in `lang:`
    labels: Mapping[str, str]
    months: tuple[str, ...] = ()  # empty: English
    months_short: tuple[str, ...] = ()
    days: tuple[str, ...] = ()  # from Monday on
    dates: Mapping[str, str] | None = None  # the patterns behind full, long, medium and short

    def date(self, day: dt.date | None, form: str | None = None) -> str:
        """A day in one of Quarto's named styles, or in a pattern; the default is `long`."""
        if day is None or not self.months:
            return str(base_layout.format_date(day, form))
        pattern = (self.dates or {}).get(form or "long", form or "long")
        pattern = "YYYY-MM-DD" if pattern == "iso" else pattern
        parts = {
            "YYYY": str(day.year), "YY": f"{day.year % 100:02d}",
            "MMMM": self.months[day.month - 1], "MMM": self.months_short[day.month - 1],
            "MM": f"{day.month:02d}", "M": str(day.month),
            "DD": f"{day.day:02d}", "D": str(day.day), "Do": f"{day.day}.",
            "dddd": self.days[day.weekday()], "ddd": self.days[day.weekday()][:3],
            "HH": "00", "H": "0", "mm": "00", "ss": "00",
        }  # fmt: skip
        return TOKEN.sub(
            lambda found: found[1] if found[1] is not None else parts[found[0]], pattern
        )


@cache
def known() -> dict[str, Any]:
    """The languages whose words the press has."""
    return dict(load_values(read_text(FILE, FILE.name)))


def language_of(options: Mapping[str, Any], root: Path = Path()) -> Language:
    """The language of a page, with the words that its `language:` option gives."""
    tag = str(options.get("lang") or "en")
    base = tag.split("-")[0].split("_")[0].lower()
    held = known().get(base, {})
    labels = {**held.get("labels", {}), **own_labels(options.get("language"), tag, root)}
    if not labels and not held:
        return Language(tag, {})
    return Language(
        tag,
        labels,
        tuple(held.get("months", ())),
        tuple(held.get("months-short", held.get("months", ()))),
        tuple(held.get("days", ())),
        held.get("dates"),
    )


def is_known(options: Mapping[str, Any]) -> bool:
    """Whether the press can write the words around a page in its language."""
    base = str(options.get("lang") or "en").split("-")[0].split("_")[0].lower()
    return base == "en" or base in known() or bool(options.get("language"))


def own_labels(written: Any, tag: str, root: Path) -> dict[str, str]:
    """The labels of a `language:` option: a mapping or a file of one, a language inside winning."""
    if isinstance(written, str):
        file = root / written.lstrip("/")
        written = load_values(read_text(file, written)) if file.is_file() else None
    if not isinstance(written, dict):
        return {}
    inner = written.get(tag) or written.get(tag.split("-")[0])
    plain = {str(key): value for key, value in written.items() if not isinstance(value, dict)}
    whole = {**plain, **(inner if isinstance(inner, dict) else {})}
    return {str(key): str(value) for key, value in whole.items()}


def with_labels(options: dict[str, Any], language: Language) -> dict[str, Any]:
    """Options in which numbered things, callouts and folded code have the language's names."""
    if not language.labels:
        return options
    crossref: dict[str, Any] = {}
    for name, text in language.labels.items():
        if match := re.fullmatch(r"crossref-(\w+)-(title|prefix)", name):
            crossref[f"{match[1]}-{match[2]}"] = text
            if match[2] == "title":
                crossref.setdefault(f"{match[1]}-prefix", text)
        elif match := re.fullmatch(r"environment-(\w+)-title", name):
            crossref[f"{match[1]}-title"] = text
    own = options.get("crossref")
    crossref |= own if isinstance(own, dict) else {}
    callouts = {
        name.removesuffix("-title"): text
        for name, text in language.labels.items()
        if name.startswith("callout-")
    }
    out = {**options, "crossref": crossref, "press-callouts": callouts}
    if "code-summary" in language.labels:
        out.setdefault("code-summary", language.labels["code-summary"])
    return out


# Where a label stands in the press's own HTML; between bars is the English that gives way.
PLACES = {
    "title-block-author-single": ('<div class="quarto-title-meta-heading">|Author|</div>',),
    "title-block-author-plural": ('<div class="quarto-title-meta-heading">|Authors|</div>',),
    "title-block-affiliation-single": ('<div class="quarto-title-meta-heading">|Affiliation|</div>',),
    "title-block-affiliation-plural": ('<div class="quarto-title-meta-heading">|Affiliations|</div>',),
    "title-block-published": ('<div class="quarto-title-meta-heading">|Published|</div>',),
    "title-block-modified": ('<div class="quarto-title-meta-heading">|Modified|</div>',),
    "title-block-keywords": ('<div class="block-title">|Keywords|</div>',),
    "section-title-abstract": ('<div class="block-title">|Abstract|</div>',),
    "section-title-footnotes": ('quarto-appendix-heading">|Footnotes|</h2>',),
    "section-title-references": ('quarto-appendix-heading">|References|</h2>',),
    "section-title-reuse": ('quarto-appendix-heading">|Reuse|</h2>',),
    "section-title-copyright": ('quarto-appendix-heading">|Copyright|</h2>',),
    "section-title-citation": ('quarto-appendix-heading">|Citation|</h2>',),
    "appendix-attribution-bibtex": ('secondary-label">|BibTeX citation:|</div>',),
    "appendix-attribution-cite-as": (
        'secondary-label">|For attribution, please cite this work as:|</div>',
    ),
    "appendix-view-license": ("(|View License|)",),
    "copy-button-tooltip": ('title="|Copy to Clipboard|"', 'aria-label="|Copy to clipboard|"'),
    "back-to-top": ("</i> |Back to top|</a>",),
    "repo-action-links-edit": (">|Edit this page|<",),
    "repo-action-links-source": (">|View source|<",),
    "repo-action-links-issue": (">|Report an issue|<",),
    "search-label": ('aria-label="|Search|"',),
    "listing-page-no-matches": ('d-none">|No matching items|</div>',),
    "listing-page-field-categories": ('quarto-listing-category-title">|Categories|</div>',),
    "listing-page-category-all": ('data-category="">|All|', ),
    "listing-page-order-by": ('aria-label="|Order by|"',),
    "listing-page-order-by-default": ('<option value="">|Default|</option>',),
    "listing-page-filter": ('placeholder="|Filter|"',),
    "code-tools-menu-caption": ('code-tools-button">|Code|<',),
}  # fmt: skip


def translated(markup: str, language: Language) -> str:
    """A page's HTML with its labels in another language."""
    for name, places in PLACES.items():
        if name in language.labels:
            for place in places:
                before, english, after = place.split("|")
                markup = markup.replace(
                    f"{before}{english}{after}", f"{before}{language.labels[name]}{after}"
                )
    return markup
