"""The study: a model and parameters in, a result out. The only module here that runs a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from jaxtyping import Float, Int
from torch import Tensor

from analyses.successor import effects, measure, turning
from analyses.successor.data import TASKS, Task, Wording, arithmetic
from analyses.successor.effects import Surface
from analyses.successor.measure import Space
from analyses.successor.params import Params
from analyses.successor.result import (
    Answered,
    Arithmetic,
    Effects,
    Result,
    TaskResult,
    Turned,
)
from lab.errors import AnalysisError
from lab.models import hooks
from lab.models.activations import residuals_at, single_token, token_ids
from lab.models.loader import LoadedModel
from lab.processes import compute_all

Report = Callable[[str, int, int], None]  # what, done, of how many


@dataclass(frozen=True)
class Asked:
    """A wording with every word in its gap, ready to be run from any layer."""

    wording: Wording
    prefix: hooks.Prefix
    streams: Float[Tensor, "layer word pos d_model"]  # from the word to the end
    logits: Float[Tensor, "word d_vocab"]


def run(params: Params, loaded: LoadedModel, report: Report = lambda *_: None) -> Result:
    """Ask first, then patch where the model can answer."""
    found: dict[str, TaskResult] = {}
    spaces = {task.name: spaces_of(task, loaded, params) for task in TASKS.values()}
    for task in TASKS.values():
        report(task.title, len(found), len(TASKS))
        found[task.name] = examine(task, spaces, loaded, params)
    report("arithmetic", len(found), len(TASKS))
    sums = {name: solve(name, loaded) for name in ("days", "months")}
    return Result(tasks=found, arithmetic=sums)


def spaces_of(task: Task, loaded: LoadedModel, params: Params) -> dict[int, Space]:
    """The plane of the class means at every layer, from contexts that are no wordings."""
    contexts = [
        token_ids(loaded, f"{text} {word}") for text in task.contexts for word in task.words
    ]
    layers = sorted({*params.layers, *params.turned})
    residuals = residuals_at(loaded, contexts, [-1] * len(contexts), layers)
    shape = (len(task.contexts), len(task.words), loaded.d_model)
    if residuals.massive.any():
        raise AnalysisError(
            f"{task.name}: a context ends in a massive token, which would be the plane. "
            "Take it out of analyses/successor/data.py."
        )
    return {
        layer: measure.space(at.double().reshape(shape))
        for layer, at in zip(residuals.layers, residuals.vectors, strict=True)
    }


def examine(
    task: Task, spaces: dict[str, dict[int, Space]], loaded: LoadedModel, params: Params
) -> TaskResult:
    """One kind of word: how it is answered, and what the interventions change."""
    words = torch.tensor([single_token(loaded, word) for word in answer_words(task)])
    layers = sorted({*params.layers, *params.turned})
    asked = [ask(wording, task, loaded, layers) for wording in task.wordings]
    answers = torch.tensor([answer_words(task).index(word) for word in task.answers])
    told = chosen([_answered(each, task, words, answers) for each in asked], asked, params)
    kept = [each for each, answered in zip(asked, told, strict=True) if answered.patched]
    if not kept:
        raise AnalysisError(f"{task.name}: {loaded.name} answers no wording; nothing to patch.")

    def surface(layer: int) -> Surface:
        return Surface(
            layer=layer,
            own=spaces[task.name][layer],
            other=spaces[task.other][layer],
            streams=[each.streams[layers.index(layer)] for each in kept],
            logits=[each.logits[:, words].double() for each in kept],
            answers=answers,
            forward=lambda at, rows: _forward(loaded, kept[at], layer, rows, words, params.batch),
        )

    turned = params.turned if task.cyclic else ()
    parts: list[Callable[[], Effects | Turned]] = [
        *(partial(effects.effects, surface(layer), params) for layer in params.layers),
        *(partial(turning.turned, surface(layer), params) for layer in turned),
    ]
    found = compute_all(parts, device=loaded.device)
    return TaskResult(
        name=task.name,
        title=task.title,
        words=task.words,
        other=task.other,
        wordings=told,
        layers=[each for each in found if isinstance(each, Effects)],
        turned=[each for each in found if isinstance(each, Turned)],
    )


def answer_words(task: Task) -> tuple[str, ...]:
    """The words an answer is chosen from: the kind's, and on a line the one after the last."""
    return tuple(dict.fromkeys((*task.words, *task.answers)))


