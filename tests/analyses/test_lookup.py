"""Category look-up: counts and overlaps by hand, planted categories, controls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.lookup import measure, run
from analyses.lookup.params import Params
from analyses.lookup.result import Judged, Result
from lab.errors import AnalysisError
from lab.geometry import category_latents, circles
from lab.results import record
from lab.stats.estimates import Estimate, Null, Placed
from lab.text import sentences, vocabulary

QUICK = replace(Params(), resamples=30, overlap_draws=50, shape_draws=20, orders=50)


def made_codes() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Two categories of three and two words in four contexts, six latents, ten other tokens.

    Latent 0 fires on every word of the first, 1 on its second word, 2 on everything, 3 on the
    second category and twice elsewhere, 4 only elsewhere, 5 never.
    """
    first, second, other = np.zeros((4, 3, 6)), np.zeros((4, 2, 6)), np.zeros((10, 6))
    first[..., 0], first[:, 1, 1] = 1, 2
    second[..., 3], other[:2, 3], other[:, 4] = 1, 1, 1
    first[..., 2], second[..., 2], other[:, 2] = 1, 1, 1
    return {"first": first, "second": second}, other


def test_precision_and_recall_are_what_one_counts_by_hand() -> None:
    found = category_latents.count(*made_codes())
    assert found.tokens == 12 + 8 + 10
    assert found.everywhere.tolist() == [12, 4, 30, 10, 10, 0]
    assert np.allclose(category_latents.precision(found)[0], [1, 1, 0.4, 0, 0, 0])
    assert np.allclose(category_latents.precision(found)[1], [0, 0, 8 / 30, 0.8, 0, 0])
    assert np.allclose(category_latents.recall(found)[0], [1, 1 / 3, 1, 0, 0, 0])
    assert np.allclose(category_latents.recall(found)[1], [0, 0, 1, 1, 0, 0])


def test_the_look_up_takes_the_precise_ones_best_first() -> None:
    found = category_latents.looked_up(category_latents.count(*made_codes()), 0.5, 0.05)
    assert {name: each.tolist() for name, each in found.items()} == {"first": [0, 1], "second": [3]}
    wider = category_latents.looked_up(category_latents.count(*made_codes()), 0.3, 0.05)
    assert wider["first"].tolist() == [0, 2, 1]
    rare = category_latents.looked_up(category_latents.count(*made_codes()), 0.5, 0.5)
    assert rare["first"].tolist() == [0]


def test_codes_of_two_autoencoders_are_refused() -> None:
    words, other = made_codes()
    with pytest.raises(AnalysisError, match=r"codes of \[5, 6\] latents"):
        category_latents.count(words, other[:, :5])


@given(st.floats(0.5, 0.99), st.floats(0.0, 1.0))
def test_above_one_half_no_latent_stands_in_two_sets(precise: float, often: float) -> None:
    rng = np.random.default_rng(0)
    words = {name: rng.random((3, 4, 30)) - 0.6 for name in "abc"}
    found = category_latents.looked_up(
        category_latents.count(words, rng.random((20, 30)) - 0.9), precise, often
    )
    every = np.concatenate(list(found.values()))
    assert len(every) == len(set(every.tolist()))


def test_the_overlap_is_counted_by_hand() -> None:
    labels = category_latents.labelled([np.array([0, 1, 2, 3]), np.array([4, 5])], 10)
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, -1, -1, -1, -1]
    found = category_latents.best_overlap(np.array([2, 3, 8]), labels)
    assert (found.cluster, found.shared) == (0, 2)
    assert (found.precision, found.recall, found.jaccard) == (2 / 3, 2 / 4, 2 / 5)
    assert category_latents.best_overlap(np.array([8, 9]), labels).jaccard == 0
    assert category_latents.best_overlap(np.array([4, 5]), labels).jaccard == 1


@given(st.lists(st.sets(st.integers(0, 19), max_size=6), max_size=8))
def test_groups_of_any_sizes_are_labelled(drawn: list[set[int]]) -> None:
    """The second of eight groups may be the longest: one axis name would stand for one length."""
    groups = [sorted(each.difference(*drawn[:place])) for place, each in enumerate(drawn)]
    labels = category_latents.labelled([np.array(each, dtype=np.int64) for each in groups], 20)
    assert [np.flatnonzero(labels == place).tolist() for place in range(len(groups))] == groups


