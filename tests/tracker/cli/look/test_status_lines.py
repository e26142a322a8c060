"""`tracker status` on every width, in every terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tracker.cli import main
from tracker.cli.terminal import columns_of, fitted, padded, wrapped

NOW = "2026-11-23T12:00:00+00:00"
LONG = "Read 三体 aloud 👩‍🔬 to whoever listens, a chapter at a time, until the last page"


def shown(log: Path, columns: int) -> list[str]:
    environment = {"TRACKER_NOW": NOW, "TRACKER_PROJECT": str(log), "COLUMNS": str(columns)}
    result = CliRunner().invoke(main, ["status"], env=environment)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


@pytest.mark.parametrize("columns", [40, 48, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(log: Path, columns: int) -> None:
    goals = log / "goals.yml"
    text = goals.read_text(encoding="utf-8").replace("title: Read", f"title: {LONG}")
    text = text.replace("title: Publish papers", f"title: {LONG}")
    text += (
        "    breaks: [{from: 2026-12-24, to: 2026-12-27, why: with the family, planned: true}]\n"
    )
    goals.write_text(text, encoding="utf-8")
    lines = shown(log, columns)
    notice = next(number for number, line in enumerate(lines) if "is not frozen" in line)
    wide = [
        line for line in lines[: notice if columns >= 60 else None] if columns_of(line) > columns
    ]
    assert not wide
    assert any("Read 三体" in line for line in lines)


def test_on_a_phone_a_title_has_a_line_of_its_own(log: Path) -> None:
    assert "·············?  write: Write    0%, due" in shown(log, 40), "short ones need none"
    goals = log / "goals.yml"
    text = goals.read_text(encoding="utf-8")
    goals.write_text(text.replace("title: Write", "title: Write in the log"), encoding="utf-8")
    lines = shown(log, 40)
    assert lines[:3] == ["Autumn 2026", "Day 54 of 92, today, Mon 23 Nov", ""]
    place = lines.index("write: Write in the log")
    assert lines[place + 1] == "  ·············?    0%, due"
    assert shown(log, 80)[2].startswith("·············?  write: Write in the log    0%, due")


@pytest.mark.parametrize("setting", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal there")
def test_no_escape_codes_where_nobody_reads_them(log: Path, setting: dict[str, str]) -> None:
    assert b"\x1b[" in in_terminal(log, {"TERM": "xterm"})
    assert b"\x1b[" not in in_terminal(log, {"TERM": "xterm", **setting})


def in_terminal(log: Path, setting: dict[str, str]) -> bytes:
    """What a terminal of that kind is sent."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TRACKER_PROJECT": str(log), "TRACKER_NOW": NOW, **setting}
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "status"],
        env=environment, stdout=theirs, stdin=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    found = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux says so where the other end is closed
            break
        if not part:
            break
        found += part
    os.close(ours)
    assert process.wait(60) == 0, found
    return found


def test_columns_are_counted_as_a_terminal_shows_them() -> None:
    assert [columns_of(text) for text in ("abc", "三体", "é", "e\u0301", "👩\u200d🔬", "❤\ufe0f")] == [
        3, 4, 1, 1, 4, 1,
    ]  # fmt: skip


@given(st.text(st.sampled_from("ab 三é\u0301👩\u200d\x1b\u202e"), max_size=40), st.integers(4, 30))
def test_what_is_fitted_fits_and_what_is_padded_fills(text: str, columns: int) -> None:
    assert columns_of(fitted(text, columns)) <= columns
    assert columns_of(padded(text, columns)) == columns
    assert "\x1b" not in padded(text, columns)


@given(st.lists(st.text(st.sampled_from("ab三"), min_size=1, max_size=12), min_size=1))
def test_wrapping_loses_no_word(words: list[str]) -> None:
    lines = wrapped(" ".join(words), 20)
    assert " ".join(lines).split(" ") == words
    assert all(columns_of(line) <= 20 or " " not in line for line in lines)
