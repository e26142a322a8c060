"""The log of the autumn season, whose life these tests go through; no test asks the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tracker.autumn import SEASON, sealed

__all__ = ["log", "sealed"]


@pytest.fixture
def log(log: Path) -> Path:
    (log / "goals.yml").write_text(SEASON, encoding="utf-8")
    return log
