"""`@recorded` computes once; `reproduce` compares, and goes on where it was cut short."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from analyses.circular.params import Params
from lab.cli import main as command
from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import PACKAGES, ROOT
from lab.models import weights
from lab.results import record, resume, runner
from lab.results.compare import compare_arrays
from lab.results.runner import Recall, StaleResult

NAME = "smollm2-135m"


@dataclass(frozen=True)
class Found:
    share: float
    points: NDArray[np.float64]


@dataclass(frozen=True)
class Loaded:
    name: str = NAME
    weights_sha256: str = str(weights.expected_sha256(NAME))
    device: str = "cpu"
    dtype: str = "float32"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the source, nothing recorded, outside CI."""
    ignored = shutil.ignore_patterns("__pyc*", "results", "claims.yml", "hypotheses.yml")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "analyses/circular/hypotheses.yml", tmp_path / "analyses/circular")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("IN_SEASON_RECOMPUTE", raising=False)
    return tmp_path


Ran = list[int]


@pytest.fixture
def recall(copy: Path) -> tuple[Recall[Found], Ran]:
    """A run of the circular study, and how often it ran."""
    ran: Ran = []

    def run(params: Params, loaded: Loaded, report: Callable[..., None] = print) -> Found:
        ran.append(params.focus)
        return Found(0.25 + len(ran), np.arange(3.0))

    run.__module__ = "analyses.circular.run"
    run.__annotations__["return"] = Found
    sys.modules.setdefault(run.__module__, sys.modules[__name__])
    return Recall(run, load=lambda name: Loaded(name), root=copy), ran


def test_it_computes_once_and_is_looked_up_from_then_on(recall: tuple[Recall[Found], Ran]) -> None:
    run, ran = recall
    first, second = run(Params()), run(Params())
    assert ran == [12]
    assert (first.share, second.share) == (1.25, 1.25)
    np.testing.assert_array_equal(second.points, np.arange(3.0))


def test_a_stale_result_is_computed_again(recall: tuple[Recall[Found], Ran]) -> None:
    run, ran = recall
    run(Params())
    with (run.root / "analyses/circular/measure.py").open("a") as stream:
        stream.write("\n\ndef centred(means):\n    return means\n")
    assert run(Params()).share == 2.25
    assert len(ran) == 2


def test_in_ci_a_stale_result_is_reported_and_a_missing_one_refused(
    recall: tuple[Recall[Found], Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, ran = recall
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AnalysisError, match="not recorded yet"):
        run(Params())
    monkeypatch.setenv("IN_SEASON_RECOMPUTE", "yes")
    run(Params())
    monkeypatch.setenv("IN_SEASON_RECOMPUTE", "no")
    with (run.root / "analyses/circular/measure.py").open("a") as stream:
        stream.write("\n\ndef centred(means):\n    return means\n")
    with pytest.warns(StaleResult, match="is stale: code: centred changed"):
        assert run(Params()).share == 1.25
    assert len(ran) == 1


def test_parameters_that_are_not_listed_are_refused(recall: tuple[Recall[Found], Ran]) -> None:
    with pytest.raises(AnalysisError, match=r"Name them in params\.RECORDED"):
        recall[0](replace(Params(), focus=3))


def test_with_a_model_in_hand_nothing_is_kept(recall: tuple[Recall[Found], Ran]) -> None:
    run, ran = recall
    assert run(replace(Params(), focus=3), Loaded()).share == 1.25
    assert ran == [3]
    assert record.status("circular", NAME, run.root).state == "missing"


def test_a_study_without_declared_nulls_does_not_begin(recall: tuple[Recall[Found], Ran]) -> None:
    run, ran = recall
    (run.root / "analyses/circular/hypotheses.yml").unlink()
    with pytest.raises(AnalysisError, match="no measure is declared"):
        run(Params())
    assert ran == []


def test_recording_opens_the_books(recall: tuple[Recall[Found], Ran]) -> None:
    run, _ = recall
    run(Params())
    kept = run.root / "analyses/circular/results/registration.json"
    assert NAME in kept.read_text()


def test_two_at_once_compute_once(copy: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from analyses.circular.params import Params\n"
        "from lab.results import runner\n"
        "def run(params, loaded):\n"
        "    print('ran', flush=True); time.sleep(1.5); return {'share': 0.5}\n"
        "run.__module__ = 'analyses.circular.run'; run.__annotations__['return'] = dict\n"
        "sys.modules[run.__module__] = sys.modules['__main__']\n"
        "class L: name = 'smollm2-135m'; device = 'cpu'; dtype = 'float32'\n"
        f"L.weights_sha256 = {weights.expected_sha256(NAME)!r}\n"
        "print(runner.Recall(run, lambda _: L, Path(sys.argv[1]))(Params()))\n"
    )
    environment = {k: v for k, v in os.environ.items() if k not in {"CI", "IN_SEASON_RECOMPUTE"}}
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(copy)], cwd=ROOT, text=True,
                         env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=60)[0] for process in both]
    assert sorted(text.count("ran") for text in said) == [0, 1]
    assert all("{'share': 0.5}" in text for text in said)


