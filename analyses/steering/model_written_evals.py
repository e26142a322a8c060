"""Published contrast sets from disk: the JSON lines of model-written evaluations.

Perez et al. 2022 and Rimsky et al. 2024 publish one file a concept, each line with `question`,
`answer_matching_behavior` and `answer_not_matching_behavior`; answers are " (A)" and " (B)", or
" Yes" and " No". The files are not part of this project: point `read` at a copy.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from analyses.steering.data import (
    OPENING,
    Item,
    Set,
    balanced,
    check_balance,
    check_duplicates,
    options,
)
from analyses.steering.sheet import Excluded, Format
from lab.errors import AnalysisError

OPTION = re.compile(r"^\s*\(([AB])\):?\s*(.+?)\s*$", re.MULTILINE)
CHOICES = re.compile(r"\n\s*Choices:\s*$")
ANSWER = re.compile(r"\s*\(?([AB])\)?\s*$")


def read(path: Path, seed: int = 0) -> tuple[Set, list[Excluded]]:
    """A published set as items, and what was left out, with the reason for each.

    Duplicates leave, then as many of a letter or word as the other has fewer of, drawn by `seed`.
    Raises AnalysisError, naming file and line, for a line that is not such an item.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise AnalysisError(f"{path.name}: {error.strerror}. Give a JSON lines file.") from error
    items = [
        _item(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()
    ]
    if not items:
        raise AnalysisError(f"{path.name}: holds no item. Give a JSON lines file with some.")
    formats = {bool(item.order) for item in items}
    if len(formats) > 1:
        odd = next(item for item in items if bool(item.order) != bool(items[0].order))
        raise AnalysisError(
            f"{path.name}: item {odd.id} has another kind of answer than the first. Split the file."
        )
    single, excluded = _without_duplicates(items)
    kept, surplus = balanced(single, seed)
    excluded += [
        Excluded(item.id, f"surplus: more positive answers are {item.order or item.yes_no}"
                 f"{' for ' + item.yes_no if item.order and item.yes_no else ''} than the rarest kind")
        for item in surplus
    ]  # fmt: skip
    check_duplicates(kept)
    check_balance(kept)
    form: Format = "choice" if kept[0].order else "yes/no"
    name = path.stem
    return Set(
        name, name.replace("-", " "), form, "answers as the set calls matching", tuple(kept)
    ), excluded


def _without_duplicates(items: list[Item]) -> tuple[list[Item], list[Excluded]]:
    first: dict[str, Item] = {}
    excluded = []
    for item in items:
        if item.prompt in first:
            excluded.append(Excluded(item.id, f"repeats {first[item.prompt].id}"))
        else:
            first[item.prompt] = item
    return list(first.values()), excluded


def _item(path: Path, number: int, line: str) -> Item:
    """One line. Raises AnalysisError where it lacks a field or its answers are not a pair."""
    where = f"{path.name}:{number}"
    try:
        found: dict[str, Any] = json.loads(line)
        question = found["question"].strip()
        answers = [
            str(found[key]).strip()
            for key in ("answer_matching_behavior", "answer_not_matching_behavior")
        ]
    except (ValueError, TypeError, AttributeError) as error:
        raise AnalysisError(f"{where}: not a JSON object with a question ({error}).") from error
    except KeyError as error:
        raise AnalysisError(f"{where}: lacks {error}. Each line needs it.") from error
    item = Item(
        concept=path.stem,
        id=f"{path.stem}:{number}",
        prompt=question,
        opening="",
        positive="",
        negative="",
        order="",
        yes_no="",
        topic="",
        position=number - 1,
        text=question,
    )
    letters = [match[1] for answer in answers if (match := ANSWER.match(answer))]
    if sorted(letters) == ["A", "B"]:
        return _choice(where, item, *letters)
    if sorted(answers) == ["No", "Yes"]:
        return replace(
            item,
            prompt=f"{question}\nAnswer Yes or No.",
            opening=OPENING["yes/no"],
            positive=f" {answers[0]}",
            negative=f" {answers[1]}",
            yes_no=answers[0],
        )
    raise AnalysisError(
        f'{where}: answers "{answers[0]}" and "{answers[1]}" are neither two letters nor Yes and No.'
    )


def _choice(where: str, item: Item, positive: str, negative: str) -> Item:
    """The item with its options in our own words. Raises AnalysisError where it shows none."""
    texts = dict(OPTION.findall(item.prompt))
    if sorted(texts) != ["A", "B"]:
        raise AnalysisError(f"{where}: its answers are letters, but it shows no (A) and (B).")
    asked = OPTION.split(item.prompt)[0]
    asked = CHOICES.sub("", asked).strip()
    return replace(
        item,
        prompt=f"{asked}\n{options(texts['A'], texts['B'])}",
        opening=OPENING["choice"],
        positive=positive,
        negative=negative,
        order=positive,
        yes_no=said if (said := texts[positive].rstrip(".")) in {"Yes", "No"} else "",
        text=asked,
    )
