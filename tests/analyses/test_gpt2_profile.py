"""GPT-2 small from a hub cache with the real layout, names and shapes, filled with random weights."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analyses.circular.data import CATEGORIES
from tests.lab.made_project import ROOT

COMMIT = "607a30d783dfa663caf39e06633721c8d4cfcd7e"

# What the study does with the model, small: two categories of words, one layer, few resamples.
READ = """
import json, torch
from dataclasses import replace
from analyses.circular import run
from analyses.circular.data import CATEGORIES
from analyses.circular.profiles import PROFILES
from lab.models import loader
loaded = loader.load("gpt2-small", device="cpu")
params = replace(PROFILES["gpt2-small"], orders=50, resamples=20)
found = {}
for name in ("days", "animals_7"):
    residuals = run.read(CATEGORIES[name], loaded, range(params.focus, params.focus + 1))
    found[name] = run.describe(CATEGORIES[name], residuals, params).at(params.focus).closure.mean
print(json.dumps({"closure": found, "blocks": loaded.n_layers, "d_model": loaded.d_model,
                  "name": loaded.name, "sha": loaded.weights_sha256,
                  "parameters": sum(each.numel() for each in loaded.model.parameters())}))
"""


def fill(home: Path) -> None:
    """The cache of openai-community/gpt2 as the hub's library leaves it."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import AutoModelForCausalLM, GPT2Config, PreTrainedTokenizerFast

    repository = home / "hub" / "models--openai-community--gpt2"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(COMMIT)
    snapshot = repository / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(GPT2Config())
    model.save_pretrained(snapshot)
    # A byte-level tokenizer in which every word of the study is one token, as in GPT-2's.
    words = sorted({word for category in CATEGORIES.values() for word in category.words})
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=5_000,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([f"a {word}" for word in words] * 3, trainer)
    end = "<|endoftext|>"
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=end, eos_token=end
    ).save_pretrained(snapshot)


@pytest.mark.slow  # writes and reads half a gigabyte
def test_the_study_runs_on_gpt2_from_the_cache_and_the_published_autoencoder_is_asked_to_fit(
    tmp_path: Path,
) -> None:
    fill(tmp_path)
    home = {"HF_HOME": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=ROOT, env=home, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["name"], found["blocks"], found["d_model"]) == ("gpt2-small", 12, 768)
    assert found["parameters"] == 124_439_808
    assert len(found["sha"]) == 64
    # Random weights know no week: it closes no better than seven animals do.
    assert found["closure"]["days"] == pytest.approx(found["closure"]["animals_7"], abs=0.6)


@pytest.mark.slow
def test_random_weights_do_not_pass_for_the_published_pair(tmp_path: Path) -> None:
    from tests.lab.sae.test_hub import fill as fill_autoencoder

    fill(tmp_path)
    fill_autoencoder(tmp_path)
    code = (
        "from lab.errors import AnalysisError\n"
        "from lab.models import loader\nfrom lab.sae.loader import load\n"
        "loaded = loader.load('gpt2-small', device='cpu')\n"
        "try:\n    load('gpt2-small-res-jb', loaded)\n"
        "except AnalysisError as error:\n    print(error)\n"
    )
    home = {"HF_HOME": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=home, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert "tokens of plain prose" in done.stdout, done.stderr[-2000:]
    assert "expected 27 to 108" in done.stdout
    assert "Nothing computed from it would mean what it says" in done.stdout