def test_looking_up_imports_no_torch_and_takes_less_than_fifty_milliseconds(copy: Path) -> None:
    kept = record.stored("circular", NAME)
    assert kept is not None
    record.save("circular", NAME, Params(), kept["values"], kept["provenance"], copy)
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from analyses.circular.params import Params\n"
        "from analyses.circular.result import Result\n"
        "from lab.results.runner import Recall\n"
        "def run(params, loaded): raise SystemExit('computed')\n"
        "run.__module__ = 'analyses.circular.run'; run.__annotations__['return'] = Result\n"
        "kept = Recall(run, root=Path(sys.argv[1])); kept(Params()); best = 1\n"
        "for _ in range(5):\n"
        "    start = time.process_time(); kept(Params())\n"
        "    best = min(best, time.process_time() - start)\n"
        "assert not {'torch', 'scipy', 'statsmodels'} & set(sys.modules), 'heavy import'\n"
        "assert best < 0.05, best\n"
    )
    subprocess.run([sys.executable, "-c", code, str(copy)], cwd=ROOT, check=True)


def test_reproduce_goes_on_where_it_was_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"one": Params(), "two": replace(Params(), seed=1)}
    monkeypatch.setattr("analyses.circular.params.RECORDED", names)
    monkeypatch.setattr(resume, "KEPT", tmp_path / "reproduce.json")
    ran: list[str] = []
    broken = True

    def reproduced(study: str, name: str, write: bool) -> bool:
        if name == "two" and broken:
            raise AnalysisError("the machine went away")
        ran.append(name)
        return True

    monkeypatch.setattr(command, "_reproduce", reproduced)
    first = CliRunner().invoke(command.main, ["reproduce", "circular"])
    assert (first.exit_code, ran) == (1, ["one"])
    broken = False
    again = CliRunner().invoke(command.main, ["reproduce", "circular", "--resume"])
    assert (again.exit_code, ran) == (0, ["one", "two"])
    assert "circular/one: done before" in again.output
    CliRunner().invoke(command.main, ["reproduce", "circular", "--resume"])
    assert ran == ["one", "two", "one", "two"]  # a whole run leaves nothing to go on with


def test_what_changed_since_is_not_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resume, "KEPT", tmp_path / "reproduce.json")
    resume.mark("circular", NAME)
    assert resume.is_done("circular", NAME)
    monkeypatch.setattr("analyses.circular.params.RECORDED", {NAME: replace(Params(), seed=7)})
    assert not resume.is_done("circular", NAME)
    (tmp_path / "reproduce.json").write_text("{cut")
    assert resume.done() == {}


def test_arrays_are_compared_by_what_moved_most() -> None:
    old = {"a": np.array([[1.0, 2.0], [3.0, np.nan]]), "b": np.arange(3), "gone": np.zeros(1)}
    new = {"a": np.array([[1.0, 2.5], [3.0, np.nan]]), "b": np.arange(3), "new": np.zeros(1)}
    found = {each.where.split()[1]: each for each in compare_arrays(old, new)}
    assert not found["a"].within
    assert found["b"].within
    assert not found["gone"].within
    assert not found["new"].within


def test_a_study_that_reads_no_model_says_so(copy: Path) -> None:
    def run(params: Params) -> Any:
        return {"share": 0.5}

    run.__module__ = "analyses.circular.run"
    found = runner.compute(run, Params(), root=copy)
    assert found.provenance["model"] == runner.NO_MODEL
    record.save("circular", NAME, Params(), found.result, found.provenance, copy)
    status = record.status("circular", NAME, copy)
    assert (status.state, status.note) == ("fresh", "")


def test_every_figure_can_say_how_it_was_computed() -> None:
    found = record.load("circular")
    text = found.origin
    assert text.startswith("\n```{=html}\n<details class=")
    assert f"sha256 {found.provenance['weights_sha256'][:12]}" in text
    assert f"fingerprint {found.fingerprint[:12]}" in text
    assert 'href="provenance.json"' in text
