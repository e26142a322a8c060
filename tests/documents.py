"""The project's documents, and the code blocks and code spans in them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").glob("*.md")),
    ]
}
BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S
)
SPAN = re.compile(r"`([^`\n]+)`")
PROGRAMS = ("tracker", "press", "lab", "make")


class CodeBlock(NamedTuple):
    """A fenced block, and where it stands."""

    document: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        """For the name of a test."""
        return f"{self.document}:{self.line}"


def blocks(*languages: str) -> list[CodeBlock]:
    """Every block in one of the languages, document by document."""
    return [
        CodeBlock(
            name, text[: found.start()].count("\n") + 1, found["language"], dedent(found["text"])
        )
        for name, text in DOCUMENTS.items()
        for found in BLOCK.finditer(text)
        if found["language"] in languages
    ]


def spans(name: str) -> list[str]:
    """Every code span of a document, its blocks left out."""
    return SPAN.findall(BLOCK.sub("", DOCUMENTS[name]))


def command_lines(name: str) -> list[list[str]]:
    """Every call of a program of ours in a document, as words: in spans and in shell blocks."""
    texts = spans(name)
    for block in blocks("sh"):
        if block.document == name:
            texts += re.split(r"\n|&&|;|\|", block.text)
    found = []
    for text in texts:
        try:
            words = shlex.split(text, comments=True)
        except ValueError:  # a span that is no command line
            continue
        while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
            words = words[1:]  # what the environment is given
        if words[:2] == ["python", "-m"]:
            words = words[2:]
        if len(words) > 1 and words[0] in PROGRAMS:
            found.append(words)
    return found
