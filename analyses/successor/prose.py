"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from analyses.successor.result import Answered, Result, Turned
from lab.pages.number_format import Ranged, percent, span

FORMS = {
    "asked": "Asked outright",
    "shown": "Asked after examples of its own kind",
    "shown elsewhere": "Asked after examples of other kinds",
    "span": "Everyday sentence that runs from one to the next",
}


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
    tasks = result.tasks.values()
    effects = [task.at(layer) for task in tasks]
    lines: dict[str, list[Ranged]] = {
        "The plane": [each.plane for each in effects],
        "… random planes at its norm": [each.plane.null for each in effects],
        "Everything but the plane": [each.rest for each in effects],
        "All directions in which class means differ": [each.span for each in effects],
        "Their other directions, at the plane's norm": [each.remainder for each in effects],
        "The other kind's plane": [each.other for each in effects],
        "… at the plane's norm": [each.other_scaled for each in effects],
    }
    rows = [
        "| Patched | " + " | ".join(task.title for task in tasks) + " |",
        "|:------|" + "--:|" * len(tasks),
    ]
    rows += [
        f"| {title} | " + " | ".join(percent(share) for share in shares) + " |"
        for title, shares in lines.items()
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


def turned(result: Result, name: str, layer: int) -> Turned:
    """What turning the circle at one layer did to a kind of word."""
    return next(found for found in result.tasks[name].turned if found.layer == layer)
