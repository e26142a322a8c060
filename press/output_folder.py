"""Where a site goes: never over what others keep there, never half, and one render at a time."""

from __future__ import annotations

import contextlib
import filecmp
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from press.errors import PressError
from press.hooks.qmd import write_whole

try:
    import fcntl
except ImportError:  # Windows has no such lock; two renders at once are then the user's to avoid
    fcntl = None  # type: ignore[assignment]

WORK = ".press"  # in the project: what the press keeps there is its own, and nothing else is
OWNER = "folder.txt"  # beside a folder that is being replaced: whose it is
WRITTEN = "published.json"  # in WORK: each output folder's files, as the press left them
SHOWN = 3  # files that a message names before it counts the rest


@contextlib.contextmanager
def one_at_a_time(root: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Wait for another render of the same project; they share its freezer and its staging folder."""
    (root / WORK).mkdir(exist_ok=True)
    with (root / WORK / "lock").open("w") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say("press: waiting for another render of this project to end")
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class OutputFolder:
    """The folder that a project is published to: the press's own files, and those of others.

    Its own are known by name and digest, as the last render left them. Those it replaces and
    removes; everything else stays, whoever put it there. A folder that holds files and none that
    the press left is another's, and is refused unless the caller says `overwrite`.
    """

    def __init__(self, root: Path, path: Path, *, overwrite: bool = False) -> None:
        """Take a project and its output folder; a folder that must not be published to is an error."""
        self.root, self.path = root, path.resolve()
        self.staging = root / WORK / "site"
        self.written = written_files(root).get(self.key, {})
        self.others: set[str] = set()  # what is there and is not the press's own
        self.overwrite = overwrite
        self.check()

    @property
    def key(self) -> str:
        """The folder's name in the list of written files: relative inside the project."""
        inside = self.path.is_relative_to(self.root)
        return self.path.relative_to(self.root).as_posix() if inside else str(self.path)

    def check(self) -> None:
        """Refuse a folder that holds the project, or what others keep."""
        path = self.path
        if path == self.root or path in self.root.parents or path == Path.home():
            raise PressError(
                f"output-dir {path}: holds the project itself. Give a folder inside or beside it."
            )
        if path.is_file():
            raise PressError(f"output-dir {path}: is a file. Give a folder.")
        if path.is_relative_to(self.root / WORK):
            raise PressError(f"output-dir {path}: is the press's own. Give another folder.")
        if (path / "_quarto.yml").exists():
            raise PressError(f"output-dir {path}: holds a project. Give another folder.")
        there = files_in(path)
        if self.overwrite or not there or self.is_known():
            return
        if path.is_relative_to(self.root) and (path / "site_libs").is_dir():
            self.overwrite = True  # this project's own site, from Quarto or an earlier press
            return
        raise PressError(
            f"output-dir {path}: holds what this project did not publish there "
            f"({some_of(there)}). Give an empty folder; or publish with `press render --overwrite`, "
            "which replaces files of the same name and keeps all others."
        )

    def is_known(self) -> bool:
        """Whether any file there is as the press left it."""
        return any(digest(self.path / name) == known for name, known in self.written.items())

    def publish(self) -> list[str]:
        """Put the finished site from the staging folder in the old one's place; what of others stays.

        A file of another's that stands where the site needs its place is an error, and nothing
        is changed then.
        """
        self.restore()
        fresh = {name: digest(self.staging / name) for name in files_in(self.staging)}
        there = set(files_in(self.path))
        gone = (there & self.written.keys()) - fresh.keys()
        edited = {name for name in gone if digest(self.path / name) != self.written[name]}
        self.others = (there - self.written.keys()) | edited
        self.check_clashes(set(fresh))
        self.others -= fresh.keys()
        self.note({**self.written, **fresh})  # should the render be killed between the two
        if self.others or not self.can_be_swapped() or not self.swap(gone | (there & fresh.keys())):
            self.update(fresh, gone - edited)
        self.note(fresh)
        return sorted(self.others)

    def check_clashes(self, fresh: set[str]) -> None:
        """Refuse to replace what others keep, by a file or by a folder of the site."""
        same = sorted(self.others & fresh) if not self.overwrite else []
        above = {str(folder) for name in fresh for folder in PurePosixPath(name).parents}
        below = {str(folder) for name in self.others for folder in PurePosixPath(name).parents}
        if clashing := same or sorted((self.others & above) | (fresh & (below - {"."}))):
            raise PressError(
                f"output-dir {self.path}: the site has files at {some_of(clashing)}, and what is "
                "there was not written by the press. Move it away"
                + (", or replace it with `press render --overwrite`." if same else ".")
            )

    def note_what_scripts_wrote(self) -> None:
        """Take what scripts made of the published site as the press's own, to go when it goes."""
        names = set(files_in(self.path)) - self.others
        self.note({name: digest(self.path / name) for name in sorted(names)})

    def note(self, files: dict[str, str]) -> None:
        """Keep what the press wrote: name → digest."""
        self.written = files
        known = {key: held for key, held in written_files(self.root).items() if key != self.key}
        text = json.dumps({"version": 1, "folders": {**known, self.key: files}}, indent=0)
        write_whole(self.root / WORK / WRITTEN, text)

    def can_be_swapped(self) -> bool:
        """Whether the folder as a whole may give way to the new one."""
        if not self.path.exists():
            return True
        same_disk = self.path.stat().st_dev == (self.root / WORK).stat().st_dev
        return same_disk and not os.path.ismount(self.path)

    def swap(self, own: Collection[str]) -> bool:
        """Swap the new folder for the old one, away only between two renames; False where it cannot be.

        Of the old folder only what is the press's `own` goes; what else turns up in it is put back.
        """
        aside = Path(tempfile.mkdtemp(prefix="replaced-", dir=self.root / WORK)) / "site"
        aside.with_name(OWNER).write_text(self.key, encoding="utf-8")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists():
                self.path.rename(aside)
            try:
                self.staging.rename(self.path)
            except OSError:
                if aside.exists():
                    aside.rename(self.path)
                raise
        except OSError:  # a mount point, another disk, a folder that may only be written into
            shutil.rmtree(aside.parent)
            return False
        self.clear(aside, own)
        return True

    def update(self, fresh: Collection[str], gone: Collection[str]) -> None:
        """Replace file by file, pages last; all are copied before the first is replaced."""
        self.path.mkdir(parents=True, exist_ok=True)
        changed = [name for name in fresh if not same_file(self.staging / name, self.path / name)]
        with tempfile.TemporaryDirectory(prefix=f"{WORK}-", dir=self.path) as folder:
            for name in changed:
                (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.staging / name, Path(folder) / name)
            for name in sorted(changed, key=lambda name: (name.endswith(".html"), name)):
                (self.path / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / name).replace(self.path / name)
        remove(self.path, gone)

    def restore(self) -> None:
        """Finish what a render left that was killed while it swapped."""
        for owner in sorted((self.root / WORK).glob(f"replaced-*/{OWNER}")):
            aside = owner.with_name("site")
            if owner.read_text(encoding="utf-8") != self.key:
                continue
            if aside.exists() and not self.path.exists():
                aside.rename(self.path)
            self.clear(aside, self.written)

    def clear(self, aside: Path, own: Collection[str]) -> None:
        """Remove a folder that was replaced: the press's own files go, others are put back."""
        remove(aside, own)
        put_back(aside, self.path)
        if not aside.exists():
            shutil.rmtree(aside.parent)


def written_files(root: Path) -> dict[str, dict[str, str]]:
    """What the press wrote into each output folder of a project: folder → file → digest."""
    try:
        held = json.loads((root / WORK / WRITTEN).read_text(encoding="utf-8"))
        return {str(folder): dict(files) for folder, files in held["folders"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # then every folder is another's


def files_in(folder: Path) -> list[str]:
    """Everything below a folder that is no folder itself, links among it; paths with `/`, in order."""
    names: list[str] = []
    waiting = [""]
    while waiting:
        inner = waiting.pop()
        try:
            entries = list(os.scandir(folder / inner))
        except FileNotFoundError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{inner}{entry.name}/")
            else:
                names.append(f"{inner}{entry.name}")
    return sorted(names)


def digest(file: Path) -> str:
    """A file's digest; empty for a link and for what cannot be read."""
    if file.is_symlink():
        return ""
    try:
        with file.open("rb") as content:
            return file_digest(content, "sha256").hexdigest()[:32]
    except OSError:
        return ""


def same_file(new: Path, old: Path) -> bool:
    """Whether two files hold the same."""
    if old.is_symlink() or not old.is_file():
        return False
    return filecmp.cmp(new, old, shallow=False)


def remove(folder: Path, names: Collection[str]) -> None:
    """Remove some files of a folder, and the folders that they leave empty."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
    inner = {parent for name in names for parent in PurePosixPath(name).parents}
    for parent in sorted(inner, key=lambda parent: len(parent.parts), reverse=True):
        with contextlib.suppress(OSError):  # others keep files in it
            (folder / parent).rmdir()


def put_back(aside: Path, folder: Path) -> None:
    """Put what is left of a folder where it was; what has no place there stays where it is."""
    for name in files_in(aside):
        if not (folder / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).rename(folder / name)
    for inner, _, _ in os.walk(aside, topdown=False):
        with contextlib.suppress(OSError):
            Path(inner).rmdir()


def some_of(names: Iterable[str]) -> str:
    """A few names, and how many more."""
    listed = list(names)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more
