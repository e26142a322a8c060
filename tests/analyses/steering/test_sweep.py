"""Cells over workers: what is recorded stays, what dies is done again, what fails is named."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from analyses.steering import __main__, cells, sweep
from analyses.steering.cells import Arrays, Cell
from analyses.steering.data import NAMES
from analyses.steering.params import Params
from lab.errors import AnalysisError

CELLS = [Cell("sweep", "tense", layer) for layer in range(6)]


def counted(
    notes: Path, victim: int | None = None, seconds: float = 0.0
) -> Callable[[Cell], Arrays]:
    """A cell's work that notes each start; at the `victim` its process kills itself, the first time.

    Nested, so that it travels to workers as it is.
    """

    def compute(cell: Cell) -> Arrays:
        import numpy

        note = notes / f"{cell.layer}-{os.getpid()}-{time.time_ns()}"
        note.touch()
        if cell.layer == victim and len(list(notes.glob(f"{victim}-*"))) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(seconds)
        return {"value": numpy.array([float(cell.layer)])}

    return compute


def starts(notes: Path) -> list[int]:
    return sorted(int(note.name.split("-")[0]) for note in notes.iterdir())


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


def test_there_is_a_cell_for_every_layer_of_every_concept() -> None:
    every = cells.cells(Params())
    assert len(every) == len(set(every)) == len(NAMES) * (len(Params().layers) + 2)
    order = [cell.concept for cell in every]
    assert order == sorted(order, key=NAMES.index)  # so that each is read once


def test_cells_come_back_as_they_were_written(tmp_path: Path) -> None:
    arrays = {"a": np.arange(3.0), "b": np.array([("x", "why")], dtype=np.str_)}
    cells.write(tmp_path, CELLS[0], arrays)
    found = cells.read(tmp_path, CELLS[0])
    assert found is not None
    assert all(np.array_equal(found[name], array) for name, array in arrays.items())
    assert cells.read(tmp_path, CELLS[1]) is None
    with pytest.raises(AnalysisError, match="tense-sweep-1: bad holds objects"):
        cells.write(tmp_path, CELLS[1], {"bad": np.array([object()])})
    assert [path.name for path in tmp_path.iterdir()] == ["tense-sweep-0.npz"]


@pytest.mark.parametrize("kept", [0, 10, 200])
def test_a_cell_that_was_cut_off_counts_as_none(tmp_path: Path, kept: int) -> None:
    cells.write(tmp_path, CELLS[0], {"a": np.random.default_rng(0).random(500)})
    path = tmp_path / "tense-sweep-0.npz"
    path.write_bytes(path.read_bytes()[:kept])
    assert cells.read(tmp_path, CELLS[0]) is None


def test_the_folder_follows_from_what_a_cell_depends_on() -> None:
    one = cells.folder(Params(), "abc", "cpu")
    assert one == cells.folder(Params(), "abc", "cpu")
    others = {
        cells.folder(Params(seed=1), "abc", "cpu"),
        cells.folder(Params(), "abd", "cpu"),
        cells.folder(Params(), "abc", "cuda:0"),
    }
    assert len({one, *others}) == 4
    assert ".cache" in one.parts


def test_what_is_recorded_is_not_computed_again(tmp_path: Path, notes: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    where = tmp_path / "cells"
    sweep.sweep(CELLS[:2], counted(notes), where)
    (where / f"{CELLS[0]}.npz").write_bytes(b"cut off")
    found = sweep.sweep(CELLS, counted(notes), where, report=lambda *told: heard.append(told))
    assert starts(notes) == [0, 0, 1, 2, 3, 4, 5]
    assert list(found) == CELLS
    assert [float(each["value"][0]) for each in found.values()] == list(range(6))
    assert heard[0] == ("recorded before", 1, 6)
    assert heard[-1] == (str(CELLS[5]), 6, 6)
    cells.clear(where)
    assert not where.exists()


def test_a_run_that_was_cut_short_goes_on_where_it_was(tmp_path: Path, notes: Path) -> None:
    plain = counted(notes)

    def stopped(cell: Cell) -> Arrays:
        if cell.layer == 3:
            raise KeyboardInterrupt
        return plain(cell)

    with pytest.raises(KeyboardInterrupt):
        sweep.sweep(CELLS, stopped, tmp_path / "cells")
    sweep.sweep(CELLS, plain, tmp_path / "cells")
    assert starts(notes) == [0, 1, 2, 3, 4, 5]


def test_a_cell_that_fails_is_named_and_the_others_are_recorded(
    tmp_path: Path, notes: Path
) -> None:
    plain = counted(notes)

    def failing(cell: Cell) -> Arrays:
        if cell.layer in {1, 4}:
            raise AnalysisError("item tense-x: no number.")
        return plain(cell)

    with pytest.raises(
        AnalysisError, match=r"cell tense-sweep-1 and 1 more failed: .*item tense-x.* other 4 are"
    ):
        sweep.sweep(CELLS, failing, tmp_path / "cells")
    assert len(list((tmp_path / "cells").glob("*.npz"))) == 4


def where_computed(cell: Cell) -> Arrays:
    """A cell's process and its threads; one cell fails."""
    import torch

    if cell == Cell("sweep", "gender", 1):
        raise AnalysisError("item gender-x: no number.")
    time.sleep(0.3)
    return {"process": np.array(os.getpid()), "threads": np.array(torch.get_num_threads())}


