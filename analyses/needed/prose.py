"""The study's result in words and tables, for the page's prose. No model, no torch."""

from __future__ import annotations

from dataclasses import dataclass

from analyses.needed.result import CategoryResult, Result
from analyses.shared.stats import Estimate, Measured, Placed

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
        probe=interval(whole.probe.estimate),
        probe_null=f"{whole.probe.null.mean:.2f}",
        random=f"{whole.beyond_random.null.mean:.2f}",
        random_p=p_value(whole.beyond_random),
        plane=interval(whole.plane_probe.estimate),
        plane_p=p_value(whole.plane_probe),
        neighbours=f"{round(whole.order * len(found.words))} of {len(found.words)}",
        angle=interval(whole.angle_error.estimate, digits=0),
        angle_null=f"{whole.angle_error.null.mean:.0f}",
        smallest=str(len(found.smallest.members)),
        smallest_latents=listed(
            [str(found.members[place].latent) for place in found.smallest.members]
        ),
        smallest_probe=f"{found.smallest.probe:.2f}",
        smallest_sizes=f"{min(found.smallest.sizes)} to {max(found.smallest.sizes)}",
        smallest_same=f"{found.smallest.same:.0%}",
        steady=str(sum(member.in_smallest >= STEADY for member in found.members)),
        subsets=f"{len(found.table.probe):,}",
        ring=f"{ring.plane:.2f}",
        ring_size=str(len(ring.members)),
        ring_neighbours=f"{round(ring.order * len(found.words))} of {len(found.words)}",
        ring_next=f"{after.plane:.2f}",
        ring_null=f"{found.best_ring.null.mean:.2f}",
        ring_p=p_value(found.best_ring),
        best=str(best.latent),
        best_share=interval(best.shapley.estimate),
        noise=str(sum(member.shapley.null.p > NOISE for member in found.members)),
        span=str(inside.dimensions),
        isotropic=percent(inside.isotropic),
        inside=percents(inside.rest.estimate),
        inside_null=percent(inside.rest.null.mean),
        inside_p=p_value(inside.rest),
        inside_latents=percent(inside.rest_latents.null.mean),
        cluster_between=percents(found.parts["cluster"].difference),
        verdict=found.verdict.said,
    )


STEADY = 0.95  # of the resamples
NOISE = 0.05  # of the shuffled calendars give a latent as large a share


def interval(estimate: Estimate, digits: int = 2) -> str:
    """The estimate and its 95% interval, for example 0.93 (0.92 to 0.94)."""
    mean, low, high = (f"{x:.{digits}f}" for x in (estimate.mean, estimate.low, estimate.high))
    return f"{mean} ({low} to {high})".replace("-", "−")


def percent(value: float) -> str:
    """A share, with a digit after the point below ten per cent."""
    return f"{value:.1%}" if abs(value) < 0.1 else f"{value:.0%}"


def percents(estimate: Estimate) -> str:
    """A share and its interval."""
    return f"{percent(estimate.mean)} ({percent(estimate.low)} to {percent(estimate.high)})"


def p_value(measured: Measured | Placed) -> str:
    """The p-value, to two significant digits."""
    p = measured.null.p
    return f"{p:.2g}" if p >= 0.001 else f"{p:.1g}"


def listed(items: list[str]) -> str:
    """One, two and three."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def clusters(result: Result) -> str:
    """The clusters as wholes, as a Markdown table."""
    rows = [
        "| | latents | probe R² | random latents | plane R² | *p* | neighbours | S, bits | M |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, found in result.categories.items():
        said, whole = speak(result, name), found.whole
        rows.append(
            f"| {found.title} | {said.members} | {whole.probe.estimate.mean:.2f} | {said.random} "
            f"| {whole.plane_probe.estimate.mean:.2f} | {said.plane_p} | {said.neighbours} "
            f"| {placed(whole.separability)} | {placed(whole.mixture)} |"
        )
    return "\n".join(rows).replace("| -", "| −")


def placed(value: Placed) -> str:
    """A number beside the mean of random latents."""
    return f"{value.value:.2f} ({value.null.mean:.2f})"


def latents(result: Result, name: str) -> str:
    """Every latent of a cluster, the largest share first, as a Markdown table."""
    rows = [
        "| Latent | precision | recall | R² alone | R² without it | Shapley | in the smallest |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    found = result.categories[name]
    for member in sorted(found.members, key=lambda each: -each.shapley.estimate.mean):
        rows.append(
            f"| {member.latent} | {member.precision:.2f} | {member.recall:.2f} "
            f"| {member.alone:.2f} | {member.without:.2f} | {interval(member.shapley.estimate)} "
            f"| {member.in_smallest:.0%} |"
        )
    return "\n".join(rows).replace("| -", "| −")


def subset_shapes(result: Result, name: str) -> str:
    """The greedy path: what each latent that joins does to the ring, as a Markdown table."""
    rows = [
        "| | latent that joins | probe R² | plane R² | neighbours | S, bits | M |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    found = result.categories[name]
    for size, each in enumerate(found.path, start=1):
        rows.append(
            f"| {size} | {found.members[each.members[-1]].latent} | {each.probe:.2f} "
            f"| {each.plane:.2f} | {round(each.order * len(found.words))} of {len(found.words)} "
            f"| {each.separability:.2f} | {each.mixture:.2f} |"
        )
    return "\n".join(rows).replace("| -", "| −")


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
            f"| {title} | {percent(part.difference.mean)} "
            f"| {part.named.estimate.mean:.0%} ({part.named.null.mean:.0%}) "
            f"| {part.full_probe.estimate.mean:.2f} ({part.full_probe.null.mean:.2f}) "
            f"| {part.plane_probe.estimate.mean:.2f} ({part.plane_probe.null.mean:.2f}) "
            f"| {p_value(part.plane_probe)} "
            f"| {part.angle_error.estimate.mean:.0f}° ({part.angle_error.null.mean:.0f}°) |"
        )
    return "\n".join(rows).replace("| -", "| −").replace("(-", "(−")


def spans(result: Result) -> str:
    """How much of the rest lies in the cluster's span, as a Markdown table."""
    rows = [
        "| | dimensions | of 576 | of the rest | drawn from the rest | random latents | of the others | of the error |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for found in result.categories.values():
        inside = found.inside
        rows.append(
            f"| {found.title} | {inside.dimensions} | {percent(inside.isotropic)} "
            f"| {percents(inside.rest.estimate)} | {percent(inside.rest.null.mean)} "
            f"| {percent(inside.rest_latents.null.mean)} | {percent(inside.others.mean)} "
            f"| {percent(inside.missed.mean)} |"
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


def profile(found: CategoryResult, latent: int) -> list[float]:
    """A latent's mean activation at each word."""
    return next(member.profile for member in found.members if member.latent == latent)
