"""Everything the site shows of the ledger, written from what the studies keep.

`ledger/_table.md` for the page, `ledger.json` for machines, `ledger.xml` for feed readers; beside
each entry `_badge.md`, and `provenance.json` with where its numbers come from. Writing twice
changes nothing.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from lab.ledger import history
from lab.ledger import rows as ledger
from lab.ledger.feed import feed
from lab.ledger.history import Books
from lab.ledger.page import badge, page
from lab.ledger.rows import Row
from lab.results.files import one_at_a_time, write_text
from lab.results.study import Project, Study

LOADS = re.compile(r"""record\.load\(\s*["'](\w+)["']""")  # a page that shows a study's result


def write(project: Project, books: Books) -> list[str]:
    """Write every file whose content changed; their paths in the project."""
    root = project.root
    with one_at_a_time(root / history.HISTORY):
        return [
            name for name, text in contents(root, books).items() if write_text(root / name, text)
        ]


def contents(root: Path, books: Books) -> dict[str, str]:
    """What every file should say, by its path in the project.

    Raises AnalysisError for a mistake in what the studies keep.
    """
    rows = ledger.rows(books.judged)
    found = {
        "ledger/_table.md": page(rows),
        "ledger.json": _json({"schema": 1, "rows": ledger.as_json(rows)}),
        "ledger.xml": feed(books.history, site_address(root)),
    }
    by_entry: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.entry and (root / row.entry).is_dir():
            by_entry[row.entry].append(row)
    for entry, of_entry in sorted(by_entry.items()):
        found[f"{entry}/_badge.md"] = badge(of_entry, "../" * len(Path(entry).parts))
    studies = [each.study for each in books.judged]
    for entry, of_page in _studies_of_entries(root, studies).items():
        found[f"{entry}/provenance.json"] = _json(_provenance(of_page))
    return found


def site_address(root: Path) -> str:
    """Where the site is published, from _quarto.yml; empty where it does not say."""
    path = root / "_quarto.yml"
    data = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return str((data.get("website") or {}).get("site-url") or "")


def _studies_of_entries(root: Path, studies: list[Study]) -> dict[str, list[Study]]:
    """The studies whose claims name an entry, or whose results its page loads, by entry."""
    found: dict[str, set[str]] = defaultdict(set)
    for study in studies:
        for claim in study.claims.claims:
            if (root / claim.entry).is_dir() and claim.entry:
                found[claim.entry].add(study.name)
    with_code = {study.name for study in studies if study.has_code}
    for page_file in (root / "log").glob("*/index.qmd"):
        entry = page_file.parent.relative_to(root).as_posix()
        found[entry] |= {*LOADS.findall(page_file.read_text(encoding="utf-8"))} & with_code
    return {
        entry: [study for study in studies if study.name in names]
        for entry, names in sorted(found.items())
        if names
    }


def _provenance(studies: list[Study]) -> dict[str, Any]:
    """Where an entry's numbers come from, result by result; the values lie in the files named."""
    results = []
    for study in studies:
        for name in study.result_names:
            stored = study.result(name) or {}
            results.append(
                {
                    "study": study.name,
                    "name": name,
                    "file": study.shown(f"results/{name}.json"),
                    **{key: stored[key] for key in ("params", "provenance", "fingerprint")},
                }
            )
    return {"schema": 1, "results": results}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
