"""The ledger as a page: an include that Quarto and the press render alike, and entry badges.

One raw block holds it all, so nothing in it is Markdown; a filter in plain JavaScript is shown
only where it can run, and without it the page is a table.
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from lab.declared.verdict_words import Look
from lab.ledger.html import (
    chance,
    claimed,
    link,
    number,
    reading,
    safe,
    strip,
    verdict,
)
from lab.ledger.rows import Row, counts

HERE = Path(__file__).parent
MARK = "<!-- Written by `lab ledger`: edits here are lost. -->"
FENCE = "````````"  # longer than any text inside could close
HEADS = {
    "claim": ("Claimed by others", "Claim", "Claimed", "Ours", "Verdict"),
    "prediction": ("Predicted here", "Prediction", "Probability", "Seen", "Outcome"),
    "factor": ("Factors ever tried", "Factor", "Corrected p", "Share of variance", "Label"),
}
BADGE = ("lg-badge", "lg-verdict", *(f"lg-{look}" for look in get_args(Look)))
READ = {"second-hand": "reported, to be confirmed", "figure": "read off the figure", "code": "code"}


def page(rows: list[Row]) -> str:
    """The include for ledger.qmd: summary, filter, one table for each kind of row."""
    blocks = [MARK, _raw(_style(), _summary(rows), _filter(rows))]
    for kind, heads in HEADS.items():
        of_kind = [row for row in rows if row.kind == kind]
        if of_kind:
            blocks += [f"## {heads[0]}", _intro(kind, of_kind), _raw(_table(heads, of_kind))]
    return (
        "\n\n".join([*filter(None, blocks), _raw(f"<script>\n{_file('ledger.js')}</script>")])
        + "\n"
    )


def badge(rows: list[Row], up: str) -> str:
    """The include for an entry: its verdicts as badges that lead to their rows.

    `up` leads from the entry's folder to the site's root, for example `../../`.
    """
    study = rows[0].study if rows else ""
    badges = []
    for word, count in counts(rows).items():
        query = f"{up}ledger.html?study={study}&verdict={word.replace(' ', '+')}"
        badges.append(verdict(word, query, count))
    told = f'<a href="{safe(up)}ledger.html?study={safe(study)}">Ledger</a> '
    line = f'<p class="lg-badge">{told}{" ".join(badges)}</p>'
    return f"{MARK}\n\n{_raw(_style(BADGE), line)}\n"


def _style(looks: tuple[str, ...] = ()) -> str:
    """The style sheet, or only its rules for some classes."""
    rules = _file("ledger.css").splitlines()
    kept = [
        rule
        for rule in rules
        if not looks or any(f".{look}{end}" in rule for look in looks for end in "){")
    ]
    return "<style>\n" + "\n".join(kept) + "\n</style>"


def _raw(*parts: str) -> str:
    inside = "\n".join(part for part in parts if part)
    return f"{FENCE}{{=html}}\n{inside}\n{FENCE}"


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _summary(rows: list[Row]) -> str:
    items = (f"<li>{count} {verdict(word)}</li>" for word, count in counts(rows).items())
    return f'<ul class="lg-summary" aria-label="Verdicts so far">{"".join(items)}</ul>'


def _filter(rows: list[Row]) -> str:
    """Hidden until the script shows it; native controls, so every key works."""
    models = [model for row in rows for model in (row.model, row.ours_model) if model]
    choices = {
        "study": ("Study", [row.study for row in rows]),
        "model": ("Model", models),
        "verdict": ("Verdict", [row.verdict for row in rows]),
    }
    fields = []
    for name, (title, values) in choices.items():
        options = "".join(
            f'<option value="{safe(value)}">{safe(value)}</option>' for value in sorted({*values})
        )
        fields.append(
            f'<label>{title}<select name="{name}"><option value="">all</option>{options}'
            "</select></label>"
        )
    count = '<p class="lg-count" role="status" aria-live="polite"></p>'
    return (
        f'<form class="lg-filter" hidden aria-label="Filter the ledger">{"".join(fields)}'
        f'<button type="button">Show all</button>{count}</form>'
    )


def _intro(kind: str, rows: list[Row]) -> str:
    if kind == "claim" and any(map(strip, rows)):
        return (
            "Small drawings: the claim and its tolerance in green, what chance gives in grey, "
            "ours as a dot with its interval."
        )
    scores = [row.brier for row in rows if row.brier is not None]
    if kind != "prediction" or not scores:
        return ""
    mean = sum(scores) / len(scores)
    return (
        f"Brier score over {len(scores)} graded: {number(mean)}. "
        "Saying 50% every time would have scored 0.25; less is better."
    )


def _table(heads: tuple[str, ...], rows: list[Row]) -> str:
    titles = "".join(f'<th scope="col">{safe(head)}</th>' for head in heads[1:])
    body = "\n".join(_row(row, heads) for row in rows)
    return (
        f'<table class="lg-table" data-quarto-disable-processing="true" '
        f'aria-label="{safe(heads[0])}" role="table"><thead role="rowgroup"><tr role="row">'
        f'{titles}</tr></thead>\n<tbody role="rowgroup">\n{body}\n</tbody></table>'
    )


def _row(row: Row, heads: tuple[str, ...]) -> str:
    model = "|".join(dict.fromkeys(filter(None, (row.model, row.ours_model))))
    data = f'data-study="{safe(row.study)}" data-model="{safe(model)}"'
    cells = [_said(row), _middle(row), _seen(row), _judged(row)]
    looks = ("lg-said", "lg-middle", "lg-found", "lg-judged")
    told = "".join(
        f'<td role="cell" class="{look}" data-name="{safe(name)}">{cell}</td>'
        for look, name, cell in zip(looks, heads[1:], cells, strict=True)
    )
    return (
        f'<tr role="row" id="{safe(row.key)}" {data} data-verdict="{safe(row.verdict)}">{told}</tr>'
    )


def _said(row: Row) -> str:
    """What was said, by whom, and where to look."""
    if row.kind == "factor":
        return f"<strong>{safe(row.id)}</strong>: {safe(row.states)}{_source(row)}"
    more = f"<p>{safe(row.why)}</p>" if row.why else ""
    if row.kind == "prediction":
        more += f"<p>Rule: {safe(row.relation)}, in result {safe(row.result)}.</p>"
    how = f'<details class="lg-more"><summary>How it is judged</summary>{more}</details>'
    return f"{safe(row.states)}{_source(row)}{how if more else ''}"


def _source(row: Row) -> str:
    parts = [safe(row.study)]
    if row.source:
        read = f" ({READ[row.read]})" if row.read in READ else ""
        parts.append(f"{link(row.url, row.source)}, {safe(row.where)}{read}")
    elif row.url:
        parts.append(link(row.url, "background"))
    if row.entry:
        page = f"{row.entry}/index.html"
        parts.append(link(page, "entry"))
        if row.figure:
            parts.append(link(f"{page}#{row.figure}", "figure"))
    return f'<span class="lg-source">{" · ".join(parts)}</span>'


def _middle(row: Row) -> str:
    if row.kind == "claim":
        return f"{safe(claimed(row))}{_note(row.unit)}{_note(row.model)}"
    if row.kind == "prediction":
        return f"{row.probability:.0%}" if row.probability is not None else "—"
    return number(row.p_corrected)


def _seen(row: Row) -> str:
    """Our number against chance; on another model, that model's name."""
    if row.ours is None:
        return "—"
    other = row.ours_model if row.ours_model != row.model else ""
    stale = "stale: its code has changed since" if row.state == "stale" else ""
    on = _note(f"on {other}" if other else "")
    return f"{reading(row.ours)}{on}{chance(row.ours)}{strip(row)}{_note(stale)}"


def _judged(row: Row) -> str:
    notes = []
    if row.decided is False:
        notes.append("its interval reaches across the tolerance")
    if row.kind == "prediction":
        notes.append(f"{row.label}, {_when(row)}")
        if row.brier is not None:
            notes.append(f"Brier {number(row.brier)}")
    return verdict(row.verdict) + "".join(map(_note, notes))


def _note(text: str) -> str:
    return f'<span class="lg-note">{safe(text)}</span>' if text else ""


def _when(row: Row) -> str:
    if not row.said:
        return "not in the history when it was judged"
    return f"said {row.said} in commit {row.commit[:10]}"
