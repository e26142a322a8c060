"""The project's own scripts, `pre-render` and `post-render`, with the environment that Quarto gives them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path, PurePosixPath

from press.bodies.pandoc import program
from press.errors import PressError
from press.hooks import drop_stale
from press.input.project import Config, as_list


def run(config: Config, key: str, out: Path, pages: list[PurePosixPath]) -> None:
    """Run the scripts of one kind in order; one that fails ends the render."""
    name, line = config.line_of(f"project.{key}")
    environment = {
        **os.environ,
        "QUARTO_PROJECT_RENDER_ALL": "1",
        "QUARTO_PROJECT_DIR": str(config.root),
        "QUARTO_PROJECT_OUTPUT_DIR": os.path.relpath(out, config.root),
        "QUARTO_PROJECT_INPUT_FILES": "\n".join(str(page) for page in pages),
        "QUARTO_PROJECT_OUTPUT_FILES": "\n".join(
            os.path.relpath(out / page.with_suffix(".html"), config.root) for page in pages
        ),
        "QUARTO_PROFILE": ",".join(config.profiles),
        "PRESS": "1",
    }
    for script in as_list(config.section("project").get(key)):
        if is_done_in_process(config.root, str(script)):
            continue
        try:
            done = subprocess.run(
                command(str(script)), cwd=config.root, env=environment, check=False
            )
        except OSError as error:
            raise PressError(f"{name}:{line}: {key}: {script} did not start: {error}") from error
        if done.returncode:
            raise PressError(f"{name}:{line}: {key}: {script} failed with code {done.returncode}.")


def command(script: str) -> list[str]:
    """A script's command line: Python by this interpreter, Lua by pandoc, the rest as it stands."""
    words = shlex.split(script)
    if words and words[0].endswith(".py"):
        return [sys.executable, *words]
    if words and words[0].endswith(".lua"):
        return [program(), "lua", *words]
    return words


def is_done_in_process(root: Path, script: str) -> bool:
    """Whether a script is the press's own `drop_stale.py`, whose work a render does by itself."""
    words = shlex.split(script)
    file = root / words[0] if words else root
    return file.is_file() and file.read_bytes() == Path(drop_stale.__file__).read_bytes()
