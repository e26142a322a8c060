"""A recorded result knows whether it still holds, and refuses to be believed when damaged."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from analyses.circular.params import Params
from analyses.circular.result import Result
from lab.errors import AnalysisError
from lab.fingerprint import fingerprint
from lab.models import weights
from lab.results import provenance, record
from lab.results.compare import Tolerance, compare
from lab.results.study import Study
from tests.lab.made_project import ROOT, copy_code, study

NAME = "smollm2-135m"
FOUND = {"model": NAME, "weights_sha256": weights.expected_sha256(NAME)}
RINGS = Path("lab/geometry/circles.py")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the log's code, with one result recorded in it."""
    values = {"share": 1 / 3, "rows": [[1.5, -2e-9], []]}
    record.save(circular(copy_code(tmp_path)), NAME, Params(), values, FOUND)
    return tmp_path


def circular(root: Path = ROOT) -> Study:
    return study("circular", root)


def edit(root: Path, module: Path, old: str, new: str) -> None:
    text = (root / module).read_text(encoding="utf-8")
    assert old in text
    (root / module).write_text(text.replace(old, new, 1), encoding="utf-8")


def changes(root: Path) -> tuple[str, ...]:
    return record.status(circular(root), NAME).changes


def test_what_was_saved_is_loaded(copy: Path) -> None:
    found = record.load(circular(copy))
    assert found.values == {"share": 0.333333, "rows": [[1.5, -2e-9], []]}
    assert found.params["seed"] == 0
    assert found.status.state == "fresh"
    assert found.notice == ""


def test_a_changed_definition_is_named(copy: Path) -> None:
    edit(copy, RINGS, "EXACT_CLASSES = 7", "EXACT_CLASSES = 9")
    assert changes(copy) == ("code: EXACT_CLASSES changed",)
    notice = record.load(circular(copy)).notice
    assert "callout-warning" in notice
    assert "EXACT_CLASSES" in notice


def test_a_moved_and_renamed_module_makes_nothing_stale(copy: Path) -> None:
    moved = copy / "lab" / "shapes" / "rings.py"
    moved.parent.mkdir()
    (copy / RINGS).rename(moved)
    assert changes(copy) != ()  # the imports name what is gone
    for path in copy.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        text = text.replace("from lab.geometry.circles import", "from lab.shapes.rings import")
        text = text.replace(
            "from lab.geometry import circles", "from lab.shapes import rings as circles"
        )
        path.write_text(text, encoding="utf-8")
    assert "lab.geometry.circles" not in circular(copy).code.texts
    assert changes(copy) == ()


def test_what_the_run_does_not_reach_does_not_count(copy: Path) -> None:
    with (copy / RINGS).open("a", encoding="utf-8") as stream:
        stream.write("\n\ndef more() -> int:\n    return EXACT_CLASSES\n")
    assert changes(copy) == ()


def test_comments_docstrings_and_layout_do_not_count(copy: Path) -> None:
    edit(copy, RINGS, "EXACT_CLASSES = 7", "# a comment\n\n\nEXACT_CLASSES = (\n    7\n)")
    edit(copy, RINGS, '"""(cos, sin) of', '"""The cosine and sine of')
    assert changes(copy) == ()


def test_figures_and_style_do_not_count(copy: Path) -> None:
    (copy / "analyses/circular/figures.py").write_text("colour = 'red'\n", encoding="utf-8")
    (copy / "lab/pages/plot_style.py").unlink()
    assert changes(copy) == ()


def test_a_definition_that_is_new_to_the_run_is_named(copy: Path) -> None:
    (copy / "lab/extra.py").write_text("value = 1\n", encoding="utf-8")
    edit(copy, RINGS, "import math\n", "import math\n\nfrom lab import extra\n")
    assert changes(copy) == ()
    edit(copy, RINGS, "EXACT_CLASSES = 7", "EXACT_CLASSES = extra.value")
    assert changes(copy) == ("code: EXACT_CLASSES changed", "code: value is used now")


def test_a_definition_that_is_used_no_longer_is_named(copy: Path) -> None:
    for _ in range(2):  # it is used twice
        edit(copy, RINGS, "FLAT * sizes[0]", "1e-9 * sizes[0]")
    assert changes(copy) == ("code: angular_order changed", "code: FLAT is no longer used")


