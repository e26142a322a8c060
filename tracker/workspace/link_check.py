"""Whether a reference is there: asked over the network, or looked up on the disk."""

from __future__ import annotations

import json
from http.client import HTTPException
from pathlib import Path
from socket import gaierror
from typing import TYPE_CHECKING, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from tracker import __version__

if TYPE_CHECKING:
    from tracker.goals.links import LinkState
    from tracker.goals.references import Reference

PATIENCE = 8.0  # seconds: a slow server answers within it, a person still waits for it
AGENT = f"in-season-tracker/{__version__}"
MISSING = frozenset({404, 410})
# Servers that answer HEAD in these ways may still answer GET.
ASK_AGAIN = frozenset({400, 403, 405, 501})


class Check(NamedTuple):
    """What a check says, and in whose words."""

    state: LinkState
    detail: str


def check(reference: Reference, root: Path, *, offline: bool = False) -> Check:
    """Look whether a reference is there; `unchecked` where nobody could say."""
    if reference.scheme == "file":
        return _file(root, reference.target)
    if offline:
        return Check("unchecked", "the network was not asked")
    try:
        return _doi(reference.target) if reference.scheme == "doi" else _url(reference.target)
    except HTTPError as error:
        if error.code in MISSING:
            return Check("gone", f"the server says {error.code}")
        return Check("unchecked", f"the server says {error.code}")
    except (URLError, HTTPException, OSError, ValueError) as error:
        return Check("unchecked", _silence(getattr(error, "reason", None) or error))


def _silence(reason: object) -> str:
    """Why there was no answer. A host nobody knows and no network look the same from here."""
    if isinstance(reason, gaierror):
        return "no network, or no such host"
    if isinstance(reason, TimeoutError):
        return f"no answer in {PATIENCE:g} seconds"
    words = reason.strerror if isinstance(reason, OSError) else None
    return f"no answer ({words or type(reason).__name__})"


def _file(root: Path, target: str) -> Check:
    path = root / target
    inside = path.resolve().is_relative_to(root.resolve())
    if inside and path.is_file():
        return Check("found", "in the log")
    return Check("gone", "no such file")


def _doi(name: str) -> Check:
    """Ask the DOI registry itself: publishers turn programs away."""
    address = f"https://doi.org/api/handles/{quote(name, safe='/')}?type=URL"
    with urlopen(Request(address, headers={"User-Agent": AGENT}), timeout=PATIENCE) as answer:
        code = json.load(answer).get("responseCode")
    if code in {1, 200}:  # 200: the name is there, without a value of this type
        return Check("found", "doi.org knows it")
    return Check("gone", f"doi.org says {code}")


def _url(address: str) -> Check:
    try:
        return _asked(address, "HEAD")
    except HTTPError as error:
        if error.code not in ASK_AGAIN:
            raise
    return _asked(address, "GET")


def _asked(address: str, method: str) -> Check:
    request = Request(address.partition("#")[0], method=method, headers={"User-Agent": AGENT})
    with urlopen(request, timeout=PATIENCE) as answer:
        return Check("found", f"the server says {answer.status}")
