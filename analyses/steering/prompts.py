"""Items as tokens: where the answering turn begins, and which token each answer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyses.steering.data import Item, Set
from analyses.steering.multipliers import Prompt
from analyses.steering.params import Where
from analyses.steering.sheet import SETTINGS, Excluded
from lab.errors import AnalysisError


@dataclass(frozen=True)
class Asked:
    """An item as the model reads it."""

    item: Item
    prompt: Prompt  # steered from the answering turn on
    positive: int
    negative: int


def ask(item: Item, tokenizer: Any, prefix_id: int, *, system: str = "", before: str = "") -> Asked:
    """The item's tokens: an optional system prompt, the user's message, the opened answer.

    `before` stands at the head of the user's message. Raises AnalysisError, naming the item, where
    an answer is not one token, both are the same, or one joins with the text before it.
    """
    chat = _taught_turns(tokenizer)
    told = f"<|im_start|>system\n{system}<|im_end|>\n" if system else ""
    message = f"{before}\n{item.prompt}" if before else item.prompt
    head = f"{told}<|im_start|>user\n{message}<|im_end|>\n"
    tail = f"<|im_start|>assistant\n{item.opening}"
    if not chat:  # a model that was never taught turns: plain paragraphs
        head = "".join(f"{part}\n\n" for part in (system, message) if part)
        tail = item.opening
    turn = _tokens(tokenizer, tail)
    answers = [
        _answer(item, tokenizer, turn, tail, text) for text in (item.positive, item.negative)
    ]
    if answers[0] == answers[1]:
        raise AnalysisError(
            f'{item.concept}: item {item.id}: both answers are "{item.positive}". Give two.'
        )
    first = [prefix_id, *_tokens(tokenizer, head)]
    return Asked(item, Prompt((*first, *turn), start=len(first)), *answers)


def ask_all(
    items: Sequence[Item], tokenizer: Any, prefix_id: int
) -> tuple[list[Asked], list[Excluded]]:
    """Every item that can be asked; those that cannot, each with its reason."""
    asked, excluded = [], []
    for item in items:
        try:
            asked.append(ask(item, tokenizer, prefix_id))
        except AnalysisError as error:
            excluded.append(Excluded(item.id, str(error)))
    return asked, excluded


def setting(contrast: Set, name: str) -> dict[str, str]:
    """The words that one of SETTINGS puts before an item, as `ask` takes them."""
    if name not in SETTINGS:
        raise AnalysisError(f'setting "{name}": use one of {", ".join(SETTINGS)}.')
    if name == "none":
        return {}
    who, sign = name.split()
    said = contrast.plus if sign == "+" else contrast.minus
    return {"system" if who == "system" else "before": said}


def steered_from(prompt: Prompt, where: Where) -> int:
    """The first position that the vector is added at."""
    return {"turn": prompt.start, "answer": len(prompt.tokens) - 1, "all": 1}[where]


def _taught_turns(tokenizer: Any) -> bool:
    """Whether the tokenizer has the token that opens a turn; asked by name, not by the whole list."""
    found: int | None = tokenizer.convert_tokens_to_ids("<|im_start|>")
    return bool(found != tokenizer.unk_token_id)


def _answer(item: Item, tokenizer: Any, turn: list[int], tail: str, text: str) -> int:
    """The answer's token. Raises AnalysisError where it is several, or none of its own."""
    ids = _tokens(tokenizer, text)
    if len(ids) != 1:
        pieces = " + ".join(repr(tokenizer.decode([token])) for token in ids)
        raise AnalysisError(
            f'{item.concept}: item {item.id}: answer "{text}" is {len(ids)} tokens ({pieces}). '
            "Use an answer that is one token."
        )
    if _tokens(tokenizer, tail + text) != [*turn, ids[0]]:
        raise AnalysisError(
            f'{item.concept}: item {item.id}: answer "{text}" is read together with the end of '
            f'"{item.opening}". Begin the answer with a space, or end the opening elsewhere.'
        )
    return ids[0]


def _tokens(tokenizer: Any, text: str) -> list[int]:
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids
