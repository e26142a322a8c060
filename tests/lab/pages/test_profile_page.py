"""Results by profile: asked for by name, never missed where their model is not at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from analyses.circular.result import Result
from lab.cli.main import main
from lab.errors import AnalysisError
from lab.models import loader
from lab.pages import profile_page
from tests.lab.made_project import ROOT, copy_code, study

MODEL = "gpt2-small"


@pytest.mark.parametrize("name", ["circular", "successor"])
def test_a_profile_is_known_but_not_due(name: str, tmp_path: Path) -> None:
    profiled = study(name, copy_code(tmp_path))
    assert MODEL not in profiled.recorded_params
    assert profiled.known_params[MODEL].model == MODEL
    assert MODEL not in profiled.due
    path = profiled.result_path(MODEL)
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    assert MODEL in profiled.due  # once it is there it must hold


def test_a_study_without_profiles_has_none() -> None:
    assert study("modular").profile_params == {}
    with pytest.raises(AnalysisError, match=r"there is none\. Use one of: circular"):
        _ = study("no-such-study").known_params


def test_every_profile_stays_inside_its_model() -> None:
    """GPT-2 small has twelve blocks."""
    params = study("successor").known_params[MODEL]
    assert max(*params.layers, *params.turned) <= 12
    assert study("circular").known_params[MODEL].focus == 7


def test_asking_for_it_without_a_hub_ends_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str, **_: object) -> None:
        raise AnalysisError(f'model "{name}": hf download openai-community/gpt2')

    monkeypatch.setattr(loader, "load", absent)
    done = CliRunner().invoke(main, ["reproduce", "circular", "--name", MODEL])
    assert done.exit_code == 1
    assert "hf download openai-community/gpt2" in done.output
    assert not study("circular").result_path(MODEL).exists()


def test_rows_say_not_run_here_and_name_the_papers_latents() -> None:
    assert profile_page.result("circular", "no-such-model") is None
    assert "hf download openai-community/gpt2" in profile_page.notice(None, MODEL)
    said = profile_page.figure(None, Result, lambda _: pytest.fail("drawn"), lambda _: "")
    assert said == "*Not run here.*"
    if not study("circular").result_path(MODEL).exists():
        rows = profile_page.claims(MODEL).splitlines()[2:]
        assert len(rows) >= 10
        assert all(row.endswith("| — | not run here |") for row in rows)
    assert "[2592](https://www.neuronpedia.org/gpt2-small/7-res-jb/2592)" in profile_page.clusters()


def test_the_profile_adds_its_page_and_keeps_its_site_apart() -> None:
    added = yaml.safe_load((ROOT / "_quarto-gpt2.yml").read_text(encoding="utf-8"))
    assert added["project"]["output-dir"] == "_site-gpt2"
    for page in added["website"]["navbar"]["left"]:
        assert (ROOT / page["href"]).is_file()
