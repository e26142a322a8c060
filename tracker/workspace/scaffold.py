"""The least a Quarto website needs, for a folder that holds nothing but goals.yml."""

from __future__ import annotations

from pathlib import Path

QUARTO = """\
project:
  type: website
  output-dir: _site

website:
  title: Progress
  navbar:
    left:
      - text: Progress
        href: progress/index.qmd

format:
  html:
    toc: true
"""
HOME = """\
---
title: The season, today
---

{{< include /progress/_now.md >}}
"""


def ensure_site(root: Path) -> list[str]:
    """Write _quarto.yml and index.qmd where no site is set up; returns what was written."""
    if any((root / name).exists() for name in ("_quarto.yml", "_quarto.yaml")):
        return []
    written = []
    for name, text in (("_quarto.yml", QUARTO), ("index.qmd", HOME)):
        if not (root / name).exists():
            (root / name).write_text(text, encoding="utf-8", newline="\n")
            written.append(name)
    return written
