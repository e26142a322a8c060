"""The study: a model and parameters in, a result out. The only module here that loads a model."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from analyses.steering import asking, cells, data, sweep
from analyses.steering.cells import Arrays, Cell
from analyses.steering.data import NAMES, Set
from analyses.steering.measure import summarise
from analyses.steering.params import Params
from analyses.steering.prompts import Asked
from analyses.steering.reading import parts_of
from analyses.steering.result import Result
from analyses.steering.sheet import SETTINGS, VARIANTS, Array, Concept, Excluded, Row, Sheet
from lab.errors import AnalysisError
from lab.models import loader, weights
from lab.models.loader import LoadedModel

Report = Callable[[str, int, int], None]  # what, done, of how many
MOST_PROCESSES = 4  # each holds the model and a concept's reading, about 1.5 GB
OF_VARIANTS = ("varied", "cosine", "random", "loud_random", "gate", "gate_skill")


def run(params: Params, loaded: LoadedModel, report: Report = lambda *_: None) -> Result:
    """Ask everything, here or on the scheduler that the environment names, and sum it up.

    Cells of a run that was cut short are taken up where it was; a finished run leaves none behind.
    """
    where = cells.folder(params, loaded.weights_sha256, loaded.device)
    scheduler = os.environ.get(sweep.ADDRESS, "")
    processes = workers(params, loaded.weights_sha256, loaded.device)
    found = sweep.sweep(
        cells.cells(params),
        functools.partial(on_worker, params)
        if scheduler or processes > 1
        else here(params, loaded),
        where,
        scheduler=scheduler,
        processes=processes,
        report=report,
    )
    sheet = assemble(params, loaded, found)
    result = Result(sheet=sheet, summary=summarise(sheet, params))
    cells.clear(where)
    return result


def sweep_all(
    params: Params, *, scheduler: str = "", report: Report = lambda *_: None
) -> dict[Cell, Arrays]:
    """Compute and record every cell, and put nothing together.

    On a scheduler no model is loaded here. Raises AnalysisError for a model whose bytes are not
    pinned: its cells could not be told from another's.
    """
    sha256 = weights.expected_sha256(params.model)
    if sha256 is None:
        raise AnalysisError(
            f'model "{params.model}": its weights are not pinned, so its cells cannot be kept apart. '
            "Run: lab reproduce steering"
        )
    device = loader.choose_device()
    processes = workers(params, sha256, device)
    if scheduler or processes > 1:
        compute: Callable[[Cell], Arrays] = functools.partial(on_worker, params)
    else:
        compute = here(params, loader.load(params.model))
    return sweep.sweep(
        cells.cells(params),
        compute,
        cells.folder(params, sha256, device),
        scheduler=scheduler,
        processes=processes,
        report=report,
    )


def workers(params: Params, weights_sha256: str, device: str) -> int:
    """How many processes compute cells: one a core, where each can load this very model."""
    if device != "cpu" or weights_sha256 != weights.expected_sha256(params.model):
        return 1
    return min(MOST_PROCESSES, os.cpu_count() or 1)


def here(params: Params, loaded: LoadedModel) -> Callable[[Cell], Arrays]:
    """What computes a cell in this process."""
    read = asking.concept_reader(params, loaded)
    return lambda cell: asking.compute(cell, params, loaded, read)


def on_worker(params: Params, cell: Cell) -> Arrays:
    """What computes a cell in a worker: the model is loaded once in each."""
    return _worker(params)(cell)


@functools.lru_cache(maxsize=1)
def _worker(params: Params) -> Callable[[Cell], Arrays]:
    return here(params, loader.load(params.model))


def assemble(params: Params, loaded: LoadedModel, found: dict[Cell, Arrays]) -> Sheet:
    """One sheet of all cells. Concepts with fewer items than another are padded with NaN."""
    names = [name for name in NAMES if any(cell.concept == name for cell in found)]
    layers = list(params.layers)

    def of(name: str) -> Array:
        """A field of the main sweep, (concept, layer, …)."""
        return _padded(
            [[found[Cell("sweep", each, layer)][name] for layer in layers] for each in names]
        )

    def at_focus(kind: cells.Kind, name: str) -> Array:
        return _padded([found[Cell(kind, each, params.focus)][name] for each in names])

    concepts = [
        _concept(data.load(name), params, loaded, found[Cell("sweep", name, layers[0])])
        for name in names
    ]
    asked = at_focus("settings", "asked")
    return Sheet(
        model=loaded.name,
        layers=layers,
        multipliers=list(params.multipliers),
        focus=params.focus,
        concepts=concepts,
        **{
            name: of(name)
            for name in ("propensity", "norm", "stream_norm", "agreement", "probe", "probe_null")
        },
        mass=of("mass")[:, 0],
        reader=of("reader"),
        reader_null=of("reader_null"),
        variants=list(VARIANTS),
        few=list(params.few),
        **{name: at_focus("variants", name) for name in OF_VARIANTS},
        settings=list(SETTINGS),
        asked=asked,
        asked_items=list(range(asked.shape[2])),
        vectors=of("vector").astype(np.float16),
        seconds=float(sum(each["seconds"] for each in found.values())),
        forwards=_forwards(found, params),
    )


def _forwards(found: dict[Cell, Arrays], params: Params) -> int:
    """Answers read: items × doses × layers, variants and settings."""
    doses = {
        "sweep": ("propensity",),
        "variants": ("varied", "random", "loud_random"),
        "settings": ("asked",),
    }
    return sum(
        int(np.isfinite(arrays[name]).sum())
        for cell, arrays in found.items()
        for name in doses[cell.kind]
    )


def _concept(contrast: Set, params: Params, loaded: LoadedModel, first: Arrays) -> Concept:
    """A concept's test items as they were asked, and what was left out."""
    excluded = [Excluded(str(id), str(reason)) for id, reason in first["excluded"].reshape(-1, 2)]
    gone = {each.id for each in excluded}
    asked, _ = parts_of(contrast, params, loaded)
    kept = {part: [one for one in of if one.item.id not in gone] for part, of in asked.items()}
    return Concept(
        name=contrast.name,
        title=contrast.title,
        format=contrast.format,
        positive=contrast.positive,
        rows=[_row(one) for one in kept["test"]],
        counts={part: len(of) for part, of in kept.items()},
        excluded=excluded,
    )


def _row(one: Asked) -> Row:
    item = one.item
    return Row(
        id=item.id,
        text=item.text,
        positive=item.positive.strip(),
        negative=item.negative.strip(),
        order=item.order,
        yes_no=item.yes_no,
        topic=item.topic,
        length=len(one.prompt.tokens),
        position=item.position,
        answer_words=len(item.prompt.split()),
    )


def _padded(parts: Any) -> Array:
    """Arrays of like rank as one, the shorter ones filled up with NaN."""
    if isinstance(parts, list):
        arrays = [_padded(part) for part in parts]
        shape = np.max([array.shape for array in arrays], axis=0, initial=0).astype(int)
        whole = np.full((len(arrays), *shape), np.nan, dtype=np.float32)
        for place, array in enumerate(arrays):
            inside: tuple[Any, ...] = (place, *(slice(length) for length in array.shape))
            whole[inside] = array
        return whole
    return np.asarray(parts)
