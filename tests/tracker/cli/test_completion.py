"""What Tab offers, asked as each shell asks, and in the shells that are here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tracker.processes import environment

ANSWERS = ["write=y", "write=n", "write=skip"]


def offered(log: Path, shell: str, *typed: str) -> list[str]:
    """What is offered for the last of the words."""
    place = str(len(typed))
    words = {"COMP_WORDS": " ".join(["tracker", *typed]), "COMP_CWORD": place}
    if shell == "fish":  # which gives the word itself
        words["COMP_CWORD"] = typed[-1]
    asked = {**environment(log), **words, "_TRACKER_COMPLETE": f"{shell}_complete"}
    done = subprocess.run(
        [sys.executable, "-c", "from tracker.cli import run; run()"],
        env=asked, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    lines = done.stdout.splitlines()
    if shell == "zsh":
        return lines[1::3]
    return [line.split(",", 1)[1].split("\t")[0] for line in lines if "," in line]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_names_are_offered_where_they_are_meant(log: Path, shell: str) -> None:
    assert offered(log, shell, "checkin", "wr") == ANSWERS
    assert offered(log, shell, "checkin", "write=y", "ru") == [
        "run=5",
        "run=y",
        "run=n",
        "run=skip",
    ]
    assert offered(log, shell, "show", "re") == ["read"]
    assert offered(log, shell, "forecast", "p") == ["papers"]
    assert offered(log, shell, "evidence", "add", "p") == ["papers"]
    assert offered(log, shell, "new", "Title", "--goal", "p") == ["papers"]
    assert offered(log, shell, "season", "start", "a") == ["autumn"]
    assert offered(log, shell, "che") == ["checkin"]


def test_bash_takes_an_equals_sign_for_a_word(log: Path) -> None:
    assert offered(log, "bash", "checkin", "write", "=") == ["y", "n", "skip"]
    assert offered(log, "bash", "checkin", "write", "=", "s") == ["skip"]
    assert offered(log, "zsh", "checkin", "write=s") == ["write=skip"]


def test_a_broken_log_offers_nothing_and_says_nothing(log: Path) -> None:
    (log / "goals.yml").write_text("timezone: [", encoding="utf-8")
    assert offered(log, "bash", "show", "w") == []
    assert offered(log / "nowhere", "bash", "show", "w") == []


@pytest.mark.parametrize(
    ("shell", "script"),
    [
        (
            "bash",
            "source <(tracker completion bash); COMP_WORDS=(tracker checkin wr); COMP_CWORD=2; "
            '_tracker_completion tracker wr checkin; printf "%s\\n" "${COMPREPLY[@]}"',
        ),
        ("fish", 'tracker completion fish | source; complete -C "tracker checkin wr"'),
    ],
)
def test_in_the_shell_itself(log: Path, tmp_path: Path, shell: str, script: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    program = tmp_path / "bin" / "tracker"
    program.parent.mkdir()
    # Not `#!{sys.executable}`: a path with a space in it is no interpreter.
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "from tracker.cli import run; run()" "$@"\n'
    )
    program.chmod(0o755)
    asked = environment(log)
    asked["PATH"] = f"{program.parent}{os.pathsep}{asked['PATH']}"
    asked["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [shell, "-c", script], env=asked, capture_output=True, text=True, timeout=60, check=False
    )
    assert sorted(done.stdout.split()) == sorted(ANSWERS), done.stderr
