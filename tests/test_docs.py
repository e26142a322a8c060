"""The code blocks of the documents: Python is run, YAML is read by those who read it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
import yaml

from lab.declared.claims import Claims
from lab.declared.hypotheses import Hypotheses
from tests.documents import DOCUMENTS, CodeBlock, blocks
from tracker.goals_file.parse import parse

LANGUAGES = {"", "python", "sh", "text", "yaml", "markdown"}
KINDS: tuple[tuple[str, type[Any]], ...] = (("claims", Claims), ("measures", Hypotheses))


def kind_of(block: CodeBlock) -> str:
    """Which file a YAML block is an example of."""
    data = yaml.safe_load(block.text)
    if "timezone" in data:
        return "goals"
    return next((key for key, _ in KINDS if key in data), "other")


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_a_yaml_block_can_be_read(block: CodeBlock) -> None:
    kind = kind_of(block)
    if kind == "goals":
        assert parse(block.text).seasons
    elif kind != "other":
        found = msgspec.convert(yaml.safe_load(block.text), dict(KINDS)[kind])
        assert getattr(found, kind)
    else:
        assert block.document == "docs/publishing.md", "an example of no file that is known"


def test_there_is_an_example_of_each_file() -> None:
    assert {kind_of(block) for block in blocks("yaml")} >= {"goals", "claims", "measures"}


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if "```python" in DOCUMENTS[name]])
def test_the_python_of_a_document_runs(name: str) -> None:
    """All its blocks, one after the other, as a reader would type them."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks("python"):
        if block.document == name:
            exec(compile(block.text, str(block), "exec"), names)


def test_every_block_says_its_language() -> None:
    found = {block.language for block in blocks(*LANGUAGES)}
    assert found <= LANGUAGES
    fences = sum(len(re.findall(r"^ *```", text, re.M)) for text in DOCUMENTS.values())
    assert fences == 2 * len(blocks(*LANGUAGES)), "a block in a language that nobody checks"
