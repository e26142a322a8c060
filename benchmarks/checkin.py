"""Is a check-in as quick as Python itself? `tracker checkin write=y` beside two imports.

As a script runs it, and with `--effect`, as a person in a terminal is answered: that one loads
all scoring. All run in fresh processes, turn about, so that a busy machine slows all. Prints
the medians, their ratios and how many of the tracker's modules each loads; exits with 1 where a
ratio is above its limit.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT = 1.2  # nobody feels a fifth of a blink
EFFECT_LIMIT = 3.0  # a person reads the line that it prints: a tenth of a second or so
ROUNDS = 41  # enough for a steady median in a few seconds
BASE = [sys.executable, "-c", "import click, sqlite3"]
LOADED = """
import sys
from tracker.cli import main
main(sys.argv[1:], standalone_mode=False)
names = [name for name in sys.modules if name.split(".")[0] == "tracker"]
folders = [name for name in names if hasattr(sys.modules[name], "__path__")]
print(len(names) - len(folders), len(folders), file=sys.stderr)
"""
GOALS = Path(__file__).resolve().parent.parent / "goals.yml"


def tracker_command() -> list[str]:
    """The command people type: the script beside this Python."""
    script = shutil.which("tracker", path=str(Path(sys.executable).parent))
    if script is None:
        sys.exit("tracker is not installed beside this Python. Run: pip install -e .")
    return [script, "checkin", "write=y", "--day", "2026-11-20"]


def seconds(command: list[str], folder: Path) -> float:
    # Compiled modules are kept, as everywhere but in some containers; here, in the folder.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def loaded(command: list[str], folder: Path) -> tuple[int, int]:
    """How many of the tracker's modules a command loads, and how many folders they lie in."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *command[1:]], cwd=folder, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    modules, folders = done.stderr.split()
    return int(modules), int(folders)


def main() -> int:
    command = tracker_command()
    ours = {"tracker checkin write=y": command, "  and its --effect": [*command, "--effect"]}
    limits = (LIMIT, EFFECT_LIMIT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(GOALS, folder / "goals.yml")
        runs = [BASE, *ours.values()]
        for _ in range(2):  # the first makes the database and the cache
            for warm in runs:
                seconds(warm, folder)
        times = [[seconds(run, folder) for run in runs] for _ in range(ROUNDS)]
        modules = [loaded(run, folder) for run in ours.values()]
    base, *medians = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"import click, sqlite3    {base * 1000:6.1f} ms  (median of {ROUNDS})")
    slow = False
    for label, median, limit, (count, folders) in zip(ours, medians, limits, modules, strict=True):
        ratio = median / base
        slow |= ratio > limit
        print(f"{label:24} {median * 1000:6.1f} ms")
        print(f"ratio                    {ratio:6.2f}     (at most {limit})")
        print(f"tracker modules loaded   {count:6}     (in {folders} folders)")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
