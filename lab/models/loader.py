"""One loader, one device, one dtype: a model's weights, read as they are published.

What is loaded is the plain Hugging Face model, on which the lab's own runner works (`activations`,
`hooks`): nothing is folded or recentred. `LoadedModel.bridge` is TransformerLens's view of the same
weights, made at first use: importing TransformerLens and wrapping the model cost seconds that a study
on the runner does not pay.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import platformdirs
import torch

from lab.errors import AnalysisError
from lab.models.bridge import bridge_to
from lab.models.weights import (
    EmbeddedWeights,
    HubWeights,
    ShippedWeights,
    file_sha256,
    known,
    not_known,
    require_embedded,
)

log = logging.getLogger(__name__)

CONVERSION = "1"  # part of the cache's key; raise it when `_keep` writes something else

PUBLISHED = "as published"
FOLDED = "layer norms folded, writing weights and unembedding centred, by TransformerLens"


@dataclass(frozen=True)
class ModelFacts:
    """What provenance must say about a TransformerLens model."""

    name: str
    weights_sha256: str
    weights: str  # PUBLISHED or FOLDED
    device: str
    dtype: str
    prefix_id: int  # what its tokens begin with


@dataclass(frozen=True)
class LoadedModel:
    """A model ready to read, and what provenance must say about it."""

    model: Any  # a transformers causal language model, in eval mode, gradients off
    tokenizer: Any
    name: str
    weights_sha256: str
    device: str
    dtype: str
    d_model: int
    n_layers: int
    prefix_id: int  # put before every context
    folded: bool = False  # whether TransformerLens's view has its weights folded and centred

    @cached_property
    def bridge(self) -> Any:
        """TransformerLens's `TransformerBridge` to the model, made at first use."""
        return bridge_to(self)

    @property
    def facts(self) -> ModelFacts:
        """What provenance must say about the bridge."""
        return ModelFacts(
            name=self.name,
            weights_sha256=self.weights_sha256,
            weights=FOLDED if self.folded else PUBLISHED,
            device=self.device,
            dtype=self.dtype,
            prefix_id=self.prefix_id,
        )

    @property
    def blocks(self) -> list[torch.nn.Module]:
        """The transformer blocks, in order."""
        body = self.model.base_model
        return list(body.layers if hasattr(body, "layers") else body.h)

    @property
    def final_norm(self) -> torch.nn.Module:
        """The norm between the last block and the unembedding."""
        body = self.model.base_model
        norm: torch.nn.Module = body.norm if hasattr(body, "norm") else body.ln_f
        return norm


def choose_device() -> str:
    """The fastest device this machine has: cuda, mps or cpu."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


# float32 on every device: the models here are small, and a number recorded on one machine
# must be comparable with the same number on another. bfloat16 keeps 8 bits of mantissa: at the
# norms of the residual stream (about 140, massive tokens 22,000) it rounds away whole units.
DTYPES = {"cuda": torch.float32, "mps": torch.float32, "cpu": torch.float32}


def load(
    name: str = "smollm2-135m", *, device: str | None = None, dtype: torch.dtype | None = None
) -> LoadedModel:
    """The model of this name here, or of this name in TransformerLens.

    Here are "smollm2-135m", which needs no network, and "gpt2-small".
    Raises AnalysisError where the weights cannot be had, saying what to do.
    """
    weights = known().get(name) or _of_transformer_lens(name)
    if isinstance(weights, ShippedWeights):
        raise AnalysisError(
            f'model "{name}": no language model, but one that the study {weights.study} trained. '
            f"Load it with analyses.{weights.study}.run.load()."
        )
    chosen = device or choose_device()
    kind = dtype or DTYPES[torch.device(chosen).type]
    with _quiet_transformers():
        if isinstance(weights, EmbeddedWeights):
            path = require_embedded(name, weights)
            model, tokenizer = _from_gguf(path, weights, kind)
            digest, prefix = weights.sha256, 0  # <|endoftext|>: <|im_start|> would open a chat
        else:
            model, tokenizer, digest = _from_hub(name, weights, kind)
            prefix = tokenizer.bos_token_id
    model = model.to(chosen).eval().requires_grad_(False)
    return LoadedModel(
        model=model,
        tokenizer=tokenizer,
        name=name,
        weights_sha256=digest,
        device=chosen,
        dtype=str(kind).removeprefix("torch."),
        d_model=model.config.hidden_size,
        n_layers=model.config.num_hidden_layers,
        prefix_id=prefix,
        folded=isinstance(weights, HubWeights) and weights.folded,
    )


def untrained(loaded: LoadedModel, seed: int) -> LoadedModel:
    """The same architecture and tokenizer before any training: weights drawn anew; seeded."""
    from transformers import AutoModelForCausalLM

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        fresh = AutoModelForCausalLM.from_config(
            loaded.model.config, dtype=torch.float32, attn_implementation="eager"
        )
    fresh = fresh.to(loaded.device, loaded.model.dtype).eval().requires_grad_(False)
    return replace(loaded, model=fresh, name=untrained_name(loaded.name), weights_sha256="")


def untrained_name(name: str) -> str:
    """What a model is called whose weights were drawn anew."""
    return f"{name}, untrained"


def _of_transformer_lens(name: str) -> HubWeights:
    """The hub's repository of a model that TransformerLens knows by this name.

    Raises AnalysisError for a name that it does not know either.
    """
    from transformer_lens.loading_from_pretrained import get_official_model_name

    try:
        return HubWeights(repository=get_official_model_name(name))
    except ValueError:
        raise AnalysisError(f"{not_known(name)} Or a name that TransformerLens knows.") from None


def cache_folder(weights: EmbeddedWeights) -> Path:
    """Where the converted weights are kept: the user's cache, one folder for each hash."""
    root = Path(platformdirs.user_cache_dir("in-season"))
    return root / "models" / f"{weights.sha256[:16]}-v{CONVERSION}"


