"""What the documents name is there: files, definitions, links, commands and their options."""

from __future__ import annotations

import ast
import fnmatch
import re
import subprocess
from functools import cache
from pathlib import Path

import click
import msgspec
import pytest
import yaml

from lab.cli.main import main as lab
from press.cli import main as press
from tests.documents import DOCUMENTS, ROOT, command_lines, spans
from tracker.cli import main as tracker
from tracker.goals_file import schema

COMMANDS: dict[str, click.Command] = {"tracker": tracker, "press": press, "lab": lab}
SUFFIXES = (".py", ".md", ".qmd", ".yml", ".toml", ".css", ".scss", ".lua", ".txt", ".bib", ".cff")
PATH = re.compile(r"[\w.@<>*-]+(?:/[\w.@<>*-]+)*/?")
PACKAGES = ("tracker", "press", "lab", "analyses", "tests", "benchmarks")
# `a/file.py` (`A_NAME`, `another`): names that the file says.
DEFINED = re.compile(r"`([\w./<>-]+\.\w+)` \(((?:`[\w.]+`(?:, | and )?)+)\)")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@cache
def tracked() -> tuple[str, ...]:
    """Every file that git tracks or is about to, and every folder, with / at its end."""
    told = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    files = [name for name in told.stdout.split("\n") if name and (ROOT / name).exists()]
    folders = {f"{folder.as_posix()}/" for name in files for folder in Path(name).parents}
    return tuple(sorted({*files, *folders} - {"./"}))


@cache
def matches(pattern: str) -> tuple[str, ...]:
    """The tracked paths that a path in a document means; `<study>` means any."""
    pattern = re.sub(r"<[\w-]+>", "*", pattern)
    if "/" not in pattern.rstrip("/"):  # a name alone: one of that name, wherever it is
        pattern = pattern.rstrip("/")
        return tuple(name for name in tracked() if fnmatch.fnmatch(Path(name).name, pattern))
    return tuple(name for name in tracked() if fnmatch.fnmatch(name, pattern))


def is_path(span: str) -> bool:
    """Whether a span looks like a path of the repository."""
    if not PATH.fullmatch(span):
        return False
    first = span.split("/", 1)[0]
    if "/" in span:  # what the tools make and git does not track is another matter
        return first in tracked() or f"{first}/" in tracked()
    return span.endswith(SUFFIXES) and not span.startswith((".", "*"))


