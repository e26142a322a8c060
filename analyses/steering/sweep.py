"""Cells over processes or machines: on this one's cores by default, on a dask scheduler when given one.

    python -m analyses.steering                                      # here, a process a core
    dask scheduler & dask worker tcp://host:8786 --nthreads 1 &      # elsewhere, as many as you like
    python -m analyses.steering --scheduler tcp://host:8786

A worker that dies costs the cell it was at: another takes it up. Every finished cell is recorded
at once, here; what is recorded is not computed again, and `lab reproduce steering`
puts the result together from it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from analyses.steering import cells
from analyses.steering.cells import Arrays, Cell
from lab.errors import AnalysisError
from lab.processes import keep_freed_memory

Report = Callable[[str, int, int], None]  # what, done, of how many
Compute = Callable[[Cell], Arrays]
PATIENCE = 15.0  # seconds for a scheduler to answer
ADDRESS = "IN_SEASON_SCHEDULER"  # the environment's way to say which


def sweep(
    wanted: Sequence[Cell],
    compute: Compute,
    where: Path,
    *,
    scheduler: str = "",
    processes: int = 0,
    report: Report = lambda *_: None,
) -> dict[Cell, Arrays]:
    """Every wanted cell: those recorded are read, the others computed and recorded one by one.

    With a scheduler, or several processes of this machine, `compute` goes to workers, so it must be
    picklable and bring its model.
    Raises AnalysisError, after all others were recorded, naming the cells that failed.
    """
    found: dict[Cell, Arrays] = {}
    for cell in wanted:
        if (arrays := cells.read(where, cell)) is not None:
            found[cell] = arrays
    missing = [cell for cell in wanted if cell not in found]
    if scheduler:
        computed = _on_cluster(missing, compute, scheduler)
    elif processes > 1:
        computed = _in_processes(missing, compute, processes)
    else:
        computed = _here(missing, compute)
    failed: list[tuple[Cell, BaseException]] = []
    report("recorded before" if found else "starting", len(found), len(wanted))
    for cell, arrays in computed if missing else ():
        if isinstance(arrays, BaseException):
            failed.append((cell, arrays))
            continue
        cells.write(where, cell, arrays)
        found[cell] = arrays
        report(str(cell), len(found), len(wanted))
    if failed:
        raise AnalysisError(_told(failed, len(found))) from failed[0][1]
    return {cell: found[cell] for cell in wanted}


def _here(missing: Sequence[Cell], compute: Compute) -> Iterator[tuple[Cell, Any]]:
    for cell in missing:
        try:
            yield cell, compute(cell)
        except AnalysisError as error:
            yield cell, error


def _in_processes(
    missing: Sequence[Cell], compute: Compute, count: int
) -> Iterator[tuple[Cell, Any]]:
    """Cells in the order in which they are finished; a concept's go to one process, which reads it.

    One thread each: two processes are done sooner than two threads, most of whose steps are too
    short to be shared, and what they compute does not depend on how many there are.
    """
    concepts = dict.fromkeys(cell.concept for cell in missing)
    waiting = deque([cell for cell in missing if cell.concept == name] for name in concepts)
    done: SimpleQueue[tuple[Cell, Any]] = SimpleQueue()

    def feed() -> None:
        """Hand one process the cells of one concept after the other."""
        with ProcessPoolExecutor(1, get_context("spawn"), initializer=_one_thread) as worker:
            while waiting:
                try:
                    cells_of_concept = waiting.popleft()
                except IndexError:  # the other was quicker
                    return
                for cell in cells_of_concept:
                    try:
                        done.put((cell, worker.submit(compute, cell).result()))
                    except Exception as error:  # told with its cell when all others are recorded
                        done.put((cell, error))

    for _ in range(min(count, len(concepts))):
        Thread(target=feed, daemon=True).start()
    for _ in missing:
        yield done.get()


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)
    keep_freed_memory()


def _on_cluster(
    missing: Sequence[Cell], compute: Compute, scheduler: str
) -> Iterator[tuple[Cell, Any]]:
    """Cells in the order in which they are finished; a failure stands in its cell's place."""
    try:
        from dask.distributed import Client, as_completed
    except ImportError as error:
        raise AnalysisError(
            f"scheduler {scheduler}: the extra `cluster` is not installed. "
            "Run: pip install 'in-season[cluster]', or sweep without a scheduler."
        ) from error
    try:
        client = Client(scheduler, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise AnalysisError(
            f"scheduler {scheduler}: no answer within {PATIENCE:.0f} s. Start one (dask scheduler) "
            "and workers (dask worker ADDRESS), or sweep without."
        ) from error
    with client:
        futures = {
            client.submit(compute, cell, key=f"{cell}-{time.time_ns()}", retries=1): cell
            for cell in missing
        }
        for future in as_completed(futures):  # type: ignore[no-untyped-call]
            cell = futures[future]
            yield cell, future.exception() if future.status == "error" else future.result()
            future.release()


def _told(failed: Sequence[tuple[Cell, BaseException]], done: int) -> str:
    cell, error = failed[0]
    others = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    return (
        f"cell {cell}{others} failed: {type(error).__name__}: {error} The other {done} are recorded; "
        "run again to compute what is missing."
    )
