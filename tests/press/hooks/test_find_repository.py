"""Where the source can be read: found before a render, linked from entries, gone when it is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.hooks import export_notebooks, find_repository

Make = Callable[[dict[str, str]], Path]
ROOT = Path(__file__).parents[3]
SCRIPTS = (
    "press/hooks/find_repository.py",
    "press/hooks/export_notebooks.py",
    "press/hooks/qmd.py",
    "press/filters/entry.lua",
)
CONFIG = """\
project:
  type: website
  pre-render: find_repository.py
  post-render: export_notebooks.py
filters: [entry.lua]
entry-links: {source: auto, notebook: true, colab: auto}
"""
PAGES = {
    "log/a/index.qmd": "---\ntitle: A\nkind: note\n---\n\n```{python}\n#| eval: false\n1\n```\n",
    "log/b/index.qmd": "---\ntitle: B\nkind: note\n---\n\nNo code.\n",
}
FORGE = ("GITHUB_REPOSITORY", "GITHUB_SERVER_URL")


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/you/log.git", "https://github.com/you/log"),
        ("https://github.com/you/log/", "https://github.com/you/log"),
        ("git@github.com:you/log.git", "https://github.com/you/log"),
        ("ssh://git@github.com:22/you/my.log.git", "https://github.com/you/my.log"),
        ("https://you:secret@github.com/you/log.git", "https://github.com/you/log"),
        ("git@gitlab.com:group/sub/log.git", "https://gitlab.com/group/sub/log"),
        ("https://gitlab.example.edu/you/log", "https://gitlab.example.edu/you/log"),
        ("https://codeberg.org/you/log.git", "https://codeberg.org/you/log"),
        ("/home/you/log", ""),
        ("../log.git", ""),
        ("file:///home/you/log.git", ""),
        ("C:\\Users\\you\\log", ""),
        ("you@laptop.local:github.com/log", ""),
        ("https://git.example.org/you/log", ""),
        ("https://github.com.evil.example/you/log", ""),
        ("https://github.com/you", ""),
        ("", ""),
    ],
)
def test_only_a_known_forge_is_an_address_and_no_secret_stays(remote: str, address: str) -> None:
    assert find_repository.from_remote(remote) == address


@given(st.text(max_size=60))
def test_no_remote_breaks_it_or_smuggles_markup(remote: str) -> None:
    address = find_repository.from_remote(remote)
    assert not set(address) & set("\"'<>@ \n")


def test_a_forges_own_machine_says_where_it_is() -> None:
    assert (
        find_repository.from_environment({"GITHUB_REPOSITORY": "you/log"})
        == "https://github.com/you/log"
    )
    elsewhere = {"GITHUB_REPOSITORY": "you/log", "GITHUB_SERVER_URL": "https://codeberg.org"}
    assert find_repository.from_environment(elsewhere) == "https://codeberg.org/you/log"
    assert find_repository.from_environment({"GITHUB_REPOSITORY": "no-owner"}) == ""
    assert find_repository.from_environment({}) == ""


def test_each_forge_writes_a_files_address_its_own_way_and_colab_opens_only_github() -> None:
    found = find_repository.links("https://github.com/you/log")
    assert found["source"] == "https://github.com/you/log/blob/HEAD"
    assert found["colab"] == "https://colab.research.google.com/github/you/log/blob/notebooks"
    lab = find_repository.links("https://gitlab.com/you/log")
    assert lab == {
        "source": "https://gitlab.com/you/log/-/blob/HEAD",
        "clone": "https://gitlab.com/you/log",
    }
    berg = find_repository.links("https://codeberg.org/you/log")
    assert berg["source"] == "https://codeberg.org/you/log/src/branch/main"
    assert find_repository.links("") == {}


def render(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in FORGE}
    return subprocess.run(
        [sys.executable, "-m", "press", "render", str(root)],
        capture_output=True, text=True, check=True, timeout=120, env={**kept, **environment},
        cwd=ROOT,
    )  # fmt: skip


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


def site(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root / "_site").as_posix(): path.read_bytes()
        for path in sorted((root / "_site").rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def log(make: Make) -> Path:
    scripts = {name.rsplit("/", 1)[-1]: (ROOT / name).read_text() for name in SCRIPTS}
    return make({"_quarto.yml": CONFIG, **scripts, **PAGES})


def test_links_come_with_an_address_and_go_with_it(log: Path) -> None:
    render(log)
    bare = site(log)
    page = bare["log/a/index.html"].decode()
    assert '<p class="entry-links"><a href="index.ipynb" download>Notebook</a></p>' in page
    assert b"entry-links" not in bare["log/b/index.html"]
    git(log, "init", "-q")
    git(log, "remote", "add", "origin", str(log.parent / "elsewhere.git"))
    render(log)
    assert site(log) == bare, "a path on this machine is no address"
    git(log, "remote", "set-url", "origin", "git@github.com:you/log.git")
    render(log)
    page = (log / "_site/log/a/index.html").read_text()
    assert 'href="https://github.com/you/log/blob/HEAD/log/a/index.qmd">Source</a>' in page
    notebook = "https://colab.research.google.com/github/you/log/blob/notebooks/log/a/index.ipynb"
    assert f'<a href="{notebook}" class="entry-colab"><svg class="entry-rings"' in page
    other = (log / "_site/log/b/index.html").read_text()
    assert "blob/HEAD/log/b/index.qmd" in other
    assert "colab" not in other, "it runs no code"
    render(log, GITHUB_REPOSITORY="me/fork")
    assert "https://github.com/me/fork/blob/HEAD" in (log / "_site/log/b/index.html").read_text()
    git(log, "remote", "remove", "origin")
    render(log)
    assert site(log) == bare


def test_a_given_address_wins_and_false_leaves_a_link_out(log: Path) -> None:
    given_links = "{source: 'https://example.org/log/', notebook: true, colab: false}"
    config = CONFIG.replace("{source: auto, notebook: true, colab: auto}", given_links)
    (log / "_quarto.yml").write_text(config)
    render(log, GITHUB_REPOSITORY="me/fork")
    page = (log / "_site/log/a/index.html").read_text()
    assert 'href="https://example.org/log/log/a/index.qmd"' in page
    assert "github.com" not in page


def test_a_notebook_fetches_the_log_first_where_its_address_is_known(log: Path) -> None:
    render(log)
    held = json.loads((log / "_site/log/a/index.ipynb").read_text())
    assert [cell["cell_type"] for cell in held["cells"]] == ["markdown", "code"]
    render(log, GITHUB_REPOSITORY="me/fork")
    held = json.loads((log / "_site/log/a/index.ipynb").read_text())
    first = "".join(held["cells"][1]["source"])
    assert "git clone -q --depth 1 https://github.com/me/fork the-log\n" in first
    assert '%cd -q "the-log/log/a"' in first


def test_the_first_cell_changes_nothing_inside_a_clone(tmp_path: Path) -> None:
    from IPython.core.inputtransformer2 import TransformerManager

    (tmp_path / "log/a").mkdir(parents=True)
    (tmp_path / "_quarto.yml").write_text("")
    code = export_notebooks.SETUP.format(address="https://nowhere.invalid/x", folder="log/a")
    plain = TransformerManager().transform_cell(code)
    done = subprocess.run(
        [sys.executable, "-c", plain + "\nimport os; print(os.getcwd()); print(sys.path[0])"],
        cwd=tmp_path / "log/a", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [str(tmp_path / "log/a"), str(tmp_path)]
