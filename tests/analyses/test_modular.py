"""The model that must have circles: its table, its training, its measures, its checkpoint."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from analyses.circular import measure as circular
from analyses.modular import autoencoder, measure, search, train, train_autoencoders
from analyses.modular.ablate import ablate, answered
from analyses.modular.autoencoder import fit
from analyses.modular.data import mirrored, split, table
from analyses.modular.params import RECORDED, Params, Recipe
from analyses.modular.run import AUTOENCODERS, AUTOENCODERS_TRAINING, load, run
from analyses.modular.transformer import Shape, Transformer
from lab.errors import AnalysisError
from lab.geometry import irreducibility
from lab.models import weights
from lab.results import record
from tests.lab.made_project import study

TINY = Recipe(modulus=7, d_model=16, d_mlp=32, steps=300, log_every=100)


def ring(modulus: int, frequency: int, width: int = 8) -> np.ndarray:
    """A circle of one frequency in a random plane."""
    generator = np.random.default_rng(frequency)
    axes = np.linalg.qr(generator.standard_normal((width, 2)))[0]
    return measure.waves(modulus)[frequency - 1] @ axes.T


def test_the_table_holds_every_sum_once() -> None:
    sums = table(5)
    assert sorted(map(tuple, sums.questions[:, :2].tolist())) == [
        (a, b) for a in range(5) for b in range(5)
    ]
    assert torch.equal(sums.questions[:, :2].sum(dim=1) % 5, sums.answers)
    assert set(sums.questions[:, 2].tolist()) == {5}


def test_the_halves_are_seeded_and_share_no_row() -> None:
    shown, hidden = split(49, 0.5, seed=1)
    assert len(shown) == 24
    assert sorted([*shown.tolist(), *hidden.tolist()]) == list(range(49))
    assert torch.equal(shown, split(49, 0.5, seed=1)[0])
    assert not torch.equal(shown, split(49, 0.5, seed=2)[0])


def test_the_mirror_of_a_row_is_the_row_of_b_a() -> None:
    questions = table(5).questions
    rows = torch.arange(25)
    assert torch.equal(questions[mirrored(rows, 5)][:, [1, 0]], questions[rows][:, :2])


def test_reading_the_last_token_alone_is_the_whole_transformer() -> None:
    """Against PyTorch's own attention over all positions."""
    model = Transformer(Shape(7, 16, 4, 32), seed=0)
    questions = table(7).questions
    x = model.W_E[questions] + model.W_pos
    heads = [
        (x @ weight).unflatten(-1, (4, 4)).transpose(1, 2)
        for weight in (model.W_Q, model.W_K, model.W_V)
    ]
    read = torch.nn.functional.scaled_dot_product_attention(*heads, is_causal=True)
    x = x + read.transpose(1, 2).flatten(2) @ model.W_O
    x = x + torch.relu(x @ model.W_in + model.b_in) @ model.W_out + model.b_out
    assert torch.allclose(model(questions), (x @ model.W_U)[:, -1], atol=1e-5)


def test_training_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    state, recipe = tmp_path / "state.pt", replace(TINY, steps=700)
    whole, curves = train.train(recipe, seed=0)
    train.train(replace(recipe, steps=550), seed=0, state=state)
    assert torch.load(state, weights_only=True)["step"] == 500
    resumed, again = train.train(recipe, seed=0, state=state)
    assert again == curves
    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.numerical
def test_waves_are_orthonormal_and_shares_find_a_planted_frequency() -> None:
    basis = measure.waves(11).transpose(1, 0, 2).reshape(11, 10)
    assert np.allclose(basis.T @ basis, np.eye(10))
    shares = measure.frequency_shares(3 + 2 * ring(11, 4) + ring(11, 2))
    assert shares == pytest.approx([0, 0.2, 0, 0.8, 0], abs=1e-12)
    assert measure.key_frequencies(shares, bar=0.1) == [4, 2]


def test_even_moduli_are_refused() -> None:
    with pytest.raises(AnalysisError, match=r"modulus 12: .* Use an odd one"):
        measure.waves(12)


def test_the_parts_of_all_frequencies_add_up_to_the_vectors() -> None:
    vectors = np.random.default_rng(0).standard_normal((9, 5))
    parts = sum(measure.part(vectors, [frequency]) for frequency in range(1, 5))
    assert np.allclose(parts, vectors - vectors.mean(axis=0))


