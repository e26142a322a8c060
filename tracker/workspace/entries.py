"""The log's entries as evidence: their front matter, read from disk.

The cache holds each front matter's whole text: it counts only while the two are the same,
letter for letter, so there is no time stamp to be fooled by. Reading 300 entries' YAML costs
25 ms; this costs three.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tracker.errors import TrackerError
from tracker.goals.evidence import LogEntry
from tracker.text.codec import packed, rebuilt
from tracker.text.names import nearest
from tracker.workspace.session import cached, keep

FORMAT = 2  # one more whenever entry_of makes something else of the same text
Known = Mapping[str, tuple[str, LogEntry]]  # an entry's path: its front matter, and what it says


def read_log(root: Path, cache: str | None = None) -> tuple[list[LogEntry], list[str]]:
    """Every entry of a log, and what is wrong with those that cannot be read.

    Entries are log/*.qmd and log/*/index.qmd; log/index.qmd is the listing of them.

    Args:
        cache: where to keep what the entries say, for those who read them every day.
    """
    known = loaded(cached(cache)) if cache else {}
    read: dict[str, tuple[str, LogEntry]] = {}
    problems: list[str] = []
    folder = root / "log"
    for path in sorted([*folder.glob("*.qmd"), *folder.glob("*/index.qmd")]):
        name = path.relative_to(root).as_posix()
        if path.name.startswith("_") or name == "log/index.qmd":
            continue
        try:
            head = head_of(path)
            same = name in known and known[name][0] == head
            read[name] = known[name] if same else (head, entry_of(head, name))
        except TrackerError as error:
            problems.append(str(error))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{name}: cannot be read ({error}).")
    if cache and read != known:
        keep(cache, dumped(read))
    return [entry for _, entry in read.values()], problems


def head_of(path: Path) -> str:
    """A document down to the end of its front matter, or its first line where it has none."""
    with path.open("rb") as file:
        lines = [file.readline()]
        if lines[0].removeprefix(BOM_UTF8).startswith(b"---"):
            for line in file:
                lines.append(line)
                if line.rstrip() in {b"---", b"..."}:
                    break
    return b"".join(lines).decode("utf-8-sig")


def entry_of(text: str, name: str) -> LogEntry:
    """The entry whose document this is; TrackerError with the line for one that cannot count."""
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != "---":
        return LogEntry(name, name, None)  # no front matter: prose that serves no goal
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        raise TrackerError(f"{name}:1: the front matter has no end. Close it with a line of ---.")
    from tracker.text.yaml_lines import read

    document = read("\n".join(lines[1:end]) + "\n", name, first_line=2)
    data = document.data or {}
    if not isinstance(data, dict):
        raise TrackerError(f"{name}:2: the front matter is no mapping of keys. Write key: value.")
    day = _day(data.get("date"))
    goals = _names(data.get("goals"))
    draft = data.get("draft") is True
    if goals and day is None and not draft:
        line = document.line(("date",))
        raise TrackerError(
            f"{name}:{line}: date: an entry that serves a goal needs one: 2026-10-01."
        )
    title = str(data.get("title") or name)
    return LogEntry(name, title, day, str(data.get("kind") or "").strip(), goals, draft)


def unknown_goals(entries: list[LogEntry], known: set[str]) -> list[str]:
    """Warnings of goals that entries name and no season has, one for each goal."""
    named: dict[str, list[str]] = {}
    for entry in entries:
        for goal in dict.fromkeys(entry.goals):
            if goal not in known:
                named.setdefault(goal, []).append(entry.path)
    return [_unknown(goal, paths, known) for goal, paths in named.items()]


def _unknown(goal: str, paths: list[str], known: set[str]) -> str:
    guess = nearest(goal, sorted(known))
    others = len(paths) - 1
    more = f" and {others} other{'s' * (others > 1)}" if others else ""
    hint = f' Did you mean "{guess}"?' if guess else ""
    return f'{paths[0]}{more}: goals: no season of goals.yml has a goal "{goal}".{hint}'


def _day(raw: Any) -> date | None:
    try:
        return date.fromisoformat(str(raw).strip()[:10])
    except ValueError:
        return None


def _names(raw: Any) -> tuple[str, ...]:
    if raw is None:
        return ()
    return tuple(str(name) for name in (raw if isinstance(raw, list) else [raw]))


def dumped(known: Known) -> str:
    """The cache's content for the entries of a log."""
    return packed(FORMAT, *known.values())


def loaded(content: str) -> dict[str, tuple[str, LogEntry]]:
    """The cached entries; none where the cache is of another format or cannot be read."""
    try:
        version, *rows = json.loads(content)
        entries = [(head, rebuilt(LogEntry, row)) for head, row in rows if version == FORMAT]
    except (ValueError, TypeError, RecursionError):
        return {}
    return {entry.path: (head, entry) for head, entry in entries}
