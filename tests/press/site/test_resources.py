"""What is published beside the pages: what is named, and nothing that `!` takes away."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def published(root: Path) -> set[str]:
    site = root / "_site"
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    return {name for name in files if not name.startswith("site_libs/") and name != "search.json"}


def test_a_private_file_is_not_published(make: Make, run: Run) -> None:
    """Bug: `!data/private.csv` was read as a name, and the file was published by `data/*`."""
    root = make({
        "_quarto.yml": "project:\n  type: website\n  resources:\n    - data/*\n    - '!data/private.csv'\n",
        "index.qmd": "---\ntitle: A\n---\n\nhi\n",
        "data/open.csv": "1", "data/private.csv": "2",
    })  # fmt: skip
    assert run(root).returncode == 0
    assert published(root) == {"index.html", "data/open.csv"}


def test_a_link_does_not_publish_what_resources_leave_out(make: Make, run: Run) -> None:
    root = make({
        "_quarto.yml": "project:\n  type: website\n  resources: ['data/*', '!private.csv']\n",
        "index.qmd": "---\ntitle: A\n---\n\n[all](data/private.csv)\n",
        "data/open.csv": "1", "data/private.csv": "2",
    })  # fmt: skip
    done = run(root)
    said = "index.qmd:5: broken link data/private.csv (`resources` leaves data/private.csv out with `!`)"
    assert said in done.stdout
    assert published(root) == {"index.html", "data/open.csv"}


def test_a_pages_own_resources_and_its_folders(make: Make, run: Run) -> None:
    root = make({
        "a/_metadata.yml": "resources: ['*.txt', '!secret.txt']\n",
        "a/one.qmd": "---\ntitle: A\n---\n",
        "a/some.txt": "1", "a/secret.txt": "2", "a/.env": "3",
        "b/two.qmd": "---\ntitle: B\nresources: ['*', 'deep/', /top.csv, '../a/*.log', '!/b/no.csv', '!inner']\n---\n",
        "b/yes.csv": "1", "b/no.csv": "2", "b/.env": "3", "b/deep/inner/x": "4", "b/deep/y": "5",
        "top.csv": "6", "b/top.csv": "7", "a/x.log": "8", "other.csv": "9",
    })  # fmt: skip
    assert run(root).returncode == 0
    assert published(root) == {
        "a/one.html", "a/some.txt", "a/x.log", "b/two.html", "b/yes.csv", "b/top.csv", "b/deep/y", "top.csv",
    }  # fmt: skip


def test_hidden_files_and_the_freezer_are_published_by_name_alone(make: Make, run: Run) -> None:
    root = make({
        "_quarto.yml": "project:\n  type: website\n  resources: ['**', .nojekyll, '!_quarto.yml']\n",
        "index.qmd": "---\ntitle: A\n---\n",
        ".env": "KEY=1", ".nojekyll": "", "a/.netrc": "x", "a/b.txt": "1",
        "_freeze/old/execute-results/html.json": "{}",
    })  # fmt: skip
    assert run(root).returncode == 0
    assert published(root) == {"index.html", ".nojekyll", "a/b.txt"}


def test_pages_that_render_takes_away_are_none(make: Make, run: Run) -> None:
    root = make({
        "_quarto.yml": "project:\n  type: website\n  render: ['**/*.qmd', '!posts/skip.qmd', '!drafts/']\n",
        "index.qmd": "---\ntitle: A\n---\n",
        "posts/a.qmd": "A\n", "posts/skip.qmd": "S\n", "drafts/d.qmd": "D\n",
    })  # fmt: skip
    assert run(root).returncode == 0
    assert published(root) == {"index.html", "posts/a.html"}
