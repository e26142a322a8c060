"""The hub's autoencoder, from a cache with the real layout, names and shapes, offline."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from lab.errors import AnalysisError
from lab.models.loader import LoadedModel
from lab.sae import autoencoder, compatibility, hub, loader, neuronpedia
from lab.sae.compatibility import Reading
from lab.sae.hub import D_MODEL, HOOK
from lab.sae.neuronpedia import LATENTS

COMMIT = "5bd69d8ccac6b19d91934c5aeed4866f8b6e50c7"
# The keys and values of the published file, in SAELens's format of the time.
CONFIG = {
    "model_name": "gpt2-small", "hook_point": HOOK, "hook_point_layer": 7,
    "hook_point_head_index": None, "dataset_path": "Skylion007/openwebtext",
    "is_dataset_tokenized": False, "context_size": 128, "use_cached_activations": False,
    "d_in": D_MODEL, "n_batches_in_buffer": 128, "total_training_tokens": 300_000_000,
    "store_batch_size": 32, "device": "mps", "seed": 42, "dtype": "torch.float32",
    "b_dec_init_method": "geometric_median", "expansion_factor": 32,
    "from_pretrained_path": None, "l1_coefficient": 8e-05, "lr": 0.0004,
    "lr_scheduler_name": None, "lr_warm_up_steps": 5000, "train_batch_size": 4096,
    "use_ghost_grads": False, "feature_sampling_window": 1000, "dead_feature_window": 5000,
    "d_sae": LATENTS, "tokens_per_buffer": 67_108_864,
}  # fmt: skip


def fill(home: Path, *, latents: int = LATENTS) -> None:
    """A hub cache in `home` as the hub's own library leaves it, filled with random weights."""
    repository = home / "hub" / "models--jbloom--GPT2-Small-SAEs-Reformatted"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(COMMIT)
    (repository / "blobs").mkdir()
    snapshot = repository / "snapshots" / COMMIT / HOOK
    snapshot.mkdir(parents=True)
    draws = torch.Generator().manual_seed(0)
    decoder = torch.randn(latents, D_MODEL, generator=draws)
    decoder /= decoder.norm(dim=1, keepdim=True)
    weights = {
        "W_enc": decoder.T.contiguous(), "b_enc": torch.full((latents,), -0.1),
        "W_dec": decoder, "b_dec": torch.randn(D_MODEL, generator=draws) + 0.5,
    }  # fmt: skip
    blobs = repository / "blobs"
    save_file(weights, blobs / "weights")
    save_file({"sparsity": torch.full((latents,), -3.0)}, blobs / "sparsity")
    (blobs / "config").write_text(json.dumps({**CONFIG, "d_sae": latents}))
    for file, blob in (
        ("cfg.json", "config"), ("sae_weights.safetensors", "weights"),
        ("sparsity.safetensors", "sparsity"),
    ):  # fmt: skip
        (snapshot / file).symlink_to(Path("../../../blobs") / blob)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network: an address where nothing listens."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")


