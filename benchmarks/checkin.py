"""Is a check-in as quick as Python itself? `tracker checkin write=y` beside two imports.

Both run in fresh processes, turn about, so that a busy machine slows both. Prints the
medians, their ratio and how many of the tracker's modules a check-in loads; exits with 1
where the ratio is above the limit.
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
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(GOALS, folder / "goals.yml")
        for warm in (BASE, command, command):  # the first makes the database and the cache
            seconds(warm, folder)
        times = [(seconds(BASE, folder), seconds(command, folder)) for _ in range(ROUNDS)]
        modules, folders = loaded(command, folder)
    base, ours = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = ours / base
    print(f"import click, sqlite3    {base * 1000:6.1f} ms  (median of {ROUNDS})")
    print(f"tracker checkin write=y  {ours * 1000:6.1f} ms")
    print(f"ratio                    {ratio:6.2f}     (at most {LIMIT})")
    print(f"tracker modules loaded   {modules:6}     (in {folders} folders)")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
