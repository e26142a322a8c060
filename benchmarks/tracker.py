"""Ten years of thirty habits: is the tracker as quick as its peers, and does it grow in line?

`tracker checkin write=y` and `tracker status`, in a history of about 110,000 check-ins, beside
`jrnl --version` and `watson --version`, which do nothing but start. Fresh processes, turn
about, so that a busy machine slows all of them. `tracker status` goes on from where each habit
stood some weeks ago; what it costs where that is not known is printed too. Then every look-up, which
is to be there at once however long the log is, every progress page, and the growth over 1, 3 and 10
years of the pages and of `tracker log` with all there is. Prints a table; exits with 1 where
something promised is missed.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

# This file bears the package's name: it must not be found in its place.
sys.path[:] = [place for place in sys.path if Path(place).resolve() != Path(__file__).parent]

from tracker.goals_file.parse import parse  # noqa: E402
from tracker.seasons.sample import sample  # noqa: E402
from tracker.store.checkins import CheckinStore  # noqa: E402
from tracker.store.database import Database  # noqa: E402

TODAY = date(2026, 11, 23)
NOW = "2026-11-23T20:00:00+00:00"
PEERS = ("jrnl", "td-watson")
ROUNDS = 15  # enough for a steady median in half a minute
HABITS = 30
LOOKS = (
    "week", "week last", "week 2025-W10", "show write", "scores --habit write --since -30", "log",
    "log write --days 90", "checkin --json", "checkin --grid --json", "season show", "evidence list", "export ics",
)  # fmt: skip
LOOK_LIMIT = 0.3  # seconds: what a person takes for at once
WHOLE = ["log", "--days", "4000", "--json"]
PAGES_LIMIT = 3.0  # seconds, as promised
GROWTH_LIMIT = 1.5  # of ten years' cost a year over one year's: linear is 1 or less
SCHEDULES = ("daily", "3/7", "mon,tue,wed,thu,fri", "2 per week", "every 2 days", "daily")


def goals(years: int) -> str:
    """A goals.yml of quarterly seasons; the first habit is `write`."""
    lines = ["timezone: Europe/London", "seasons:"]
    for year in range(TODAY.year - years + 1, TODAY.year + 1):
        for quarter in range(4):
            starts = date(year, 3 * quarter + 1, 1)
            ends = (starts + timedelta(95)).replace(day=1) - timedelta(1)
            lines += [
                f"  - id: {year}-q{quarter + 1}",
                f"    starts: {starts}",
                f"    ends: {ends}",
            ]
            lines += ["    goals:", "      - {id: papers, title: Papers, target: 3}", "    habits:"]
            for number in range(HABITS):
                name = "write" if number == 0 else f"habit-{number}"
                amount = ", quantity: 5 km" if number % 5 == 4 else ""
                schedule = "daily" if number < 25 else f'"{SCHEDULES[number % 6]}"'
                lines.append(
                    f"      - {{id: {name}, title: Habit {number}, schedule: {schedule}{amount}}}"
                )
    return "\n".join(lines) + "\n"


def history(folder: Path, years: int) -> int:
    """A log with answers until yesterday; returns how many."""
    folder.mkdir()
    text = goals(years)
    (folder / "goals.yml").write_text(text)
    (folder / ".tracker").mkdir()
    until = TODAY - timedelta(1)
    entries = sample(parse(text), until)
    with Database(str(folder / ".tracker" / "tracker.db"), writing=True) as database:
        store = CheckinStore(database)
        store.add(entries)
    return len(entries)


def script(name: str, folder: Path) -> str:
    found = shutil.which(name, path=str(folder))
    if found is None:
        sys.exit(f"{name} is not in {folder}. Install this project first: pip install -e .")
    return found


def peers(folder: Path) -> Path:
    """A throwaway environment that holds the peers, from PyPI."""
    venv.create(folder, with_pip=True)
    place = folder / ("Scripts" if os.name == "nt" else "bin")
    quiet = ["-m", "pip", "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run([str(place / "python"), *quiet, *PEERS], check=False)
    if done.returncode:
        sys.exit("jrnl and td-watson could not be installed from PyPI: nothing to compare with.")
    return place


def seconds(command: list[str], folder: Path) -> float:
    environment = {**os.environ, "TRACKER_NOW": NOW}
    # Compiled modules are kept, as everywhere but in some containers; here, in a folder.
    environment["PYTHONPYCACHEPREFIX"] = str(folder.parent / "compiled")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def medians(commands: dict[str, list[str]], folder: Path, rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each command, all of them run turn about."""
    for command in commands.values():
        seconds(command, folder)
    times = [
        {name: seconds(words, folder) for name, words in commands.items()} for _ in range(rounds)
    ]
    return {name: statistics.median(row[name] for row in times) for name in commands}


