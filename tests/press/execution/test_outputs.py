"""What a cell's outputs become: shown, or named where no page can show them."""

from __future__ import annotations

from typing import Any

import pytest

from press.execution import outputs, terminal
from press.execution.kernel import CellResult
from press.input.cells import CodeCell

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
BOKEH = "application/vnd.bokehjs_exec.v0+json"


def written(data: dict[str, Any], **options: Any) -> outputs.PageMarkdown:
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    cell = CodeCell("python", options, (), "\nfig.show()\n", 1)
    return outputs.write("a", "", [CellResult(cell, [output], 1)], {})


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"text/html": "<div id=plot></div>", PLOTLY: {}, "text/plain": "Figure()"}, "<div id=plot>"),
        ({"text/html": "<div id=vis></div>", "text/plain": "alt.Chart()"}, "<div id=vis>"),
        ({"application/javascript": "Bokeh.embed()", BOKEH: ""}, "Bokeh.embed()"),
        ({"text/html": "<style>#T_1 {}</style><table id=T_1></table>"}, "<style>#T_1 {}</style>"),
    ],
)  # fmt: skip
def test_what_has_a_form_for_pages_is_shown(data: dict[str, Any], shown: str) -> None:
    markdown = written(data).markdown
    assert shown in markdown
    assert "press-unshown" not in markdown


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({PLOTLY: {}}, "Unable to display output for mime type(s): " + PLOTLY),
        ({WIDGET: {}, "text/plain": "IntSlider()"}, "IntSlider()"),
    ],
)
def test_what_has_none_is_named_with_its_cell(data: dict[str, Any], text: str) -> None:
    markdown = written(data).markdown
    assert text in markdown
    assert f"press-unshown='{next(iter(data))}' press-code='fig.show()'" in markdown


def test_a_script_that_asks_for_a_loader_gets_one_in_the_head() -> None:
    asks = "<script>require(['plotly'], draw)</script>"
    assert "require.min.js" in written({"text/html": asks}).includes["include-in-header"][0]
    assert written({"text/html": "<p>requirements</p>"}).includes == {}


def test_a_listing_in_a_cell_has_its_label_and_caption() -> None:
    markdown = written({"text/plain": "1"}, **{"lst-label": "lst-a", "lst-cap": "It's"}).markdown
    assert r"``` {#lst-a .python .cell-code lst-cap='It\'s'}" in markdown


def test_a_cell_after_a_line_of_text_has_an_empty_line_before_it() -> None:
    from press.execution.kernel import ProseResult
    from press.input.cells import Prose

    cell = CodeCell("python", {}, (), "1", 2)
    page = outputs.write("a", "", [ProseResult(Prose("Text:", 1), []), CellResult(cell, [], 1)], {})
    assert "Text:\n\n::: {.cell" in page.markdown


def test_a_cell_in_a_list_stays_in_it() -> None:
    cell = CodeCell("python", {}, (), "1", 2, indent="   ")
    markdown = outputs.write("a", "", [CellResult(cell, [], 1)], {}).markdown
    assert "   ::: {.cell execution_count=1}\n   ``` {.python .cell-code}\n   1\n" in markdown


def test_a_diagram_is_frozen_as_it_was_written() -> None:
    cell = CodeCell("mermaid", {"label": "fig-a"}, ("%%| label: fig-a",), "flowchart LR", 1)
    markdown = outputs.write("a", "", [CellResult(cell, [], None)], {}).markdown
    assert "```{mermaid}\n%%| label: fig-a\nflowchart LR\n```" in markdown


def test_hidden_code_of_a_language_that_is_not_run_stays_hidden() -> None:
    cell = CodeCell("r", {"echo": False}, ("#| echo: false",), "secret <- 1", 1)
    assert "secret" not in outputs.write("a", "", [CellResult(cell, [], None)], {}).markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m & more", '<span class="ansi-red-fg">red</span> &amp; more'),
        ("\x1b[1;92mgood\x1b[m", '<span class="ansi-green-intense-fg ansi-bold">good</span>'),
        ("\x1b[44mblue\x1b[49m", '<span class="ansi-blue-bg">blue</span>'),
        ("\x1b[38;5;9mx\x1b[39m y", '<span class="ansi-red-intense-fg">x</span> y'),
        ("\x1b[38;2;1;2;3mx\x1b[0m\x1b[2K", "x"),
    ],
)
def test_terminal_colours_become_classes(text: str, shown: str) -> None:
    assert terminal.as_html(text) == shown
