"""Does the ledger cost a reader's patience? Looking a result up, and a page of 500 claims.

Both run on a made-up project in a temporary folder, with the largest recorded result of this log
as its result. The lookup stands beside `json.loads` of the same file, the page beside PyYAML's
own reading of its claims: what is left is ours. Exits with 1 where a limit is passed.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from analyses.circular.params import Params
from analyses.circular.result import Result
from lab.declared.yaml_documents import Loader
from lab.ledger import history, judge, site_files
from lab.ledger.history import Books
from lab.project import find_root
from lab.results import record
from lab.results.study import Project

LOOKUP_LIMIT, PAGE_LIMIT = 0.050, 1.0  # seconds: what was promised
CLAIMS = 500
ROUNDS = 15  # enough for a steady median in a few seconds
NAME = "smollm2-135m"
CLAIM = """\
  - id: claim-{number}
    states: At layer {layer} the weekdays lie around a circle, as claim {number} has it.
    source: {{paper: engels2024, where: "§{number}"}}
    model: {model}
    claimed: 0.{number}
    tolerance: 5%
    why: The fifth digit may differ.
    unit: share of neighbours
    ours: [{{result: smollm2-135m, value: "categories.days.layers[layer={layer}].plane_probe"}}]
    figure: fig-planes
"""
PAPER = "papers: {engels2024: {title: A paper, url: https://example.org}}\nclaims:\n"


def project(folder: Path) -> Path:
    """A project with one study, its result, and 500 claims that point into it."""
    root = folder / "project"
    ignored = shutil.ignore_patterns("__pycache__", "results", "modular")
    shutil.copytree(find_root() / "analyses", root / "analyses", ignore=ignored)
    old = record.load("circular", NAME)
    record.save(Project(root).study("circular"), NAME, Params(), old.values, old.provenance)
    models = ("smollm2-135m", "gpt2-small")
    claims = "".join(
        CLAIM.format(number=number, layer=number % 31, model=models[number % 2])
        for number in range(CLAIMS)
    )
    (root / "analyses" / "circular" / "claims.yml").write_text(PAPER + claims)
    return root


def median(action: Callable[[], Any]) -> float:
    """Seconds an action takes, the first time apart."""
    action()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def pages(root: Path) -> dict[str, str]:
    """Everything the site shows of the ledger, judged anew."""
    judged = [judge.judge(study) for study in Project(root).studies()]
    return site_files.contents(root, Books(judged, history.read(root), []))


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        root = project(Path(name))
        path = Project(root).study("circular").result_path(NAME)
        written = root / "analyses" / "circular" / "claims.yml"
        started = time.perf_counter()
        history.update(Project(root), datetime.now(UTC))
        judged = time.perf_counter() - started
        text, claims = path.read_text(), written.read_text()
        base = median(lambda: json.loads(text))
        lookup = median(lambda: record.load(Project(root).study("circular"), NAME).read(Result))
        yaml_alone = median(lambda: yaml.load(claims, Loader))
        page = median(lambda: pages(root))
        size = len(pages(root)["ledger/_table.md"])
    print(f"json.loads of the result   {base * 1000:7.1f} ms  ({len(text) // 1024} kB)")
    print(
        f"reading it, fresh          {lookup * 1000:7.1f} ms  (at most {LOOKUP_LIMIT * 1000:.0f})"
    )
    print(f"PyYAML, {CLAIMS} claims        {yaml_alone * 1000:7.1f} ms")
    print(f"ledger of {CLAIMS} claims      {page * 1000:7.1f} ms  (at most {PAGE_LIMIT * 1000:.0f}; {size // 1024} kB)")  # fmt: skip
    print(f"judging them for the first time {judged * 1000:.0f} ms")
    return int(lookup > LOOKUP_LIMIT or page > PAGE_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
