"""The project's configuration: `_quarto.yml` with its profiles and metadata files, merged as Quarto does."""

from __future__ import annotations

import copy
import os
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from press.errors import PressError
from press.input.source import load_yaml, read_text

# Options that name files: from a page's or a folder's own place on.
FILE_OPTIONS = ("css", "include-in-header", "include-before-body", "include-after-body")
CONFIG = ("_quarto.yml", "_quarto.yaml")


@dataclass
class Config:
    """A project: its folder, its merged options, and the files that they come from."""

    root: Path
    options: dict[str, Any]
    profiles: tuple[str, ...] = ()
    files: list[str] = field(default_factory=list)  # relative to the root, `_quarto.yml` first

    def line_of(self, dotted: str) -> tuple[str, int]:
        """The file and line on which an option such as `website.navbar.left` is written."""
        for name in reversed(self.files):
            line = find_line((self.root / name).read_text(encoding="utf-8-sig"), dotted.split("."))
            if line:
                return name, line
        return (self.files[0] if self.files else CONFIG[0]), 0

    def section(self, key: str) -> dict[str, Any]:
        """A section that must be a mapping, such as `project`; empty where it is missing."""
        value = self.options.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            name, line = self.line_of(key)
            raise PressError(f"{name}:{line}: {key}: expected `key: value` lines below it.")
        return value


def merge(outer: dict[str, Any], inner: dict[str, Any]) -> dict[str, Any]:
    """Merge options as Quarto does: the nearer value wins, mappings merge, lists are joined."""
    out = copy.deepcopy(outer)
    for key, value in inner.items():
        outer_value = out.get(key)
        if isinstance(outer_value, dict) and isinstance(value, dict):
            out[key] = merge(outer_value, value)
        elif None not in (outer_value, value) and list in (type(outer_value), type(value)):
            outer_items = as_list(outer_value)
            inner_items = as_list(copy.deepcopy(value))
            out[key] = outer_items + [item for item in inner_items if item not in outer_items]
        else:
            out[key] = copy.deepcopy(value)
    return out


def find_line(text: str, keys: list[str]) -> int:
    """The 1-based line of a nested key in a YAML text; 0 when it is not there."""
    try:
        node = yaml.compose(text)
    except yaml.YAMLError:
        return 0
    line = 0
    for key in keys:
        if isinstance(node, yaml.SequenceNode):
            entry = next(
                (pair for item in node.value for pair in pairs(item) if pair[0].value == key), None
            )
        else:
            entry = next((pair for pair in pairs(node) if pair[0].value == key), None)
        if entry is None:
            return 0
        line, node = entry[0].start_mark.line + 1, entry[1]
    return line


def pairs(node: Any) -> list[tuple[Any, Any]]:
    """The key and value nodes of a YAML mapping; none for anything else."""
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def as_list(value: Any) -> list[Any]:
    """One value or a list of them, as a list; None is empty."""
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def own_filters(root: Path, filters: Any) -> list[Path]:
    """The Lua filters that a project lists and has; those of extensions are Quarto's alone."""
    named = [
        str(item.get("path") or "") if isinstance(item, dict) else str(item)
        for item in as_list(filters)
    ]
    return [root / name for name in named if name.endswith(".lua") and (root / name).is_file()]


def read_file(root: Path, name: str) -> dict[str, Any]:
    """Read one YAML file of options."""
    return load_yaml(read_text(root / name, name), name)


def active_profiles(options: dict[str, Any], asked: Iterable[str]) -> tuple[str, ...]:
    """The profiles in force: those asked for, else QUARTO_PROFILE, else the project's default and groups."""
    named = [part for text in asked for part in text.replace(",", " ").split()]
    if not named:
        named = os.environ.get("QUARTO_PROFILE", "").replace(",", " ").split()
    profile = options.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    if not named:
        named = [str(name) for name in as_list(profile.get("default"))]
    groups = as_list(profile.get("group"))
    for group in groups if groups and isinstance(groups[0], list) else [groups] if groups else []:
        if not any(member in named for member in group):
            named.append(str(group[0]))
    return tuple(dict.fromkeys(named))


