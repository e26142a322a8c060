"""Edits of the residual stream: functions from a stream to a stream.

They are tested, and put one after the other, without a model; `hooks` runs a model with them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lab.errors import AnalysisError

Edit = Callable[[Tensor], Tensor]  # (batch, pos, d_model) to the same shape
Positions = Int[Tensor, "batch"] | int | None  # negative: from the end; None: every position


def add(
    vector: Float[Tensor, "d_model"] | Float[Tensor, "batch d_model"], positions: Positions = None
) -> Edit:
    """Add a vector, one for all rows or one a row; in units of the residual stream."""
    return _at(positions, lambda rows: rows + _rowwise(vector, rows))


def replace(
    vector: Float[Tensor, "d_model"] | Float[Tensor, "batch d_model"], positions: Positions = None
) -> Edit:
    """Put a vector in the place of what is there."""
    return _at(positions, lambda rows: _rowwise(vector, rows).expand_as(rows))


def place(
    basis: Float[Tensor, "d_model axis"],
    coordinates: Float[Tensor, "axis"] | Float[Tensor, "batch axis"],
    positions: Positions = None,
) -> Edit:
    """Replace the projection on a subspace, and leave what is orthogonal to it.

    `coordinates` are measured from the origin along the orthonormal columns of `basis`. Raises
    AnalysisError where the columns are not orthonormal: the edit would not be what it says.
    """
    gram = (basis.T @ basis).double()
    if not torch.allclose(
        gram, torch.eye(len(gram), dtype=gram.dtype, device=gram.device), atol=1e-4
    ):
        raise AnalysisError(
            f"place: the {basis.shape[1]} columns of the basis are not orthonormal. "
            "Take the Q of torch.linalg.qr(basis)."
        )

    def moved(rows: Tensor) -> Tensor:
        axes = basis.to(device=rows.device, dtype=rows.dtype)
        missing = _rowwise(coordinates, rows) - rows @ axes
        return rows + missing @ axes.T

    return _at(positions, moved)


def one_after_the_other(*edits: Edit) -> Edit:
    """All the edits, the first one first."""

    def every(stream: Tensor) -> Tensor:
        for edit in edits:
            stream = edit(stream)
        return stream

    return every


def _at(positions: Positions, change: Callable[[Tensor], Tensor]) -> Edit:
    """Apply a change of rows (…, d_model) at one position of each row of the batch, or at all."""

    def edit(stream: Tensor) -> Tensor:
        if positions is None:
            return change(stream)
        rows = torch.arange(len(stream), device=stream.device)
        chosen = torch.as_tensor(positions, device=stream.device).expand(len(stream))
        edited = stream.clone()
        edited[rows, chosen] = change(stream[rows, chosen])
        return edited

    return edit


def _rowwise(values: Tensor, rows: Tensor) -> Tensor:
    """One vector for all rows, or one a row, shaped to meet rows (batch, d) or (batch, pos, d)."""
    values = values.to(device=rows.device, dtype=rows.dtype)
    return values[:, None] if values.dim() == 2 and rows.dim() == 3 else values
