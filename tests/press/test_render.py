"""Whole renders: freezing both ways, failures that leave the old site, profiles, strictness."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from press import build, console
from press.errors import Findings
from press.hooks import drop_stale, qmd
from press.input.project import load

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
AUTO = "project:\n  type: website\nexecute:\n  freeze: auto\n"


def frozen_by_quarto(root: Path, page: str, markdown: str) -> None:
    """A page as Quarto freezes it, with a figure."""
    folder = root / "_freeze" / Path(page).with_suffix("")
    (folder / "execute-results").mkdir(parents=True)
    (folder / "figure-html").mkdir()
    (folder / "figure-html" / "fig-a-output-1.png").write_bytes(b"png")
    digest = hashlib.md5((root / page).read_bytes()).hexdigest()
    result = {
        "engine": "jupyter",
        "markdown": markdown,
        "supporting": ["a_files"],
        "filters": [],
        "includes": {},
    }
    (folder / "execute-results" / "html.json").write_text(
        json.dumps({"hash": digest, "result": result})
    )


def test_a_page_frozen_by_quarto_needs_no_kernel(make: Make, run: Run) -> None:
    root = make(
        {
            "_quarto.yml": AUTO,
            "log/a.qmd": "---\ntitle: A\n---\n\n```{python}\nraise SystemExit\n```\n",
        }
    )
    frozen_by_quarto(
        root,
        "log/a.qmd",
        "---\ntitle: A\n---\n\n::: {#cell-fig-a .cell execution_count=1}\n``` {.python .cell-code}\nraise SystemExit\n```\n\n"
        "::: {.cell-output .cell-output-display}\n![Drawn](a_files/figure-html/fig-a-output-1.png){#fig-a width=9 height=9}\n"
        ":::\n:::\n\n\nSee @fig-a.\n",
    )
    done = run(root)
    assert done.returncode == 0, done.stderr
    assert "reused    log/a.qmd  (frozen)" in done.stdout
    markup = (root / "_site/log/a.html").read_text()
    assert "Figure\u00a01: Drawn" in markup
    assert (root / "_site/log/a_files/figure-html/fig-a-output-1.png").read_bytes() == b"png"


def test_what_the_press_freezes_is_quartos_format_and_is_reused(make: Make, run: Run) -> None:
    root = make(
        {"_quarto.yml": AUTO, "a.qmd": "---\ntitle: A\n---\n\n```{python}\nprint(6 * 7)\n```\n"}
    )
    assert "executed  a.qmd  (1 cell" in run(root).stdout
    held = json.loads((root / "_freeze/a/execute-results/html.json").read_text())
    assert held["hash"] == hashlib.md5((root / "a.qmd").read_bytes()).hexdigest()
    assert sorted(held["result"]) == ["engine", "filters", "includes", "markdown", "supporting"]
    assert held["result"]["markdown"].startswith("---\ntitle: A\n---\n")
    assert (
        "::: {.cell execution_count=1}\n``` {.python .cell-code}\nprint(6 * 7)\n```\n"
        in held["result"]["markdown"]
    )
    assert "::: {.cell-output .cell-output-stdout}\n```\n42\n```\n:::" in held["result"]["markdown"]
    again = run(root)
    assert "reused    a.qmd  (frozen)" in again.stdout
    (root / "a.qmd").write_text("---\ntitle: A\n---\n\n```{python}\nraise ValueError('no')\n```\n")
    before = (root / "_site/a.html").read_text()
    failed = run(root)
    assert failed.returncode == 1
    assert failed.stderr.strip() == "press: a.qmd:6: cell 1 failed: ValueError: no"
    assert (root / "_site/a.html").read_text() == before, "the old site stays"
    assert not (root / ".press" / "site").exists()
    kept = json.loads((root / "_freeze/a/execute-results/html.json").read_text())
    assert kept == held, "a page that failed freezes nothing"


def test_a_failing_cell_is_named_by_page_label_line_and_exception(make: Make, run: Run) -> None:
    cell = "```{python}\n#| label: fig-late\n#| fig-cap: None\ndef late():\n    return {}['gone']\n\nlate()\n```\n"
    root = make(
        {
            "log/a b.qmd": "---\ntitle: A\n---\n\n```{python}\nx = 1\n```\n\n{{< include part.qmd >}}\n",
            "log/part.qmd": "Text\n\n" + cell,
        }
    )
    done = run(root)
    assert done.returncode == 1
    assert done.stderr.strip() == "press: log/part.qmd:9: cell fig-late failed: KeyError: 'gone'"
    assert not (root / "_site").exists()


def test_a_failing_inline_value_is_named(make: Make, run: Run) -> None:
    done = run(make({"a.qmd": "One\n\nIt is `{python} nothing`.\n"}))
    assert done.returncode == 1
    assert "a.qmd:3: the inline value `{python} nothing` failed: NameError" in done.stderr


def test_a_cell_that_takes_too_long_is_stopped(make: Make, run: Run) -> None:
    done = run(make({"a.qmd": "```{python}\nimport time\ntime.sleep(60)\n```\n"}), "--timeout", "1")
    assert done.returncode == 1
    assert "a.qmd:1: cell 1 took longer than 1 s and was stopped" in done.stderr


def test_a_kernel_that_dies_is_reported(make: Make, run: Run) -> None:
    done = run(make({"a.qmd": "```{python}\nimport os\nos._exit(3)\n```\n"}))
    assert done.returncode == 1
    assert "a.qmd:1: the Python kernel died in cell 1" in done.stderr


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("```{python}\nquit()\n```\n", "a.qmd:1: cell 1 ends the kernel with quit() or exit()"),
        (
            "```{python}\n#| label: end\nexit()\n```\n\n```{python}\n1\n```\n",
            "a.qmd:1: cell end ends the kernel with quit() or exit()",
        ),
        ("One\n\n`{python} quit()` two\n", "a.qmd:3: an inline value ends the kernel with quit()"),
    ],
)
def test_a_cell_that_quits_is_named(make: Make, run: Run, page: str, said: str) -> None:
    """Bug: "this should not have happened", or a page whose later cells were silently empty."""
    done = run(make({"a.qmd": page}))
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("__import__('os')._exit(3)", "a.qmd:3: the Python kernel died in the inline value"),
        ("__import__('time').sleep(60)", "a.qmd:3: the inline value `{python} __import__('time')"),
    ],
)
def test_an_inline_value_that_ends_the_kernel_or_never_ends_is_named(
    make: Make, run: Run, expression: str, said: str
) -> None:
    done = run(make({"a.qmd": f"One\n\nIt is `{{python}} {expression}`.\n"}), "--timeout", "2")
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_ctrl_c_leaves_no_process_and_no_half_site(make: Make) -> None:
    root = make(
        {
            "a.qmd": "```{python}\nimport os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\ntime.sleep(99)\n```\n"
        }
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "press", "render", str(root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    mark = root / "pid"
    deadline = time.monotonic() + 100
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=100)
    assert process.returncode == 130
    assert said == "press: stopped; the old site stays as it was\n", "no traceback of asyncio's"
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)
    assert not (root / ".press" / "site").exists()


def test_the_site_survives_a_missing_config_and_bad_yaml(
    make: Make, run: Run, tmp_path: Path
) -> None:
    assert "there is no _quarto.yml here" in run(tmp_path).stderr
    done = run(make({"_quarto.yml": "project:\n  type: website\n bad\n", "index.qmd": "x\n"}))
    assert done.returncode == 1
    assert "_quarto.yml:3: this is not valid YAML" in done.stderr


def test_broken_things_are_warnings_and_fatal_under_strict(make: Make, run: Run) -> None:
    root = make({
        "index.qmd": "---\ntitle: T\n---\n\n[x](gone.qmd) ![y](gone.png)\n\n@fig-gone and [@nobody] and [z](#nowhere)\n",
        "_quarto.yml": "project:\n  type: website\nbibliography: refs.bib\n",
        "refs.bib": "",
    })  # fmt: skip
    done = run(root)
    assert done.returncode == 0
    for expected in (
        "index.qmd:5: broken link gone.qmd",
        "index.qmd:5: missing image gone.png",
        "index.qmd:7: broken cross-reference @fig-gone",
        "index.qmd:7: unknown citation key @nobody",
        "index.qmd:7: broken link #nowhere: that page has no #nowhere",
    ):
        assert expected in done.stdout
    before = (root / "_site/index.html").stat().st_mtime_ns
    strict = run(root, "--strict")
    assert strict.returncode == 1
    assert "--strict: 5 things to mend, so the old site stays" in strict.stderr
    assert (root / "_site/index.html").stat().st_mtime_ns == before


def test_profiles_change_the_site(make: Make, run: Run) -> None:
    root = make({
        "_quarto.yml": "project:\n  type: website\nwebsite:\n  title: Plain\n",
        "_quarto-fancy.yml": "website:\n  title: Fancy\n",
        "index.qmd": "---\ntitle: Home\n---\n\n::: {.content-visible when-profile=\"fancy\"}\nOnly here.\n:::\n",
    })  # fmt: skip
    assert run(root).returncode == 0
    assert "Plain" in (root / "_site/index.html").read_text()
    assert "Only here." not in (root / "_site/index.html").read_text()
    assert run(root, "--profile", "fancy", "--output-dir", str(root / "other")).returncode == 0
    assert "Fancy" in (root / "other/index.html").read_text()
    assert "Only here." in (root / "other/index.html").read_text()
    missing = run(root, "--profile", "nope")
    assert missing.returncode == 1
    assert "_quarto-nope.yml: there is no such file" in missing.stderr


def test_resources_are_the_projects_own(make: Make, run: Run) -> None:
    """Bug: `data.json` was also found in the site published before, and copied into the next one."""
    root = make(
        {
            "_quarto.yml": "project:\n  type: website\n  resources:\n    - data.json\n    - .well-known\n",
            "a.qmd": "A page.\n",
            "data.json": "{}",
            "deep/data.json": "{}",
            ".tracker/data.json": '"private"',
            ".well-known/security.txt": "mail",
        }
    )
    other = root / "_site-other"
    for arguments in ((), ("--output-dir", str(other)), ()):
        assert run(root, *arguments).returncode == 0
    for site in (root / "_site", other):
        found = {path.relative_to(site).as_posix() for path in site.rglob("data.json")}
        assert found == {"data.json", "deep/data.json"}
        assert not (site / ".tracker").exists()
        assert not list(site.glob("_site*"))
        assert (site / ".well-known/security.txt").read_text() == "mail"


def test_a_folder_that_is_no_site_is_never_replaced(make: Make, run: Run) -> None:
    root = make({"index.qmd": "x\n", "precious/thesis.txt": "years of work"})
    done = run(root, "--output-dir", str(root / "precious"))
    assert done.returncode == 1
    assert (root / "precious/thesis.txt").read_text() == "years of work"
    assert run(root, "--output-dir", str(root)).returncode == 1


def test_a_changed_import_is_executed_again(make: Make, run: Run) -> None:
    root = make({
        "_quarto.yml": AUTO,
        "study/__init__.py": "",
        "study/measure.py": "N = 1\n",
        "a.qmd": "```{python}\n#| echo: false\nfrom study.measure import N\n```\n\nN is `{python} N`.\n",
    })  # fmt: skip
    assert run(root).returncode == 0
    (root / "study/measure.py").write_text("N = 2\n")
    done = run(root)
    assert "stale: a.qmd will be executed again: study/measure.py changed" in done.stdout
    assert "N is 2." in (root / "_site/a.html").read_text()


def test_the_scripts_of_the_sound_freeze_run_around_a_render(make: Make, run: Run) -> None:
    config = AUTO.replace(
        "website\n", "website\n  pre-render: drop_stale.py\n  post-render: drop_stale.py --record\n"
    )
    root = make({
        "_quarto.yml": config,
        "drop_stale.py": Path(drop_stale.__file__).read_text(),
        "qmd.py": Path(qmd.__file__).read_text(),
        "study.py": "N = 1\n",
        "a.qmd": "```{python}\nfrom study import N\nprint(N)\n```\n",
    })  # fmt: skip
    assert run(root).returncode == 0
    assert (root / "_freeze/a/depends.json").is_file()
    assert "reused    a.qmd" in run(root).stdout
    (root / "study.py").write_text("N = 2\n")
    done = run(root)
    assert done.stdout.count("stale: a.qmd will be executed again: study.py changed") == 1
    assert "executed  a.qmd" in done.stdout
    assert "reused    a.qmd" in run(root).stdout


def test_a_frozen_page_is_digested_once_a_render(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bug: the pre-render script, the render and the post-render script each digested everything."""
    config = AUTO.replace("website\n", "website\n  pre-render: {0}\n  post-render: {0} --record\n")
    root = make({
        "_quarto.yml": config.format("drop_stale.py"),
        "drop_stale.py": Path(drop_stale.__file__).read_text(),
        "a.qmd": "```{python}\n1\n```\n",
    })  # fmt: skip
    frozen_by_quarto(root, "a.qmd", "Frozen.\n")
    digested: list[str] = []
    digests = drop_stale.digests
    monkeypatch.setattr(
        drop_stale, "digests", lambda root, page: digested.append(page) or digests(root, page)
    )
    monkeypatch.setattr(subprocess, "run", lambda command, **_: pytest.fail(str(command)))
    render = build.Build(load(root), build.RenderSettings(), Findings(), console.RenderConsole())
    render.execute(render.read())
    render.run_scripts("post-render", [])
    assert digested == ["a.qmd"]
    assert (root / "_freeze/a/depends.json").is_file()


