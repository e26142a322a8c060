"""The files a new log begins with, and the least a website needs beside goals.yml."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tracker.calendar.days import MONTHS
from tracker.text.escape import yaml

DAY_ENDS = 3 * 60  # minutes after midnight, as the goals.yml below says
LEAST_SEASON = 28  # days; in fewer a habit can hardly show

GOALS = """\
# What I commit to, season by season; `tracker` reads it and names every mistake by its line.
# Every id is for ever: change a title as you like, never an id.
timezone: {zone}
day_ends: "03:00"        # a check-in after midnight and before three belongs to the day before

seasons:
  - id: {year}-q{quarter}
    title: {title}
    starts: {starts}
    ends: {ends}

    goals:
      # A goal is closed by entries of the log that name it: `goals: [entries]` in their head.
      - id: entries
        title: Write log entries that answer one question each
        target: 3
        unit: entries
        evidence: entry      # or reproduction, note, reply, release: only entries of that kind
        why: What is not written down was not understood.

    habits:
      # schedule: daily, 2 per day, 3/7, 3 per week, mon,wed,fri, every 2 days, track-only
      - id: write
        title: Write in the log
        schedule: mon,tue,wed,thu,fri
        serves: [entries]
        if_then: If I sit down in the morning, then the log is the first window I open.
      # - id: run
      #   title: Run
      #   schedule: 3/7
      #   quantity: 5 km
      #   public: false      # never shown on a page
"""
QUARTO = """\
# Read by Quarto, and by the press that stands in for it.
project:
  type: website
  output-dir: _site
  render:
    - "*.qmd"
    - "log/**/*.qmd"
    - "progress/**/*.qmd"

website:
  title: {title}
  # site-url: https://example.org/my-log     # where it will stand; its feeds need to know
  navbar:
    right:
      - text: Log
        href: log/index.qmd
      - text: Progress
        href: progress/index.qmd

format:
  html:
    toc: true

execute:
  freeze: auto
"""
HOME = """\
---
title: {title}
toc: false
---

## The season, today

{{{{< include /progress/_now.md >}}}}

[All entries](log/index.qmd) · [How the season stands](progress/index.qmd)
"""
LISTING = """\
---
title: Log
listing:
  contents: "*/index.qmd"
  sort: "date desc"
  type: default
toc: false
---
"""
ENTRY = """\
---
title: What I commit to
date: {today}
categories: [note]
kind: note
goals: []
---

Say here what you will have done by the end of the season, and why.
"""
MAKEFILE = """\
# make site     the progress pages and the whole site, in _site/
# make install  what that needs, into .venv/, once on each machine
#
# This log is kept with In Season, which is on no package index yet: it is installed from its
# checkout. The machine that began this log knows the way (.tracker/local.mk, never tracked);
# on another one, say where the checkout is:
#
#   make install IN_SEASON=../in-season
#   make site PYTHON=python3.12            with another Python that has it
ifneq ($(wildcard .venv/bin/python),)
PYTHON ?= .venv/bin/python
endif
-include .tracker/local.mk
PYTHON ?= python3
BASE ?= python3

.PHONY: site install
site:
\t@"$(PYTHON)" -c 'import tracker' 2>/dev/null || {{ \\
\t  echo "make: $(PYTHON) has no tracker. Get the checkout of In Season, and then:"; \\
\t  echo "      make install IN_SEASON=path/to/the/checkout"; exit 1; }}
\t@"$(PYTHON)" -m tracker publish

install:
\t@test -n "$(IN_SEASON)" || {{ \\
\t  echo "make: say where the checkout of In Season is:"; \\
\t  echo "      make install IN_SEASON=path/to/the/checkout"; exit 1; }}
\t@"$(BASE)" -m venv .venv
\t@set --; known="$(IN_SEASON)/constraints.txt"; \\
\t  if [ -f "$$known" ]; then set -- -c "$$known"; fi; \\
\t  .venv/bin/python -m pip --disable-pip-version-check install -q "$$@" "$(IN_SEASON)[press]"
\t@echo "Installed into .venv. Next: make site, and .venv/bin/tracker checkin"
"""
IGNORED = ".tracker/\n_site/\n.quarto/\n.press/\n.venv/\n__pycache__/\n"
SMALL_QUARTO = """\
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
SMALL_HOME = """\
---
title: The season, today
---

{{< include /progress/_now.md >}}
"""


def files(title: str, zone: str, today: date) -> dict[str, str]:
    """The content of each file, by its path in the log."""
    return {
        "goals.yml": _goals(zone, today),
        "_quarto.yml": QUARTO.format(title=yaml(title)),
        "index.qmd": HOME.format(title=yaml(title)),
        "log/index.qmd": LISTING,
        f"log/{today}-what-i-commit-to/index.qmd": ENTRY.format(today=today),
        "Makefile": MAKEFILE.format(),
        ".gitignore": IGNORED,
    }


def machine(python: str, checkout: str) -> str:
    """What `make` has to know of one machine; the file is its own and never tracked."""
    return f"PYTHON ?= {_make(python)}\nIN_SEASON ?= {_make(checkout)}\n"


def _make(path: str) -> str:
    """A path as make reads it back."""
    return path.replace("$", "$$").replace("#", "\\#")


def _goals(zone: str, today: date) -> str:
    """A season from today to the end of a quarter: nobody starts with days already missed."""
    ends = _quarter_end(today)
    if (ends - today).days < LEAST_SEASON:
        ends = _quarter_end(ends + timedelta(1))
    return GOALS.format(
        zone=zone,
        year=ends.year,
        quarter=ends.month // 3,
        title=_months(today, ends),
        starts=today,
        ends=ends,
    )


def _quarter_end(day: date) -> date:
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return (first + timedelta(95)).replace(day=1) - timedelta(1)


def _months(starts: date, ends: date) -> str:
    first, last = MONTHS[starts.month - 1], f"{MONTHS[ends.month - 1]} {ends.year}"
    if starts.year != ends.year:
        return f"{first} {starts.year} to {last}"
    return last if starts.month == ends.month else f"{first} to {last}"


def ensure_site(root: Path) -> list[str]:
    """Write _quarto.yml and index.qmd where no site is set up; returns what was written."""
    if any((root / name).exists() for name in ("_quarto.yml", "_quarto.yaml")):
        return []
    written = []
    for name, text in (("_quarto.yml", SMALL_QUARTO), ("index.qmd", SMALL_HOME)):
        if not (root / name).exists():
            (root / name).write_text(text, encoding="utf-8", newline="\n")
            written.append(name)
    return written
