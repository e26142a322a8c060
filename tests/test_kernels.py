"""The numerical tests once more, as another processor would run them.

A processor adds floats in its own order. Here libraries are asked for the orders of others: the
plainest that any x86-64 has, and AVX2's, on one thread and on two. What is marked `numerical` must pass
under each, and what it decides must come out the same: a green run here is green elsewhere.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MARK = "mark.numerical"

# PyTorch's own kernels, MKL's (PyTorch's products and decompositions), OpenBLAS's (NumPy's).
PLAINEST = {
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_CBWR": "COMPATIBLE",
    "OPENBLAS_CORETYPE": "Prescott",
}
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "MKL_CBWR": "AVX2", "OPENBLAS_CORETYPE": "Haswell"}
KERNELS = {
    "plainest, one thread": PLAINEST | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    "AVX2, one thread": AVX2 | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    "AVX2, two threads": AVX2 | {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"},
}


def missing(kernel: str) -> str:
    """Why this machine cannot run a kernel; empty where it can."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return f"{platform.machine()} has none of the x86-64 kernels"
    flags = Path("/proc/cpuinfo")
    if "AVX2" in kernel and flags.is_file() and "avx2" not in flags.read_text(encoding="utf-8"):
        return "this processor has no AVX2"
    return ""


def marked() -> list[str]:
    """The test files that hold a numerical test, found by the mark itself."""
    return [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path != Path(__file__) and MARK in path.read_text(encoding="utf-8")
    ]


def run(kernel: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own under a kernel: libraries choose theirs when they are loaded."""
    missed = missing(kernel)
    if missed:
        pytest.skip(missed)
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=kept | KERNELS[kernel] | {"PYTHONPATH": paths, "HYPOTHESIS_PROFILE": "brief"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_numerical_tests_pass_under_other_kernels(kernel: str) -> None:
    words = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "numerical and not slow"]
    done = run(kernel, *words, *marked())
    assert done.returncode == 0, f"under {kernel}:\n{done.stdout[-6000:]}{done.stderr[-2000:]}"


def test_what_is_decided_is_the_same_under_every_kernel() -> None:
    told = {}
    for kernel in KERNELS:
        done = run(kernel, "tests/analyses/made_outcomes.py")
        assert done.returncode == 0, f"under {kernel}:\n{done.stderr[-4000:]}"
        told[kernel] = json.loads(done.stdout)
    first = next(iter(told))
    for kernel, outcomes in told.items():
        for name, outcome in outcomes.items():
            assert outcome == told[first][name], f"{name} differs: {kernel} and {first}"


def test_every_kernel_is_told_apart() -> None:
    """A kernel that a library does not know would be passed over in silence."""
    said = "import torch; print(torch.backends.cpu.get_cpu_capability())"
    done = run("plainest, one thread", "-c", said)
    assert done.stdout.strip() == "DEFAULT"
    assert marked()