def test_a_script_that_fails_is_named_with_its_line(make: Make, run: Run) -> None:
    config = "project:\n  type: website\n  pre-render:\n    - fine.py\n    - bad.py now\n"
    root = make({
        "_quarto.yml": config, "fine.py": "", "bad.py": "import sys; sys.exit(sys.argv[1])",
        "index.qmd": "x\n",
    })  # fmt: skip
    done = run(root)
    assert done.returncode == 1
    assert "_quarto.yml:3: pre-render: bad.py now failed with code 1." in done.stderr
    assert not (root / "_site").exists()


def test_bad_yaml_in_folder_metadata_and_a_cyclic_include_are_named(make: Make, run: Run) -> None:
    root = make({"a/_metadata.yml": "toc: [\n", "a/x.qmd": "x\n"})
    done = run(root)
    assert done.returncode == 1
    assert "a/_metadata.yml:2: this is not valid YAML" in done.stderr
    (root / "a/_metadata.yml").write_text("toc: true\n")
    (root / "a/x.qmd").write_text("One\n\n{{< include _y.qmd >}}\n")
    (root / "a/_y.qmd").write_text("{{< include x.qmd >}}\n")
    done = run(root)
    assert done.returncode == 1
    assert "a/_y.qmd:1: include x.qmd: it includes itself" in done.stderr


