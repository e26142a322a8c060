"""What a profile's page shows of a model that is not at hand everywhere: numbers, or a word."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable
from typing import TypeVar

from matplotlib.figure import Figure

from lab.declared.claims import Claim
from lab.ledger import judge
from lab.ledger.verdicts import ClaimFound
from lab.results import record
from lab.results.record import Recorded
from lab.results.study import Project
from lab.sae.neuronpedia import CLUSTERS, permalink

NOT_RUN = "not run here"
R = TypeVar("R")


def result(study: str, name: str) -> Recorded | None:
    """A profile's result; None where it was not recorded, for its model is not at hand."""
    found = Project.here().study(study)
    return record.load(found, name) if found.result_path(name).exists() else None


def notice(found: Recorded | None, model: str) -> str:
    """Markdown for the page's head: how to have the model run, or what is stale."""
    if found is not None:
        return found.notice
    return (
        '\n::: {.callout-note title="Not run here"}\n'
        f"The weights of {model} were not at hand when this page was made, and no result of theirs "
        "is kept. Where there is a network:\n\n"
        "```bash\n"
        "hf download openai-community/gpt2\n"
        f"lab reproduce circular --name {model}\n"
        "press render --profile gpt2\n"
        "```\n:::\n"
    )


def figure(
    found: Recorded | None,
    kind: type[R],
    draw: Callable[[R], Figure],
    describe: Callable[[R], str],
) -> str:
    """The figure as Markdown with its alternative text, or the word that it was not run."""
    if found is None:
        return f"*{NOT_RUN.capitalize()}.*"
    values = found.read(kind)
    picture = io.BytesIO()
    draw(values).savefig(picture, format="svg", metadata={"Date": None})
    data = base64.b64encode(picture.getvalue()).decode("ascii")
    told = html.escape(describe(values), quote=True)
    return f'```{{=html}}\n<img src="data:image/svg+xml;base64,{data}" alt="{told}">\n```\n{found.origin}'


def claims(model: str) -> str:
    """Every claim about a model, as a Markdown table with what answers it."""
    rows = ["| What was published | Claimed | Here | Verdict |", "|:----------|--:|--:|:---|"]
    for study in Project.here().studies():
        about = [each for each in study.claims.claims if each.model == model]
        if about:
            verdicts = judge.judge(study).verdicts.claims
            rows += [_row(each, verdicts[each.id]) for each in about]
    return "\n".join(rows)


def clusters() -> str:
    """The paper's clusters by latent, each latent a link to its page, as a Markdown list."""
    return "\n".join(
        f"- {name}, {len(latents)} latents: "
        + ", ".join(f"[{latent}]({permalink(latent)})" for latent in latents)
        for name, latents in CLUSTERS.items()
    )


def _row(claim: Claim, found: ClaimFound) -> str:
    """A claim; another model's number answers no claim about this one."""
    ran = found.verdict.decides and found.ours is not None
    ours = f"{found.ours.mean:.3g}" if ran and found.ours else "—"
    return (
        f"| {claim.states} | {claim.claimed:g} {claim.unit} | {ours} "
        f"| {found.verdict if ran else NOT_RUN} |"
    )
