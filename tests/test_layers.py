"""The arrows between the rooms, and no others."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("tracker", "press", "lab")
STUDIES = sorted(
    path.name for path in (ROOT / "analyses").iterdir() if path.is_dir() and path.name[0].isalpha()
)
PURE_TRACKER = (
    "days", "goals", "habits", "checkins", "scoring", "pace", "evidence", "seasons",
    "promises", "difficulty", "amendments", "grading", "verdicts", "forecasts", "calibration",
    "association", "habit_output", "references", "links", "weeks", "review", "season_review", "next_season",
    "season_record", "in_force", "change_words", "season_blocks", "archive_page",
)  # fmt: skip


def imported(module: Path) -> set[str]:
    """The dotted names a module imports anywhere in it, relative ones made absolute."""
    package = module.relative_to(ROOT).with_suffix("").parts[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            names.add(stem)
            names.update(f"{stem}.{alias.name}" for alias in node.names)
    return names


def modules(*folders: str) -> list[Path]:
    """Every module below the folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def reaches(module: Path, *targets: str) -> set[str]:
    """Which of the targets (or names inside them) a module imports."""
    return {
        name
        for name in imported(module)
        for target in targets
        if name == target or name.startswith(target + ".")
    }


def test_the_rooms_are_there() -> None:
    for package in PACKAGES:
        assert modules(package), f"{package} holds no module: the other tests would prove nothing"
    assert "circular" in STUDIES
    assert "shared" in STUDIES


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_never_import_one_another(package: str) -> None:
    others = [other for other in PACKAGES if other != package]
    for module in modules(package):
        assert not reaches(module, *others), module


def test_studies_never_import_one_another_and_shared_imports_no_study() -> None:
    for study in STUDIES:
        others = [f"analyses.{other}" for other in STUDIES if other not in {study, "shared"}]
        for module in modules(f"analyses/{study}"):
            assert not reaches(module, *others), module


def test_figures_import_no_model() -> None:
    for module in modules("analyses"):
        if module.stem in {"figures", "style"}:
            assert not reaches(module, "torch", "transformer_lens", "transformers", "sae_lens"), (
                module
            )


# Runs that are too long for one room, and the two commands that make what a run reads.
PARTS_OF_RUN = {
    "latents/conditions", "latents/text", "latents/words", "latents/keep", "latents/train",
    "dashboards/text", "dashboards/shown",
}  # fmt: skip


def test_only_run_touches_a_model() -> None:
    for module in modules(*(f"analyses/{study}" for study in STUDIES if study != "shared")):
        part = f"{module.parent.name}/{module.stem}"
        if module.stem != "run" and part not in PARTS_OF_RUN:
            found = reaches(
                module, "transformer_lens", "transformers", "sae_lens", "lab.models.loader"
            )
            assert not found, module


def test_pure_tracker_modules_know_no_disk_no_clock_no_terminal() -> None:
    for stem in PURE_TRACKER:
        module = ROOT / "tracker" / f"{stem}.py"
        if module.exists():
            found = reaches(
                module,
                "click",
                "rich",
                "sqlite3",
                "sqlite_utils",
                "os",
                "time",
                "tracker.store.checkins",
                "tracker.cli",
            )
            assert not found, module


def test_click_stays_in_the_command_layer() -> None:
    for module in modules("tracker"):
        # `python -m tracker` is the command line by another name.
        if "cli" not in module.relative_to(ROOT).parts and module.stem != "__main__":
            assert not reaches(module, "click", "tracker.cli"), module


def test_importing_tracker_loads_nothing_heavy() -> None:
    heavy = ["torch", "pandas", "numpy", "matplotlib", "pydantic", "rich", "press", "analyses"]
    code = f"import sys, tracker.cli; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
