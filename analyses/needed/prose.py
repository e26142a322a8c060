"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from analyses.needed.result import CategoryResult, Member, Result, Subset
from lab.pages.number_format import (
    Ranged,
    Real,
    beside,
    listed,
    number,
    out_of,
    p_value,
    percent,
    placed,
)

PARTS = {
    "cluster": "the cluster",
    "inside": "rest, inside its span",
    "outside": "rest, outside its span",
    "others": "other latents",
    "missed": "the autoencoder's error",
    "whole": "everything",
}


STEADY = 0.95  # of the resamples
NOISE = 0.05  # of the shuffled calendars give a latent as large a share


def share(found: Real | Ranged) -> str:
    """A share, with a digit after the point below ten per cent, and its interval."""
    return percent(found, digits=None)


def smallest_latents(found: CategoryResult) -> str:
    """The latents of the smallest subset that keeps the share."""
    return listed([str(found.members[place].latent) for place in found.smallest.members])


def steady(found: CategoryResult) -> int:
    """How many latents stand in nearly every resample's smallest subset."""
    return sum(member.in_smallest >= STEADY for member in found.members)


def noise(found: CategoryResult) -> int:
    """How many latents have a share that shuffled calendars give as well."""
    return sum(member.shapley.null.p > NOISE for member in found.members)


def largest(found: CategoryResult) -> Member:
    """The latent with the largest share."""
    return max(found.members, key=lambda member: member.shapley.estimate.mean)


def best_ring(found: CategoryResult) -> Subset:
    """The subset on the greedy path whose plane is the best ring."""
    return max(found.path, key=lambda subset: subset.plane)


def after_best_ring(found: CategoryResult) -> Subset:
    """The subset once the next latent has joined."""
    return found.path[min(len(best_ring(found).members), len(found.path) - 1)]


def clusters(result: Result) -> str:
    """The clusters as wholes, as a Markdown table."""
    rows = [
        "| | latents | probe R² | random latents | plane R² | *p* | neighbours | S, bits | M |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for found in result.categories.values():
        whole = found.whole
        rows.append(
            f"| {found.title} | {len(found.members)} | {number(whole.probe.estimate.mean)} | {number(whole.beyond_random.null.mean)} "
            f"| {number(whole.plane_probe.estimate.mean)} | {p_value(whole.plane_probe)} | {out_of(whole.order, len(found.words))} "
            f"| {placed(whole.separability)} | {placed(whole.mixture)} |"
        )
    return "\n".join(rows)


def subset_shapes(result: Result, name: str) -> str:
    """The greedy path: what each latent that joins does to the ring, as a Markdown table."""
    rows = [
        "| | latent that joins | probe R² | plane R² | neighbours | S, bits | M |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    found = result.categories[name]
    for size, each in enumerate(found.path, start=1):
        rows.append(
            f"| {size} | {found.members[each.members[-1]].latent} | {number(each.probe)} "
            f"| {number(each.plane)} | {out_of(each.order, len(found.words))} "
            f"| {number(each.separability)} | {number(each.mixture)} |"
        )
    return "\n".join(rows)


def rest(result: Result, name: str) -> str:
    """What can be read in each part, as a Markdown table."""
    rows = [
        "| | share of the difference between words | told apart | full space R² | plane R² | *p* | angle error |",
        "|:--|--:|--:|--:|--:|--:|--:|",
    ]
    found = result.categories[name]
    for key, title in PARTS.items():
        part = found.parts[key]
        rows.append(
            f"| {title} | {share(part.difference.mean)} "
            f"| {beside(part.named, 0, percent)} "
            f"| {beside(part.full_probe)} | {beside(part.plane_probe)} | {p_value(part.plane_probe)} "
            f"| {number(part.angle_error.estimate.mean, 0)}° "
            f"({number(part.angle_error.null.mean, 0)}°) |"
        )
    return "\n".join(rows)


def spans(result: Result) -> str:
    """How much of the rest lies in the cluster's span, as a Markdown table."""
    rows = [
        "| | dimensions | of 576 | of the rest | drawn from the rest | random latents | of the others | of the error |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for found in result.categories.values():
        inside = found.inside
        rows.append(
            f"| {found.title} | {inside.dimensions} | {share(inside.isotropic)} "
            f"| {share(inside.rest)} | {share(inside.rest.null.mean)} "
            f"| {share(inside.rest_latents.null.mean)} | {share(inside.others.mean)} "
            f"| {share(inside.missed.mean)} |"
        )
    return "\n".join(rows)


def verdicts(result: Result) -> str:
    """One line a category: its verdict."""
    return "\n".join(
        f"- **{found.title}**: the cluster is {found.verdict.said}."
        for found in result.categories.values()
    )


def excluded(result: Result) -> str:
    """What was left out of the measures."""
    dropped = sum(found.dropped for found in result.categories.values())
    return f"the prefix of every context, massive tokens, and with them {dropped} contexts"
