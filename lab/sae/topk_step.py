"""One training step of a TopK autoencoder, without the work on zeros.

SAELens computes with all 4,096 latents of a row though 32 fire; on two cores that is most of the
time. Here its training class keeps its weights, its trainer and its file format, and only the
forward and backward pass are ours: five matrix products in the recipe's precision, everything else
on the few latents that fire. The gradient is the same (tests compare them).
"""

from __future__ import annotations

from typing import Any, cast

import torch
from jaxtyping import Float
from sae_lens.saes.sae import TrainStepInput, TrainStepOutput
from sae_lens.saes.topk_sae import TopKTrainingSAE
from torch import Tensor


class SparseStep(torch.autograd.Function):
    """x -> decode(topk(encode(x))), and its gradient in the four weights."""

    @staticmethod
    def forward(
        ctx: Any,
        rows: Float[Tensor, "row d_model"],
        W_enc: Float[Tensor, "d_model latent"],
        b_enc: Float[Tensor, " latent"],
        W_dec: Float[Tensor, "latent d_model"],
        b_dec: Float[Tensor, " d_model"],
        active: int,
        precision: torch.dtype,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Reconstructed rows, and the firing latents' values and indices."""
        inputs = (rows - b_dec).to(precision)
        encoder, decoder = W_enc.to(precision), W_dec.to(precision)
        before = torch.addmm(b_enc.to(precision), inputs, encoder)
        values, indices = before.topk(active, dim=1, sorted=False)
        values = values.relu()
        codes = torch.zeros_like(before).scatter_(1, indices, values)
        ctx.save_for_backward(inputs, codes, values, indices, decoder, W_enc)
        return (codes @ decoder).float() + b_dec, values.float(), indices

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Only the reconstruction carries a gradient; values and indices are for counting."""
        inputs, codes, values, indices, decoder, W_enc = ctx.saved_tensors
        gradient = gradients[0]
        given = gradient.to(decoder.dtype)
        firing = (given @ decoder.T).gather(1, indices) * (values > 0)
        spread = torch.zeros_like(codes).scatter_(1, indices, firing)
        to_b_enc = torch.zeros(codes.shape[1], device=codes.device)
        to_b_enc.index_add_(0, indices.flatten(), firing.float().flatten())
        to_W_enc = (inputs.T @ spread).float()
        to_W_dec = (codes.T @ given).float()
        to_b_dec = gradient.sum(dim=0) - W_enc @ to_b_enc
        return None, to_W_enc, to_b_enc, to_W_dec, to_b_dec, None, None


class SparseTopK(TopKTrainingSAE):  # type: ignore[misc]  # sae_lens is untyped
    """SAELens's TopK autoencoder with the step above; decoder rows are kept at length 1.

    No auxiliary loss: started from its decoder's transpose at the activations' mean, next to no
    latent dies (the report says how many did).
    """

    precision: torch.dtype = torch.bfloat16

    def training_forward_pass(self, step_input: TrainStepInput) -> TrainStepOutput:
        """Reconstruct, and report what fired.

        The trainer is told only whether a latent fired in this batch (one row): that is all
        it needs to know which are dead, and the counts it would make cost more than the step.
        """
        with torch.no_grad():
            self.W_dec /= self.W_dec.norm(dim=1, keepdim=True)
        rows = step_input.sae_in
        out, values, indices = cast(
            tuple[Tensor, Tensor, Tensor],
            SparseStep.apply(  # type: ignore[no-untyped-call]
                *(rows, self.W_enc, self.b_enc, self.W_dec, self.b_dec),
                *(self.cfg.k, self.precision),
            ),
        )
        loss = (out - rows).square().sum(dim=1).mean()
        fired = torch.zeros(1, self.cfg.d_sae, device=rows.device)
        fired[0, indices[values > 0]] = 1.0
        return TrainStepOutput(
            sae_in=rows,
            sae_out=out,
            feature_acts=fired,
            hidden_pre=values,
            loss=loss,
            losses={"mse_loss": loss},
        )
