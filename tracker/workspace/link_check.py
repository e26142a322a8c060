"""Whether a reference is there: asked over the network, or looked up on the disk."""

from __future__ import annotations

import json
import re
from html import unescape
from http.client import HTTPException
from pathlib import Path
from socket import gaierror
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from tracker.goals.links import Found
from tracker.text.escape import one_line
from tracker.workspace.web import Page, PrivateAddressError, ask

if TYPE_CHECKING:
    from tracker.goals.links import LinkState
    from tracker.goals.references import Reference

PATIENCE = 8.0  # seconds for all of it: a slow server answers within it, a person still waits
MISSING = frozenset({404, 410})
LONGEST_TITLE = 200  # signs: what is longer is no title
TITLE = re.compile(rb"<title[^>]*>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


class Check(NamedTuple):
    """What a check says, in whose words, and what was there."""

    state: LinkState
    detail: str
    found: Found | None = None


def check(reference: Reference, root: Path, *, offline: bool = False) -> Check:
    """Look whether a reference is there; `unchecked` where nobody could say."""
    if reference.scheme == "file":
        return _file(root, reference.target)
    if offline:
        return Check("unchecked", "the network was not asked")
    try:
        return _doi(reference.target) if reference.scheme == "doi" else _url(reference.target)
    except PrivateAddressError as error:
        return Check("gone", f"it leads to {error}, an address of a private network")
    except (HTTPException, OSError, ValueError) as error:
        return Check("unchecked", _silence(error))


def _silence(error: Exception) -> str:
    """Why there was no answer. A host nobody knows and no network look the same from here."""
    if isinstance(error, gaierror):
        return "no network, or no such host"
    if isinstance(error, TimeoutError):
        return f"no answer in {PATIENCE:g} seconds"
    words = error.strerror if isinstance(error, OSError) else str(error)
    return f"no answer ({words or type(error).__name__})"


def _file(root: Path, target: str) -> Check:
    path = root / target
    inside = path.resolve().is_relative_to(root.resolve())
    if inside and path.is_file():
        return Check("found", "in the log")
    return Check("gone", "no such file")


def _doi(name: str) -> Check:
    """Ask the DOI registry itself: publishers turn programs away."""
    page = ask(f"https://doi.org/api/handles/{quote(name, safe='/')}?type=URL", PATIENCE)
    if page.status in MISSING:
        return Check("gone", f"the server says {page.status}")
    answer = json.loads(page.body)
    code = answer.get("responseCode")
    if code in {1, 200}:  # 200: the name is there, without a value of this type
        return Check("found", "doi.org knows it", Found(page.status, _registered(answer)))
    return Check("gone", f"doi.org says {code}")


def _registered(answer: dict[str, object]) -> str:
    """The address that a DOI is registered for; "" where the registry names none."""
    values = answer.get("values")
    for value in values if isinstance(values, list) else []:
        data = value.get("data") if isinstance(value, dict) else None
        if isinstance(data, dict) and isinstance(data.get("value"), str):
            return one_line(data["value"])
    return ""


def _url(address: str) -> Check:
    page = ask(address, PATIENCE)
    words = f"the server says {page.status}"
    if page.status in MISSING:
        return Check("gone", words)
    if page.status >= 300:
        return Check("unchecked", words)
    moved = one_line(page.address) if page.address != address.partition("#")[0] else ""
    return Check("found", words, Found(page.status, moved, title_of(page)))


def title_of(page: Page) -> str:
    """The title of a web page; "" where it has none, or is no web page."""
    match = TITLE.search(page.body)
    if match is None or "html" not in page.kind.casefold():
        return ""
    said = CHARSET.search(page.kind.encode("ascii", "ignore")) or CHARSET.search(page.body)
    try:
        text = match[1].decode(said[1].decode() if said else "utf-8", "replace")
    except LookupError:  # no such encoding
        text = match[1].decode("utf-8", "replace")
    title = one_line(unescape(text))
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"
