"""TransformerLens's view of a model that is loaded here: the same weights, with its hook points.

TransformerLens wraps the blocks of the model it is given. Here it gets modules of its own around the
same tensors, so that the plain model stays as it was and its passes as fast. Logits are equal to the
last bit (GPT-2's up to rounding: its queries, keys and values are split). Where weights are folded and
centred, TransformerLens makes new tensors; the plain model keeps its own.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab.models.loader import LoadedModel


def bridge_to(loaded: LoadedModel) -> Any:
    """A `TransformerBridge` to the model; its tokens begin with the model's prefix.

    It has one attribute more than TransformerLens's: `facts`, what provenance must say about it.
    """
    from transformer_lens.model_bridge.sources import build_bridge_from_module

    model = loaded.model
    shared = {id(tensor): tensor for tensor in [*model.parameters(), *model.buffers()]}
    bridge = build_bridge_from_module(
        copy.deepcopy(model, shared),
        type(model).__name__,
        hf_config=copy.deepcopy(model.config),
        tokenizer=_beginning_with(loaded.tokenizer, loaded.prefix_id),
        device=loaded.device,
        model_name=loaded.name,
    )
    if loaded.folded:
        bridge.enable_compatibility_mode(disable_warnings=True)
    bridge.requires_grad_(False)
    bridge.facts = loaded.facts
    return bridge


def _beginning_with(tokenizer: Any, prefix: int) -> Any:
    """A copy of the tokenizer whose token for a beginning is the prefix."""
    if tokenizer is None:
        return None
    own = copy.deepcopy(tokenizer)
    own.bos_token = own.convert_ids_to_tokens(prefix)
    # TransformerLens reads a tokenizer anew from its folder, with that folder's token for a
    # beginning, unless it is told that this one puts it there. It notices that it does not,
    # and does so itself.
    own.init_kwargs["add_bos_token"] = True
    return own
