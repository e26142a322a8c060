"""After a result is recorded: stamp, judge, and write down every verdict that changed.

The history of verdicts, `ledger/history.jsonl`, only grows: one line a change. Everything else
that is published about verdicts is made from it and from what the studies keep.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from lab.declared import nulls
from lab.errors import AnalysisError
from lab.ledger import judge, preregistration, verdicts
from lab.ledger.judge import Judged
from lab.ledger.preregistration import GitHistory, Registration
from lab.ledger.verdicts import ClaimFound, Graded, Verdicts
from lab.results.files import one_at_a_time, write_json, write_text
from lab.results.study import Project, Study

HISTORY = Path("ledger") / "history.jsonl"
WITHDRAWN = "withdrawn"


class Change(msgspec.Struct, frozen=True):
    """A verdict that became another; `before` is empty where there was none."""

    date: str  # UTC, to the second
    study: str
    kind: str  # claim, prediction
    id: str
    before: str
    after: str
    states: str
    ours: str = ""


@dataclass(frozen=True)
class Books:
    """Every study judged, the whole history of verdicts, and what of it is new."""

    judged: list[Judged]
    history: list[Change]
    changes: list[Change]


def update(project: Project, now: datetime, only: Collection[str] | None = None) -> Books:
    """Bring registrations, verdicts and history up to date, of every study or of those named.

    Each study is judged once, and each file read once. Raises AnalysisError for a mistake in any
    of a study's files, writing nothing of that study.
    """
    git, judged, changes = GitHistory(project.root), [], []
    with one_at_a_time(project.root / HISTORY):
        told = read(project.root)
        for study in project.studies():
            if only is not None and study.name not in only:
                judged.append(judge.judge(study))
                continue
            found, new = _update(study, now, told, git)
            judged.append(found)
            changes += new
            told = [*told, *new]
    return Books(judged, told, changes)


def _update(
    study: Study, now: datetime, told: list[Change], git: GitHistory
) -> tuple[Judged, list[Change]]:
    known = preregistration.load(study)
    registration = _noted(study, preregistration.refreshed(study, known, git), git)
    before, after = verdicts.load(study), judge.follow(study, registration)
    verdicts.refuse_changed_wording(study.name, before, after)
    changes = _changes(study, after, told, preregistration.stamp_text(now))
    preregistration.save(study, known, registration)
    if after != before and study.has_code:
        write_json(verdicts.path_of(study), msgspec.to_builtins(after))
    if changes:
        lines = [json.dumps(msgspec.to_builtins(c), ensure_ascii=False) for c in changes]
        path = study.root / HISTORY
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        write_text(path, text + "".join(f"{line}\n" for line in lines))
    return Judged(study, after), changes


def read(root: Path) -> list[Change]:
    """Every change of a verdict, oldest first. Raises AnalysisError for a line that is none."""
    path = root / HISTORY
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(msgspec.json.decode(line, type=Change))
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise AnalysisError(
                f"{HISTORY.as_posix()}:{number}: {error}. Restore it: git checkout -- {HISTORY}"
            ) from error
    return found


def _noted(study: Study, known: Registration, git: GitHistory) -> Registration:
    """The registration with every result that lies in the folder, and the factors in it."""
    for name in study.result_names:
        found = study.result(name)
        if found is None:
            continue
        nulls.require(study.name, found["values"], study.hypotheses.measures)
        factors = [factor for factor, _ in judge.factor_shares(found["values"])]
        created = datetime.fromisoformat(found["provenance"]["created"])
        if name not in known.recorded:
            created = min(created, git.first_held(study.result_path(name)) or created)
        known = preregistration.note(known, name, factors, created)
    return known


def _changes(study: Study, after: Verdicts, told: list[Change], date: str) -> list[Change]:
    """Changed words only: a number that moved within its verdict is no news."""
    said = {each.id: each.states for each in study.claims.claims}
    said |= {each.id: each.states for each in study.hypotheses.predictions}
    last = {(each.kind, each.id): each for each in told if each.study == study.name}
    now: dict[tuple[str, str], ClaimFound | Graded] = {}
    now |= {("claim", name): each for name, each in after.claims.items()}
    now |= {("prediction", name): each for name, each in after.predictions.items()}
    found = []
    for kind, name in dict.fromkeys([*last, *now]):
        known, follows = last.get((kind, name)), now.get((kind, name))
        old, new = known.after if known else "", _word(follows)
        if old != new:
            states = said.get(name) or (known.states if known else name)
            found.append(Change(date, study.name, kind, name, old, new, states, _ours(follows)))
    return found


def _word(found: ClaimFound | Graded | None) -> str:
    if found is None:
        return WITHDRAWN
    return found.verdict if isinstance(found, ClaimFound) else found.outcome


def _ours(found: ClaimFound | Graded | None) -> str:
    if found is None or found.ours is None:
        return ""
    interval = (
        f" [{found.ours.low:.3g}, {found.ours.high:.3g}]" if found.ours.low is not None else ""
    )
    return f"{found.ours.mean:.3g}{interval}"
