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

from lab.declared import claims
from lab.fingerprint.fingerprint import PACKAGE, ROOT
from lab.ledger import history
from lab.ledger import rows as ledger
from lab.ledger.feed import feed
from lab.ledger.page import badge, page
from lab.ledger.rows import Row
from lab.results import record
from lab.results.files import one_at_a_time, write_text

LOADS = re.compile(r"""record\.load\(\s*["'](\w+)["']""")  # a page that shows a study's result


def write(root: Path = ROOT) -> list[str]:
    """Write every file whose content changed; their paths in the project."""
    with one_at_a_time(root / history.HISTORY):
        return [name for name, text in contents(root).items() if write_text(root / name, text)]


def contents(root: Path = ROOT) -> dict[str, str]:
    """What every file should say, by its path in the project.

    Raises AnalysisError for a mistake in what the studies keep.
    """
    rows = ledger.rows(root)
    found = {
        "ledger/_table.md": page(rows),
        "ledger.json": _json({"schema": 1, "rows": ledger.as_json(rows)}),
        "ledger.xml": feed(history.history(root), site_address(root)),
    }
    by_entry: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.entry and (root / row.entry).is_dir():
            by_entry[row.entry].append(row)
    for entry, of_entry in sorted(by_entry.items()):
        found[f"{entry}/_badge.md"] = badge(of_entry, "../" * len(Path(entry).parts))
    for entry, studies in _studies_of_entries(root).items():
        found[f"{entry}/provenance.json"] = _json(_provenance(studies, root))
    return found


def site_address(root: Path = ROOT) -> str:
    """Where the site is published, from _quarto.yml; empty where it does not say."""
    path = root / "_quarto.yml"
    data = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return str((data.get("website") or {}).get("site-url") or "")


def _studies_of_entries(root: Path) -> dict[str, list[str]]:
    """The studies whose claims name an entry, or whose results its page loads, by entry."""
    found: dict[str, set[str]] = defaultdict(set)
    for study in history.studies(root):
        for claim in claims.load(study, root).claims:
            if (root / claim.entry).is_dir() and claim.entry:
                found[claim.entry].add(study)
    for page_file in (root / "log").glob("*/index.qmd"):
        entry = page_file.parent.relative_to(root).as_posix()
        loaded = LOADS.findall(page_file.read_text(encoding="utf-8"))
        found[entry] |= {study for study in loaded if study in record.studies(root)}
    return {entry: sorted(studies) for entry, studies in sorted(found.items()) if studies}


def _provenance(studies: list[str], root: Path) -> dict[str, Any]:
    """Where an entry's numbers come from, result by result; the values lie in the files named."""
    results = []
    for study in studies:
        for name in history.results_of(study, root):
            kept = record.stored(study, name, root) or {}
            results.append(
                {
                    "study": study,
                    "name": name,
                    "file": f"{PACKAGE}/{study}/results/{name}.json",
                    **{key: kept[key] for key in ("params", "provenance", "fingerprint")},
                }
            )
    return {"schema": 1, "results": results}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
