"""Shapes and types of everything in `lab` and `analyses` are checked while it is under test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

install_import_hook(["lab", "analyses"], "beartype.beartype")


@pytest.fixture(autouse=True, scope="session")
def locks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the locks of thousands of made-up paths out of the user's cache."""
    from lab.results import files

    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("locks")
        patch.setattr(files, "lock_folder", lambda: folder)
        yield folder
