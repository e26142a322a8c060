"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from dataclasses import dataclass

from analyses.successor.result import Answered, Result, TaskResult, Turned
from lab.pages.number_format import (
    count,
    out_of,
    p_value,
    percent,
    span,
)

FORMS = {
    "asked": "Asked outright",
    "shown": "Asked after examples of its own kind",
    "shown elsewhere": "Asked after examples of other kinds",
    "span": "Everyday sentence that runs from one to the next",
}


@dataclass(frozen=True)
class Spoken:
    """One kind of word at one layer, written out with its intervals."""

    moved: str
    plane: str
    plane_null: str
    plane_p: str
    rest: str
    span: str
    remainder: str
    other: str
    other_scaled: str
    flipped: str
    flipped_whole: str
    alone: str
    alone_null: str
    alone_p: str
    alone_whole: str
    alone_rest: str
    between: str
    carried: str
    neighbours: str
    wordings: str
    pairs: str


def speak(result: Result, name: str, layer: int) -> Spoken:
    """A kind of word at a layer."""
    task = result.tasks[name]
    at = task.at(layer)
    return Spoken(
        moved=percent(at.moved),
        plane=percent(at.plane),
        plane_null=percent(at.plane.null),
        plane_p=p_value(at.plane),
        rest=percent(at.rest),
        span=percent(at.span),
        remainder=percent(at.remainder),
        other=percent(at.other),
        other_scaled=percent(at.other_scaled),
        flipped=percent(at.flipped),
        flipped_whole=percent(at.flipped_whole),
        alone=percent(at.alone),
        alone_null=percent(at.alone.null),
        alone_p=p_value(at.alone),
        alone_whole=percent(at.alone_whole),
        alone_rest=percent(at.alone_rest),
        between=percent(at.between),
        carried=percent(at.carried),
        neighbours=out_of(at.neighbours, len(task.words)),
        wordings=str(at.moved.n),
        pairs=str(at.pairs),
    )


@dataclass(frozen=True)
class SpokenTurn:
    """The turned circle at one layer, written out."""

    fits: str
    fits_null: str
    fits_p: str
    answers: str
    answers_null: str
    answers_p: str
    turns: str


def speak_turn(result: Result, name: str, layer: int) -> SpokenTurn:
    """What turning did to a kind of word at a layer."""
    found = _turned(result.tasks[name], layer)
    return SpokenTurn(
        fits=percent(found.fits_best),
        fits_null=percent(found.fits_best.null),
        fits_p=p_value(found.fits_best),
        answers=percent(found.answers),
        answers_null=percent(found.answers.null),
        answers_p=p_value(found.answers),
        turns=count(found.turns),
    )


def answered(result: Result, name: str) -> str:
    """How every wording is answered, as a Markdown table."""
    rows = [
        "| Wording | Right among its kind | First of all tokens | Patched |",
        "|:-----------------|----:|----:|:--:|",
    ]
    for each in result.tasks[name].wordings:
        # A bracketed gap: the page's own markup would read an @ as a citation.
        text = each.text.replace("@", "[…]").replace("|", "\\|")
        if len(text) > 90:
            text = "… " + text[-88:].partition(" ")[2]
        rows.append(
            f"| {text} | {each.right} of {each.asked} | {each.first} of {each.asked} "
            f"| {'yes' if each.patched else ''} |"
        )
    return "\n".join(rows)


def by_form(result: Result) -> str:
    """Accuracy by form of wording, as a Markdown table: medians with the range."""
    names = list(result.tasks)
    rows = [
        "| Form | " + " | ".join(result.tasks[name].title for name in names) + " |",
        "|:------|" + "--:|" * len(names),
    ]
    for form, title in FORMS.items():
        cells = [
            _cell([e for e in result.tasks[name].wordings if e.form == form]) for name in names
        ]
        rows.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def arithmetic(result: Result) -> str:
    """The paper's arithmetic, as a Markdown table beside the paper's numbers."""
    days, months = result.arithmetic["days"], result.arithmetic["months"]
    return "\n".join(
        [
            "| | Weekdays, of 49 | Months, of 144 |",
            "|:---|--:|--:|",
            "| Llama 3 8B, the paper | 29 | 143 |",
            "| Mistral 7B, the paper | 31 | 125 |",
            "| GPT-2 small, the paper | 8 | 10 |",
            f"| SmolLM2-135M, here | {days.right} | {months.right} |",
            f"| … with every token allowed | {days.first} | {months.first} |",
            "| One answer to everything | 7 | 12 |",
        ]
    )


def at_layer(result: Result, layer: int) -> str:
    """Every intervention at one layer, as a Markdown table."""
    told = {name: speak(result, name, layer) for name in result.tasks}
    lines = {
        "The plane": "plane",
        "… random planes at its norm": "plane_null",
        "Everything but the plane": "rest",
        "All directions in which class means differ": "span",
        "Their other directions, at the plane's norm": "remainder",
        "The other kind's plane": "other",
        "… at the plane's norm": "other_scaled",
    }
    rows = [
        "| Patched | " + " | ".join(result.tasks[name].title for name in told) + " |",
        "|:------|" + "--:|" * len(told),
    ]
    rows += [
        f"| {title} | " + " | ".join(getattr(each, field) for each in told.values()) + " |"
        for title, field in lines.items()
    ]
    return "\n".join(rows)


def excluded(result: Result) -> str:
    """What was left out, for the page's fold."""
    every = [each for task in result.tasks.values() for each in task.wordings]
    left = sum(not each.patched for each in every)
    return (
        f"the prefix of every context when planes were fitted; of {len(every)} wordings {left} were "
        "asked but not patched: not answered well enough, with answers shown, or beyond the eight "
        "with the shortest ends"
    )


def _cell(every: list[Answered]) -> str:
    """For example 1 to 4 of 7; where the number of words asked differs, shares."""
    if not every:
        return "—"
    asked = {each.asked for each in every}
    if len(asked) == 1:
        return f"{span([each.right for each in every], 0)} of {asked.pop()}"
    return span([each.right / each.asked for each in every], 0, percent)


def _turned(task: TaskResult, layer: int) -> Turned:
    return next(found for found in task.turned if found.layer == layer)
