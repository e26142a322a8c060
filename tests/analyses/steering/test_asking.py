"""The whole study on a made-up model of four blocks: every cell, and the result put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from analyses.steering import asking, curves, run, variants
from analyses.steering.cells import Arrays, Cell, cells, write
from analyses.steering.data import load, swapped
from analyses.steering.params import Params
from analyses.steering.prompts import Asked, ask_all, steered_from
from analyses.steering.reading import Reading
from analyses.steering.sheet import SETTINGS, VARIANTS
from lab.errors import AnalysisError
from lab.models import loader, weights
from lab.models.loader import LoadedModel

PARAMS = Params(
    layers=(1, 2),
    focus=2,
    multipliers=(-2.0, -1.0, 0.0, 1.0, 2.0),
    shuffles=4,
    asked=6,
    random_vectors=3,
    resamples=50,
)
CONCEPTS = ("curiosity", "patience", "tidiness", "tense")


@pytest.fixture(scope="module")
def loaded() -> LoadedModel:
    """The real tokenizer and an untrained model."""
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    source = weights.source("smollm2-135m")
    assert isinstance(source, weights.EmbeddedWeights)
    folder = loader.cache_folder(source)
    tokenizer = (
        AutoTokenizer.from_pretrained(folder, local_files_only=True)
        if (folder / "complete.json").exists()
        else loader.load().tokenizer
    )
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=4,
        num_attention_heads=4, num_key_value_heads=2, attn_implementation="eager",
    )  # fmt: skip
    model = LlamaForCausalLM(config).eval().requires_grad_(False)
    for parameter in model.parameters():
        parameter.data.mul_(5)
    return LoadedModel(
        model=model, tokenizer=tokenizer, name="smollm2-135m", weights_sha256="made up", device="cpu",
        dtype="float32", d_model=32, n_layers=4, prefix_id=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(loaded: LoadedModel) -> dict[Cell, Arrays]:
    compute = run.here(PARAMS, loaded)
    return {cell: compute(cell) for cell in cells(PARAMS, CONCEPTS)}


@pytest.fixture(scope="module")
def curiosity(loaded: LoadedModel) -> Reading:
    return asking.read_concept(load("curiosity"), PARAMS, loaded)


@contextmanager
def adding(loaded: LoadedModel, layer: int, vector: torch.Tensor, start: int) -> Iterator[None]:
    def hook(_: torch.nn.Module, args: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        moved = torch.cat([args[0][:, :start], args[0][:, start:] + vector], dim=1)
        return (moved, *args[1:])

    handle = loaded.blocks[layer].register_forward_pre_hook(hook)
    try:
        yield
    finally:
        handle.remove()


def plain(loaded: LoadedModel, one: Asked, layer: int, vector: torch.Tensor, start: int) -> float:
    with torch.inference_mode(), adding(loaded, layer, vector, start):
        logits = loaded.model(input_ids=torch.tensor([one.prompt.tokens])).logits[0, -1]
    return float(logits[one.positive] - logits[one.negative])


def plain_difference(loaded: LoadedModel, one: Asked, layer: int) -> torch.Tensor:
    rows = torch.tensor([[*one.prompt.tokens, answer] for answer in (one.positive, one.negative)])
    with torch.inference_mode():
        states = loaded.model(input_ids=rows, output_hidden_states=True).hidden_states[layer][:, -1]
    return states[0] - states[1]


@pytest.mark.parametrize("layer", PARAMS.layers)
def test_a_cell_is_contrastive_activation_addition_done_plainly(
    loaded: LoadedModel, curiosity: Reading, found: dict[Cell, Arrays], layer: int
) -> None:
    train, test = (curiosity.parts[part].asked for part in ("train", "test"))
    vector = torch.stack([plain_difference(loaded, one, layer) for one in train]).mean(dim=0)
    cell = found[Cell("sweep", "curiosity", layer)]
    assert torch.allclose(torch.tensor(cell["vector"]).float(), vector, atol=2e-3)
    assert float(cell["norm"]) == pytest.approx(float(vector.norm()), rel=1e-3)
    for place in (0, 7, 39):
        for column, dose in enumerate(PARAMS.multipliers):
            one = test[place]
            wanted = plain(loaded, one, layer, dose * vector, one.prompt.start)
            assert cell["propensity"][place, column] == pytest.approx(wanted, abs=2e-3)


def test_the_vector_is_added_where_it_is_said_to_be(
    loaded: LoadedModel, curiosity: Reading, found: dict[Cell, Arrays]
) -> None:
    vector = curiosity.parts["train"].differences(2).mean(dim=0)
    varied = found[Cell("variants", "curiosity", 2)]["varied"]
    one = curiosity.parts["test"].asked[3]
    for name, where in (("mean", "turn"), ("answer", "answer"), ("all", "all")):
        wanted = plain(loaded, one, 2, vector, steered_from(one.prompt, where))
        assert varied[list(VARIANTS).index(name), 3, 2] == pytest.approx(wanted, abs=2e-3)


def test_variants_are_where_they_can_be_and_as_long_as_they_should_be(
    loaded: LoadedModel, curiosity: Reading, found: dict[Cell, Arrays]
) -> None:
    vectors = variants.variant_vectors(Cell("variants", "curiosity", 2), curiosity, PARAMS, loaded)
    mean = vectors["mean"]
    for name in ("pca", "probe", "spurious", "shuffled", "random"):
        assert float(vectors[name].norm()) == pytest.approx(float(mean.norm()), rel=1e-4)
    directions = variants.spurious_directions(
        curiosity.parts["train"], curiosity.parts["train"].differences(2)
    )
    assert len(directions) == 2
    assert torch.allclose(directions @ vectors["projected"], torch.zeros(2), atol=1e-4)
    same = {
        name: {
            variant
            for variant, row in zip(VARIANTS, varied, strict=True)
            if variant != "mean" and np.array_equal(row, varied[0])
        }
        for name in CONCEPTS
        for varied in [found[Cell("variants", name, 2)]["varied"]]
    }
    assert same == {
        "curiosity": set(),
        "patience": set(),
        "tidiness": {"paired"},
        "tense": {"skewed", "paired", "projected"},
    }


def test_a_pair_of_orders_cancels_the_letter(loaded: LoadedModel, curiosity: Reading) -> None:
    """In an item and its turned self each letter is positive once."""
    vectors = variants.variant_vectors(Cell("variants", "curiosity", 2), curiosity, PARAMS, loaded)
    train = curiosity.parts["train"]
    turned, _ = ask_all([swapped(one.item) for one in train.asked], loaded.tokenizer, 0)
    both = [plain_difference(loaded, one, 2) for one in (*train.asked, *turned)]
    assert torch.allclose(vectors["paired"], torch.stack(both).mean(dim=0), atol=2e-3)


def test_free_text_has_no_letter_to_read_before_the_answer(found: dict[Cell, Arrays]) -> None:
    assert np.isnan(found[Cell("sweep", "tense", 1)]["reader"]).all()
    assert np.isfinite(found[Cell("sweep", "patience", 1)]["reader"]).all()


def test_the_first_test_items_are_balanced(curiosity: Reading) -> None:
    asked = curiosity.parts["test"].asked
    first = [one.item for one in asked[: Params().asked]]
    assert sum(item.order == "A" for item in first) == len(first) / 2
    assert sum(item.yes_no == "Yes" for item in first) == len(first) / 2


def test_the_result_is_put_together_and_summed_up(
    loaded: LoadedModel, found: dict[Cell, Arrays], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet = run.assemble(PARAMS, loaded, found)
    assert [concept.name for concept in sheet.concepts] == list(CONCEPTS)
    assert sheet.propensity.shape == (4, 2, 40, 5)
    assert sheet.varied.shape == (4, len(VARIANTS), 40, 3)
    assert sheet.random.shape == sheet.loud_random.shape == (4, PARAMS.random_vectors, 40, 3)
    for name, drawn in (("random", sheet.random), ("loud random", sheet.loud_random)):
        assert np.array_equal(drawn[:, 0], sheet.varied[:, list(VARIANTS).index(name)])
        assert len({one.tobytes() for one in drawn[0]}) == PARAMS.random_vectors
    assert sheet.asked.shape == (4, len(SETTINGS), 6, 3)
    assert sheet.vectors.shape == (4, 2, 32)
    assert sheet.asked_items == list(range(6))
    assert all(len(concept.rows) == 40 for concept in sheet.concepts)
    assert all(
        concept.counts == {"train": 32, "validation": 8, "test": 40} for concept in sheet.concepts
    )
    at_zero = sheet.propensity[:, :, :, 2]
    assert np.array_equal(at_zero[:, 0], at_zero[:, 1])
    assert np.allclose(sheet.varied[:, 0, :, 1], at_zero[:, 0], atol=1e-4)
    assert sheet.forwards > 4 * 2 * 40 * 5


def test_a_run_cut_short_goes_on_and_leaves_no_cells(
    loaded: LoadedModel, found: dict[Cell, Arrays], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    where, wanted = tmp_path / "cells", cells(PARAMS, CONCEPTS)
    first = wanted[: len(wanted) // 2]
    for cell in first:
        write(where, cell, found[cell])
    asked: list[Cell] = []

    def here(params: Params, loaded: LoadedModel) -> Callable[[Cell], Arrays]:
        return lambda cell: (asked.append(cell), found[cell])[1]

    monkeypatch.setattr(run.cells, "folder", lambda *_: where)
    monkeypatch.setattr(run.cells, "cells", lambda _: wanted)
    monkeypatch.setattr(run, "here", here)
    told: list[tuple[str, int, int]] = []
    result = run.run(PARAMS, loaded, lambda *step: told.append(step))
    assert asked == wanted[len(first) :]
    assert told[0] == ("recorded before", len(first), len(wanted))
    assert told[-1][1:] == (len(wanted), len(wanted))
    assert not where.exists()
    assert np.array_equal(result.sheet.propensity, run.assemble(PARAMS, loaded, found).propensity)
    assert {concept.name for concept in result.sheet.concepts} == set(CONCEPTS)
    assert result.summary == run.summarise(result.sheet, PARAMS)


def test_the_study_is_given_a_language_model() -> None:
    """A `load` of the run's own would be taken for the loader of its model."""
    assert not hasattr(run, "load")


