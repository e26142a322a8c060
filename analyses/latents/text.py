"""The corpus an autoencoder is trained on: what goes in, how much of each, what is held out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from jaxtyping import Int
from torch import Tensor

from analyses.latents import calendar_text, corpus
from analyses.latents.contexts import pack
from analyses.latents.sampling import sample
from lab.fingerprint.fingerprint import digest
from lab.models.loader import LoadedModel

Report = Callable[[str, int, int], None]
Contexts = Int[Tensor, "context pos"]

HELD_OUT = 0.03  # the tail of each source: other documents than those trained on, nearly always


@dataclass(frozen=True)
class Mix:
    """How much of what; every default says why."""

    length: int = 128
    # Of packages: their own caps times this, so that a smaller run keeps the proportions.
    share: float = 1.0
    # Of sentences around words in cycles: natural text has a weekday in 10,000 tokens.
    calendar_tokens: int = 400_000
    # Of contexts sampled from the model: about half a second each on two cores.
    own: int = 256
    # The same, opened by one sentence of ours, so that the calendar also stands in text of
    # the model's own.
    opened: int = 384
    # Of all contexts in random order, this many are read: what two busy cores read in a quarter of an hour.
    contexts: int = 24_000
    seed: int = 0


@dataclass(frozen=True)
class Part:
    """One source's contexts."""

    name: str
    train: Contexts
    held_out: Contexts


def build(
    loaded: LoadedModel, mix: Mix, folder: Path, report: Report = lambda *_: None
) -> list[Part]:
    """Every part of the corpus as contexts, kept in `folder` for the next time."""
    pinned = [(source.name, source.sha256, source.most_tokens) for source in corpus.SOURCES]
    path = (
        folder
        / f"contexts-{digest([asdict(replace(mix, contexts=0)), pinned, loaded.name])[:12]}.pt"
    )
    if path.exists():
        return [Part(*each) for each in torch.load(path)]
    parts = []
    for done, source in enumerate(corpus.SOURCES):
        report(f"reading {source.name}", done, len(corpus.SOURCES))
        place = corpus.fetch(source, folder / "packages")
        most = int(mix.share * source.most_tokens)
        documents = corpus.documents(source, place)
        packed = pack(loaded, documents, length=mix.length, most_tokens=most)
        parts.append(_parted(source.name, packed))
    # About 14 tokens a sentence, six sentences a document, and the part that is cut off.
    sentences = calendar_text.documents(mix.calendar_tokens // 70, 6, mix.seed)
    ours = pack(loaded, sentences, length=mix.length, most_tokens=mix.calendar_tokens)
    parts.append(_parted("calendar", ours))
    for name, count in (("own", mix.own), ("own, opened", mix.opened)):
        if count:
            parts.append(_parted(name, _own(loaded, mix, count, name, folder, report), share=0.25))
    torch.save([(part.name, part.train, part.held_out) for part in parts], path)
    return parts


def _parted(name: str, contexts: Contexts, share: float = HELD_OUT) -> Part:
    kept = len(contexts) - max(1, round(share * len(contexts)))
    return Part(name, contexts[:kept], contexts[kept:])


def _own(
    loaded: LoadedModel, mix: Mix, count: int, name: str, folder: Path, report: Report
) -> Contexts:
    """Sampled text, from the folder where it was sampled before."""
    path = folder / f"sampled-{name.replace(', ', '-')}-{mix.length}-{count}-{mix.seed}.pt"
    if path.exists():
        found: Contexts = torch.load(path)
        return found
    done = 0

    def advance(finished: int) -> None:
        nonlocal done
        done += finished
        report(f"sampling {name}", done, count)

    openings = None
    if name == "own, opened":
        lines = calendar_text.sentences(count, mix.seed + 1)
        openings = [loaded.tokenizer(line, add_special_tokens=False)["input_ids"] for line in lines]
    found = sample(loaded, count, mix.length, seed=mix.seed, openings=openings, advance=advance)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(found, path)
    return found


def training_contexts(parts: list[Part], mix: Mix) -> tuple[Contexts, dict[str, int]]:
    """What is trained on, in random order, and how many tokens of it each part has.

    Prefixes are not counted.
    """
    every = torch.cat([part.train for part in parts])
    order = torch.randperm(len(every), generator=torch.Generator().manual_seed(mix.seed))
    order = order[: mix.contexts]
    ends = torch.tensor([len(part.train) for part in parts]).cumsum(dim=0)
    counts = torch.bincount(torch.searchsorted(ends, order, right=True), minlength=len(parts))
    tokens = (counts * (mix.length - 1)).tolist()
    return every[order], {part.name: count for part, count in zip(parts, tokens, strict=True)}
