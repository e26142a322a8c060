"""Results by profile: asked for by name, never missed where their model is not at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from analyses.circular.result import Result
from lab.cli.main import main
from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import ROOT
from lab.models import loader
from lab.pages import profile_page
from lab.results import record
from lab.results import study as studies

MODEL = "gpt2-small"


@pytest.mark.parametrize("study", ["circular", "successor"])
def test_a_profile_is_known_but_not_due(study: str, tmp_path: Path) -> None:
    assert MODEL in studies.known_params(study)
    assert MODEL not in studies.recorded_params(study)
    assert studies.known_params(study)[MODEL].model == MODEL
    assert MODEL not in studies.due(study, tmp_path)
    path = studies.path_of(study, MODEL, tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    assert MODEL in studies.due(study, tmp_path)  # once it is there it must hold


def test_a_study_without_profiles_has_none() -> None:
    assert studies.profile_params("modular") == {}
    with pytest.raises(AnalysisError, match="there is none"):
        studies.known_params("no-such-study")


def test_every_profile_stays_inside_its_model() -> None:
    """GPT-2 small has twelve blocks."""
    params = studies.known_params("successor")[MODEL]
    assert max(*params.layers, *params.turned) <= 12
    assert studies.known_params("circular")[MODEL].focus == 7


def test_asking_for_it_without_a_hub_ends_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str, **_: object) -> None:
        raise AnalysisError(f'model "{name}": hf download openai-community/gpt2')

    monkeypatch.setattr(loader, "load", absent)
    done = CliRunner().invoke(main, ["reproduce", "circular", "--name", MODEL])
    assert done.exit_code == 1
    assert "hf download openai-community/gpt2" in done.output
    assert not record.path_of("circular", MODEL).exists()


def test_rows_say_not_run_here_and_name_the_papers_latents() -> None:
    assert profile_page.result("circular", "no-such-model") is None
    assert "hf download openai-community/gpt2" in profile_page.notice(None, MODEL)
    said = profile_page.figure(None, Result, lambda _: pytest.fail("drawn"), lambda _: "")
    assert said == "*Not run here.*"
    if not record.path_of("circular", MODEL).exists():
        rows = profile_page.claims(MODEL).splitlines()[2:]
        assert len(rows) >= 10
        assert all(row.endswith("| — | not run here |") for row in rows)
    assert "[2592](https://www.neuronpedia.org/gpt2-small/7-res-jb/2592)" in profile_page.clusters()


def test_the_profile_adds_its_page_and_keeps_its_site_apart() -> None:
    added = yaml.safe_load((ROOT / "_quarto-gpt2.yml").read_text(encoding="utf-8"))
    assert added["project"]["output-dir"] == "_site-gpt2"
    for page in added["website"]["navbar"]["left"]:
        assert (ROOT / page["href"]).is_file()
