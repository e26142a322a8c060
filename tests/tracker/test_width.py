"""Every command on a phone: forty columns, and titles of signs that take two of them.

What a person may want to copy (an address, a path, a command's own script) is never broken; all
else fits. Of one thing the noun is singular, here and on the pages that the commands write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.tracker.text.test_bytes import commands
from tracker.cli import main
from tracker.cli.terminal import columns_of, wrapped
from tracker.workspace import link_check

COLUMNS = 40
NOW = "2026-11-23T12:00:00+00:00"
AFTER = "2027-01-05T12:00:00+00:00"
LONG_NOTE = "とても長いメモをここに書いておくので折り返しが必要です"
GOALS = """\
timezone: Europe/London
seasons:
  - id: summer
    title: Été 夏の季節はとても長くて暑いので何もできませんでした
    starts: 2026-08-01
    ends: 2026-10-31
    goals: [{id: old, title: Old, target: 1}]
    habits: [{id: write, title: Écrire tous les jours 毎日必ず文章を書く習慣を続ける}]
  - id: autumn
    title: Automne écrit 秋の目標をたくさん書く季節です本当に
    starts: 2026-11-22
    ends: 2026-12-31
    breaks: [{from: 2026-12-20, to: 2026-12-31, why: 家族と一緒に過ごす休暇でとても長い}]
    goals:
      - id: papers
        title: Écrire des articles 論文を書くことを続けるのが大切
        target: 3
        unit: 論文というとても長い単位の名前
        milestones: [{by: 2026-12-01, amount: 1}]
      - {id: tool-with-a-very-long-name-of-a-goal, title: Tool, target: 1}
    habits:
      - id: write
        title: Écrire tous les jours 毎日必ず文章を書く習慣を続ける
        serves: [papers]
        if_then: もし朝九時になって座ったらまず論文を書く。それから他のことをする。
      - {id: run, title: 🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃, quantity: 5 km}
      - {id: feeds-and-other-things-that-take-time, title: Feeds, at_most: 20 minutes}
      - {id: read, title: Read, schedule: 3/7}
