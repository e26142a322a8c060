"""Parts computed side by side: the same results, in order, and failures that say what happened."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial

import pytest
import torch

from lab.errors import AnalysisError
from lab.processes import compute_all


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def _product(matrix: torch.Tensor, power: int) -> tuple[int, float, int]:
    return os.getpid(), float(torch.matrix_power(matrix, power).sum()), torch.get_num_threads()


def test_parts_return_in_order_and_the_same_in_one_process_as_in_two(threads: int) -> None:
    # A product that every thread of this process has worked on, before processes are forked.
    matrix = torch.full((300, 300), 1 / 300) @ torch.eye(300)
    found = compute_all([partial(_product, matrix, power) for power in range(1, 7)])
    assert [value for _, value, _ in found] == pytest.approx(
        [_product(matrix, power)[1] for power in range(1, 7)], rel=1e-4
    )
    assert ({pid for pid, _, _ in found} == {os.getpid()}) == (threads == 1)
    assert {used for _, _, used in found} == {1}


def test_a_part_inside_a_part_is_computed_where_it_is_and_those_done_are_told() -> None:
    def inner() -> list[int]:
        return compute_all([os.getpid, os.getpid])

    done: list[int] = []
    compute_all([inner, inner, inner], report=done.append)
    assert done == [1, 2, 3]
    assert all(len(set(pids)) == 1 for pids in compute_all([inner, inner]))


def test_an_accelerators_parts_are_computed_here(threads: int) -> None:
    assert compute_all([os.getpid] * 3, device="cuda") == [os.getpid()] * 3


def _fail() -> None:
    raise AnalysisError("days: no wording is answered. Ask another way.")


def _be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_parts_error_is_raised_as_it_is(threads: int) -> None:
    with pytest.raises(AnalysisError, match="days: no wording"):
        compute_all([_fail, _fail])


def test_a_process_that_the_system_ends_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    with pytest.raises(AnalysisError, match="OMP_NUM_THREADS=1"):
        compute_all([_be_killed, _be_killed])
