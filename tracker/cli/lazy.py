"""Groups of commands whose steps are loaded when they are wanted."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click


def completed(command: click.Command) -> click.Command:
    """The command with what a shell may offer for it, while a shell completes."""
    if "_TRACKER_COMPLETE" not in os.environ:
        return command
    from tracker.cli.shell_completion import attach

    return attach(command)


class LazyGroup(click.Group):
    """A group that knows the names of its steps, and the module of each."""

    def __init__(self, *args: Any, steps: dict[str, str], **kwargs: Any) -> None:
        """Steps, in the order they are listed: each one's name and its module in tracker.cli.

        The module holds the step under its own name, with a _ where Python has that name.
        """
        super().__init__(*args, **kwargs)
        self.steps = steps

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The steps in their order."""
        return list(self.steps)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The step of a name, loaded now."""
        if cmd_name not in self.steps:
            return None
        module = import_module(f"tracker.cli.{self.steps[cmd_name]}")
        found = getattr(module, f"{cmd_name}_", None) or getattr(module, cmd_name)
        assert isinstance(found, click.Command)
        return completed(found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As Click does, with a guess where the step is unknown."""
        if args and args[0] not in self.steps and not args[0].startswith("-"):
            from tracker.text.names import did_you_mean

            ctx.fail(
                f'No such command "{ctx.info_name} {args[0]}". {did_you_mean(args[0], self.steps)}'
            )
        return super().resolve_command(ctx, args)