@given(st.sets(st.integers(0, 19), min_size=1), st.integers(0, 100))
def test_overlaps_are_shares(chosen: set[int], seed: int) -> None:
    labels = np.random.default_rng(seed).integers(-1, 4, 20)
    found = category_latents.best_overlap(np.array(sorted(chosen)), labels)
    assert 0 <= found.jaccard <= min(found.precision, found.recall) <= 1
    sets = [set(np.flatnonzero(labels == each).tolist()) for each in range(4)]
    best = max(len(chosen & each) / len(chosen | each) for each in sets)
    assert np.isclose(found.jaccard, best)


def test_random_latents_fire_as_often_and_are_others() -> None:
    rates = np.linspace(0, 1, 200)
    chosen = np.array([20, 100, 180])
    drawn = category_latents.equal_rate(rates, chosen, np.ones(200, bool), np.random.default_rng(0))
    assert not set(drawn) & set(chosen)
    assert len(set(drawn.tolist())) == 3
    assert np.abs(np.sort(rates[drawn]) - rates[chosen]).max() < 0.11
    with pytest.raises(AnalysisError, match="2 may be drawn, 3 are wanted"):
        category_latents.equal_rate(rates, chosen, np.arange(200) < 2, np.random.default_rng(0))


def ring_of_latents(shuffled: bool) -> tuple[np.ndarray, np.ndarray]:
    """Codes of 60 latents at seven words, and directions; the first four go round the week."""
    rng = np.random.default_rng(1)
    codes = np.maximum(rng.standard_normal((12, 7, 60)), 0)
    angles = np.arange(7) * 2 * np.pi / 7
    order = np.arange(7) * 2 % 7 if shuffled else np.arange(7)
    bumps = np.maximum(np.cos(angles[order][:, None] - np.arange(4) * np.pi / 2), 0)
    codes[..., :4] = np.maximum(10 * bumps + 0.3 * rng.standard_normal((12, 7, 4)), 0)
    return codes, rng.standard_normal((60, 24))


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_planted_ring_is_in_order_and_a_shuffled_one_is_not(shuffled: bool) -> None:
    codes, decoder = ring_of_latents(shuffled)
    rates = (codes > 0).mean(axis=(0, 1))

    def draw(wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return category_latents.equal_rate(rates, wanted, np.ones(60, bool), rng)

    found = measure.geometry(np.arange(4), codes, decoder, draw, QUICK)
    assert found is not None
    judged = measure.judge(found, "cyclic", 0.05)
    assert judged.in_order is not shuffled
    assert not measure.judge(found, "unordered", 0.05).in_order
    assert len(found.points) == 7
    if not shuffled:
        assert found.order == 1
        assert found.plane_probe.estimate.mean > 0.8


def test_a_set_that_fires_on_no_word_has_no_shape() -> None:
    codes, decoder = ring_of_latents(False)
    codes[..., 50:] = 0
    assert measure.geometry(np.array([50, 51]), codes, decoder, lambda w, r: w, QUICK) is None


def test_a_cluster_made_from_the_set_is_met_beyond_chance() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 200)
    chosen = np.flatnonzero(labels == 3)[:12]

    def draw(wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return rng.choice(200, len(wanted), replace=False)

    met, members, draws = measure.meet(chosen, labels, measure.random_sets(chosen, draw, QUICK))
    assert met.precision == 1
    assert members.tolist() == np.flatnonzero(labels == 3).tolist()
    assert met.jaccard.null.p < 0.05
    assert draws[0] == met.jaccard.value
    other = rng.permutation(200)[:12]
    by_chance, _, _ = measure.meet(other, labels, measure.random_sets(other, draw, QUICK))
    assert by_chance.jaccard.null.p > 0.05


def test_clusters_from_other_seeds_are_met_too() -> None:
    """Planted: each set is a cluster at every seed; the first is the study's own."""
    rng = np.random.default_rng(0)
    decoder = np.repeat(np.eye(8), 25, axis=0) + 0.1 * rng.standard_normal((200, 8))
    sets = {name: np.arange(25 * at, 25 * at + 20) for at, name in enumerate(("one", "two"))}
    params = replace(QUICK, cluster_seeds=3)
    random = {
        name: np.stack([rng.choice(200, 20, replace=False) for _ in range(params.overlap_draws)])
        for name in sets
    }
    found = run.reseeded(sets, random, decoder, params)
    assert [each.seed for each in found] == [0, 1, 2]
    for each in found:
        assert each.jaccard.estimate.mean > 0.5
        assert each.jaccard.null.p <= 1 / params.overlap_draws


def test_a_route_misses_what_another_shows() -> None:
    something, nothing = Judged(True, False), Judged(False, False)

    found = measure.missed(
        {
            "days": {"look-up": something, "spectral": nothing},
            "fruits": {"look-up": nothing, "spectral": nothing, "graph": nothing},
            "notes": {"look-up": nothing, "spectral": Judged(False, True)},
        }
    )
    assert found == {
        "look-up": ["notes"],
        "spectral": ["days"],
        "graph": ["days", "notes"],
    }


def test_the_strongest_tokens_are_told_once() -> None:
    strengths = np.array([3.0, 5.0, 4.0, 0.0, 1.0])
    assert measure.strongest(strengths, [" Mon", " Tue", " Tue", " x", " "], 3) == [
        "Tue",
        "Mon",
        "' '",
    ]


def test_a_words_own_latent_fires_on_it_alone() -> None:
    firings = category_latents.count(*made_codes())
    found = measure.precise(firings, "first", ("one", "two", "three"), np.array([0, 1]))
    assert found[0].words == ["one", "two", "three"]
    assert found[1].words == ["two"]
    assert measure.with_own(found) == 1


def test_the_mean_agreement_is_that_of_the_categories() -> None:
    null = Null(0.0, 0.0, 0.0, 10, 1.0)
    met = [measure.Met(4, 2, value, value, Placed(value, null)) for value in (0.2, 0.4, 0.6)]
    draws = np.array([[0.2, 0.1, 0.0], [0.4, 0.0, 0.1], [0.6, 0.2, 0.2]])
    found = measure.agreement(met, draws, QUICK)
    assert isinstance(found.precision, Estimate)
    assert np.isclose(found.jaccard.estimate.mean, 0.4)
    assert np.isclose(found.jaccard.null.p, 1 / 3)


def test_the_sentences_for_finding_and_for_measuring_are_not_the_same() -> None:
    own = [text for texts in sentences.OWN.values() for text in texts]
    further = [text for texts in sentences.FURTHER.values() for text in texts]
    every = [*sentences.SHARED, *sentences.FURTHER_SHARED, *own, *further, *sentences.PROSE]
    assert len(every) == len(set(every))
    assert set(sentences.OWN) == set(vocabulary.CATEGORIES)
    assert set(sentences.FURTHER) <= set(vocabulary.CATEGORIES)
    assert len(vocabulary.CATEGORIES) >= 12
    for name, category in vocabulary.CATEGORIES.items():
        assert len(set(category.words)) == len(category.words) == len(category.labels)
        for text in (*sentences.OWN[name], *sentences.FURTHER.get(name, ())):
            assert not any(f" {word} " in f" {text} " for word in category.words), text


def test_folds_hold_every_context_once() -> None:
    assert sorted(np.bincount(circles.folds(16, 4, seed=0)).tolist()) == [4, 4, 4, 4]


def test_the_entry_reads_its_ranking_as_it_stands() -> None:
    """What the page says of three clusters in words of its own, and of the seeds."""
    result = record.load("lookup").read(Result)
    top = result.clusterings["spectral"].top
    assert {"In", "It", "The"} <= set(top[0].tokens)
    assert {"variety", "manifestation"} <= set(top[7].tokens)
    assert sum(token.isdigit() for token in top[-1].tokens) > len(top[-1].tokens) / 2
    beyond = [each.jaccard.null.p <= 0.05 for each in result.by_seed]
    assert any(beyond), "a clustering that can say either"
    assert not all(beyond), "a clustering that can say either"
