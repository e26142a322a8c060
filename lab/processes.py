"""Parts of a study computed side by side, one thread each.

Most steps of a study are too short to be shared between threads: on two cores two processes are
done in little more than half of one's time, two threads hardly sooner than one. What each part
computes does not depend on how many there are.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

from lab.errors import AnalysisError

T = TypeVar("T")

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # as malloc.h names them: M_TRIM_THRESHOLD, M_MMAP_MAX
# What a forked process finds in its memory: parts close over models, which cannot be sent.
_parts: Sequence[Callable[[], Any]] = ()


def compute_all(
    parts: Sequence[Callable[[], T]],
    *,
    device: str = "cpu",
    report: Callable[[int], None] = lambda _: None,
) -> list[T]:
    """What every part returns, in order; as many at once as torch may use threads.

    `report` is told how many are done.

    One after the other here on an accelerator, with one thread, and where a process cannot be forked
    with what it holds. Long parts are best put first. Raises what a part raises, and AnalysisError
    where the system ends a process.
    """
    import torch  # here: a command that only reads results does without

    count = min(len(parts), torch.get_num_threads())
    if count < 2 or device != "cpu" or not sys.platform.startswith("linux"):
        return _collect((part() for part in parts), report)
    global _parts
    _parts = parts
    try:
        with ProcessPoolExecutor(count, get_context("fork"), initializer=_one_thread) as pool:
            return _collect(pool.map(_compute, range(len(parts))), report)
    except BrokenProcessPool as error:
        raise AnalysisError(
            f"one of {count} processes was ended, most likely for want of memory. "
            "Set OMP_NUM_THREADS=1 to compute one part at a time."
        ) from error
    finally:
        _parts = ()


def keep_freed_memory() -> None:
    """Let this process keep what it frees, and take it again, instead of asking the system anew.

    Every pass through a model makes and drops arrays of some megabytes. The GNU C library gives
    each back at once, and the system clears the pages of the next one: on some machines that takes
    as long as the arithmetic. With another C library nothing is changed.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_MMAP_MAX, 0)
    mallopt(_TRIM_THRESHOLD, 2**31 - 1)


def _collect(results: Iterable[T], report: Callable[[int], None]) -> list[T]:
    found = []
    for result in results:
        found.append(result)
        report(len(found))
    return found


def _compute(index: int) -> Any:
    return _parts[index]()


def _one_thread() -> None:
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    threadpool_limits(1)