def without_shortcuts(tracker: str, folder: Path) -> dict[str, float]:
    """`tracker status` where it must look at years: what the shortcuts of the others spare."""
    seconds([tracker, "checkin", "write=y"], folder)
    first = seconds([tracker, "status"], folder)
    seconds([tracker, "status"], folder)
    seconds([tracker, "checkin", "write=y", "--day", "-60"], folder)
    return {
        "tracker status, the very first time": first,
        "tracker status, after an answer for a day long past": seconds([tracker, "status"], folder),
    }


def fresh_pages(tracker: str, folder: Path) -> float:
    shutil.rmtree(folder / "progress", ignore_errors=True)
    return seconds([tracker, "pages"], folder)


def growth(costs: dict[int, float], base: float) -> float:
    """A year of ten beside the year of one, without what the interpreter takes to start."""
    return ((costs[10] - base) / 10) / ((costs[1] - base) / 1)


def check(words: str, found: float, limit: float, show: Callable[[float], str]) -> bool:
    verdict = "ok" if found <= limit else "MISSED"
    print(f"{words:<58}{show(found):>10}   at most {show(limit)}   {verdict}")
    return found <= limit


def milliseconds(value: float) -> str:
    return f"{value * 1000:.0f} ms"


def ratio(value: float) -> str:
    return f"{value:.2f}"


def main() -> int:
    ours = script("tracker", Path(sys.executable).parent)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        found = peers(root / "peers")
        logs = {years: root / f"log-{years}" for years in (1, 3, 10)}
        for years, folder in logs.items():
            print(f"{years:>2} years of {HABITS} habits: {history(folder, years):>7} check-ins")
        commands = {
            "import click, sqlite3": [sys.executable, "-c", "import click, sqlite3"],
            "jrnl --version": [script("jrnl", found), "--version"],
            "watson --version": [script("watson", found), "--version"],
            "tracker checkin write=y": [ours, "checkin", "write=y"],
            "tracker status": [ours, "status"],
        }
        shortcuts = without_shortcuts(ours, logs[10])
        times = medians(commands, logs[10])
        for words, median in times.items():
            print(f"{words:<58}{milliseconds(median):>10}   median of {ROUNDS}")
        for words, took in shortcuts.items():
            print(f"{words:<58}{milliseconds(took):>10}   once")
        pages = {
            years: min(fresh_pages(ours, log) for _ in range(3)) for years, log in logs.items()
        }
        for years, took in pages.items():
            print(f"tracker pages, {years} years{'':<36}{milliseconds(took):>14}   best of 3")
        looks = medians({f"tracker {look}": [ours, *look.split()] for look in LOOKS}, logs[10], 5)
        whole = {
            years: min(seconds([ours, *WHOLE], log) for _ in range(3))
            for years, log in logs.items()
        }
        base = times["import click, sqlite3"]
        jrnl = times["jrnl --version"]
        kept = [
            check("checkin beside jrnl", times["tracker checkin write=y"], jrnl, milliseconds),
            check("status beside jrnl", times["tracker status"], jrnl, milliseconds),
            check("all pages of ten years", pages[10], PAGES_LIMIT, lambda v: f"{v:.1f} s"),
            *(check(words, took, LOOK_LIMIT, milliseconds) for words, took in looks.items()),
            *(
                check(f"{words}: a year of ten beside a year of one", found, GROWTH_LIMIT, ratio)
                for words, found in {
                    "pages": growth(pages, base),
                    f"tracker {' '.join(WHOLE)}": growth(whole, base),
                }.items()
            ),
        ]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