def test_changed_parameters_are_named(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyses.circular.params.RECORDED", {NAME: replace(Params(), focus=14)})
    assert changes(copy) == ("params: focus: 12 became 14",)


def test_changed_weights_are_named(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(weights.SOURCES[NAME], sha256="f" * 64)  # type: ignore[arg-type]
    monkeypatch.setitem(weights.SOURCES, NAME, other)
    assert changes(copy)[0].startswith(f"weights of {NAME}: b179c9523d0e… became ffffffffffff…")


def test_absent_weights_are_said_not_guessed(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_embedded", lambda _: None)
    found = record.status(circular(copy), NAME)
    assert found.state == "fresh"
    assert found.note == "weights not here, fingerprint of code and params only"


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda text: text[: len(text) // 2], "cut off or not JSON"),
        (lambda text: text.replace("0.333333", "0.999999"), "does not match its own digest"),
        (lambda text: text.replace('"schema": 2', '"schema": 1'), "schema 1, this code reads 2"),
        (lambda text: "[]", "schema None"),
    ],
)
def test_a_damaged_file_is_refused(copy: Path, damage: Any, says: str) -> None:
    path = circular(copy).result_path(NAME)
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(AnalysisError, match=says) as caught:
        record.load(circular(copy))
    assert "lab reproduce circular" in str(caught.value)


def test_a_missing_result_and_an_unknown_study_say_what_next(tmp_path: Path) -> None:
    nowhere = circular(copy_code(tmp_path))
    assert record.status(nowhere, NAME).state == "missing"
    with pytest.raises(AnalysisError, match="not recorded yet"):
        record.load(nowhere)
    with pytest.raises(AnalysisError, match=r"there is none. Use one of: .*circular"):
        record.load("circulr")


def test_a_failed_write_leaves_the_old_file(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = circular(copy).result_path(NAME)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        record.save(circular(copy), NAME, Params(), {"share": 0.5}, FOUND)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.glob(".*json*")] == []
    assert [file.name for file in path.parent.glob(f".{NAME}*")] == []


def test_two_writers_leave_one_whole_file(copy: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom analyses.circular.params import Params\n"
        "from lab.results import record\n"
        "from lab.results.study import Project\n"
        "study = Project(Path(sys.argv[1])).study('circular')\n"
        "for number in range(10):\n"
        "    values = {'rows': [[float(sys.argv[2])] * 500]}\n"
        f"    record.save(study, {NAME!r}, Params(), values, {FOUND!r})\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(copy), number], cwd=ROOT)
        for number in ("1", "2")
    ]
    while any(writer.poll() is None for writer in writers):
        record.load(circular(copy))  # never half a file
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(set(record.load(circular(copy)).values["rows"][0])) == 1


def test_reading_imports_no_torch_and_checks_within_fifty_milliseconds() -> None:
    code = (
        "import sys, time\n"
        "from lab.results import record\n"
        "from lab.results.study import Project\n"
        f"status = lambda: record.status(Project.here().study('circular'), {NAME!r})\n"
        "status(); best = 1\n"
        "for _ in range(5):\n"
        "    start = time.process_time(); status()\n"
        "    best = min(best, time.process_time() - start)\n"
        "assert not {'torch', 'scipy', 'transformers'} & set(sys.modules), 'heavy import'\n"
        "assert best < 0.05, best\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_recorded_study_fits_its_type_and_is_fresh() -> None:
    found = record.load("circular")
    assert found.status.state == "fresh", found.status.changes
    result = found.read(Result)
    assert [at.layer for at in result.categories["days"].layers] == list(range(31))
    for key in (
        "model",
        "weights_sha256",
        "commit",
        "seed",
        "device",
        "dtype",
        "seconds",
        "machine",
    ):
        assert found.provenance[key] is not None


def test_values_of_another_shape_are_named(copy: Path) -> None:
    with pytest.raises(AnalysisError, match=r"does not fit Result.*focus"):
        record.load(circular(copy)).read(Result)


def test_the_files_that_a_result_was_read_from_are_known() -> None:
    names = set(circular().code.texts)
    assert {
        "analyses.circular.measure",
        "lab.models.loader",
        "lab.models.weights",
    } <= names
    assert not {name for name in names if name.endswith((".figures", ".style", ".record"))}


@dataclass(frozen=True)
class Case:
    old: Any
    new: Any
    within: bool


@pytest.mark.parametrize(
    "case",
    [
        Case(1.0, 1.019, True),
        Case(1.0, 1.03, False),
        Case(0.001, 0.009, True),
        Case({"a": [1, 2]}, {"a": [1, 2]}, True),
        Case({"a": [1, 2]}, {"a": [1]}, False),
        Case({"a": [5000, 5010]}, {"a": [5010, 5000]}, True),
        Case({"a": [5000, 5010]}, {"a": [5001, 5010]}, False),  # a tolerance let other latents pass
        Case({"rank": 100}, {"rank": 101}, False),
        Case({"tokens": 10_000}, {"tokens": 10_004}, True),
        Case({"tokens": 10_000}, {"tokens": 10_100}, False),
        Case({"full": True}, {"full": False}, False),
        Case({"a": "x"}, {"a": "y"}, False),
        Case({"a": "x", "b": None}, {"a": "x", "b": None}, True),
    ],
)
def test_compare_holds_every_value_to_the_tolerance(case: Case) -> None:
    found = compare(case.old, case.new, Tolerance(relative=0.02, absolute=0.01))
    assert all(each.within for each in found) is case.within


def test_provenance_names_no_host_and_survives_without_git(tmp_path: Path) -> None:
    assert provenance.revision(tmp_path, []) == (None, None)
    assert "cores" in provenance.machine()
    text = provenance.fold(record.load("circular").provenance)
    assert text.count(":::") == 2
    assert "b179c9523d0e6a0f" in text


def test_provenance_says_how_many_threads_shared_the_sums() -> None:
    import torch

    assert provenance.threads() == torch.get_num_threads()
    kept = {**record.load("circular").provenance, "threads": 3}
    assert ", 3 threads |" in provenance.fold(kept)
    assert ", 1 thread |" in provenance.fold({**kept, "threads": 1})
    assert "thread" not in provenance.fold({**kept, "threads": None})


def test_results_are_json_that_git_can_show(copy: Path) -> None:
    text = circular(copy).result_path(NAME).read_text(encoding="utf-8")
    assert "[1.5, -2e-09]" in text
    assert fingerprint.digest({"a": 1, "b": 2}) == fingerprint.digest({"b": 2, "a": 1})
    assert json.loads(text)["study"] == "circular"