def test_processes_share_out_the_concepts_and_name_what_failed(tmp_path: Path) -> None:
    wanted = [Cell("sweep", name, at) for name in ("tense", "gender", "nature") for at in (0, 1)]
    with pytest.raises(AnalysisError, match=r"cell gender-sweep-1 failed: .* other 5 are"):
        sweep.sweep(wanted, where_computed, tmp_path / "cells", processes=2)
    found = {cell: cells.read(tmp_path / "cells", cell) for cell in wanted}
    process = {cell: int(each["process"]) for cell, each in found.items() if each is not None}
    assert len(process) == 5
    assert process[wanted[0]] == process[wanted[1]]
    assert len(set(process.values())) == 2
    assert os.getpid() not in process.values()
    assert all(int(each["threads"]) == 1 for each in found.values() if each is not None)


def test_a_scheduler_that_does_not_answer_is_named(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PATIENCE", 0.3)
    with pytest.raises(AnalysisError, match=r"scheduler tcp://127\.0\.0\.1:9: no answer"):
        sweep.sweep(CELLS, counted(notes), tmp_path, scheduler="tcp://127.0.0.1:9")
    assert starts(notes) == []


def test_the_command_refuses_a_result_it_does_not_know() -> None:
    done = CliRunner().invoke(__main__.main, ["--result", "gpt5"])
    assert done.exit_code == 1
    assert 'no result "gpt5". Use one of: smollm2-135m.' in done.output


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes on this machine; a dead one is started anew."""
    from dask.distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as found:
        yield found


def test_a_worker_killed_in_the_middle_costs_its_cell_alone(
    cluster: Any, tmp_path: Path, notes: Path
) -> None:
    compute = counted(notes, victim=2, seconds=0.1)
    found = sweep.sweep(CELLS, compute, tmp_path / "cells", scheduler=cluster.scheduler_address)
    assert [float(found[cell]["value"][0]) for cell in CELLS] == list(range(6))
    assert len(list((tmp_path / "cells").glob("*.npz"))) == 6
    often = starts(notes)
    assert often.count(2) == 2
    assert len(often) <= 8  # a finished cell that was not yet fetched may be lost with its worker
    workers = {note.name.split("-")[1] for note in notes.iterdir()}
    assert len(workers) >= 2  # they did share the work
    assert str(os.getpid()) not in workers


def test_a_failure_on_a_worker_is_named_and_the_rest_is_recorded(
    cluster: Any, tmp_path: Path
) -> None:
    def failing(cell: Cell) -> Arrays:
        import numpy

        if cell.layer == 1:
            raise ValueError("nonsense")
        return {"value": numpy.array([1.0])}

    with pytest.raises(AnalysisError, match="cell tense-sweep-1 failed: ValueError: nonsense"):
        sweep.sweep(CELLS[:3], failing, tmp_path, scheduler=cluster.scheduler_address)
    assert len(list(tmp_path.glob("*.npz"))) == 2