def ask(wording: Wording, task: Task, loaded: LoadedModel, layers: Sequence[int]) -> Asked:
    """Put every word into the wording's gap; what stands before it is read once."""
    before, after = wording.text.split("@")
    start = token_ids(loaded, before.rstrip(" "))
    end: list[int] = loaded.tokenizer(after, add_special_tokens=False)["input_ids"]
    rows = [[single_token(loaded, word), *end] for word in task.words]
    for word, row in zip(task.words, rows, strict=True):
        if before.strip() and token_ids(loaded, before + word + after) != [*start, *row]:
            raise AnalysisError(
                f'wording "{wording.text}": with "{word}" its tokens run together across the gap. '
                "Reword it."
            )
    prefix = hooks.read_prefix(loaded, start)
    tokens = torch.tensor(rows)
    streams = hooks.streams(loaded, tokens, [*layers, loaded.n_layers], prefix=prefix)
    hidden = hooks.run_from(loaded, loaded.n_layers, streams[-1, :, -1:])
    return Asked(wording, prefix, streams[:-1].cpu(), hooks.unembed(loaded, hidden[:, 0]).cpu())


def solve(name: str, loaded: LoadedModel) -> Arithmetic:
    """The paper's arithmetic, every question."""
    words = torch.tensor([single_token(loaded, word) for word in TASKS[name].words])
    right = first = 0
    questions = arithmetic(name)
    for question in questions:
        tokens = torch.tensor([token_ids(loaded, question.text)])
        stream = hooks.streams(loaded, tokens, [loaded.n_layers])[0]
        hidden = hooks.run_from(loaded, loaded.n_layers, stream[:, -1:])
        logits = hooks.unembed(loaded, hidden[0, -1]).cpu()
        right += int(effects.named(logits[None, words])) == question.answer
        first += int(effects.named(logits[None])) == int(words[question.answer])
    return Arithmetic(asked=len(questions), right=right, first=first)


def chosen(told: list[Answered], asked: list[Asked], params: Params) -> list[Answered]:
    """Mark the wordings that are patched: answered well enough, those with short ends first.

    Wordings that give answers away are only asked.
    """
    enough = [
        at
        for at, each in enumerate(told)
        if each.form != "shown" and each.right >= params.answered * each.asked
    ]
    enough.sort(key=lambda at: asked[at].streams.shape[2])
    patched = set(enough[: params.wordings])
    return [replace(each, patched=at in patched) for at, each in enumerate(told)]


def _answered(
    asked: Asked, task: Task, words: Int[Tensor, "answer"], answers: Int[Tensor, "word"]
) -> Answered:
    kept = torch.tensor([word not in asked.wording.shots for word in task.words])
    right = (effects.named(asked.logits[:, words]) == answers) & kept
    first = (effects.named(asked.logits) == words[answers]) & kept
    return Answered(
        text=asked.wording.text,
        form=asked.wording.form,
        asked=int(kept.sum()),
        right=int(right.sum()),
        first=int(first.sum()),
        patched=False,
    )


def _forward(
    loaded: LoadedModel, asked: Asked, layer: int, rows: Tensor, words: Tensor, batch: int
) -> Float[Tensor, "row answer"]:
    """Logits of the answers after the rows' streams have run on from the layer."""
    found = []
    for start in range(0, len(rows), batch):
        stream = rows[start : start + batch].to(device=loaded.device, dtype=asked.streams.dtype)
        hidden = hooks.run_from(loaded, layer, stream, prefix=asked.prefix)[:, -1]
        found.append(hooks.unembed(loaded, hidden, words.to(loaded.device)).double().cpu())
    return torch.cat(found)
