"""The study's result as pages: one for each latent and an index with a search. No model, no torch.

Pages hold no code to run: Quarto and the press only set them. Their colours are the site's own
custom properties, so both themes fit; nothing is fetched from another host.
"""

from __future__ import annotations

from analyses.dashboards import html
from analyses.dashboards.result import Latent, Result
from lab.pages.number_format import number
from lab.sae.neuronpedia import RELEASE, permalink
from lab.text.vocabulary import CATEGORIES

NOTE = "<!-- Written by `python -m analyses.dashboards.write`: edits here are lost. -->"


def pages(result: Result) -> dict[str, str]:
    """Every page by its path below `latents/`."""
    shown = {each.latent for each in result.shown}
    found = {f"{each.latent}.qmd": page(each, result, shown) for each in result.shown}
    return {"index.qmd": index(result), **found}


def title(kind: str) -> str:
    """The name of what a latent was chosen for."""
    return CATEGORIES[kind].title if kind in CATEGORIES else "Chosen by lot"


def page(each: Latent, result: Result, shown: set[int]) -> str:
    """One latent's page."""
    return "\n".join(
        [
            "---",
            f'title: "Latent {each.latent}"',
            f'description: "{title(each.kind)}. Where it fires, how strongly, and what it writes."',
            "toc: true",
            "---",
            "",
            NOTE,
            "",
            raw(html.STYLE),
            _facts(each, result),
            "",
            "## Where it fires {#contexts}",
            "",
            _explained(each),
            "",
            raw(html.contexts(each)),
            "## How strongly {#strength}",
            "",
            raw(html.histogram(each)),
            "## What it writes {#logits}",
            "",
            "What one unit of the latent adds to each token's logit by the direct path, through the "
            "final norm's weight and the unembedding, less the mean over the vocabulary. Later blocks "
            "read the latent too; what they make of it is not in these numbers, and so far from the end the "
            "lists are seldom readable.",
            "",
            raw(html.logits(each)),
            "## Its neighbours {#neighbours}",
            "",
            _neighbours(each, result, shown),
            "",
        ]
    )


def index(result: Result) -> str:
    """The list of all latents that have a page, with a search."""
    return "\n".join(
        [
            "---",
            'title: "Latents"',
            'description: "A page for each latent of interest: contexts, activations, logits, neighbours."',
            "---",
            "",
            NOTE,
            "",
            raw(html.STYLE),
            f"{len(result.shown)} of the {result.latents:,} latents of the autoencoder "
            f"`{result.sae}` at `{result.hook}`: those that fire on a category's words and on little else, "
            "and some chosen by lot, so that the ordinary can be seen too. Activations come from "
            f"{result.tokens:,} tokens of text that anybody may copy: public-domain and CC0 prose, the "
            "model's own words, and sentences written for this log.",
            "",
            raw(html.search(result, title)),
        ]
    )


def raw(text: str) -> str:
    """HTML that Markdown leaves alone; shortcodes and code marks in it mean nothing."""
    safe = text.replace("{{<", "&#123;&#123;<").replace("`", "&#96;")
    return f"````{{=html}}\n{safe}\n````\n"


def _facts(each: Latent, result: Result) -> str:
    precise = (
        f" {each.precision:.0%} of its firings on the look-up's tokens fell on words of that kind."
        if each.precision
        else ""
    )
    lines = [
        f"Chosen for: **{title(each.kind)}**.{precise} It fires on {each.fired:,} of "
        f"{result.tokens:,} tokens ({each.rate:.2%}); the largest activation is {each.largest:.1f}. "
        f"Autoencoder `{result.sae}`, `{result.hook}`, sha256 `{result.sae_sha256[:12]}…`. "
        "[All latents](index.qmd)."
    ]
    if result.sae == RELEASE:
        lines.append(f"[The same latent on Neuronpedia]({permalink(each.latent)}).")
    return "\n\n".join(lines)


def _explained(each: Latent) -> str:
    if not each.contexts:
        return "It fired nowhere in the text that was read."
    return (
        "The strongest firings, at most one in each context. A token is shaded by the latent's "
        "activation, and the strongest is underlined; point at one to read the number. ∎ ends a text."
    )


def _neighbours(each: Latent, result: Result, shown: set[int]) -> str:
    near = [
        f"- {link(other.latent, shown)}, cosine {number(other.cosine)}" for other in each.nearest
    ]
    members = ", ".join(link(latent, shown) for latent in each.cluster_shown)
    cluster = f"Cluster {each.cluster} of {result.clusters} by decoder directions (spectral): "
    cluster += f"{each.cluster_size} latents"
    cluster += f", with pages of their own {members}." if members else ", no other with a page."
    head = "Decoder directions with the largest cosine:"
    return "\n".join([head, "", *near, "", cluster])


def link(latent: int, shown: set[int]) -> str:
    """A latent's number, linked where it has a page."""
    return f"[{latent}]({latent}.qmd)" if latent in shown else str(latent)
