"""The one reader of `.qmd` pages: blocks, cells, includes; and the one writer of whole files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.hooks import qmd

Make = Callable[[dict[str, str]], Path]
LINES = st.lists(st.sampled_from(["", "text", "```", "```{python}", "````", "~~~", "x = 1"]))


@given(LINES)
def test_the_blocks_are_the_text_in_order(lines: list[str]) -> None:
    blocks = list(qmd.blocks("\n".join(lines)))
    assert [line for block in blocks for line in block.lines] == (lines or [""])
    assert [block.start for block in blocks] == [
        sum(len(earlier.lines) for earlier in blocks[:number]) for number in range(len(blocks))
    ]


@pytest.mark.parametrize(
    ("opening", "language"),
    [
        ("```{python}", "python"), ("```{python, echo=FALSE}", "python"), ("````{mermaid}", "mermaid"),
        ("```{{python}}", ""), ("```{.python}", ""), ("```python", ""), ("~~~{python}", ""),
        ("```{verbatim}", ""),
    ],
)  # fmt: skip
def test_a_fence_says_whether_it_opens_a_cell(opening: str, language: str) -> None:
    (block,) = qmd.blocks(f"{opening}\ncode")
    assert (block.language, block.content) == (language, ("code",))


def test_an_include_that_leads_nowhere_or_back_stays_as_written(make: Make) -> None:
    root = make({
        "log/a.qmd": "one\n{{< include b.md >}}\n{{< include gone.md >}}",
        "log/b.md": "---\ntitle: B\n---\ntwo\n{{< include /log/a.qmd >}}\n",
    })  # fmt: skip
    refused: list[tuple[str, int, str, int]] = []
    page = root / "log/a.qmd"
    lines = list(
        qmd.expanded(
            root, page, qmd.read(page),
            refuse=lambda line, name, circle: refused.append(
                (line.file.name, line.number, name, len(circle))
            ),
        )
    )  # fmt: skip
    assert [(line.text, line.file.name, line.number) for line in lines] == [
        ("one", "a.qmd", 1),
        ("two", "b.md", 4),
        ("{{< include /log/a.qmd >}}", "b.md", 5),
        ("{{< include gone.md >}}", "a.qmd", 3),
    ]
    assert refused == [("b.md", 5, "/log/a.qmd", 2), ("a.qmd", 3, "gone.md", 0)]


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "new folder" / "a.json"
    qmd.write_whole(file, "é\n")
    assert file.read_bytes() == b"\xc3\xa9\n"

    def no_space(self: Path, content: bytes) -> int:
        with self.open("wb") as half:
            half.write(content[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_space)
    with pytest.raises(OSError, match="No space"):
        qmd.write_whole(file, b"other")
    assert file.read_bytes() == b"\xc3\xa9\n"
    assert [path.name for path in file.parent.iterdir()] == ["a.json"], "nothing half written stays"
