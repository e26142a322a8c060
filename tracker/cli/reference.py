"""Writes docs/commands.md from the commands themselves: `python -m tracker.cli.reference`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tracker.cli import main
from tracker.files import write_whole

COMMON = {"project", "debug"}  # every command has them; said once


def reference() -> str:
    """Every command with its arguments, options and words, as Markdown."""
    context = click.Context(main, info_name="tracker")
    lines = [
        "# The tracker, command by command",
        "",
        "<!-- Written by `python -m tracker.cli.reference`: edits here are lost. -->",
        "",
        "Every command also takes `--project DIR`, `--debug` and `--help`.",
        "",
    ]
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        lines += _command(command, click.Context(command, context, info_name=name))
    return "\n".join(lines).rstrip() + "\n"


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    yield f"## `{' '.join([context.command_path, *pieces])}`"
    yield ""
    yield from _words(command)
    for option in command.params:
        if isinstance(option, click.Option) and option.name not in COMMON:
            yield _option(option)
    yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            step = command.get_command(context, name)
            assert step is not None
            yield from _command(step, click.Context(step, context, info_name=name))


def _words(command: click.Command) -> Iterator[str]:
    """The help: paragraphs as they are, what Click leaves unwrapped as code."""
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b"):
            yield "```text"
            yield inspect.cleandoc(paragraph.removeprefix("\b").strip("\n"))
            yield "```"
        else:
            yield " ".join(paragraph.split())
        yield ""


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    value = "" if option.is_flag else f" `{option.make_metavar(click.Context(main))}`"
    default = f" (default: {option.default})" if option.show_default else ""
    return f"- {names}{value}: {(option.help or '').strip()}{default}"


if __name__ == "__main__":
    write_whole(
        Path(sys.argv[1] if len(sys.argv) > 1 else "docs/commands.md"), reference().encode()
    )