def test_what_was_left_out_is_told_and_padded(
    loaded: LoadedModel, found: dict[Cell, Arrays]
) -> None:
    gone = run.assemble(PARAMS, loaded, found).concepts[3].rows[5].id
    fewer: dict[Cell, Arrays] = {}
    for cell, arrays in found.items():
        kept: dict[str, Any] = dict(arrays)
        if cell.concept == "tense" and cell.kind == "sweep":
            kept["excluded"] = np.array([(gone, "massive")], dtype=np.str_)
            kept["propensity"] = np.delete(kept["propensity"], 5, axis=0)
        fewer[cell] = kept
    sheet = run.assemble(PARAMS, loaded, fewer)
    assert [(each.id, each.reason) for each in sheet.concepts[3].excluded] == [(gone, "massive")]
    assert len(sheet.concepts[3].rows) == 39
    assert sheet.concepts[3].counts["test"] == 39
    assert np.isnan(sheet.propensity[3, :, 39]).all()
    assert np.isfinite(sheet.propensity[3, :, :39]).all()


def test_a_massive_answer_is_left_out_with_its_reason(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyses.steering.reading.MASSIVE", 1.6)
    reading = asking.read_concept(load("tense"), PARAMS, loaded)
    left = sum(len(group.asked) for group in reading.parts.values())
    assert reading.excluded
    assert left + len(reading.excluded) == 80
    assert all("massive" in each.reason for each in reading.excluded)


def test_an_answer_that_is_no_number_is_named_by_item(
    loaded: LoadedModel, curiosity: Reading
) -> None:
    test = curiosity.parts["test"]
    broken = torch.full((32,), torch.nan)
    with pytest.raises(
        AnalysisError,
        match=rf"layer 1: item {test.asked[0].item.id}: propensity is nan at multiplier",
    ):
        curves.propensity_curve(loaded, test, 1, broken, PARAMS.few, "turn")


def test_a_layer_out_of_range_is_named_before_anything_runs(loaded: LoadedModel) -> None:
    params = replace(PARAMS, layers=(1, 4))

    def read(_: str) -> Reading:
        raise AssertionError("nothing should be read")

    with pytest.raises(AnalysisError, match=r"layer 4: out of range: .* has 4 blocks"):
        asking.compute(Cell("sweep", "tense", 1), params, loaded, read)


def test_slopes_of_known_lines() -> None:
    doses = (-1.0, 0.0, 2.0)
    curve = np.array([[2.0 * dose + 1 for dose in doses], [5.0] * 3], dtype=np.float32)
    assert curves.line_slopes(curve, doses) == pytest.approx([2.0, 0.0])
