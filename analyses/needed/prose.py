"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from dataclasses import dataclass

from analyses.needed.result import Result
from lab.pages.number_format import (
    Ranged,
    Real,
    beside,
    count,
    interval,
    listed,
    number,
    out_of,
    p_value,
    percent,
    placed,
    span,
)

PARTS = {
    "cluster": "the cluster",
    "inside": "rest, inside its span",
    "outside": "rest, outside its span",
    "others": "other latents",
    "missed": "the autoencoder's error",
    "whole": "everything",
}


@dataclass(frozen=True)
class Spoken:
    """One category, written out."""

    members: str
    contexts: str
    points: str
    probe: str
    probe_null: str
    random: str  # R² of random latents that fire as often
    random_p: str
    plane: str
    plane_p: str
    neighbours: str
    angle: str
    angle_null: str
    smallest: str  # how many
    smallest_latents: str
    smallest_probe: str
    smallest_sizes: str  # range over resamples
    smallest_same: str
    steady: str  # latents in nearly every resample's smallest subset
    subsets: str
    ring: str  # the highest plane R² on the greedy path
    ring_size: str
    ring_neighbours: str
    ring_next: str  # plane R² after the next latent has joined
    ring_null: str
    ring_p: str
    best: str  # the latent with the largest share
    best_share: str
    noise: str  # latents whose share no shuffled calendar is far from
    span: str
    isotropic: str
    inside: str
    inside_null: str
    inside_p: str
    inside_latents: str
    cluster_between: str
    verdict: str


def speak(result: Result, name: str) -> Spoken:
    """A category's numbers for the prose."""
    found = result.categories[name]
    whole, inside = found.whole, found.inside
    place = max(range(len(found.path)), key=lambda size: found.path[size].plane)
    ring, after = found.path[place], found.path[min(place + 1, len(found.path) - 1)]
    best = max(found.members, key=lambda member: member.shapley.estimate.mean)
    return Spoken(
        members=str(len(found.members)),
        contexts=str(found.contexts),
        points=str(found.contexts * len(found.words)),
        probe=interval(whole.probe),
        probe_null=number(whole.probe.null.mean),
        random=number(whole.beyond_random.null.mean),
        random_p=p_value(whole.beyond_random),
        plane=interval(whole.plane_probe),
        plane_p=p_value(whole.plane_probe),
        neighbours=out_of(whole.order, len(found.words)),
        angle=interval(whole.angle_error, digits=0),
        angle_null=number(whole.angle_error.null.mean, 0),
        smallest=str(len(found.smallest.members)),
        smallest_latents=listed(
            [str(found.members[place].latent) for place in found.smallest.members]
        ),
        smallest_probe=number(found.smallest.probe),
        smallest_sizes=span(found.smallest.sizes, 0),
        smallest_same=percent(found.smallest.same),
        steady=str(sum(member.in_smallest >= STEADY for member in found.members)),
        subsets=count(len(found.table.probe)),
        ring=number(ring.plane),
        ring_size=str(len(ring.members)),
        ring_neighbours=out_of(ring.order, len(found.words)),
        ring_next=number(after.plane),
        ring_null=number(found.best_ring.null.mean),
        ring_p=p_value(found.best_ring),
        best=str(best.latent),
        best_share=interval(best.shapley),
        noise=str(sum(member.shapley.null.p > NOISE for member in found.members)),
        span=str(inside.dimensions),
        isotropic=share(inside.isotropic),
        inside=share(inside.rest),
        inside_null=share(inside.rest.null.mean),
        inside_p=p_value(inside.rest),
        inside_latents=share(inside.rest_latents.null.mean),
        cluster_between=share(found.parts["cluster"].difference),
        verdict=found.verdict.said,
    )


STEADY = 0.95  # of the resamples
NOISE = 0.05  # of the shuffled calendars give a latent as large a share


def share(found: Real | Ranged) -> str:
    """A share, with a digit after the point below ten per cent, and its interval."""
    return percent(found, digits=None)


def clusters(result: Result) -> str:
    """The clusters as wholes, as a Markdown table."""
    rows = [
        "| | latents | probe R² | random latents | plane R² | *p* | neighbours | S, bits | M |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, found in result.categories.items():
        said, whole = speak(result, name), found.whole
        rows.append(
            f"| {found.title} | {said.members} | {number(whole.probe.estimate.mean)} | {said.random} "
            f"| {number(whole.plane_probe.estimate.mean)} | {said.plane_p} | {said.neighbours} "
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
