"""`tracker completion`: the lines that let a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from tracker.cli.context import common_options
from tracker.errors import TrackerError

WHERE = {
    "bash": "tracker completion bash > ~/.local/share/bash-completion/completions/tracker",
    "zsh": 'tracker completion zsh > "${fpath[1]}/_tracker"',
    "fish": "tracker completion fish > ~/.config/fish/completions/tracker.fish",
}


@click.command("completion", short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(list(WHERE)))
@common_options
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what a shell needs to complete tracker's commands and options.

    \b
      tracker completion bash > ~/.local/share/bash-completion/completions/tracker
      tracker completion zsh > "${fpath[1]}/_tracker"
      tracker completion fish > ~/.config/fish/completions/tracker.fish
    """
    script_class = get_completion_class(shell)
    if script_class is None:
        raise TrackerError(f"Click knows no completion for {shell}. Use {', '.join(WHERE)}.")
    # The hint comes last: zsh wants its #compdef in the first line.
    click.echo(script_class(ctx.find_root().command, {}, "tracker", "_TRACKER_COMPLETE").source())
    click.echo(f"# Keep it with: {WHERE[shell]}")
