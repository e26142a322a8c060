"""Files made to harm, or merely broken: a clear error, soon, in little memory."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.tracker.exchange.files_made import LOOP_TABLES
from tests.tracker.processes import environment, words
from tracker.exchange.records import MOST_ROWS

MEBIBYTE = 2**20
MOST_MEMORY = 300 * MEBIBYTE
ROWS = 15_000  # where time grew with their square, these would take a minute
PATIENCE = 600  # seconds, on a machine that others use; of the processor it gets twenty
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True)
kibibytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stdout.buffer.write(f"{done.returncode} {kibibytes}\\n".encode() + done.stdout + done.stderr)
"""


class Done:
    """One run of the tracker, and the most memory it took in bytes."""

    def __init__(self, output: str) -> None:
        head, _, self.output = output.partition("\n")
        self.code, kibibytes = map(int, head.split())
        self.memory = kibibytes * 1024


def run(log: Path, *arguments: str) -> Done:
    """The tracker in a process whose memory nothing else has a share in."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words(*arguments)], env=environment(log),
        capture_output=True, text=True, timeout=PATIENCE, check=True, preexec_fn=_few_seconds,
    )  # fmt: skip
    return Done(done.stdout)


def _few_seconds() -> None:
    """Of the processor, which another process's work is no part of."""
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))