@pytest.mark.numerical
@pytest.mark.parametrize("frequency", [1, 3, 5])
def test_a_ring_is_in_order_at_its_own_frequency_alone(frequency: int) -> None:
    points = measure.circle(ring(11, frequency), frequency)
    assert measure.ring_order(points, frequency) == 1
    assert measure.ring_order(points, frequency % 5 + 1) == 0
    assert measure.radius_variation(points) == pytest.approx(0, abs=1e-9)


def test_radius_variation_of_a_round_gaussian() -> None:
    cloud = np.random.default_rng(0).standard_normal((50_000, 2))
    assert measure.radius_variation(cloud) == pytest.approx(0.523, abs=0.005)


@pytest.mark.numerical
def test_the_best_frequency_of_a_ring_a_line_and_noise() -> None:
    sums = np.arange(220) % 11
    noise = np.random.default_rng(0).standard_normal((220, 8))
    found = measure.best_frequency(ring(11, 3)[sums] + 0.01 * noise, sums, 11)
    assert found.frequency == 3
    assert found.explained > 0.98
    assert found.roundness == pytest.approx(1, abs=0.05)
    line = measure.waves(11)[1][sums] * [1, 0]
    assert measure.best_frequency(line, sums, 11).roundness < 1e-6
    assert measure.best_frequency(noise, sums, 11).explained < 0.05


@pytest.mark.numerical
def test_one_circle_each_leaves_one_circle_each() -> None:
    sums = np.arange(330) % 11
    rows = ring(11, 2)[sums] + ring(11, 5)[sums] + 7
    single = measure.one_circle_each(rows, sums, [2, 5], 0.0, np.random.default_rng(0))
    power = [
        np.square(single @ np.linalg.svd(ring(11, key), full_matrices=False)[2][:2].T).sum(axis=1)
        for key in (2, 5)
    ]
    assert np.linalg.matrix_rank(single) == 4
    assert 100 < (power[0] > power[1]).sum() < 230


def test_an_ablation_leaves_the_model_as_it_was_and_takes_out_what_matters() -> None:
    model = load().models[0]
    before = model.W_E.clone()
    embedding = before[:53].double().numpy()
    keys = measure.key_frequencies(measure.frequency_shares(embedding), 0.06)
    found = ablate(model, keys, replace(Params(), ablations=3))
    assert torch.equal(model.W_E, before)
    assert found.intact.accuracy == found.only_keys.accuracy == 1
    assert found.without_keys.accuracy < 0.05
    assert found.without_others.accuracy == 1
    assert answered(model, embedding).loss == pytest.approx(found.intact.loss)


def test_the_autoencoder_is_sparse_seeded_and_in_its_inputs_units() -> None:
    generator = torch.Generator().manual_seed(0)
    directions = torch.eye(6)
    rows = 5 + 3 * directions[torch.randint(6, (400,), generator=generator)]
    settings = {"latents": 12, "active": 1, "steps": 300, "batch": 128, "rate": 1e-2, "seed": 0}
    found, again = fit(rows, **settings), fit(rows, **settings)
    codes = found.encode(rows)
    assert (codes > 0).sum(dim=1).max() <= 1
    assert torch.allclose(found.W_dec.norm(dim=1), torch.ones(12), atol=1e-5)
    left = (found.decode(codes) - rows).square().sum() / (rows - rows.mean(dim=0)).square().sum()
    assert left < 0.02
    assert torch.equal(found.W_dec, again.W_dec)


def test_the_interval_over_models_is_students() -> None:
    found = measure.across([1.0, 2.0, 3.0])
    assert (found.mean, found.n) == (2, 3)
    assert found.high == pytest.approx(2 + 4.303 / np.sqrt(3), abs=1e-3)


def test_the_shipped_models_know_the_whole_table() -> None:
    loaded = load()
    sums = table(53)
    for model in loaded.models:
        right = model(sums.questions).argmax(dim=1) == sums.answers
        assert bool(right.all())
    assert loaded.recipe == Params().recipe
    assert loaded.weights_sha256 == weights.expected_sha256(loaded.name)


