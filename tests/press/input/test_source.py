"""Reading pages: front matter, includes and where a line came from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from press.errors import PressError
from press.input.source import read_source

Make = Callable[[dict[str, str]], Path]


def test_includes_are_expanded_and_every_line_is_traceable(make: Make) -> None:
    root = make(
        {
            "a.qmd": "---\ntitle: A\n---\n\none\n\n{{< include /parts/b.md >}}\n\nlast\n",
            "parts/b.md": "b1\nb2\n",
        }
    )
    source = read_source(root, PurePosixPath("a.qmd"))
    assert source.body.split("\n")[:6] == ["", "one", "", "b1", "b2", ""]
    assert [(source.origin(n).path, source.origin(n).line) for n in (2, 4, 5, 7)] == [
        ("a.qmd", 5),
        ("parts/b.md", 1),
        ("parts/b.md", 2),
        ("a.qmd", 9),
    ]


def test_an_include_is_relative_to_the_file_it_stands_in(make: Make) -> None:
    root = make(
        {
            "x/a.qmd": "{{< include b.md >}}\n",
            "x/b.md": "{{< include sub/c.md >}}\n",
            "x/sub/c.md": "deep\n",
        }
    )
    assert "deep" in read_source(root, PurePosixPath("x/a.qmd")).body


def test_an_include_inside_a_code_block_is_text(make: Make) -> None:
    root = make({"a.qmd": "```\n{{< include nowhere.md >}}\n```\n"})
    assert "nowhere.md" in read_source(root, PurePosixPath("a.qmd")).body


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"a.qmd": "one\n\n{{< include b.md >}}\n"},
            "a.qmd:3: include b.md: there is no such file",
        ),
        (
            {"a.qmd": "{{< include b.md >}}\n", "b.md": "\n{{< include a.qmd >}}\n"},
            "b.md:2: include a.qmd: it includes itself",
        ),
        ({"a.qmd": "---\ntitle: [open\n---\n"}, "a.qmd:3: this is not valid YAML"),
        ({"a.qmd": "---\n- one\n---\n"}, "a.qmd:2: expected `key: value` lines"),
    ],
)
def test_bad_input_is_named_with_file_and_line(
    make: Make, files: dict[str, str], message: str
) -> None:
    with pytest.raises(PressError, match=r":\d+: ") as error:
        read_source(make(files), PurePosixPath("a.qmd"))
    assert message in str(error.value)


def test_the_hash_is_quartos_md5_of_the_source_with_lf_ends(make: Make) -> None:
    root = make({})
    (root / "a.qmd").write_bytes(b"---\r\ntitle: A\r\n---\r\n\r\nText\r\n")
    expected = hashlib.md5(b"---\ntitle: A\n---\n\nText\n").hexdigest()
    assert read_source(root, PurePosixPath("a.qmd")).hash == expected
