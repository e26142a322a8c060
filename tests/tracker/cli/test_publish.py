"""`tracker publish` chooses its engine, times its steps and passes on what came of it."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tracker.cli.site.publish import Options, choose, executed_and_reused

Run = Callable[..., Result]
QUARTO = """#!/bin/sh
echo "$@" > called
echo "$QUARTO_PYTHON" >> called
mkdir -p _freeze/log/a/execute-results
echo '{}' > _freeze/log/a/execute-results/html.json
exit ${QUARTO_EXIT:-0}
"""


@pytest.fixture
def quarto(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Quarto that notes how it was called."""
    folder = tmp_path_factory.mktemp("bin")
    path = folder / "quarto"
    path.write_text(QUARTO)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("QUARTO_PYTHON", raising=False)
    return path


@pytest.mark.usefixtures("quarto")
def test_quarto_is_preferred(run: Run, log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = run("publish", "--profile", "gpt2", "--profile", "ci", "--output-dir", "out")
    assert result.exit_code == 0, result.output
    called = (log / "called").read_text().splitlines()
    assert called == [f"render {log} --profile gpt2,ci --output-dir out", sys.executable]
    assert "Set up a small site: _quarto.yml, index.qmd." in result.output
    assert "Publishing with Quarto." in result.output
    assert "Quarto: executed 1 (log/a), reused 0  " in result.output
    assert (log / "progress" / "index.qmd").exists()


@pytest.mark.usefixtures("quarto")
def test_the_engine_s_exit_code_is_passed_on(
    run: Run, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTO_EXIT", "3")
    assert run("publish").exit_code == 3


def test_a_site_that_is_there_is_left_alone(run: Run, log: Path, quarto: Path) -> None:
    (log / "_quarto.yml").write_text("project:\n  type: website\n")
    assert "Set up a small site" not in run("publish").output
    assert not (log / "index.qmd").exists()


def test_the_press_is_called_by_its_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    engine = choose(tmp_path, Options(["a"], "out", strict=True))
    assert engine.command == [
        sys.executable, "-m", "press", "render", str(tmp_path), "--profile", "a", "--output-dir", "out", "--strict",
    ]  # fmt: skip


def test_neither_engine(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = run("publish")
    assert result.exit_code == 1
    assert "Error: Nothing here can publish" in result.output
    assert "pip install 'path/to/the/checkout[press]'" in result.output


def test_what_was_executed_and_what_was_reused() -> None:
    assert (
        executed_and_reused({"a": 1, "b": 1}, {"a": 1, "b": 2, "c": 3})
        == "executed 2 (b, c), reused 1"
    )
    assert executed_and_reused({"a": 1}, {"a": 1}) == "executed 0, reused 1"
