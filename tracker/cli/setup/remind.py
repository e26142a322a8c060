"""`tracker remind`: the few lines that make a machine show what is due, every day."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from shlex import join
from xml.sax.saxutils import escape

import click

from tracker.cli.context import common_options, session_of

SYSTEMS = ("cron", "systemd", "launchd")


@click.command("remind", short_help="Print the recipe for a daily reminder.")
@click.argument("system", type=click.Choice(SYSTEMS), required=False)
@click.option("--at", default="20:30", show_default=True, metavar="HH:MM", help="When, each day.")
@common_options
@click.pass_context
def command(ctx: click.Context, system: str | None, at: str) -> None:
    """Print the lines that make this machine show what is due, every day at a time.

    Nothing is installed: read the recipe, and put it where its first line says.

    \b
      tracker remind cron --at 21:00
      tracker remind systemd
    """
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
    if match is None:
        raise click.UsageError(f'"{at}" is no time of day. Write it like 20:30.')
    session = session_of(ctx)
    program_path = shutil.which("tracker")
    # `python -m tracker` names a file that is no program of its own.
    program = [program_path] if program_path else [sys.executable, "-m", "tracker"]
    root = session.folder.root
    chosen = [system] if system else SYSTEMS
    made = [recipe(name, program, root, int(match[1]), int(match[2])) for name in chosen]
    click.echo("\n".join(made), nl=False)


def recipe(system: str, command: Sequence[str], root: str, hour: int, minute: int) -> str:
    """How one system is told to run `COMMAND status` for a log every day at a time."""
    made = {"cron": _cron, "systemd": _systemd, "launchd": _launchd}[system]
    return made([*command, "--project", root, "status"], hour, minute)


def _cron(words: Sequence[str], hour: int, minute: int) -> str:
    # In a crontab an unescaped % ends the command.
    line = join(words).replace("%", "\\%")
    return (
        "# Add with: crontab -e  (cron mails what a command prints)\n"
        f"{minute} {hour} * * * {line}\n"
    )


def _systemd(words: Sequence[str], hour: int, minute: int) -> str:
    def word(text: str) -> str:
        plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
        return f'"{plain}"'

    return (
        "# ~/.config/systemd/user/tracker.service\n"
        "[Unit]\nDescription=What is due today\n\n[Service]\nType=oneshot\n"
        f"ExecStart={' '.join(map(word, words))}\n\n"
        "# ~/.config/systemd/user/tracker.timer\n"
        "[Unit]\nDescription=Remind me of today's check-in\n\n[Timer]\n"
        f"OnCalendar=*-*-* {hour:02d}:{minute:02d}:00\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n\n"
        "# Then: systemctl --user enable --now tracker.timer\n"
    )


def _launchd(words: Sequence[str], hour: int, minute: int) -> str:
    strings = "".join(f"    <string>{escape(word)}</string>\n" for word in words)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<!-- ~/Library/LaunchAgents/tracker.remind.plist; then: "
        "launchctl load ~/Library/LaunchAgents/tracker.remind.plist -->\n"
        '<plist version="1.0">\n<dict>\n  <key>Label</key>\n  <string>tracker.remind</string>\n'
        f"  <key>ProgramArguments</key>\n  <array>\n{strings}  </array>\n"
        "  <key>StartCalendarInterval</key>\n  <dict>\n"
        f"    <key>Hour</key><integer>{hour}</integer>\n"
        f"    <key>Minute</key><integer>{minute}</integer>\n  </dict>\n</dict>\n</plist>\n"
    )