def test_a_bibliography_that_cannot_be_read_is_named_with_its_line(make: Make, run: Run) -> None:
    root = make({"refs.bib": "@article{a,\n title={Unclosed\n", "a.qmd": "[@a]\n",
                 "_quarto.yml": "project:\n  type: website\nbibliography: refs.bib\n"})  # fmt: skip
    done = run(root)
    assert done.returncode == 1
    assert "press: refs.bib:3: this bibliography cannot be read: unexpected end" in done.stderr


def test_what_leads_nowhere_around_a_page_is_named_with_its_line(make: Make, run: Run) -> None:
    root = make({
        "_quarto.yml": "project:\n  type: website\nwebsite:\n  navbar:\n    left:\n      - href: gone.qmd\n        text: Gone\n"
        "  favicon: gone.svg\ncrossref:\n  chapters: true\n",
        "none.qmd": "---\ntitle: None\nlisting: {contents: posts/*.qmd}\n---\n",
        "a/b.qmd": "Said {{< meta nope >}} {{< pagebreak >}} {{< var no.such >}} {{< env NOT_SET_ANYWHERE >}}.\n",
    })  # fmt: skip
    done = run(root)
    assert "_quarto.yml:6: broken link gone.qmd" in done.stdout
    assert "_quarto.yml:8: missing image gone.svg" in done.stdout
    assert "_quarto.yml:10: crossref.chapters (Quarto does this" in done.stdout
    assert "a/b.qmd:1: {{< meta nope >}}: there is no such value" in done.stdout
    assert "a/b.qmd:1: {{< var no.such >}}: there is no such value" in done.stdout
    assert "none.qmd:3: this listing finds no pages" in done.stdout
    page = (root / "_site/a/b.html").read_text()
    for name in ("meta:nope", "var:no.such", "env:NOT_SET_ANYWHERE"):
        assert f"<strong>?{name}</strong>" in page
    assert "break-after: page" in page
    assert run(root, "--strict").returncode == 1


