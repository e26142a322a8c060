"""The output folder: only what the press wrote is replaced or removed, wherever the folder stands."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from press.errors import PressError
from press.output_folder import OutputFolder, files_in

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
HOME = "---\ntitle: A\n---\n\nhi\n"


def site(root: Path, files: dict[str, str]) -> None:
    """A site in the staging folder."""
    for name, text in files.items():
        file = root / ".press" / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def publish(
    root: Path, path: Path, files: dict[str, str], *, overwrite: bool = False
) -> OutputFolder:
    output = OutputFolder(root, path, overwrite=overwrite)
    site(root, files)
    output.publish()
    return output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".press").mkdir(parents=True)
    return folder


def test_neighbours_of_the_output_are_left_alone(make: Make, run: Run) -> None:
    """Bug: `_site.old` and `_site.new` were deleted with all that they held."""
    root = make({"index.qmd": HOME, "_site.old/thesis.txt": "years", "_site.new/b.txt": "more"})
    for _ in range(2):
        assert run(root).returncode == 0
    assert (root / "_site.old/thesis.txt").read_text() == "years"
    assert (root / "_site.new/b.txt").read_text() == "more"
    assert sorted(path.name for path in root.iterdir()) == [
        ".press", "_quarto.yml", "_site", "_site.new", "_site.old", "index.qmd",
    ]  # fmt: skip


def test_a_folder_that_looks_like_a_site_is_refused_and_kept(make: Make, run: Run) -> None:
    """Bug: a folder with a `site_libs` in it lost everything else, and `www.old` beside it too."""
    root = make({"index.qmd": HOME})
    www = root.parent / "www"
    (www / "site_libs").mkdir(parents=True)
    (www / "site_libs/theirs.css").write_text("x")
    (www / "index.html").write_text("theirs")
    (www / "notes.txt").write_text("years")
    (root.parent / "www.old").mkdir()
    (root.parent / "www.old/notes.txt").write_text("years")
    refused = run(root, "--output-dir", str(www))
    assert refused.returncode == 1
    assert "holds what this project did not publish there (index.html, notes.txt" in refused.stderr
    assert (www / "index.html").read_text() == "theirs"
    told = run(root, "--output-dir", str(www), "--overwrite")
    assert told.returncode == 0, told.stderr
    assert "kept      notes.txt, site_libs/theirs.css  (not written by the press)" in told.stdout
    assert "hi" in (www / "index.html").read_text()
    again = run(root, "--output-dir", str(www))  # it is told once
    assert again.returncode == 0, again.stderr
    for file in (www / "notes.txt", root.parent / "www.old/notes.txt"):
        assert file.read_text() == "years"
    assert (www / "site_libs/theirs.css").read_text() == "x"


def test_what_is_put_into_the_site_stays_and_what_the_press_wrote_goes(
    make: Make, run: Run
) -> None:
    root = make({"index.qmd": HOME, "gone.qmd": HOME, "deep/gone.qmd": HOME})
    assert run(root).returncode == 0
    (root / "_site/CNAME").write_text("example.org")
    (root / "_site/own").mkdir()
    (root / "_site/own/data.csv").write_text("1")
    (root / "gone.qmd").unlink()
    (root / "deep/gone.qmd").unlink()
    done = run(root)
    assert "kept      CNAME, own/data.csv  (not written by the press)" in done.stdout
    assert (root / "_site/own/data.csv").read_text() == "1"
    assert not (root / "_site/gone.html").exists()
    assert not (root / "_site/deep").exists()
    assert not list((root / ".press").glob("replaced-*"))


def test_what_scripts_write_goes_with_the_site(make: Make, run: Run) -> None:
    script = (
        "import os, pathlib\nout = pathlib.Path(os.environ['QUARTO_PROJECT_OUTPUT_DIR'])\n"
        "(out / (pathlib.Path('name').read_text() + '.txt')).write_text('made')\n"
    )
    root = make({
        "_quarto.yml": "project:\n  type: website\n  post-render: late.py\n",
        "index.qmd": HOME, "late.py": script, "name": "one",
    })  # fmt: skip
    assert run(root).returncode == 0
    (root / "name").write_text("two")
    assert run(root).returncode == 0
    assert sorted(path.name for path in (root / "_site").glob("*.txt")) == ["two.txt"]


def test_the_site_of_quarto_or_an_earlier_press_is_taken_over(make: Make, run: Run) -> None:
    root = make({"index.qmd": HOME, "_site/index.html": "Quarto's", "_site/site_libs/q.css": "x"})
    done = run(root)
    assert done.returncode == 0, done.stderr
    assert "hi" in (root / "_site/index.html").read_text()
    assert "kept      site_libs/q.css" in done.stdout


def test_a_file_of_another_in_the_way_of_a_page_is_refused(root: Path) -> None:
    out = root / "out"
    publish(root, out, {"a.html": "a"})
    (out / "b.html").write_text("theirs")
    with pytest.raises(PressError, match=r"has files at b\.html"):
        publish(root, out, {"a.html": "new", "b.html": "ours"})
    assert (out / "a.html").read_text() == "a", "nothing is changed"
    assert (out / "b.html").read_text() == "theirs"
    (out / "c").write_text("a file where a folder goes")
    with pytest.raises(PressError, match="has files at c"):
        publish(root, out, {"a.html": "new", "c/d.html": "x"}, overwrite=True)


def test_a_page_that_was_edited_in_place_is_not_removed_with_it(root: Path) -> None:
    out = root / "out"
    publish(root, out, {"a.html": "a", "b.html": "b"})
    (out / "b.html").write_text("edited by hand")
    assert publish(root, out, {"a.html": "a"}).others == {"b.html"}
    assert (out / "b.html").read_text() == "edited by hand"


def test_another_site_in_the_place_of_ours_is_refused(root: Path) -> None:
    out = root.parent / "www"
    publish(root, out, {"a.html": "a"})
    (out / "a.html").write_text("another site")
    with pytest.raises(PressError, match="did not publish there"):
        publish(root, out, {"a.html": "a"})
    assert (out / "a.html").read_text() == "another site"


@pytest.mark.parametrize("code", [errno.EBUSY, errno.EXDEV, errno.EACCES])
def test_where_the_folder_cannot_be_renamed_its_files_are_replaced(
    root: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Bug: an output folder that is a mount point ended the render with EBUSY."""
    out = root / "out"
    publish(root, out, {"index.html": "1", "same.css": "same", "gone/a.html": "x"})
    untouched = (out / "same.css").stat().st_mtime_ns
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self == out:
            raise OSError(code, os.strerror(code), str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    publish(root, out, {"index.html": "2", "same.css": "same", "new/b.html": "y"})
    assert files_in(out) == ["index.html", "new/b.html", "same.css"]
    assert (out / "index.html").read_text() == "2"
    assert (out / "same.css").stat().st_mtime_ns == untouched
    assert not list((root / ".press").glob("replaced-*"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting wants root")
def test_a_mount_point_is_published_to(make: Make, run: Run) -> None:
    root = make({"index.qmd": HOME, "gone.qmd": HOME})
    out = root.parent / "mounted"
    out.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", out], capture_output=True).returncode:
        pytest.skip("this machine allows no mounts")
    try:
        assert run(root, "--output-dir", str(out)).returncode == 0
        (root / "gone.qmd").unlink()
        done = run(root, "--output-dir", str(out))
        assert done.returncode == 0, done.stderr
        assert (out / "index.html").is_file()
        assert not (out / "gone.html").exists()
        assert not list(out.glob(".press*"))
    finally:
        subprocess.run(["umount", out], check=True)


def test_a_render_killed_between_its_renames_is_finished_by_the_next(root: Path) -> None:
    out = root / "out"
    publish(root, out, {"a.html": "1"})
    aside = root / ".press/replaced-x"
    aside.mkdir()
    (aside / "folder.txt").write_text("out")
    out.rename(aside / "site")
    (aside / "site/CNAME").write_text("theirs")
    assert publish(root, out, {"a.html": "2"}).others == {"CNAME"}
    assert files_in(out) == ["CNAME", "a.html"]
    assert not aside.exists()


def test_the_projects_own_folders_are_refused(root: Path) -> None:
    (root / "log").mkdir()
    (root / "log/index.qmd").write_text("x")
    (root / "other").mkdir()
    (root / "other/_quarto.yml").write_text("")
    for path in (root, root.parent, root / ".press", root / ".press/x", root / "log"):
        with pytest.raises(PressError):
            OutputFolder(root, path)
    with pytest.raises(PressError):
        OutputFolder(root, root / "other", overwrite=True)
