"""How long large sites take: 1,000 pages below one sidebar, made and rebuilt, and one page of 5 MB.

    python benchmarks/large_sites.py [PAGES]

It exits 1 where a limit is missed. With Quarto on PATH the same sites are timed under it too.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGES = 1000
SECONDS = {"new": 30.0, "no change": 5.0, "5 MB": 20.0}
MEGABYTES = 1000  # of the press, or of its largest child
LARGE = 5_000_000  # bytes of Markdown
WORDS = (
    "a",
    "page",
    "of",
    "plain words",
    "some *set apart*",
    "and [a link](index.qmd)",
    "now and then",
)
MEASURED = (
    "import json, resource, sys\nfrom press.cli import main\n"
    "try:\n    main(['render', sys.argv[1]])\nexcept SystemExit as end:\n    assert not end.code\n"
    "who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)\n"
    "open(sys.argv[2], 'w').write(json.dumps([resource.getrusage(one).ru_maxrss for one in who]))\n"
)


def many_pages(root: Path, count: int) -> Path:
    """A site of small pages, every one of them in the sidebar of all."""
    (root / "posts").mkdir(parents=True)
    sidebar = "website:\n  title: T\n  sidebar:\n    contents: auto\n"
    (root / "_quarto.yml").write_text(f"project:\n  type: website\n{sidebar}")
    (root / "index.qmd").write_text("---\ntitle: Home\n---\n")
    for number in range(count):
        text = f"---\ntitle: Post {number}\n---\n\n## One\n\nText of post {number}.\n"
        (root / f"posts/p{number:04}.qmd").write_text(text)
    return root


def large_page(root: Path) -> Path:
    """A site of one long page: a heading every thousand words."""
    root.mkdir()
    (root / "_quarto.yml").write_text(
        "project:\n  type: website\nformat:\n  html:\n    toc: true\n"
    )
    choice = random.Random(1)
    parts, size = ["---\ntitle: Large\n---\n"], 0
    while size < LARGE:
        heading = f"## Part {len(parts)}\n\n" if len(parts) % 10 == 1 else ""
        parts.append(heading + " ".join(choice.choice(WORDS) for _ in range(100)) + ".\n")
        size += len(parts[-1])
    (root / "index.qmd").write_text("\n".join(parts))
    return root


def render(root: Path) -> tuple[float, float]:
    """Seconds of one render by the press, and the megabytes of the largest process in it."""
    peak = root.parent / "peak.json"
    started = time.perf_counter()
    command = [sys.executable, "-c", MEASURED, str(root), str(peak)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    taken = time.perf_counter() - started
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return taken, max(json.loads(peak.read_text())) / unit


def render_by_quarto(root: Path) -> float:
    """Seconds of one render by Quarto."""
    started = time.perf_counter()
    subprocess.run(["quarto", "render", str(root)], check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    with tempfile.TemporaryDirectory() as name:
        many = many_pages(Path(name) / "many", count)
        large = large_page(Path(name) / "large")
        if quarto := shutil.which("quarto"):
            shutil.copytree(many, Path(name) / "many-q")
            shutil.copytree(large, Path(name) / "large-q")
        taken = {"new": render(many), "no change": render(many), "5 MB": render(large)}
        theirs = {}
        if quarto:
            many, large = Path(name) / "many-q", Path(name) / "large-q"
            theirs = {"new": render_by_quarto(many), "no change": render_by_quarto(many)}
            theirs["5 MB"] = render_by_quarto(large)
    for step, (seconds, megabytes) in taken.items():
        beside = f"  Quarto {theirs[step]:.1f} s" if theirs else ""
        limit = f"(at most {SECONDS[step]:g} s, {MEGABYTES} MB)"
        print(f"{step:10} {seconds:6.1f} s  {megabytes:5.0f} MB  {limit}{beside}")
    print(f"load       {os.getloadavg()[0]:6.1f}    (programs that wanted a core)")
    slow = any(seconds > SECONDS[step] for step, (seconds, _) in taken.items())
    return int(slow or any(megabytes > MEGABYTES for _, megabytes in taken.values()))


if __name__ == "__main__":
    sys.exit(main())