def test_embedding_what_is_not_there_is_named(make: Make, run: Run) -> None:
    root = make(
        {
            "a.qmd": "# T\n\n{{< embed gone.ipynb#fig-x >}}\n\n{{< embed b.qmd#no >}}\n",
            "b.qmd": "```{python}\n1\n```\n",
        }
    )
    done = run(root)
    assert (
        "a.qmd:3: embed gone.ipynb#fig-x: gone.ipynb is no page with cells, and no notebook"
        in done.stdout
    )
    assert "a.qmd:5: embed b.qmd#no: b.qmd has no cell no" in done.stdout
    assert run(root, "--strict").returncode == 1


def test_a_filter_of_the_project_runs_and_one_that_cannot_is_named_once(
    make: Make, run: Run
) -> None:
    root = make({
        "_quarto.yml": "project:\n  type: website\nfilters:\n  - shout.lua\n  - broken.lua\n",
        "shout.lua": "function Str(s) s.text = s.text:upper() return s end\n",
        "broken.lua": "function Pandoc(doc) return quarto.nothing.of_the_kind() end\n",
        "a.qmd": "quiet\n", "b.qmd": "quiet\n",
    })  # fmt: skip
    done = run(root)
    assert done.returncode == 0
    assert "QUIET" in (root / "_site/b.html").read_text()
    assert done.stdout.count("the filter broken.lua") == 1