def test_a_checkpoint_of_another_training_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load()
    with pytest.raises(AnalysisError, match=r"holds 5 models .* wants 6"):
        run(replace(Params(), models=6), loaded)
    damaged = tmp_path / "checkpoint.safetensors"
    damaged.write_bytes(train.CHECKPOINT.read_bytes() + b" ")
    monkeypatch.setattr("analyses.modular.run.CHECKPOINT", damaged)
    with pytest.raises(AnalysisError, match="not of one training"):
        load()


def test_the_shipped_autoencoders_are_read_as_they_were_trained(tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(60, 5, generator=generator)
    settings = {"latents": 6, "active": 2, "steps": 5, "batch": 16, "rate": 1e-2}
    made = {(seed, "as it is"): fit(rows, seed=seed, **settings) for seed in range(2)}
    path, record_path = tmp_path / "some.safetensors", tmp_path / "some.json"
    autoencoder.save(path, made)
    with pytest.raises(AnalysisError, match=r"some.json: one is missing\. Make them anew"):
        autoencoder.load(path, record_path)
    record_path.write_text(json.dumps({"sha256": weights.file_sha256(path)}))
    found, _ = autoencoder.load(path, record_path)
    assert found.keys() == made.keys()
    for name in autoencoder.WEIGHTS:
        assert torch.equal(getattr(found[1, "as it is"], name), getattr(made[1, "as it is"], name))
    assert found[1, "as it is"].active == 2
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(AnalysisError, match="not of one training"):
        autoencoder.load(path, record_path)


def test_every_model_has_an_autoencoder_in_every_condition_that_keeps_what_was_recorded() -> None:
    loaded = load()
    conditions = (search.AS_IT_IS, search.ONE_AT_A_TIME, search.UNTRAINED)
    assert set(loaded.autoencoders) == {
        (seed, name) for seed in range(Params().models) for name in conditions
    }
    _, training = autoencoder.load(AUTOENCODERS, AUTOENCODERS_TRAINING)
    model = loaded.models[0]
    keys = measure.key_frequencies(measure.frequency_shares(model.W_E[:53].double().numpy()), 0.06)
    for condition, given in search.inputs(model, keys, Params(), 0).items():
        found = search.explained(given.rows, loaded.autoencoders[0, condition])
        assert found == pytest.approx(training["means"][0][condition]["explained"], abs=0.02)


def test_another_training_is_held_to_the_declared_statistics() -> None:
    def means(shown: float) -> train_autoencoders.Means:
        return {"as it is": {"explained": 0.98, "alive": 50.0, "shown": shown}}

    recorded = [means(0.0), means(0.1)]
    assert not train_autoencoders.outside(means(0.2), recorded)
    (problem,) = train_autoencoders.outside(means(0.5), recorded)
    assert problem.startswith("as it is: shown is 0.5, wanted -0.14 to 0.24")


@pytest.mark.numerical
def test_a_cloud_that_two_frequencies_explain_alike_has_no_best_one() -> None:
    sums = np.arange(220) % 11
    both = np.concatenate([ring(11, 2)[sums], ring(11, 4)[sums]], axis=1)
    for noise in (0.0, 1e-14):
        noisy = both + noise * np.random.default_rng(0).standard_normal(both.shape)
        assert measure.best_frequency(noisy, sums, 11).frequency == 0


def test_the_indices_have_the_public_names() -> None:
    assert circular.separability is irreducibility.separability
    assert circular.mixture_index is irreducibility.mixture_index


def test_the_recorded_result_is_fresh() -> None:
    for name in RECORDED:
        assert record.status(study("modular"), name).changes == ()


@pytest.mark.slow
def test_a_small_table_is_grokked_from_nothing() -> None:
    """Learnt by heart first, understood later: the recipe on 31 in about a minute."""
    model, curves = train.train(replace(Recipe(), modulus=31, steps=6_000, train_share=0.6), seed=0)
    half = curves["test_accuracy"][5]
    assert curves["train_accuracy"][5] == 1
    assert half < 0.75
    assert curves["test_accuracy"][-1] > 0.97
    shares = measure.frequency_shares(model.W_E[:31].detach().double().numpy())
    assert np.sort(shares)[-5:].sum() > 0.9
