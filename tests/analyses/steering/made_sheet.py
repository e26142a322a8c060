"""A sheet with planted effects: what the model would have answered, made without a model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analyses.steering.params import Params
from analyses.steering.sheet import SETTINGS, VARIANTS, Concept, Format, Row, Sheet

LAYERS = (6, 12, 20)
FORMATS: tuple[Format, ...] = ("choice", "choice", "choice", "yes/no", "free-text", "free-text")
PARAMS = replace(Params(), layers=LAYERS, resamples=200)


def rows(concept: str, kind: Format, items: int) -> list[Row]:
    """Test items with letters, Yes and No balanced as the format has them."""
    return [
        Row(
            id=f"{concept}-{place}",
            text=f"item {place}",
            positive="x",
            negative="y",
            order="AB"[place % 2] if kind == "choice" else "",
            yes_no=("Yes", "No")[place // 2 % 2] if kind != "free-text" else "",
            topic=f"topic {place % 5}",
            length=40 + place * 7 % 11,
            position=place % 16,
            answer_words=3 + place * 5 % 7,
        )
        for place in range(items)
    ]


def made(
    items: int = 40,
    letter: float = 1.0,
    bend: float = 0.0,
    seed: int = 0,
    skip: int = 0,
) -> Sheet:
    """Slopes: concept's own mean (nothing with letters, 2 and more in free text), letter, noise.

    `letter` is how far apart A and B are, with another sign in every second concept; `bend` the
    quadratic term; `skip` how many items fewer the last concept has.
    """
    rng = np.random.default_rng(seed)
    params = PARAMS
    count, doses, few = len(FORMATS), np.array(params.multipliers), np.array(params.few)
    sizes = [items - skip * (at == count - 1) for at in range(count)]
    concepts = [
        Concept(
            f"c{at}",
            f"Concept {at}",
            kind,
            "more of it",
            rows(f"c{at}", kind, sizes[at]),
            {"train": items, "validation": 10, "test": sizes[at]},
            [],
        )
        for at, kind in enumerate(FORMATS)
    ]
    slope = np.full((count, len(LAYERS), items), np.nan)
    for at, concept in enumerate(concepts):
        sign = np.array([{"A": 1, "B": -1}.get(row.order, 0) for row in concept.rows])
        mean = 0.05 * at if concept.format != "free-text" else 2.0 + at
        noise = rng.normal(0, 0.2, sizes[at])
        for place in range(len(LAYERS)):
            slope[at, place, : sizes[at]] = (
                mean + letter / 2 * sign * (-1) ** at + noise + rng.normal(0, 0.05, sizes[at])
            )
    base = rng.normal(0, 1, (count, items))
    swept = base[:, None, :, None] + slope[..., None] * doses + bend * doses**2
    focus = slope[:, 1]
    vectors = dict.fromkeys(VARIANTS, focus)
    vectors["random"] = np.where(np.isnan(focus), np.nan, rng.normal(0, 0.1, focus.shape))
    vectors["shuffled"] = np.where(np.isnan(focus), np.nan, rng.normal(0, 0.1, focus.shape))
    vectors["projected"] = focus - np.array(
        [
            [
                letter / 2 * {"A": 1, "B": -1}.get(row.order, 0) * (-1) ** at
                for row in concepts[at].rows
            ]
            + [0.0] * (items - sizes[at])
            for at in range(count)
        ]
    )
    vectors["loud random"] = vectors["random"]
    made_for = {
        "skewed": ("choice", "yes/no"),
        "paired": ("choice",),
        "projected": ("choice", "yes/no"),
        "spurious": ("choice", "yes/no"),
    }
    for name, formats in made_for.items():
        there = np.array([kind in formats for kind in FORMATS])[:, None]
        vectors[name] = np.where(there, vectors[name], np.nan)
    varied = base[:, None, :, None] + np.stack([vectors[n] for n in VARIANTS], 1)[..., None] * few
    further = np.where(np.isnan(focus)[:, None], np.nan, rng.normal(0, 0.1, (count, 2, items)))
    chance = np.concatenate([vectors["random"][:, None], further], axis=1)
    drawn = base[:, None, :, None] + chance[..., None] * few
    half = list(range(0, items, 2))
    prompts = np.stack([focus[:, half] + shift for shift in (0, 0.1, -0.1, 0.2, -0.2)], axis=1)
    right = np.where(np.isnan(focus)[:, None], np.nan, rng.random(slope.shape) < 0.9)
    return Sheet(
        model="made",
        layers=list(LAYERS),
        multipliers=[float(dose) for dose in doses],
        focus=12,
        concepts=concepts,
        propensity=swept.astype(np.float32),
        norm=np.ones((count, len(LAYERS))),
        stream_norm=np.full((count, len(LAYERS)), 10.0),
        agreement=np.full((count, len(LAYERS), items), 0.3),
        mass=np.full((count, items), 0.8),
        probe=right,
        probe_null=rng.normal(0.5, 0.05, (count, len(LAYERS), 20)),
        reader=right,
        reader_null=rng.normal(0.5, 0.05, (count, len(LAYERS), 20)),
        variants=list(VARIANTS),
        few=[float(dose) for dose in few],
        varied=varied.astype(np.float32),
        cosine=np.ones((count, len(VARIANTS))),
        random=drawn.astype(np.float32),
        loud_random=drawn.astype(np.float32),
        gate=focus + 0.0,
        gate_skill=np.full(count, 0.5),
        settings=list(SETTINGS),
        asked=(base[:, None, half, None] + prompts[..., None] * few).astype(np.float32),
        asked_items=half,
        vectors=rng.normal(size=(count, len(LAYERS), 16)).astype(np.float16),
        seconds=1.0,
        forwards=1,
    )
