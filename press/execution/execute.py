"""Run a page's cells in one kernel, with the page's folder as the working directory."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from press.errors import PressError
from press.execution.kernel import Figures, kernel, prepare
from press.input.cells import Cell, Prose, Segment
from press.input.source import Source

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
CELL_LINE = re.compile(r"Cell In\s?\[(\d+)\], line (\d+)|<ipython-input-(\d+)[^>]*>:(\d+)")


@dataclass(frozen=True)
class Job:
    """One page to execute."""

    source: Source
    segments: list[Segment]
    root: Path
    defaults: dict[str, Any]  # the page's `execute:` options
    figures: Figures = field(default_factory=Figures)
    timeout: int = 1800  # seconds a cell may take: a model run is minutes, never half an hour


@dataclass(frozen=True)
class Ran:
    """A cell after its run: Jupyter outputs, and its number; None where it was not evaluated."""

    cell: Cell
    outputs: list[dict[str, Any]]
    count: int | None


@dataclass(frozen=True)
class Told:
    """Prose after its run, with the inline values' Jupyter results, in order."""

    prose: Prose
    values: list[dict[str, Any]]


def option(job: Job, cell: Cell, key: str, default: Any) -> Any:
    """A cell option: the cell's own, else the page's, else Quarto's default."""
    return cell.options.get(key, job.defaults.get(key, default))


def run(job: Job, on_cell: Callable[[int, int, Cell], None]) -> list[Ran | Told]:
    """Run every cell and inline value in order; the first failure ends the page with an error."""
    total = sum(
        isinstance(segment, Cell) and segment.language == "python" for segment in job.segments
    )
    results: list[Ran | Told] = []
    count = 0
    with kernel(job.root, job.source.path, job.timeout) as client:
        prepare(client, job.figures)
        client.timeout = job.timeout
        for segment in job.segments:
            if isinstance(segment, Prose):
                results.append(Told(segment, inline_values(job, client, segment)))
            elif segment.language != "python" or option(job, segment, "eval", True) is False:
                results.append(Ran(segment, [], None))
            else:
                count += 1
                on_cell(count, total, segment)
                results.append(Ran(segment, run_cell(job, client, segment, count), count))
    return results


def run_cell(job: Job, client: Any, cell: Cell, count: int) -> list[dict[str, Any]]:
    """Run one cell; an exception is an error that names page, cell, line and exception."""
    import nbformat
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    allowed = bool(option(job, cell, "error", False))
    code = nbformat.v4.new_code_cell(cell.code)
    code.metadata["tags"] = ["raises-exception"] if allowed else []
    client.nb.cells = [code]
    try:
        client.execute_cell(code, 0, execution_count=count, store_history=True)
    except CellExecutionError as error:
        raise failure(job, cell, code.outputs, count) from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise ended(job, place(job, cell.line), name(cell, count), error) from error
    return [dict(output) for output in code.outputs]


def ended(job: Job, where: str, what: str, error: Exception) -> PressError:
    """Say of a cell or a value that it took too long, or took the kernel with it."""
    if isinstance(error, TimeoutError):
        return PressError(
            f"{where}: {what} took longer than {job.timeout} s and was stopped. "
            "Make it quicker, or allow more with --timeout."
        )
    return PressError(
        f"{where}: the Python kernel died in {what}: out of memory, or a crash in a compiled library."
    )


def inline_values(job: Job, client: Any, prose: Prose) -> list[dict[str, Any]]:
    """Evaluate the inline expressions of a stretch of prose."""
    expressions = prose.expressions
    if not expressions:
        return []
    import nbformat
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    asked = {str(number): text for number, text in enumerate(expressions)}
    sent = client.kc.execute("", silent=True, user_expressions=asked)
    try:  # nbclient tells of a timeout only where there is a cell to blame
        reply = client.wait_for_reply(sent, nbformat.v4.new_code_cell("\n".join(expressions)))
    except (CellTimeoutError, DeadKernelError) as error:
        origin = job.source.find("`{python} " + expressions[0])
        what = f"the inline value `{{python}} {expressions[0]}`"
        what += f", or one of the {len(expressions) - 1} after it," if expressions[1:] else ""
        raise ended(job, f"{origin.path}:{origin.line}", what, error) from error
    content = (reply or {}).get("content", {})
    values: list[dict[str, Any]] = []
    for number, text in asked.items():
        result = content.get("user_expressions", {}).get(number, {})
        if result.get("status") != "ok":
            origin = job.source.find("`{python} " + text)
            raise PressError(
                f"{origin.path}:{origin.line}: the inline value `{{python}} {text}` failed: "
                f"{result.get('ename', 'no reply')}: {result.get('evalue', '')}"
            )
        values.append(dict(result["data"]))
    return values


def failure(job: Job, cell: Cell, outputs: list[Any], count: int) -> PressError:
    """Say which page, cell, line and exception ended the run."""
    error = next((output for output in outputs if output.output_type == "error"), None)
    trace = ANSI.sub("", "\n".join(error.traceback)) if error is not None else ""
    line = cell.line
    for match in CELL_LINE.finditer(trace):
        if int(match[1] or match[3]) == count:
            line = cell.code_line + int(match[2] or match[4]) - 1
            break
    what = f"{error.ename}: {ANSI.sub('', error.evalue)}" if error is not None else "an error"
    return PressError(f"{place(job, line)}: {name(cell, count)} failed: {what}")


def place(job: Job, line: int) -> str:
    """Write a body line as `file:line` of the author's file."""
    origin = job.source.origin(line)
    return f"{origin.path}:{origin.line}"


def name(cell: Cell, count: int) -> str:
    """Name a cell by its label, else its number."""
    return f"cell {cell.label}" if cell.label else f"cell {count}"
