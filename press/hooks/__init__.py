"""Scripts that any Quarto runs around a render, each alone with `qmd.py` beside it."""