def zeros(path: Path, members: int, size: int) -> Path:
    """A zip of files that are large and small at once."""
    piece = b"2015-01-25,2\n" * 5000
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(1, members + 1):
            with archive.open(f"{number:03} A/Checkmarks.csv", "w") as member:
                for _ in range(size // len(piece)):
                    member.write(piece)
    return path


def said_size(path: Path, size: int) -> Path:
    """The same zip, whose list says that each member unpacks to so many bytes."""
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.find(signature)
        while place >= 0:
            struct.pack_into("<I", data, place + offset, size)
            place = data.find(signature, place + 4)
    path.write_bytes(data)
    return path


def bomb(path: Path) -> Path:
    """Twelve files of 250 MB each, of which the list alone says so: it takes no time to make."""
    return said_size(zeros(path, 12, 100_000), 250 * MEBIBYTE)


def real_bomb(path: Path) -> Path:
    return zeros(path, 1, 80 * MEBIBYTE)


def liar(path: Path) -> Path:
    return said_size(zeros(path, 3, 20 * MEBIBYTE), 1000)


def bzip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("001 A/Checkmarks.csv", "2015-01-25,2\n" * 1000)
    return path


def torn(path: Path) -> Path:
    data = zeros(path, 3, MEBIBYTE).read_bytes()
    middle = len(data) // 6
    path.write_bytes(data[:middle] + b"\xff" * 64 + data[middle + 64 :])
    return path


def many_members(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}/Checkmarks.csv", "")
    return path


def twice(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("001 A/Checkmarks.csv", "2015-01-25,2\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("001 A/Checkmarks.csv", "2015-01-25,2\n")
    return path


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(LOOP_TABLES)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


HABIT = "INSERT INTO Habits (id, name, freq_num, freq_den) VALUES (1, 'Write', 1, 1)"
ENTRY = "INSERT INTO Repetitions (habit, timestamp, value) VALUES (1, 0, 2)"


def generated(path: Path) -> Path:
    """A note that SQLite makes of nothing: two gigabytes, when it is asked for."""
    columns = "ALTER TABLE Repetitions RENAME COLUMN notes TO old"
    made = "ALTER TABLE Repetitions ADD COLUMN notes AS (hex(zeroblob(1000000000)))"
    return database(path, HABIT, ENTRY, columns, made)


def generated_aside(path: Path) -> Path:
    """The same in a column that nobody knows, and so nobody reads."""
    made = "ALTER TABLE Repetitions ADD COLUMN more AS (hex(zeroblob(1000000000)))"
    return database(path, HABIT, ENTRY, made)


def long_note(path: Path) -> Path:
    return database(path, HABIT, ENTRY, "UPDATE Repetitions SET notes = hex(zeroblob(1000000))")


def endless_view(path: Path) -> Path:
    """A table of rows without end, which is none."""
    drop = "DROP TABLE Repetitions"
    view = (
        "CREATE VIEW Repetitions AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 "
        "FROM n) SELECT id, 1 AS habit, 0 AS timestamp, 2 AS value, NULL AS notes FROM n"
    )
    return database(path, HABIT, drop, view)


def one_line(path: Path) -> Path:
    path.write_bytes(b"day,answer\n" + b"x" * (80 * MEBIBYTE))
    return path


def empty_lines(path: Path) -> Path:
    path.write_bytes(b"day,answer\n" + b"\n" * (60 * MEBIBYTE))
    return path


def hole(path: Path) -> Path:
    """A file of three gigabytes that takes no room."""
    path.write_bytes(b"day,answer\n2026-11-02,y\n")
    os.truncate(path, 3 * 2**30)
    return path


def too_many_rows(path: Path) -> Path:
    path.write_text("day,answer\n" + "2026-11-02,y\n" * (MOST_ROWS + 1), encoding="utf-8")
    return path


def too_many_columns(path: Path) -> Path:
    """A heading of words that are nearly ours, each of which takes a look to tell."""
    path.write_text("day" + ",answerr" * 30_000 + "\n2026-11-02,y\n", encoding="utf-8")
    return path


def long_unit(path: Path) -> Path:
    """A unit that says a hundred thousand times how often."""
    path.write_text(
        "day,habit,value,unit\n2026-11-02,a,1," + "per day " * 100_000, encoding="utf-8"
    )
    return path


def too_many_habits(path: Path) -> Path:
    rows = "".join(f"2026-11-02,y,habit {number}\n" for number in range(1001))
    path.write_text("day,answer,habit\n" + rows, encoding="utf-8")
    return path


def many_values(path: Path) -> Path:
    path.write_bytes(b"[" + b"[]," * 10_000_000 + b"[]]")
    return path


def deep(path: Path) -> Path:
    path.write_bytes(b'{"datapoints": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    return path


def json_hole(path: Path) -> Path:
    path.write_bytes(b"[")
    os.truncate(path, 3 * 2**30)
    return path


@pytest.mark.parametrize(
    ("kind", "make", "message"),
    [("loop", bomb, "larger than any history"),
     ("loop", real_bomb, "larger than any history"),
     ("loop", liar, "the zip cannot be unpacked"),
     ("loop", bzip, "packed in a way that no export uses"),
     ("loop", torn, "the zip cannot be unpacked"),
     ("loop", many_members, "larger than any history"),
     ("loop", twice, "001 A/Checkmarks.csv is in the zip twice"),
     ("loop", generated, "repetitions.notes is computed"),
     ("loop", long_note, "larger than any history"),
     ("loop", endless_view, "it has no table repetitions"),
     ("csv", one_line, "larger than any history"),
     ("csv", empty_lines, "larger than any history"),
     ("csv", hole, "larger than any history"),
     ("csv", too_many_rows, "more than 250,000 answers. Export it in parts"),
     ("csv", too_many_columns, "30,001 columns. Use at most 1,024"),
     ("csv", too_many_habits, "more than 1,000 habits"),
     ("harsh", hole, "larger than any history"),
     ("beeminder", many_values, "larger than any history"),
     ("beeminder", deep, "broken JSON"),
     ("beeminder", json_hole, "larger than any history"),
     ("json", many_values, "larger than any history"),
     ("json", json_hole, "larger than any history")],
)  # fmt: skip
def test_a_file_made_to_harm_stops_early(
    log: Path, tmp_path: Path, kind: str, make: Callable[[Path], Path], message: str
) -> None:
    made = make(tmp_path / "file")
    done = run(log, "import", kind, str(made), "--dry-run")
    assert message in done.output
    assert "Traceback" not in done.output
    assert done.code == 1
    assert str(made) in done.output
    assert done.memory < MOST_MEMORY


def test_a_computed_column_that_nobody_reads_is_named(log: Path, tmp_path: Path) -> None:
    done = run(log, "import", "loop", str(generated_aside(tmp_path / "b.db")), "--json")
    data = json.loads(done.output)
    assert data["unknown_columns"] == ["Repetitions.more"]
    assert len(data["added"]) == 1
    assert done.memory < MOST_MEMORY


def test_a_unit_without_end_takes_no_time(log: Path, tmp_path: Path) -> None:
    done = run(log, "import", "csv", str(long_unit(tmp_path / "u.csv")), "--dry-run")
    assert (done.code, "Traceback" in done.output) == (0, False)
    assert "its unit is per day per day" in done.output


def test_a_pipe_that_never_ends_is_read_as_far_as_a_history_goes(log: Path) -> None:
    done = run(log, "import", "csv", "/dev/zero", "--dry-run")
    assert "larger than any history" in done.output
    assert done.memory < MOST_MEMORY


@pytest.mark.parametrize("habit", ["write", "run"])
def test_the_rows_of_one_day_take_time_as_they_are_many_and_no_more(
    log: Path, tmp_path: Path, habit: str
) -> None:
    goals = (log / "goals.yml").read_text(encoding="utf-8")
    summed = goals.replace("quantity: 5 km", "quantity: {target: 5, unit: km, aggregate: sum}")
    (log / "goals.yml").write_text(summed, encoding="utf-8")
    column = "answer" if habit == "write" else "value"
    rows = "".join(f"2026-11-02,{number % 2}\n" for number in range(ROWS))
    (tmp_path / f"{habit}.csv").write_text(f"day,{column}\n{rows}", encoding="utf-8")
    first = run(log, "import", "csv", str(tmp_path / f"{habit}.csv"))
    assert f"{habit}  added {ROWS}" in first.output
    assert first.memory < MOST_MEMORY
    again = run(log, "import", "csv", str(tmp_path / f"{habit}.csv"))
    assert f"{habit}  already here {ROWS}" in again.output
    assert again.memory < MOST_MEMORY
    assert run(log, "undo").code == 0
    third = run(log, "import", "csv", str(tmp_path / f"{habit}.csv"), "--dry-run")
    assert f"{habit}  would add {ROWS}" in third.output
