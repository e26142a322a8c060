"""Finding cells: Quarto's fences and options."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from press.input.cells import (
    CodeCell,
    Prose,
    needs_kernel,
    parse,
)
from press.input.source import Origin, PageSource


def source(body: str) -> PageSource:
    lines = body.split("\n")
    origins = tuple(Origin("page.qmd", number) for number in range(1, len(lines) + 1))
    return PageSource(PurePosixPath("page.qmd"), body, {}, "", body, origins)


def cells(body: str) -> list[CodeCell]:
    return [segment for segment in parse(source(body)) if isinstance(segment, CodeCell)]


def test_a_cell_has_options_code_and_its_line() -> None:
    (cell,) = cells(
        "Text\n\n```{python}\n#| label: fig-a\n#| echo: false\nx = 1\nprint(x)\n```\n\nMore"
    )
    assert (cell.label, cell.options, cell.code) == (
        "fig-a",
        {"label": "fig-a", "echo": False},
        "x = 1\nprint(x)",
    )
    assert (cell.line, cell.code_line) == (3, 6)


def test_options_may_span_lines_and_be_lists() -> None:
    (cell,) = cells(
        "```{python}\n#| fig-cap: >-\n#|   A long\n#|   caption\n#| fig-subcap:\n#|   - One\n#|   - Two\npass\n```"
    )
    assert cell.options == {"fig-cap": "A long caption", "fig-subcap": ["One", "Two"]}


def test_a_comment_after_code_is_no_option() -> None:
    (cell,) = cells("```{python}\nx = 1\n#| echo: false\n```")
    assert cell.options == {}
    assert "#| echo" in cell.code


@pytest.mark.parametrize(
    "body",
    [
        "````markdown\n```{python}\nboom\n```\n````",
        "~~~\n```{python}\nboom\n```\n~~~",
        "```{{python}}\nboom\n```",
        "```python\nboom\n```",
        "```{.python}\nboom\n```",
        "    ```{python}\n    boom\n    ```",
    ],
)
def test_text_that_only_shows_a_cell_is_not_one(body: str) -> None:
    assert cells(body) == []
    assert not needs_kernel(parse(source(body)))


def test_a_longer_fence_holds_shorter_ones() -> None:
    (cell,) = cells("````{python}\ntext = '''\n```\n'''\n````\nafter")
    assert cell.code == "text = '''\n```\n'''"


def test_prose_keeps_its_text_and_inline_values() -> None:
    (prose,) = parse(source("Two is `{python} 1 + 1`, not `{{python}} 3` or ``{python} 4``."))
    assert isinstance(prose, Prose)
    assert prose.expressions == ("1 + 1",)


def test_bad_options_name_the_line() -> None:
    (cell,) = cells("```{python}\n#| label: a\n#| fig-cap: [open\n#| echo: false\nx\n```")
    assert cell.problem.startswith("these cell options are not valid YAML")
    assert cell.problem_line == 4
    assert cell.options == {}


@pytest.mark.parametrize("language", ["r", "python"])
def test_options_in_knitrs_own_form_are_none(language: str) -> None:
    (cell,) = cells(f'```{{{language}}}\n#| echo = FALSE,\n#| fig.cap = "x"\nplot(1)\n```')
    assert (cell.problem, cell.problem_line) == ("cell options are `#| key: value` lines", 2)
    assert cell.code == "plot(1)"


def test_a_value_that_r_would_evaluate_is_its_text() -> None:
    (cell,) = cells("```{r}\n#| eval: !expr nrow(x) > 1\n#| echo: false\nx\n```")
    assert cell.options == {"eval": "nrow(x) > 1", "echo": False}


def test_options_may_have_a_space_as_formatters_leave_them() -> None:
    (cell,) = cells("```{python}\n# | label: fig-a\n# | echo: false\nx\n```")
    assert cell.options == {"label": "fig-a", "echo": False}


def test_code_between_three_backticks_in_a_text_opens_no_block() -> None:
    (cell,) = cells("```some words in code```\n\n```{python}\n1\n```")
    assert cell.code == "1"


@pytest.mark.parametrize("indent", ["  ", "   ", "    ", "      "])
def test_a_cell_in_a_list_is_one_and_stays_in_it(indent: str) -> None:
    code = f"{indent}```{{python}}\n{indent}if x:\n{indent}    y\n{indent}```"
    (cell,) = cells(f"1. one\n\n{code}\n\n2. two")
    assert cell.code == "if x:\n    y"
    # pandoc knows a div in an item only at the item's own depth
    assert cell.indent == ("  " if indent == "  " else "   ")


def test_a_cell_that_stands_in_a_little_belongs_to_no_list() -> None:
    (cell,) = cells("Text.\n\n  ```{python}\n  1\n  ```")
    assert (cell.code, cell.indent) == ("1", "")