def load(folder: Path, profiles: Iterable[str] = ()) -> Config:
    """Read a project folder; a profile without its file is an error."""
    if not folder.is_dir():
        raise PressError(f"{folder}: there is no such folder.")
    root = folder.resolve()
    name = next((name for name in CONFIG if (root / name).is_file()), None)
    if name is None:
        raise PressError(
            f"{folder}: there is no _quarto.yml here. Give the folder of a Quarto project."
        )
    config = Config(root, read_file(root, name), files=[name])
    config.profiles = active_profiles(config.options, profiles)
    for profile in config.profiles:
        extra = f"_quarto-{profile}.yml"
        if (root / extra).is_file():
            config.options = merge(config.options, read_file(root, extra))
            config.files.append(extra)
        elif profile in [part for text in profiles for part in text.replace(",", " ").split()]:
            raise PressError(f"{extra}: there is no such file, so there is no profile {profile}.")
    if (root / "_quarto.yml.local").is_file():
        config.options = merge(config.options, read_file(root, "_quarto.yml.local"))
        config.files.append("_quarto.yml.local")
    for extra in [str(item) for item in as_list(config.options.get("metadata-files"))]:
        if not (root / extra).is_file():
            line = config.line_of("metadata-files")
            raise PressError(f"{line[0]}:{line[1]}: metadata-files: there is no file {extra}.")
        config.options = merge(read_file(root, extra), config.options)
        config.files.append(extra)
    kind = config.section("project").get("type", "default")
    if kind not in ("website", "default"):
        where = config.line_of("project.type")
        raise PressError(
            f"{where[0]}:{where[1]}: project.type {kind}: the press publishes websites only."
        )
    return config


def with_rooted_files(root: Path, folder: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Options whose files are named from the root instead of from the folder that they were set in.

    Where a folder has no such file, the root may have it: a `/` at the start means the root too.
    """

    def rooted(item: Any) -> Any:
        if isinstance(item, dict):
            return {**item, "file": rooted(item["file"])} if "file" in item else item
        beside = posixpath.normpath((folder / str(item)).as_posix())
        is_beside = not str(item).startswith("/") and (root / beside).is_file()
        return beside if is_beside else item

    out = dict(options)
    for key in FILE_OPTIONS:
        if out.get(key) is not None:
            items = [rooted(item) for item in as_list(out[key])]
            out[key] = items if isinstance(out[key], list) else items[0]
    form = out.get("format")
    if isinstance(form, dict):
        out["format"] = {
            name: with_rooted_files(root, folder, inner) if isinstance(inner, dict) else inner
            for name, inner in form.items()
        }
    return out


def with_metadata_files(root: Path, page: Path, front: dict[str, Any]) -> dict[str, Any]:
    """A page's front matter above the options of the files that its `metadata-files` names."""
    named = [*as_list(front.get("metadata-file")), *as_list(front.get("metadata-files"))]
    out: dict[str, Any] = {}
    for name in map(str, named):
        file = (Path() if name.startswith("/") else page.parent) / name.lstrip("/")
        if not (root / file).is_file():
            raise PressError(f"{page.as_posix()}: metadata-files: there is no file {name}.")
        out = merge(out, read_file(root, file.as_posix()))
    return merge(out, front) if out else front


def folder_options(root: Path, page: Path) -> dict[str, Any]:
    """The options of every `_metadata.yml` between the root and a page, nearest last."""
    out: dict[str, Any] = {}
    for depth in range(1, len(page.parts)):
        folder = Path(*page.parts[:depth])
        for name in ("_metadata.yml", "_metadata.yaml"):
            if (root / folder / name).is_file():
                read = read_file(root, (folder / name).as_posix())
                out = merge(out, with_rooted_files(root, folder, read))
    return out


def html_options(options: dict[str, Any]) -> dict[str, Any]:
    """The page options for HTML: `format.html`, or an extension's `<name>-html`, above the rest."""
    written = options.get("format")
    form = (
        {str(written): None}
        if isinstance(written, str)
        else written
        if isinstance(written, dict)
        else {}
    )
    key = next((key for key in form if key == "html" or str(key).endswith("-html")), None)
    base = {key: value for key, value in options.items() if key != "format"}
    inner = form.get(key) if key else None
    return merge(base, inner) if isinstance(inner, dict) else base
