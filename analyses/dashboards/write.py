"""`python -m analyses.dashboards.write`: the recorded latents as pages of the site."""

from __future__ import annotations

import sys
from pathlib import Path

from analyses.dashboards.pages import pages
from analyses.dashboards.result import Result
from lab.project import ROOT
from lab.results import record
from lab.results.files import write_text

FOLDER = ROOT / "latents"


def write(result: Result, folder: Path = FOLDER) -> list[str]:
    """Write every page and take away those of latents that are shown no longer."""
    found = pages(result)
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.qmd"):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        write_text(folder / name, text)
    return sorted(found)


def main() -> int:
    """Write the pages of the recorded result."""
    names = write(record.load("dashboards").read(Result))
    print(f"wrote {len(names)} pages to {FOLDER.name}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
