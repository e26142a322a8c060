"""After a result is recorded: stamp, judge, and write down every verdict that changed.

The history of verdicts, `ledger/history.jsonl`, only grows: one line a change. Everything else
that is published about verdicts is made from it and from what the studies keep.
"""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from lab.declared import claims, hypotheses, nulls
from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import PACKAGE, ROOT
from lab.ledger import judge, preregistration, verdicts
from lab.ledger.preregistration import Registration
from lab.ledger.verdicts import ClaimFound, Graded, Verdicts
from lab.results import record
from lab.results.files import one_at_a_time, write_json, write_text

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


def studies(root: Path = ROOT) -> list[str]:
    """Every study with results, claims or predictions, those without code among them."""
    folders = {path.parent.name for path in (root / PACKAGE).glob("*/claims.yml")}
    folders |= {path.parent.name for path in (root / PACKAGE).glob("*/hypotheses.yml")}
    return sorted({*folders, *record.studies(root), *hypotheses.studies_ahead(root)})


def update(study: str, now: datetime, root: Path = ROOT) -> list[Change]:
    """Bring a study's registration, verdicts and history up to date; what changed, in order.

    Raises AnalysisError, writing nothing, for a mistake in any of the study's files.
    """
    with one_at_a_time(root / HISTORY):
        known = _noted(study, preregistration.refreshed(study, root)[0], root)
        before, after = verdicts.kept(study, root), judge.follow(study, known, root)
        verdicts.refuse_changed_wording(study, before, after)
        changes = _changes(study, after, preregistration.stamp_text(now), root)
        preregistration.save(study, known, root)
        if after != before and (root / PACKAGE / study / "run.py").exists():
            write_json(verdicts.path_of(study, root), msgspec.to_builtins(after))
        if changes:
            lines = [json.dumps(msgspec.to_builtins(c), ensure_ascii=False) for c in changes]
            path = root / HISTORY
            told = path.read_text(encoding="utf-8") if path.exists() else ""
            write_text(path, told + "".join(f"{line}\n" for line in lines))
    return changes


def history(root: Path = ROOT) -> list[Change]:
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


def results_of(study: str, root: Path = ROOT) -> list[str]:
    """The names of a study's results, as they lie in its folder among other files."""
    found = sorted((root / PACKAGE / study / "results").glob("*.json"))
    return [path.stem for path in found if _is_result(path)]


def _is_result(path: Path) -> bool:
    """Whether a file begins as recorded results do, even one that was cut off."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        return '"study": ' in stream.read(100)


def _noted(study: str, known: Registration, root: Path) -> Registration:
    """The registration with every result that lies in the folder, and the factors in it."""
    for name in results_of(study, root):
        found = record.stored(study, name, root)
        if found is None:
            continue
        nulls.require(study, found["values"], root)
        factors = [factor for factor, _ in judge.factor_shares(found["values"])]
        created = datetime.fromisoformat(found["provenance"]["created"])
        if name not in known.recorded:
            created = min(created, _first_kept(record.path_of(study, name, root), root) or created)
        known = preregistration.note(known, name, factors, created)
    return known


def _first_kept(path: Path, root: Path) -> datetime | None:
    """When history first held a file; None where there is no history to ask, or it never did."""
    words = ("log", "--diff-filter=A", "--format=%ct", "--", path.relative_to(root).as_posix())
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    times = [int(line) for line in done.stdout.split()]
    return datetime.fromtimestamp(min(times), UTC) if times else None


def _changes(study: str, after: Verdicts, date: str, root: Path) -> list[Change]:
    """Changed words only: a number that moved within its verdict is no news."""
    said = {each.id: each.states for each in claims.load(study, root).claims}
    said |= {each.id: each.states for each in hypotheses.load(study, root).predictions}
    last = {(each.kind, each.id): each for each in history(root) if each.study == study}
    now: dict[tuple[str, str], ClaimFound | Graded] = {}
    now |= {("claim", name): each for name, each in after.claims.items()}
    now |= {("prediction", name): each for name, each in after.predictions.items()}
    found = []
    for kind, name in dict.fromkeys([*last, *now]):
        known, follows = last.get((kind, name)), now.get((kind, name))
        old, new = known.after if known else "", _word(follows)
        if old != new:
            states = said.get(name) or (known.states if known else name)
            found.append(Change(date, study, kind, name, old, new, states, _ours(follows)))
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
