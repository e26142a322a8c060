"""Vectors, probes and gates on made-up residuals, where what must come out is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.steering import extract
from lab.errors import AnalysisError

SEEDS = st.integers(0, 2**31)
STRENGTHS = (1e-3, 1e-1, 10.0)


def drawn(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(seed=SEEDS)
@settings(max_examples=20)
def test_letters_cancel_in_a_balanced_set_and_are_found_by_their_signs(seed: int) -> None:
    concept, letter = drawn(seed, 2, 16)
    signs = [1.0, -1.0] * 10
    differences = concept + 30 * torch.tensor(signs, dtype=torch.float64)[:, None] * letter
    assert torch.allclose(differences.mean(dim=0), concept)
    assert torch.allclose(extract.signed_mean(differences, signs), 30 * letter)
    skewed = differences[::2].mean(dim=0)
    assert torch.nn.functional.cosine_similarity(skewed, letter, dim=0) > 0.8


@given(seed=SEEDS, count=st.integers(1, 3))
@settings(max_examples=20)
def test_what_is_projected_out_is_gone_and_nothing_else(seed: int, count: int) -> None:
    vector, directions = drawn(seed, 12), drawn(seed + 1, count, 12)
    left = extract.without(vector, directions)
    assert torch.allclose(directions @ left, torch.zeros(count, dtype=torch.float64), atol=1e-8)
    assert torch.allclose(extract.without(left, directions), left)
    assert float(left.norm()) <= float(vector.norm()) + 1e-9
    gone = vector - left
    inside = directions.T @ torch.linalg.lstsq(directions.T, gone[:, None]).solution
    assert torch.allclose(inside[:, 0], gone, atol=1e-6)


@given(seed=SEEDS)
@settings(max_examples=20)
def test_a_direction_takes_the_means_length_and_side(seed: int) -> None:
    direction, mean = drawn(seed, 2, 8)
    found = extract.like(direction, mean)
    assert float(found.norm()) == pytest.approx(float(mean.norm()))
    assert float(found @ mean) >= 0
    unturned = extract.like(direction, mean, turn=False)
    assert float(unturned @ direction) > 0


def test_the_principal_line_is_the_planted_one() -> None:
    axis = torch.nn.functional.normalize(drawn(3, 10), dim=0)
    differences = (2 + drawn(4, 50, 1)) * axis + 0.01 * drawn(5, 50, 10)
    found = extract.principal(differences)
    assert float(extract.agreement(found[None], axis)[0]) > 0.999
    assert float(found.norm()) == pytest.approx(float(differences.mean(dim=0).norm()))


def test_a_probe_tells_planted_classes_apart_and_not_shuffled_ones() -> None:
    axis = drawn(0, 40)
    labels = np.tile([True, False], 30)
    signs = torch.tensor(np.where(labels, 1.0, -1.0))[:, None]
    train, held, test = (drawn(seed, 60, 40) + signs * axis for seed in (1, 2, 3))
    probe = extract.fit_probe(train, labels, held, labels, STRENGTHS)
    assert probe.strength in STRENGTHS
    assert (probe.decide(test).numpy() == labels).mean() > 0.97
    generator = np.random.default_rng(0)
    draws = [generator.permutation(labels) for _ in range(30)]
    null = extract.probe_null(train, draws, test, labels, probe.strength)
    assert null.shape == (30,)
    assert 0.3 < null.mean() < 0.7
    noise = extract.fit_probe(drawn(7, 60, 40), labels, drawn(8, 60, 40), labels, STRENGTHS)
    assert 0.25 < (noise.decide(drawn(9, 60, 40)).numpy() == labels).mean() < 0.75


@pytest.mark.parametrize("strength", STRENGTHS)
def test_a_probe_stands_at_its_optimum_and_not_where_a_solver_stopped(strength: float) -> None:
    """Bug: under a weak ridge the weights lay a tenth of their length before it, by rounding."""
    labels = np.tile([True, False], 16)
    signs = torch.tensor(np.where(labels, 1.0, -1.0))[:, None]
    train = drawn(0, 32, 40) + 0.3 * signs * drawn(1, 40)
    probe = extract.fit_probe(train, labels, train, labels, [strength])
    centre = train.mean(dim=0)
    scale = (train - centre).norm(dim=1).mean()  # rows are fitted at mean length 1
    rows, weight = (train - centre) / scale, probe.weight * scale
    missed = torch.sigmoid(train @ probe.weight + probe.bias) - torch.tensor(labels).double()
    slope = rows.T @ missed + strength * weight
    assert float(slope.norm()) < 1e-6 * max(1.0, float(weight.norm()))
    assert float(missed.sum()) == pytest.approx(0, abs=1e-6)


def test_a_probe_of_one_class_is_refused() -> None:
    same = np.ones(4, dtype=bool)
    with pytest.raises(AnalysisError, match="all labels are the same"):
        extract.fit_probe(drawn(0, 4, 3), same, drawn(1, 4, 3), same, STRENGTHS)


def test_ridge_is_least_squares_in_the_limit_and_the_mean_in_the_other() -> None:
    rows, weight = drawn(0, 30, 5), drawn(1, 5)
    values, test = rows @ weight + 2, drawn(2, 7, 5)
    assert torch.allclose(extract.ridge(rows, values, test, 1e-10), test @ weight + 2, atol=1e-5)
    flat = extract.ridge(rows, values, test, 1e10)
    assert torch.allclose(flat, values.mean().expand(7), atol=1e-5)


def test_the_gate_foretells_what_can_be_foretold() -> None:
    weight = drawn(1, 30)
    rows = [drawn(seed, 60, 30) for seed in (2, 3, 4)]
    slopes = [each @ weight for each in rows]
    foretold, skill = extract.gate(rows[0], slopes[0], rows[1], slopes[1], rows[2], STRENGTHS)
    assert skill > 0.99
    assert np.corrcoef(foretold, slopes[2])[0, 1] > 0.99
    noise = [drawn(seed, 60) for seed in (5, 6)]
    _, nothing = extract.gate(rows[0], noise[0], rows[1], noise[1], rows[2], STRENGTHS)
    assert nothing < 0.3
