"""docs/commands.md is what the commands say of themselves."""

from __future__ import annotations

from pathlib import Path

from tracker.cli import COMMANDS
from tracker.cli.reference import reference

ROOT = Path(__file__).resolve().parents[3]


def test_the_reference_is_current() -> None:
    """Write it anew with: python -m tracker.cli.reference"""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert text == reference(), "run: python -m tracker.cli.reference"


def test_every_command_is_there() -> None:
    text = reference()
    for name in COMMANDS:
        assert f"## `tracker {name}" in text, name


def test_the_readme_leads_there() -> None:
    assert "docs/commands.md" in (ROOT / "README.md").read_text(encoding="utf-8")