def paths(name: str) -> list[str]:
    """The spans of a document that look like paths."""
    return [span for span in spans(name) if is_path(span)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_that_is_named_is_there(name: str) -> None:
    assert [path for path in paths(name) if not matches(path)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    links = LINK.findall(DOCUMENTS[name])
    folder = (ROOT / name).parent
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_name_beside_a_path_is_said_in_that_file(name: str) -> None:
    for path, names in DEFINED.findall(DOCUMENTS[name]):
        texts = [(ROOT / found).read_text(encoding="utf-8") for found in matches(path)]
        assert texts, path
        for word in re.findall(r"`([\w.]+)`", names):
            assert any(re.search(rf"\b{re.escape(word)}\b", text) for text in texts), (path, word)


def dotted_names(name: str) -> list[str]:
    """The spans of a document that name a module, or something in one."""
    dotted = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
    return [span for span in spans(name) if dotted.fullmatch(span) and not is_path(span)]


def is_defined(dotted: str) -> bool:
    """Whether a dotted name leads to a module, a package, or a name at the top of one."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        base = ROOT.joinpath(*parts[:count])
        file = base.with_suffix(".py")
        file = file if file.is_file() else base / "__init__.py"
        if file.is_file():
            rest = parts[count:]
            return not rest or (len(rest) == 1 and rest[0] in top_names(file))
    return False


def top_names(file: Path) -> set[str]:
    """The names that a module defines or imports at its top."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {each.id for each in targets if isinstance(each, ast.Name)}
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_dotted_name_is_defined(name: str) -> None:
    assert [dotted for dotted in dotted_names(name) if not is_defined(dotted)] == []


def problem_of(words: list[str]) -> str:
    """What is wrong with a command line of ours; empty where nothing is."""
    if words[0] == "make":
        return problem_of_make(words[1:])
    command: click.Command = COMMANDS[words[0]]
    context = click.Context(command, info_name=words[0])
    rest = words[1:]
    while isinstance(command, click.Group) and rest and re.fullmatch(r"[a-z]+", rest[0]):
        step = command.get_command(context, rest[0])
        if step is None:
            return f"{context.command_path} has no command {rest[0]}"
        command, context = step, click.Context(step, context, info_name=rest[0])
        rest = rest[1:]
    known = {"--help", "-h", "--version"}
    while context is not None:
        known |= {opt for each in context.command.params for opt in each.opts}
        context = context.parent  # type: ignore[assignment]
    unknown = [
        word for word in rest if word.startswith("--") and word.partition("=")[0] not in known
    ]
    return f"{' '.join(words)}: no option {', '.join(unknown)}" if unknown else ""


def problem_of_make(words: list[str]) -> str:
    """The same of `make`: its targets, and the variables it is given."""
    from tracker.workspace.templates import MAKEFILE

    rules = (ROOT / "Makefile").read_text(encoding="utf-8") + MAKEFILE.format()
    for word in words:
        name, is_variable, _ = word.strip("[]").partition("=")
        rule = rf"\$\({name}\)" if is_variable else rf"^{re.escape(name)}:"
        if not re.search(rule, rules, re.M):
            return f"make: nothing called {name}"
    return ""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_is_there_with_its_options(name: str) -> None:
    assert [text for words in command_lines(name) if (text := problem_of(words))] == []


def test_what_is_wrong_would_be_seen() -> None:
    assert problem_of(["tracker", "chekin"])
    assert problem_of(["tracker", "checkin", "--notes", "x"])
    assert problem_of(["lab", "reproduce", "circular", "--names", "x"])
    assert problem_of(["make", "sites"])
    assert not problem_of(["tracker", "season", "amend", "--reason", "x"])
    assert not matches("tracker/habits/nothing.py")
    assert not is_defined("lab.stats.estimates.nothing")


def test_enough_is_named_to_mean_something() -> None:
    """A pattern that no longer finds anything would pass everything."""
    assert len(set(paths("CONTRIBUTING.md"))) > 60
    assert len(DEFINED.findall(DOCUMENTS["CONTRIBUTING.md"])) > 15
    assert sum(len(command_lines(name)) for name in DOCUMENTS) > 30


def keys(form: type) -> set[str]:
    """The keys of a part of a YAML file, as they are written."""
    return {field.encode_name for field in msgspec.structs.fields(form)}


def test_every_key_of_goals_yml_is_explained() -> None:
    forms = [form for form in vars(schema).values() if isinstance(form, type)]
    parts = [form for form in forms if issubclass(form, msgspec.Struct)]
    assert len(parts) == 7
    explained = set(spans("docs/goals.md"))
    assert {key for form in parts for key in keys(form)} - explained == set()


def test_every_key_of_claims_and_hypotheses_is_explained() -> None:
    from lab.declared import claims, hypotheses

    parts = (
        claims.Claims, claims.Paper, claims.Claim, claims.Source, claims.Ours,
        hypotheses.Hypotheses, hypotheses.Factor, hypotheses.Measure, hypotheses.Prediction,
        hypotheses.Grading,
    )  # fmt: skip
    explained = set(spans("docs/claims.md"))
    assert {key for form in parts for key in keys(form)} - explained == set()


def test_the_site_publishes_no_document_of_the_code() -> None:
    """Neither engine renders what is not named: pages are .qmd, these documents are .md."""
    project = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))["project"]
    rendered = [pattern for pattern in project["render"] if not pattern.startswith("!")]
    assert all(pattern.endswith(".qmd") for pattern in rendered), rendered
    for name in (*DOCUMENTS, "CHANGELOG.md"):
        assert not any(fnmatch.fnmatch(name, p) for p in (*rendered, *project["resources"])), name
    assert not [name for name in tracked() if fnmatch.fnmatch(name, "docs/*.qmd")]
