"""Libraries, data files and arrays: what a result depends on, and what lies beside it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analyses.circular.params import Params
from lab.errors import AnalysisError
from lab.fingerprint import libraries
from lab.models import weights
from lab.results import arrays, record
from lab.results.arrays import Array
from lab.results.study import Study
from tests.lab.made_project import ROOT, copy_code, study

NAME = "smollm2-135m"
FOUND = {
    "model": NAME,
    "weights_sha256": weights.expected_sha256(NAME),
    "versions": {"python": "3.11.7", "torch": "2.13.0+cpu", "scipy": "1.17.1"},
}


@dataclass(frozen=True)
class Cloud:
    """A result with arrays in it."""

    points: NDArray[np.float64]
    named: dict[str, NDArray[np.int64]]
    share: float


CLOUD = Cloud(np.arange(6.0).reshape(3, 2), {"sums": np.arange(4)}, 1 / 3)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the log's code and lock file, with a result with arrays recorded in it."""
    record.save(circular(copy_code(tmp_path)), NAME, Params(), CLOUD, FOUND)
    return tmp_path


def circular(root: Path) -> Study:
    return study("circular", root)


def kept_arrays(root: Path) -> list[Path]:
    return sorted(circular(root).results_folder.glob("*.npz"))


def test_a_run_names_the_libraries_its_numbers_pass_through() -> None:
    found = libraries.versions(circular(ROOT).code.libraries)
    assert {"python", "numpy", "torch", "transformers", "gguf"} <= set(found)
    assert not {"click", "jaxtyping", "beartype", "rich"} & set(found)


def test_a_library_that_the_lock_file_moved_makes_a_result_stale(copy: Path) -> None:
    assert record.status(circular(copy), NAME).state == "fresh"
    lock = copy / "constraints.txt"
    lock.write_text(lock.read_text().replace("torch==2.13.0", "torch==2.14.1"))
    found = record.status(circular(copy), NAME)
    assert found.changes == ("library: torch: computed with 2.13.0, constraints.txt says 2.14.1",)


def test_a_library_that_no_number_passes_through_does_not(copy: Path) -> None:
    lock = copy / "constraints.txt"
    lock.write_text(lock.read_text().replace("tornado==", "tornado==99."))
    assert record.status(circular(copy), NAME).state == "fresh"


def test_libraries_are_in_the_fingerprint(copy: Path) -> None:
    before = record.load(circular(copy), NAME).fingerprint
    other = {**FOUND, "versions": {"torch": "2.14.0"}}
    record.save(circular(copy), NAME, Params(), CLOUD, other)
    assert record.load(circular(copy), NAME).fingerprint != before


def test_names_are_compared_as_indexes_do(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("# a lock\nScikit_Learn==1.9.1  # why\nx>=2\n")
    assert libraries.locked(tmp_path) == {"scikit-learn": "1.9.1"}
    assert libraries.locked(tmp_path / "nowhere") == {}


def test_data_files_count(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyses.circular.params.DATA", ("words.txt",), raising=False)
    with pytest.raises(AnalysisError, match=r"words\.txt is not here. Nothing was written"):
        record.save(circular(copy), NAME, Params(), {"share": 1.0}, FOUND)
    data = copy / "analyses" / "circular" / "words.txt"
    data.write_text("Monday")
    record.save(circular(copy), NAME, Params(), {"share": 1.0}, FOUND)
    assert record.status(circular(copy), NAME).state == "fresh"
    data.write_text("Tuesday")
    assert record.status(circular(copy), NAME).changes == ("data: words.txt changed",)
    data.unlink()
    assert record.status(circular(copy), NAME).changes == ("data: words.txt is not here",)


def test_arrays_come_back_in_their_places(copy: Path) -> None:
    found = record.load(circular(copy), NAME).read(Cloud)
    np.testing.assert_array_equal(found.points, CLOUD.points)
    np.testing.assert_array_equal(found.named["sums"], CLOUD.named["sums"])
    assert found.named["sums"].dtype == np.int64
    assert found.share == 0.333333


def test_only_the_latest_arrays_are_kept(copy: Path) -> None:
    other = kept_arrays(copy)[0].with_name("another-0123456789ab.npz")
    other.write_bytes(b"x")
    record.save(circular(copy), NAME, Params(), Cloud(CLOUD.points + 1, {}, 0.5), FOUND)
    assert len(kept_arrays(copy)) == 2
    assert other.exists()
    record.save(circular(copy), NAME, Params(), {"share": 0.5}, FOUND)
    assert kept_arrays(copy) == [other]


@pytest.mark.parametrize("damage", ["cut off", "gone"])
def test_damaged_arrays_are_refused(copy: Path, damage: str) -> None:
    (path,) = kept_arrays(copy)
    data = path.read_bytes()
    path.unlink()
    if damage == "cut off":
        path.write_bytes(data[:-10])
    with pytest.raises(AnalysisError, match=r"its arrays, smollm2-135m-.* are not") as caught:
        record.load(circular(copy), NAME)
    assert "git checkout -- analyses/circular/results" in str(caught.value)


def test_objects_are_not_kept() -> None:
    with pytest.raises(AnalysisError, match="an array of objects cannot be kept"):
        arrays.write(Path(), "x", {"a": np.array([object()])})
    with pytest.raises(NotImplementedError, match="may hold no set"):
        arrays.parted({"a": object.__new__(type("set", (), {}))})


def test_two_writers_leave_a_pair_that_belongs_together(copy: Path) -> None:
    code = (
        "import sys\nimport numpy as np\nfrom pathlib import Path\n"
        "from analyses.circular.params import Params\nfrom lab.results import record\n"
        "from lab.results.study import Project\n"
        "study = Project(Path(sys.argv[1])).study('circular')\n"
        "for number in range(8):\n"
        "    values = {'points': np.full(50, float(sys.argv[2]) + number)}\n"
        f"    record.save(study, {NAME!r}, Params(), values, {FOUND!r})\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(copy), number], cwd=ROOT)
        for number in ("1", "100")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    found: dict[str, Array] = record.load(circular(copy), NAME).arrays
    assert len(set(found["0"])) == 1
    assert len(kept_arrays(copy)) == 1