def use(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    fill(home)
    return home


def test_it_loads_from_the_cache_by_name_and_says_what_it_is(
    whole: Path, nowhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(whole, monkeypatch)
    sae = hub.read()
    assert (sae.d_model, sae.latents, sae.layer) == (768, 24_576, 7)
    assert (sae.model, sae.hook) == ("gpt2-small", "blocks.7.hook_resid_pre")
    assert len(sae.sha256) == 64
    rows = torch.randn(5, D_MODEL) + 3
    assert sae.decode(sae.encode(rows)).shape == (5, D_MODEL)


def test_centring_is_folded_in_exactly(
    whole: Path, nowhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain stream is encoded as the autoencoder, as published, encodes the centred one."""
    use(whole, monkeypatch)
    sae = hub.read()
    plain = autoencoder.from_disk("as published", hub._folder("as published"), "", "cpu")
    rows = torch.randn(20, D_MODEL) * 3 + 7
    centred = rows - rows.mean(dim=-1, keepdim=True)
    torch.testing.assert_close(sae.encode(rows), plain.encode(centred), atol=1e-3, rtol=1e-4)
    torch.testing.assert_close(sae.encode(centred), sae.encode(rows), atol=1e-3, rtol=1e-4)
    assert not torch.allclose(plain.encode(rows), sae.encode(rows), atol=0.1)


def test_centring_a_gpt2_stream_changes_nothing_that_the_model_does() -> None:
    """What makes the folding right: every reader of GPT-2's stream subtracts its mean first."""
    from transformers import AutoModelForCausalLM, GPT2Config

    from lab.models import hooks

    torch.manual_seed(0)
    config = GPT2Config(vocab_size=50, n_embd=24, n_layer=3, n_head=4, n_positions=32)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    loaded = LoadedModel(
        model=model.requires_grad_(False), tokenizer=None, name="gpt2", weights_sha256="",
        device="cpu", dtype="float32", d_model=24, n_layers=3, prefix_id=0,
    )  # fmt: skip
    tokens = torch.tensor([[0, 4, 8, 15]])
    plain = model(tokens).logits
    with hooks.editing(loaded, {1: lambda rows: rows - rows.mean(dim=-1, keepdim=True)}):
        torch.testing.assert_close(model(tokens).logits, plain, atol=1e-5, rtol=1e-4)


def test_random_weights_are_told_from_the_real_ones(
    whole: Path, nowhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(whole, monkeypatch)
    sae = hub.read()
    found = compatibility.reading(sae, torch.randn(64, D_MODEL) * 4 + 1)
    assert found.tokens == 64
    with pytest.raises(AnalysisError, match=r"fire for a token, expected 27 to 108; it explains"):
        compatibility.require_reading(found, sae)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"latents": 3.0}, "3.0 latents fire"),
        ({"latents": 400.0}, "400.0 latents fire"),
        ({"explained": 0.4}, "explains 40% of the variance"),
        ({"explained": float("nan")}, "of the variance"),
    ],
)
def test_what_must_hold_is_named_where_it_does_not(
    whole: Path, nowhere: None, monkeypatch: pytest.MonkeyPatch, change: dict[str, float], told: str
) -> None:
    use(whole, monkeypatch)
    sae, good = hub.read(), Reading(latents=54.0, explained=0.9, tokens=200)
    compatibility.require_reading(good, sae)
    with pytest.raises(AnalysisError, match=told):
        compatibility.require_reading(replace(good, **change), sae)  # type: ignore[arg-type]


def test_an_autoencoder_does_not_fit_another_model(
    whole: Path, nowhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(whole, monkeypatch)
    small = LoadedModel(
        model=None, tokenizer=None, name="smollm2-135m", weights_sha256="", device="cpu",
        dtype="float32", d_model=576, n_layers=30, prefix_id=0,
    )  # fmt: skip
    with pytest.raises(AnalysisError, match=r"768 numbers, and the model's have 576"):
        loader.load("gpt2-small-res-jb", small)


def test_another_release_in_the_cache_is_refused(
    tmp_path: Path, nowhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, latents=64)
    use(tmp_path, monkeypatch)
    with pytest.raises(AnalysisError, match=r"holds 64 latents .* the release has 24,576"):
        hub.read()


def test_without_cache_or_network_it_says_what_to_fetch(
    tmp_path: Path, nowhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(tmp_path, monkeypatch)
    with pytest.raises(AnalysisError, match=r"hf download jbloom/GPT2-Small-SAEs-Reformatted"):
        hub.read()


def test_permalinks_name_the_release() -> None:
    assert neuronpedia.permalink(2592) == "https://www.neuronpedia.org/gpt2-small/7-res-jb/2592"
    with pytest.raises(AnalysisError, match=r"has 0 to 24,575"):
        neuronpedia.permalink(24_576)


def test_models_and_autoencoders_agree_on_the_name() -> None:
    from lab.models import weights

    assert hub.MODEL in weights.SOURCES
    assert neuronpedia.RELEASE in loader.FROM_HUB


def test_the_papers_clusters_are_distinct_latents_of_the_release() -> None:
    every = [latent for found in neuronpedia.CLUSTERS.values() for latent in found]
    assert len(set(every)) == len(every) == 9 + 16 + 10
    assert max(every) < neuronpedia.LATENTS
