"""When was it said, and what was recorded by then?

The git commit that first held a declaration, and held it ever since as it stands, is its time
stamp. What git says is kept in `results/registration.json`, so that a copy without history agrees
with one that has it. There, too, stand the day of each result's first recording and every factor
ever tried: lists that only grow. A commit's date is its author's word; a published history is
what makes it hard to take back.
"""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from lab.declared import hypotheses, yaml_documents
from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import PACKAGE, ROOT
from lab.results.files import read_json, write_json

SCHEMA = 1
Label = Literal["confirmatory", "exploratory"]


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
        if stamp is None:
            return "exploratory"
        return "exploratory" if recorded is not None and stamp.date >= recorded else "confirmatory"


def path_of(study: str, root: Path = ROOT) -> Path:
    """Where a study's registration is kept: with its results, or apart until it has code."""
    if (root / PACKAGE / study / "run.py").exists():
        return root / PACKAGE / study / "results" / "registration.json"
    return root / PACKAGE / "ahead" / f"{study}.json"


def load(study: str, root: Path = ROOT) -> Registration:
    """What is kept of a study; nothing where it is new. Raises AnalysisError if damaged."""
    path = path_of(study, root)
    if not path.exists():
        path = root / PACKAGE / "ahead" / f"{study}.json"  # said before it had code
    if not path.exists():
        return Registration()
    return read_json(path, Registration, SCHEMA, path.relative_to(root).as_posix())


def refreshed(study: str, root: Path = ROOT) -> tuple[Registration, bool]:
    """The registration with what git says now, and whether there was a history to ask.

    A stamp whose commit this history has never heard of is left as it was kept: the project may
    have been copied into another history, which cannot contradict it.
    """
    kept = load(study, root)
    every = [hypotheses.path_of(study, root), hypotheses.path_of("", root)]
    found: dict[str, Stamp] = {}
    for path in every:
        stamps = stamps_of(path, root)
        if stamps is None:
            return kept, False
        found |= stamps
    held: dict[str, Stamp] = {}
    for key, digest in declared(study, root).items():
        before = kept.first_said(key, digest)
        if before is not None and not _knows(root, before.commit):
            held[key] = before
        elif key in found and found[key].digest == digest:
            held[key] = found[key]
    return msgspec.structs.replace(kept, stamps=dict(sorted(held.items()))), True


def declared(study: str, root: Path = ROOT) -> dict[str, str]:
    """The digest of everything declared for a study now, by key."""
    own = _keys(hypotheses.path_of(study, root), root)
    named = hypotheses.load(study, root)
    names = {f"factor:{each.name}" for each in named.factors}
    names |= {f"prediction:{each.id}" for each in named.predictions}
    ahead = _keys(hypotheses.path_of("", root), root)
    return own | {key: text for key, text in ahead.items() if key in names - own.keys()}


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


def save(study: str, kept: Registration, root: Path = ROOT) -> None:
    """Keep a study's registration, atomically; a file that already says so is left alone.

    Raises AnalysisError where something that was kept would be lost.
    """
    before = load(study, root)
    lost = [each.name for each in before.tried if each not in kept.tried]
    lost += [name for name, when in before.recorded.items() if kept.recorded.get(name) != when]
    if lost:
        raise AnalysisError(
            f"registration of {study}: would lose {', '.join(lost)}. Its lists only grow."
        )
    if kept != before:
        write_json(path_of(study, root), msgspec.to_builtins(kept))


def stamp_text(moment: datetime) -> str:
    """A moment as it is kept: UTC, to the second, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def stamps_of(path: Path, root: Path) -> dict[str, Stamp] | None:
    """Since which commit each declaration in a file has stood as it last stood there.

    None without a whole history: no git, a copy without it, or a shallow clone.
    """
    try:
        if _git(root, "rev-parse", "--is-shallow-repository") != "false":
            return None
        name = path.relative_to(root).as_posix()
        log = _git(root, "log", "--topo-order", "--reverse", "--format=%H %ct", "--", name)
        found: dict[str, Stamp] = {}
        for line in log.splitlines():
            commit, seconds = line.split()
            when = stamp_text(datetime.fromtimestamp(int(seconds), UTC))
            held = _keys_of(_shown(root, commit, name))
            found = {
                key: found[key]
                if key in found and found[key].digest == text
                else Stamp(text, commit, when)
                for key, text in held.items()
            }
    except (OSError, subprocess.SubprocessError):
        return None
    return found


def _keys(path: Path, root: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8")
    return hypotheses.keys(yaml_documents.parse(text, path.relative_to(root).as_posix())[0])


def _keys_of(text: str) -> dict[str, str]:
    """The declarations in an earlier version; none where that was no YAML."""
    try:
        data: Any = yaml_documents.parse(text, "history")[0]
    except AnalysisError:
        return {}
    try:
        return hypotheses.keys(data)
    except (AttributeError, TypeError):
        return {}


def _knows(root: Path, commit: str) -> bool:
    """Whether this history holds a commit."""
    try:
        _git(root, "cat-file", "-e", f"{commit}^{{commit}}")
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _shown(root: Path, commit: str, name: str) -> str:
    """A file as a commit holds it; empty where the commit took it away."""
    try:
        return _git(root, "show", f"{commit}:./{name}")
    except subprocess.CalledProcessError:
        return ""


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words],
        capture_output=True, text=True, check=True, timeout=30, encoding="utf-8",
    )  # fmt: skip
    return done.stdout.strip()