"""
# A season from its first day to its verdict; each line is a command, some with a day of its own.
STEPS = """\
doctor
status
week 2026-W40
season show
show write
checkin read
forecast papers=40%
season start
checkin write=y run=3 feeds-and=10 --note NOTE
checkin write=n --day yesterday --effect
checkin write=y run=2 feeds-and=11 --effect
checkin --grid --days 2
checkin wrote=y
checkin write=perhaps run=perhaps
edit write=y --day yesterday
edit read=
undo
redo
undo
log
log read
status
week
show run
show write
show feeds-and-other-things-that-take-time
scores
scores --habit write
checkin read
forecast papers=40%
forecast
forecast --calibration
evidence add papers https://example.org/a/very/long/path/to/a/paper/that/is/long --offline --note NOTE
evidence add papers goals.yml
evidence list
evidence check
goal done tool
evidence withdraw 3
season output
season show
review
review
zone
zone Asia/Tokyo
zone home
zone Nowhere
import csv import.csv --dry-run
import csv import.csv
export csv --output x.csv
export csv --output nowhere/x.csv
backup copy.db
restore copy.db
restore nowhere.db
doctor
pages
demo
new 論文を書くことを続けるのが大切だと思いますので書きます
season new
season amend --dry-run
CHANGE
status
season amend --dry-run
season amend
season amend --reason NOTE
season show
show run
season close
AFTER
status
season close --dry-run
season close
season close --miss papers=NOTE --miss tool=NOTE
season show
season new
forecast --calibration
season output
review --season
pages
init
"""
# Scripts for other programs, and what runs one: nothing of it is ours to break.
FOR_PROGRAMS = {"completion", "remind", "datasette", "publish"}
# Printed to be pasted, not read: a season's YAML.
PASTED = "season new"
NOUNS = (
    "days|weeks|habits|goals|seasons|answers|rows|questions|places|check-ins|forecasts|notes|things|"
    "entries|links|cups|times|files|amendments|changes"
)
ONE_OF_MANY = re.compile(rf"(?<![\w.,/])1 (?:{NOUNS})\b")


def steps() -> Iterator[tuple[str, str]]:
    """Each command and when it is called."""
    now = NOW
    for line in STEPS.splitlines():
        if line == "AFTER":
            now = AFTER
        else:
            yield line, now


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, Result]]]:
    """What every step says on forty columns, and the folder it leaves behind."""
    log = tmp_path_factory.mktemp("phone")
    (log / "goals.yml").write_text(GOALS, encoding="utf-8")
    rows = (
        f"day,habit,answer,value,note\n2026-11-22,run,yes,6,{LONG_NOTE}\n2026-11-12,write,maybe,,\n"
    )
    (log / "import.csv").write_text(rows, encoding="utf-8")
    results = []

    def nobody(*_: object) -> None:
        raise OSError(101, "Network is unreachable")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link_check, "ask", nobody)
        patched.chdir(log)
        for name in ("TRACKER_PROJECT", "TRACKER_ZONE"):
            patched.delenv(name, raising=False)
        for line, now in steps():
            if line == "CHANGE":
                changed = GOALS.replace("5 km", "4 km").replace(
                    "title: Tool", f"title: {LONG_NOTE}"
                )
                (log / "goals.yml").write_text(changed, encoding="utf-8")
                continue
            words = [word.replace("NOTE", LONG_NOTE) for word in line.split()]
            environment = {"TRACKER_NOW": now, "COLUMNS": str(COLUMNS)}
            results.append((line, CliRunner().invoke(main, words, env=environment, input="y\n3\n")))
    return log, results


def too_wide(line: str) -> bool:
    return columns_of(line) > COLUMNS and not (line.isascii() and " " not in line.strip())


def test_every_command_is_called() -> None:
    called = [line for line, _ in steps()]
    for words, _ in commands(main):
        if words not in FOR_PROGRAMS:
            assert any(f"{line} ".startswith(f"{words} ") for line in called), words


def test_nothing_is_wider_than_the_terminal(said: tuple[Path, list[tuple[str, Result]]]) -> None:
    wide = {
        f"{words}: {line}"
        for words, result in said[1]
        if words != PASTED
        for line in click.unstyle(result.output).splitlines()
        if too_wide(line) and not line.startswith("Usage: ")  # Click's, which fits where it is run
    }
    assert wide == set()


def test_no_step_ends_in_a_traceback(said: tuple[Path, list[tuple[str, Result]]]) -> None:
    for words, result in said[1]:
        assert isinstance(result.exception, SystemExit | None), (words, result.exception)


def test_of_one_thing_the_noun_is_singular(said: tuple[Path, list[tuple[str, Result]]]) -> None:
    log, results = said
    texts = {w: " ".join(result.output.split()) for w, result in results if w != PASTED}
    texts |= {str(path): path.read_text("utf-8") for path in log.rglob("*.qmd")}
    found = {where: ONE_OF_MANY.findall(text) for where, text in texts.items()}
    assert {where: words for where, words in found.items() if words} == {}


def test_a_line_is_broken_where_its_script_allows() -> None:
    assert wrapped("  write: 毎日必ず文章を書く", 16) == ["  write:", "  毎日必ず文章を", "  書く"]
    address = "https://example.org/a/long/path"
    assert wrapped(f"see {address} now", 12) == ["see", address, "now"]
    family = "👨\u200d👩\u200d👧"
    assert "".join(wrapped(family * 9, 12)) == family * 9
    assert all(not piece.startswith("\u200d") for piece in wrapped(family * 9, 12))
    styled = click.style("毎日" * 9, bold=True)
    assert "".join(wrapped(styled, 12)) == styled
    assert {columns_of(piece) for piece in wrapped(styled, 12)} == {12}
