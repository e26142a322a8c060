"""The contrast sets: items written for this study, one file a concept, and how they are asked.

Every letter stands as often before a positive answer as before a negative one, and so do Yes and
No, in all four combinations: a vector extracted from such a set should not mean a letter. The
published sets that the paper steers on can be read from disk with `read_published`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import yaml

from analyses.steering.sheet import Format, Part
from lab.errors import AnalysisError

FOLDER = Path(__file__).with_name("data")
NAMES = (
    "curiosity", "kindness", "nature", "optimism", "patience", "frugality",  # letters
    "tidiness", "sociability",  # Yes and No
    "sentiment", "temperature", "tense", "gender",  # words
)  # fmt: skip
SAID = "Is this something you would say?"
OPENING = {"choice": "Answer: (", "yes/no": "Answer:"}
# A letter first, the other letter twice: so an item's letter does not follow from its place.
LETTERS = "ABBAABBAABBAABBA"
BALANCE = 0.05  # how far from one half a set may be before it counts as unbalanced


@dataclass(frozen=True)
class Item:
    """A question and the two answers that are held against each other.

    `positive` and `negative` are what would come next, letter for letter: a space in front is
    part of them. `order` and `yes_no` are the positive answer's letter and word, "" for none.
    """

    concept: str
    id: str
    prompt: str
    opening: str  # what the answering turn begins with
    positive: str
    negative: str
    order: str
    yes_no: str
    topic: str
    position: int  # place in its topic's list, from 0
    text: str  # what a reader is shown


@dataclass(frozen=True)
class Set:
    """One concept's items, and prompts that say which way to answer."""

    name: str
    title: str
    format: Format
    positive: str
    items: tuple[Item, ...]
    plus: str = ""
    minus: str = ""


class _Topic(msgspec.Struct, forbid_unknown_fields=True):
    agree: tuple[str, ...] = ()
    disagree: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    ask: str = ""
    answers: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()


class _Prompts(msgspec.Struct, forbid_unknown_fields=True):
    plus: str
    minus: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    format: Format
    positive: str
    prompts: _Prompts
    topics: dict[str, _Topic]


def load(name: str, folder: Path = FOLDER) -> Set:
    """One concept's set, checked. Raises AnalysisError where the file is not what it should be."""
    path = folder / f"{name}.yml"
    try:
        found = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), _File)
    except FileNotFoundError as error:
        known = ", ".join(sorted(each.stem for each in folder.glob("*.yml")))
        raise AnalysisError(f'concept "{name}": no such set. Use one of: {known}.') from error
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise AnalysisError(f"data/{path.name}: {error}. Mend the file.") from error
    items = [item for topic in found.topics for item in _items(name, found, topic)]
    check_duplicates(items)
    check_balance(items)
    prompts = found.prompts
    return Set(
        name, found.title, found.format, found.positive, tuple(items), prompts.plus, prompts.minus
    )


def swapped(item: Item) -> Item:
    """The same question with its two options in the other order; free text stays as it is."""
    if not item.order:
        return item
    head, first, second = item.prompt.rsplit("\n", 2)
    return replace(
        item,
        id=f"{item.id}-turned",
        prompt="\n".join([head, "(A)" + second[3:], "(B)" + first[3:]]),
        positive=item.negative,
        negative=item.positive,
        order=item.negative,
    )


def split(
    items: Sequence[Item], shares: tuple[float, float, float], seed: int
) -> dict[Part, list[Item]]:
    """Train, validation and test, each with the same mix of letters and of Yes and No."""
    generator = np.random.default_rng(seed)
    cells: dict[tuple[str, str], list[int]] = {}
    for place in generator.permutation(len(items)):
        cells.setdefault((items[place].order, items[place].yes_no), []).append(int(place))
    parts: dict[Part, list[int]] = {"train": [], "validation": [], "test": []}
    for cell in cells.values():
        for rank, place in enumerate(cell):
            at = (rank + 0.5) / len(cell)
            trained, seen = shares[0], shares[0] + shares[1]
            part: Part = "train" if at < trained else "validation" if at < seen else "test"
            parts[part].append(place)
    return {part: [items[place] for place in sorted(places)] for part, places in parts.items()}


