"""`tracker datasette`: the command, and the words that Datasette shows beside the tables."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.tracker.conftest import GOALS, Run
from tracker.goals_file.parse import parse
from tracker.store.database import Database
from tracker.store.descriptions import (
    COLUMNS,
    INTERNAL,
    MEANT,
    TABLES,
    amounts,
    columns_in,
    metadata,
)


@pytest.fixture
def columns(run: Run, log: Path) -> dict[str, list[str]]:
    """The columns of a database of the newest schema."""
    run("checkin", "write=y")
    with Database(str(log / ".tracker" / "tracker.db")) as database:
        return columns_in(database)


def test_every_table_and_column_is_described_and_nothing_else_is(
    columns: dict[str, list[str]],
) -> None:
    assert {*TABLES, *INTERNAL} == set(columns)
    shown = metadata(parse(GOALS, "goals.yml"), "tracker", columns)["databases"]["tracker"]
    for table in TABLES:
        # Datasette lists every column that is described, whether the table has it or not.
        assert list(shown["tables"][table]["columns"]) == columns[table], table
    for table in INTERNAL:
        assert shown["tables"][table] == {"hidden": True}
    everywhere = {column for name in TABLES for column in columns[name]}
    assert set(COLUMNS) <= everywhere
    assert {(table, column) for table in TABLES for column in columns[table]} >= set(MEANT)


def test_what_a_reader_is_shown_first_is_there(columns: dict[str, list[str]]) -> None:
    shown = metadata(parse(GOALS, "goals.yml"), "tracker", columns)["databases"]["tracker"]
    for name, table in shown["tables"].items():
        for column in [table.get("sort_desc"), *table.get("facets", [])]:
            assert column is None or column in columns[name]


def test_a_database_of_an_older_schema_is_described_as_far_as_it_goes() -> None:
    held = {"checkins": ["id", "habit", "value"], "made_by_hand": ["x"]}
    shown = metadata(parse(GOALS, "goals.yml"), "tracker", held)["databases"]["tracker"]["tables"]
    assert list(shown["checkins"]["columns"]) == held["checkins"]
    assert set(shown) == {"checkins"}


def test_amounts_have_their_units() -> None:
    assert amounts(parse(GOALS, "goals.yml")) == "How much: run in km, feeds in minutes."


def test_the_command_printed_opens_the_database_with_its_words(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("checkin", "write=y")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name, path=None: "/an opt/datasette")
    result = run("datasette", "--dry-run")
    program, database, option, words = shlex.split(result.output)
    assert (program, option) == ("/an opt/datasette", "--metadata")
    assert Path(database).stem in json.loads(Path(words).read_text("utf-8"))["databases"]


def test_where_datasette_is_missing_the_next_step_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "tracker checkin" in run("datasette").output
    run("checkin", "write=y")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    result = run("datasette")
    assert result.exit_code == 1
    assert "pip install datasette" in result.output