def _from_gguf(path: Path, weights: EmbeddedWeights, dtype: torch.dtype) -> tuple[Any, Any]:
    """The model and tokenizer from a GGUF file, through its plain copy in the cache."""
    folder = cache_folder(weights)
    if not _complete(folder):
        model, tokenizer = _read_gguf(path)
        try:
            _keep(model, tokenizer, folder)
        except OSError as error:
            log.warning(
                "%s cannot be written (%s): the weights are converted anew in every process, "
                "about 20 s each. Set XDG_CACHE_HOME to a folder that can be written.",
                folder,
                error.strerror or error,
            )
        return model.to(dtype), tokenizer
    return _read_plain(str(folder), dtype=dtype)


def _read_plain(where: str, dtype: torch.dtype, local: bool = True) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(where, local_files_only=local)
    model = AutoModelForCausalLM.from_pretrained(
        where, local_files_only=local, dtype=dtype, attn_implementation="eager"
    )
    return model, tokenizer


def _read_gguf(path: Path) -> tuple[Any, Any]:
    """Dequantise once (about 15 s), in float32: four bits a weight are exact in it."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    where, file = str(path.parent), path.name
    tokenizer = AutoTokenizer.from_pretrained(where, gguf_file=file, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(
        where,
        gguf_file=file,
        local_files_only=True,
        dtype=torch.float32,
        attn_implementation="eager",
    )
    # What was dequantised is an ordinary model; with these left on it refuses to be saved.
    del model.config.quantization_config
    model.hf_quantizer = None
    return model, tokenizer


def _keep(model: Any, tokenizer: Any, folder: Path) -> None:
    """Write the converted model under another name, then rename: whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".converting-", dir=folder.parent))
    try:
        model.save_pretrained(draft)
        tokenizer.save_pretrained(draft)
        sizes = {file.name: file.stat().st_size for file in draft.iterdir()}
        (draft / "complete.json").write_text(json.dumps(sizes), encoding="utf-8")
        if folder.exists() and not _complete(folder):
            shutil.rmtree(folder)
        draft.rename(folder)
    except OSError:
        if not _complete(folder):  # else another process was first, and its copy is as good
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _complete(folder: Path) -> bool:
    """Whether every file that was written is still there, in its full length."""
    try:
        sizes = json.loads((folder / "complete.json").read_text(encoding="utf-8"))
        return all((folder / file).stat().st_size == size for file, size in sizes.items())
    except (OSError, ValueError):
        return False


def _from_hub(name: str, weights: HubWeights, dtype: torch.dtype) -> tuple[Any, Any, str]:
    """The model, tokenizer and weights' hash from the hub's cache, else from the hub."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url, try_to_load_from_cache

    try:
        try:
            model, tokenizer = _read_plain(weights.repository, dtype)
        except OSError:
            # One short question first: the loader itself asks for most of a minute.
            get_hf_file_metadata(hf_hub_url(weights.repository, weights.file), timeout=10)
            model, tokenizer = _read_plain(weights.repository, dtype, local=False)
    except Exception as error:  # what fails below depends on the network's library
        raise AnalysisError(
            f'model "{name}": {weights.repository} is neither in the hub\'s cache nor reachable. '
            "Where there is a network, run: "
            f"hf download {weights.repository} — then copy the cache here and name it in HF_HOME. "
            'Or use the embedded model: load("smollm2-135m").'
        ) from error
    found = try_to_load_from_cache(weights.repository, weights.file)
    if not isinstance(found, str):
        raise AnalysisError(
            f'model "{name}": the hub\'s cache holds no {weights.file} of {weights.repository}, '
            f"so its bytes cannot be named. Run: hf download {weights.repository} {weights.file}"
        )
    return model, tokenizer, file_sha256(Path(found))


@contextmanager
def _quiet_transformers() -> Iterator[None]:
    """Keep its progress bars and notices off pages and terminals while loading."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging as notices

    level = notices.get_verbosity()
    notices.set_verbosity_error()
    notices.disable_progress_bar()
    try:
        yield
    finally:
        notices.set_verbosity(level)
        notices.enable_progress_bar()
