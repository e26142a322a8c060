"""The registry of importers is what the command takes, and what its help says."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.tracker.conftest import Run
from tracker.exchange.formats import IMPORTERS


def test_the_help_names_every_importer_with_what_it_takes(run: Run) -> None:
    words = " ".join(run("import", "--help").output.split())
    for name, importer in IMPORTERS.items():
        assert f"{name} {importer.takes}" in words
    listed = " ".join(run("--help").output.split())
    assert all(importer.title in listed for importer in IMPORTERS.values())


@pytest.mark.parametrize("name", IMPORTERS)
def test_every_importer_says_so_of_a_file_that_is_not_there(name: str, tmp_path: Path) -> None:
    def day_of(instant: datetime, zone: str | None = None, /) -> date:
        return instant.date()

    with pytest.raises(OSError, match="No such file"):
        IMPORTERS[name].read(tmp_path / "nothing", day_of)