def test_a_table_can_be_embedded_as_a_figure_can(make: Make, run: Run) -> None:
    """Quarto embeds a table's cell without its label; the press numbers it where it is shown."""
    cell = (
        "```{python}\n#| label: tbl-made\n#| tbl-cap: Made\nprint('| a |\\n|---|\\n| 1 |')\n```\n"
    )
    cell = cell.replace("#| label", "#| output: asis\n#| label")
    root = make(
        {
            "a.qmd": f"---\ntitle: A\n---\n\n{cell}",
            "b.qmd": "{{< embed a.qmd#tbl-made >}}\n\n@tbl-made\n",
        }
    )
    assert run(root).returncode == 0
    markup = (root / "_site/b.html").read_text(encoding="utf-8")
    assert 'class="quarto-xref">Table' in markup


def test_a_feed_says_what_quartos_says_whatever_engine_wrote_the_last_one(
    make: Make, run: Run
) -> None:
    """Bug: addresses ended in index.html, so readers saw each entry as new; the order was the list's."""
    site = "website:\n  title: S\n  description: Of the site\n  site-url: https://e.org/b\n"
    listing = "description: Of the list\nlisting: {contents: posts, sort: title, feed: true}\n"
    root = make(
        {
            "_quarto.yml": f"project:\n  type: website\n{site}",
            "posts.qmd": f"---\ntitle: P\n{listing}---\n",
            "posts/a b/index.qmd": "---\ntitle: A\ndate: 2026-01-01\n---\n\nOne.\n",
            "posts/z.qmd": "---\ntitle: Z\ndate: 2026-02-02\n---\n\nTwo.\n",
        }
    )
    assert run(root).returncode == 0
    feed = (root / "_site/posts.xml").read_text(encoding="utf-8")
    assert re.findall(r"<guid>(.*?)</guid>", feed) == [
        "https://e.org/b/posts/z.html",
        "https://e.org/b/posts/a b/",
    ]
    assert "<description>Of the list</description>" in feed
    sitemap = (root / "_site/sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://e.org/b/posts/a b/index.html</loc>" in sitemap
    found = json.loads((root / "_site/search.json").read_text(encoding="utf-8"))
    assert "Two." in next(entry["text"] for entry in found if entry["href"] == "posts.html")
