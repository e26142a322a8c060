"""Results of a render that failed: kept for the next one, where nothing that they stand on changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from press.hooks import drop_stale
from press.hooks.qmd import write_whole


class UnfinishedRender:
    """Which pages were executed since the site was last published, and what from.

    A page that is not frozen is executed in every render. Where a later step fails, its cells need
    not run again: the results lie under `.press/executed`, and here is what they were made from.
    """

    def __init__(self, root: Path) -> None:
        """Read what the last render left; nothing where it was finished."""
        self.root, self.file = root, root / ".press" / "unfinished.json"
        try:
            held = json.loads(self.file.read_text(encoding="utf-8"))
            self.pages = {str(page): str(made_from) for page, made_from in dict(held).items()}
        except (OSError, ValueError, TypeError):
            self.pages = {}

    def fits(self, page: str, source: str, options: Any) -> bool:
        """Whether a page's results are still those that its cells would give."""
        return page in self.pages and self.pages[page] == self.made_from(page, source, options)

    def note(self, page: str, source: str, options: Any) -> None:
        """Keep what a page was executed from: its source's hash, its options, the files it reaches."""
        self.pages[page] = self.made_from(page, source, options)
        write_whole(self.file, json.dumps(self.pages))

    def clear(self) -> None:
        """Forget them all: the site is published."""
        self.pages = {}
        self.file.unlink(missing_ok=True)

    def made_from(self, page: str, source: str, options: Any) -> str:
        """A digest of all that is known to decide a page's results."""
        parts = [source, options, drop_stale.digests(self.root, page)]
        return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()