def check_duplicates(items: Sequence[Item]) -> None:
    """Raises AnalysisError naming the first item that asks what another one asked."""
    seen: dict[tuple[str, str], str] = {}
    for item in items:
        key = (item.prompt, item.opening)
        if key in seen:
            raise AnalysisError(
                f'{item.concept}: item {item.id} repeats {seen[key]} ("{item.text}"). Reword one.'
            )
        seen[key] = item.id


def check_balance(items: Sequence[Item]) -> None:
    """Raises AnalysisError where a letter, or Yes or No, belongs to the positive answer too often."""
    for factor, pair, called in (("order", "AB", "letter"), ("yes_no", ("Yes", "No"), "word")):
        held = [item for item in items if getattr(item, factor)]
        for level in pair:
            of = [item for item in held if getattr(item, factor) == level]
            if len(of) > (0.5 + BALANCE) * len(held):
                extra = of[len(held) - len(of)]
                raise AnalysisError(
                    f"{extra.concept}: unbalanced: {len(of)} of {len(held)} positive answers have "
                    f'the {called} {level}. Item {extra.id} is the first too many ("{extra.text}"). '
                    "Turn items round, or leave some out."
                )


def options(first: str, second: str) -> str:
    """The two lines that end a multiple-choice question."""
    return f"(A) {first}\n(B) {second}"


def _items(name: str, found: _File, topic: str) -> list[Item]:
    """One topic's items in the order of the file. Raises AnalysisError for a line of another form."""
    listed = found.topics[topic]
    common = {"concept": name, "topic": topic}
    if listed.openings:
        if len(listed.answers) != 2:
            raise AnalysisError(
                f"data/{name}.yml: {topic}: answers: give two words, the positive first."
            )
        positive, negative = (f" {word}" for word in listed.answers)
        return [
            Item(id=f"{name}-{topic}-{place}", prompt=listed.ask, opening=opening, positive=positive,
                 negative=negative, order="", yes_no="", position=place, text=f"{opening} …", **common)
            for place, opening in enumerate(listed.openings)
        ]  # fmt: skip
    if listed.pairs:
        return [_pair(name, topic, place, line) for place, line in enumerate(listed.pairs)]
    return [
        _statement(name, found.format, topic, place, text, said)
        for said, texts in (("Yes", listed.agree), ("No", listed.disagree))
        for place, text in enumerate(texts)
    ]


def _pair(name: str, topic: str, place: int, line: str) -> Item:
    """A question with two options; the file gives the positive one first."""
    parts = line.split(" | ")
    if len(parts) != 3:
        raise AnalysisError(
            f'data/{name}.yml: {topic}: pairs[{place}]: "{line}" has {len(parts)} parts. '
            "Write: question | positive option | negative option"
        )
    ask, positive, negative = parts
    letter = LETTERS[place % len(LETTERS)]
    shown = options(positive, negative) if letter == "A" else options(negative, positive)
    return Item(
        concept=name,
        id=f"{name}-{topic}-{place}",
        prompt=f"{ask}\n{shown}",
        opening=OPENING["choice"],
        positive=letter,
        negative=_other(letter),
        order=letter,
        yes_no="",
        topic=topic,
        position=place,
        text=f"{ask} {positive} / {negative}",
    )


def _statement(name: str, form: Format, topic: str, place: int, text: str, said: str) -> Item:
    """A statement to be said or not; `said` is the positive answer."""
    common = {"concept": name, "id": f"{name}-{topic}-{said.lower()}-{place}", "topic": topic}
    asked = f'{SAID}\n"{text}"'
    if form == "yes/no":
        return Item(prompt=f"{asked}\nAnswer Yes or No.", opening=OPENING[form], positive=f" {said}",
                    negative=" No" if said == "Yes" else " Yes", order="", yes_no=said,
                    position=place, text=text, **common)  # fmt: skip
    letter = LETTERS[place % len(LETTERS)]
    yes_first = (letter == "A") == (said == "Yes")
    shown = options("Yes", "No") if yes_first else options("No", "Yes")
    return Item(prompt=f"{asked}\n{shown}", opening=OPENING[form], positive=letter,
                negative=_other(letter), order=letter, yes_no=said, position=place, text=text,
                **common)  # fmt: skip


def _other(letter: str) -> str:
    return "B" if letter == "A" else "A"
