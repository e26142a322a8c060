"""What this log has recorded: it holds, comes from committed code, and is made of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from lab.results import record
from lab.results.study import Project
from tests.lab.made_project import ROOT, study

RECORDED = [(each.name, name) for each in Project(ROOT).recorded_studies() for name in each.due]


def not_finite(values: Any, path: str = "") -> Iterator[str]:
    """The paths of numbers that are none."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield from not_finite(value, f"{path}.{key}")
    elif isinstance(values, list):
        for index, value in enumerate(values):
            yield from not_finite(value, f"{path}[{index}]")
    elif isinstance(values, float) and not math.isfinite(values):
        yield path


@pytest.mark.parametrize(("name", "result"), RECORDED)
def test_a_recorded_result_is_fresh_and_holds_numbers(name: str, result: str) -> None:
    found = record.load(study(name), result)
    assert found.status.state == "fresh", found.status.changes
    assert found.provenance["dirty"] is False
    assert list(not_finite(found.values)) == []


def test_a_number_that_is_none_would_be_found() -> None:
    values = {"a": [1.0, {"b": float("nan")}], "c": float("inf"), "d": "nan"}
    assert list(not_finite(values)) == [".a[1].b", ".c"]
