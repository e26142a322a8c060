"""When was it said, and what was recorded by then?

The git commit that first held a declaration, and held it ever since as it stands, is its time
stamp. What git says is kept in `results/registration.json`, so that a copy without history agrees
with one that has it. There, too, stand the day of each result's first recording and every factor
ever tried: lists that only grow. A commit's date is its author's word; a published history is
what makes it hard to take back.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import msgspec

from lab.declared import hypotheses, yaml_documents
from lab.declared.verdict_words import Label
from lab.errors import AnalysisError
from lab.project import PACKAGE
from lab.results.files import read_json, write_json
from lab.results.study import Study

SCHEMA = 1


class Stamp(msgspec.Struct, frozen=True):
    """The commit that first held a declaration as it stands, and that commit's time in UTC."""

    digest: str
    commit: str
    date: str


class Tried(msgspec.Struct, frozen=True):
    """A factor that entered an analysis, and the first result it entered."""

    name: str
    result: str
    date: str


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is kept of a study's history."""

    schema: int = SCHEMA
    stamps: dict[str, Stamp] = {}  # by declaration: factor:…, prediction:…
    recorded: dict[str, str] = {}  # by result: when it was first recorded
    tried: tuple[Tried, ...] = ()

    def first_said(self, key: str, digest: str) -> Stamp | None:
        """The stamp of a declaration as it stands; None where it has none."""
        stamp = self.stamps.get(key)
        return stamp if stamp is not None and stamp.digest == digest else None

    def label(self, key: str, digest: str, result: str) -> Label:
        """Confirmatory where it was said before the result was first recorded.

        A result that is not recorded yet leaves the question open: what has a stamp is in time.
        """
        stamp, recorded = self.first_said(key, digest), self.recorded.get(result)
        late = stamp is None or (recorded is not None and stamp.date >= recorded)
        return Label.EXPLORATORY if late else Label.CONFIRMATORY


@dataclass(frozen=True, eq=False)
class GitHistory:
    """What a log's history says of its files; each is asked for once."""

    root: Path
    _stamps: dict[Path, dict[str, Stamp] | None] = field(default_factory=dict, repr=False)

    @cached_property
    def is_whole(self) -> bool:
        """Whether there is a history, and all of it: no copy without one, no shallow clone."""
        try:
            return self._git("rev-parse", "--is-shallow-repository") == "false"
        except (OSError, subprocess.SubprocessError):
            return False

    def stamps(self, path: Path) -> dict[str, Stamp] | None:
        """Since which commit each declaration in a file has stood as it last stood there.

        None without a whole history.
        """
        if path not in self._stamps:
            self._stamps[path] = self._read_stamps(path)
        return self._stamps[path]

    def knows(self, commit: str) -> bool:
        """Whether this history holds a commit."""
        try:
            self._git("cat-file", "-e", f"{commit}^{{commit}}")
        except (OSError, subprocess.SubprocessError):
            return False
        return True

    def first_held(self, path: Path) -> datetime | None:
        """When it first held a file; None where there is no history to ask, or it never did."""
        name = path.relative_to(self.root).as_posix()
        try:
            log = self._git("log", "--diff-filter=A", "--format=%ct", "--", name)
        except (OSError, subprocess.SubprocessError):
            return None
        times = [int(line) for line in log.split()]
        return datetime.fromtimestamp(min(times), UTC) if times else None

    def _read_stamps(self, path: Path) -> dict[str, Stamp] | None:
        if not self.is_whole:
            return None
        name = path.relative_to(self.root).as_posix()
        found: dict[str, Stamp] = {}
        try:
            log = self._git("log", "--topo-order", "--reverse", "--format=%H %ct", "--", name)
            for line in log.splitlines():
                commit, seconds = line.split()
                when = stamp_text(datetime.fromtimestamp(int(seconds), UTC))
                found = {
                    key: found[key]
                    if key in found and found[key].digest == text
                    else Stamp(text, commit, when)
                    for key, text in _digests_of(self._shown(commit, name)).items()
                }
        except (OSError, subprocess.SubprocessError):
            return None
        return found

    def _shown(self, commit: str, name: str) -> str:
        """A file as a commit holds it; empty where the commit took it away."""
        try:
            return self._git("show", f"{commit}:./{name}")
        except subprocess.CalledProcessError:
            return ""

    def _git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.root), *words],
            capture_output=True, text=True, check=True, timeout=30, encoding="utf-8",
        )  # fmt: skip
        return done.stdout.strip()


def path_of(study: Study) -> Path:
    """Where a study's registration is kept: with its results, or apart until it has code."""
    return study.results_folder / "registration.json" if study.has_code else _path_ahead(study)


def _path_ahead(study: Study) -> Path:
    return study.root / PACKAGE / "ahead" / f"{study.name}.json"


def load(study: Study) -> Registration:
    """What is kept of a study; nothing where it is new. Raises AnalysisError if damaged."""
    path = path_of(study)
    if not path.exists():
        path = _path_ahead(study)  # said before it had code
    if not path.exists():
        return Registration()
    return read_json(path, Registration, SCHEMA, path.relative_to(study.root).as_posix())


def refreshed(study: Study, before: Registration, git: GitHistory) -> Registration:
    """The registration with what git says now, or as it was where there is no history to ask.

    A stamp whose commit this history has never heard of is left as it was kept: the project may
    have been copied into another history, which cannot contradict it.
    """
    found: dict[str, Stamp] = {}
    for path in (study.hypotheses_path, study.project.ahead_path):
        stamps = git.stamps(path)
        if stamps is None:
            return before
        found |= stamps
    held: dict[str, Stamp] = {}
    for key, digest in study.declarations.digests.items():
        stamp = before.first_said(key, digest)
        if stamp is not None and not git.knows(stamp.commit):
            held[key] = stamp
        elif key in found and found[key].digest == digest:
            held[key] = found[key]
    return msgspec.structs.replace(before, stamps=dict(sorted(held.items())))


def note(kept: Registration, result: str, factors: list[str], first: datetime) -> Registration:
    """The registration with a result's first recording and the factors in it; nothing is lost."""
    when = stamp_text(first)
    known = {each.name for each in kept.tried}
    new = [Tried(name, result, when) for name in dict.fromkeys(factors) if name not in known]
    return msgspec.structs.replace(
        kept,
        recorded=dict(sorted({result: when, **kept.recorded}.items())),
        tried=(*kept.tried, *new),
    )


def save(study: Study, before: Registration, after: Registration) -> None:
    """Keep a study's registration, atomically; one that says what it said is left alone.

    Raises AnalysisError where something that was kept would be lost.
    """
    lost = [each.name for each in before.tried if each not in after.tried]
    lost += [name for name, when in before.recorded.items() if after.recorded.get(name) != when]
    if lost:
        raise AnalysisError(
            f"registration of {study.name}: would lose {', '.join(lost)}. Its lists only grow."
        )
    if after != before:
        write_json(path_of(study), msgspec.to_builtins(after))


def stamp_text(moment: datetime) -> str:
    """A moment as it is kept: UTC, to the second, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _digests_of(text: str) -> dict[str, str]:
    """The declarations in an earlier version; none where that was no YAML."""
    try:
        return hypotheses.digests_of(yaml_documents.parse(text, "history").data)
    except (AnalysisError, AttributeError, TypeError):
        return {}
