"""Bytes that a shell or a pipe hands over: UTF-8 in every locale, and refused where they are not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.tracker.processes import environment
from tracker.cli import main
from tracker.cli.context import TEXT
from tracker.text.escape import as_utf8

LOCALES = {
    "UTF-8": {"LC_ALL": "C.UTF-8"},
    "C": {"LC_ALL": "C"},
    "C, and Python left to itself": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
everywhere = pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)


def tracker(
    log: Path, locale: dict[str, str], *arguments: str | bytes, typed: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tracker", *arguments], env={**environment(log), **locale},
        input=typed, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


def note(log: Path, locale: dict[str, str]) -> str:
    """The note of the one answer there is."""
    rows = json.loads(tracker(log, locale, "log", "--json").stdout.decode())
    (answer,) = rows[0]["stands"]
    return str(answer["note"])


@everywhere
def test_a_note_of_utf8_bytes_is_kept_in_every_locale(log: Path, locale: dict[str, str]) -> None:
    done = tracker(log, locale, "checkin", "write=y", "--note", "café 毎日".encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert note(log, locale) == "café 毎日"


@everywhere
def test_a_note_of_other_bytes_is_refused_with_the_byte(log: Path, locale: dict[str, str]) -> None:
    done = tracker(log, locale, "checkin", "write=y", "--note", b"caf\xe9")
    assert done.returncode == 2
    assert 'the byte 0xe9 after "caf" is not UTF-8.' in done.stderr.decode()
    assert not (log / ".tracker" / "tracker.db").exists()


@everywhere
def test_typed_answers_are_utf8_in_every_locale(log: Path, locale: dict[str, str]) -> None:
    text = (log / "goals.yml").read_text()
    (log / "goals.yml").write_text(text.replace("title: Write", "title: Écrire"))
    typed = b"y # caf\xe9\ny # caf\xc3\xa9\nq\n"
    done = tracker(log, locale, "checkin", "write", typed=typed)
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode()
    assert "Écrire" in said
    assert 'the byte 0xe9 after "y # caf" is not UTF-8. Write it in UTF-8.' in said
    assert note(log, locale) == "café"


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command there is, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield " ".join([*path, name]), command


@pytest.mark.parametrize(
    ("words", "command"), [pytest.param(*pair, id=pair[0]) for pair in commands(main)]
)
def test_every_text_of_every_command_is_read_as_utf8(words: str, command: click.Command) -> None:
    loose = click.types.StringParamType
    assert [each.name for each in command.params if type(each.type) is loose] == []
    context = click.Context(command)
    for parameter in command.params:
        if parameter.type is TEXT:
            with pytest.raises(click.UsageError, match="0xe9"):
                parameter.type.convert(os.fsdecode(b"\xe9"), parameter, context)


def test_half_of_a_pair_that_no_byte_stands_for_is_refused() -> None:
    with pytest.raises(ValueError, match='the character 0xd800 after "a" is not UTF-8'):
        as_utf8("a\ud800")
