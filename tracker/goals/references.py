"""What a person gives as evidence: a DOI, a web address, or a file of the log.

One thing has one spelling, so that the same paper is not counted twice.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from tracker.errors import TrackerError
from tracker.goals.addresses import is_public, literal

Scheme = Literal["doi", "url", "file"]
# Crossref's own recommendation for modern DOIs, widened to every printable suffix.
DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
DOI_HOSTS = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})
ARXIV = re.compile(r"(?:arxiv:\s*)(\d{4}\.\d{4,5})(?:v\d+)?", re.IGNORECASE)
PORTS = {"http": 80, "https": 443}
PAIRS = {")": "(", "]": "[", ">": "<", "}": "{"}


class Reference(NamedTuple):
    """One piece of evidence, in its one spelling."""

    scheme: Scheme
    target: str

    @property
    def address(self) -> str:
        """Where a reader finds it: a web address, or a path from the log's root."""
        if self.scheme == "doi":
            from urllib.parse import quote  # it loads a lot that a look at today has no use for

            return f"https://doi.org/{quote(self.target, safe='/:;().-_')}"
        return self.target


def parse_reference(text: str) -> Reference:
    """A reference from what a person pasted.

    Takes `10.1234/x`, `doi:10.1234/x`, `https://doi.org/10.1234/x`, `arXiv:2405.14860`, a
    web address, or a path inside the log. Raises TrackerError for anything else.
    """
    word = text.strip()
    if not word or any(mark.isspace() or not mark.isprintable() for mark in word):
        raise TrackerError(f'"{word}" is no evidence. Give a DOI, a web address or a path.')
    if match := ARXIV.fullmatch(word):
        return Reference("doi", f"10.48550/arxiv.{match[1]}")
    if word.casefold().startswith("doi:") or word.startswith("10."):
        return _doi(word, word[4:] if word[:4].casefold() == "doi:" else word)
    if "://" in word or word.casefold().startswith(("www.", "mailto:", "javascript:", "data:")):
        return _address(word)
    return _file(word)


def _doi(word: str, name: str) -> Reference:
    """DOIs do not tell capitals from small letters; the small ones are kept."""
    trimmed = _without_prose(name)
    if not DOI.fullmatch(trimmed) or not trimmed.isprintable():
        raise TrackerError(f'"{word}" is no DOI. A DOI looks like 10.48550/arXiv.2405.14860.')
    return Reference("doi", trimmed.lower())


def _address(word: str) -> Reference:
    from urllib.parse import unquote, urlsplit, urlunsplit

    try:
        parts = urlsplit(_without_prose(word))
        port = parts.port
    except ValueError:
        raise TrackerError(f'"{word}" is no web address. Copy it once more.') from None
    host = (parts.hostname or "").casefold()
    named = "." in host.strip(".") or literal(host) is not None
    if parts.scheme.casefold() not in PORTS or not named:
        raise TrackerError(
            f'"{word}" is no web address. Write it out, like https://example.org/paper.'
        )
    if parts.username or parts.password:
        raise TrackerError("A web address with a name or password in it would publish them.")
    written = literal(host)
    if written is not None and not is_public(written):
        raise TrackerError(
            f"{word} leads to {written}, an address of a private network: nobody else could open "
            "it. Give one that anyone can reach, or put the file into the log."
        )
    if host in DOI_HOSTS and parts.path.strip("/"):
        return _doi(word, unquote(parts.path.strip("/")))
    scheme = parts.scheme.casefold()
    host = f"[{host}]" if ":" in host else host
    authority = host if port in {None, PORTS[scheme]} else f"{host}:{port}"
    return Reference(
        "url", urlunsplit((scheme, authority, parts.path, parts.query, parts.fragment))
    )


def _file(word: str) -> Reference:
    """A path inside the log, with / between."""
    parts = [part for part in word.replace("\\", "/").split("/") if part != "."]
    if word.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", word) or ".." in parts:
        raise TrackerError(f'"{word}" lies outside the log. Give a path from its folder down.')
    if "" in parts[:-1] or not any(parts):
        raise TrackerError(f'"{word}" is no path. Write it like log/2026-11-23-title/index.qmd.')
    return Reference("file", "/".join(part for part in parts if part))


def _without_prose(text: str) -> str:
    """The text without the full stop or closing bracket that came along from a sentence."""
    while text and (text[-1] in ".,;\"'" or _unpaired(text)):
        text = text[:-1]
    return text


def _unpaired(text: str) -> bool:
    closing = text[-1]
    return closing in PAIRS and text.count(closing) > text.count(PAIRS[closing])
