"""Verdicts follow from results, and every change of one is written down."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lab.declared import nulls, yaml_documents
from lab.declared.claims import Ours
from lab.declared.hypotheses import Measure
from lab.errors import AnalysisError
from lab.ledger import (
    history,
    judge,
    preregistration,
    site_files,
    verdicts,
)
from lab.ledger.preregistration import GitHistory, Registration
from lab.results.study import Project, Study
from tests.lab.made_project import HYPOTHESES, ROOT, MadeProject, effect, study

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STUDIES = [each.name for each in Project(ROOT).studies()]


@pytest.fixture
def project(tmp_path: Path) -> MadeProject:
    made = MadeProject(tmp_path / "project")
    made.commit("2026-11-05T00:00:00+00:00")
    return made


def update(project: MadeProject) -> list[tuple[str, str, str]]:
    found = history.update(Project(project.root), NOW).changes
    return [(change.id, change.before, change.after) for change in found]


def kept(project: MadeProject) -> verdicts.Verdicts:
    return verdicts.load(project.read())


def test_before_anything_is_recorded_all_is_open(project: MadeProject) -> None:
    assert update(project) == [("share", "", "not run"), ("share-is-large", "", "open")]
    assert kept(project).claims["share"].verdict == "not run"
    graded = kept(project).predictions["share-is-large"]
    assert (graded.outcome, graded.label, graded.brier) == ("open", "confirmatory", None)


def test_a_recorded_result_judges_claim_and_prediction(project: MadeProject) -> None:
    update(project)
    project.record({"share": effect(0.62)})
    assert update(project) == [
        ("share", "not run", "reproduced"),
        ("share-is-large", "open", "came true"),
    ]
    found = kept(project).claims["share"]
    assert found.decided
    assert found.ours is not None
    assert found.ours.chance is not None
    assert found.ours.chance.kind == "shuffled labels"  # as declared
    graded = kept(project).predictions["share-is-large"]
    assert graded.brier == pytest.approx(0.04)
    assert graded.label == "confirmatory"
    assert update(project) == []


def test_a_result_that_was_there_first_makes_a_prediction_exploratory(project: MadeProject) -> None:
    project.record({"share": effect(0.62)}, created="2026-11-02T00:00:00+00:00")
    update(project)
    assert kept(project).predictions["share-is-large"].label == "exploratory"


def test_recording_again_does_not_move_the_first_day(project: MadeProject) -> None:
    project.record({"share": effect(0.62)}, created="2026-11-02T00:00:00+00:00")
    update(project)
    project.record({"share": effect(0.63)}, created="2026-11-22T00:00:00+00:00")
    update(project)
    assert preregistration.load(project.read()).recorded["first"].startswith("2026-11-02")


def test_nor_does_it_before_the_books_were_opened(project: MadeProject) -> None:
    project.record({"share": effect(0.62)}, created="2026-11-04T00:00:00+00:00")
    project.commit("2026-11-04T00:00:00+00:00")
    project.record({"share": effect(0.63)}, created="2026-11-22T00:00:00+00:00")
    update(project)
    assert preregistration.load(project.read()).recorded["first"].startswith("2026-11-04")


def test_another_model_cannot_fail_to_reproduce(project: MadeProject) -> None:
    project.record({"share": effect(0.1)}, model="smollm2-135m")
    update(project)
    found = kept(project).claims["share"]
    assert (found.verdict, found.model, found.decided) == ("different model", "smollm2-135m", None)
    assert found.ours is not None
    assert found.ours.mean == 0.1


def test_the_papers_own_model_goes_before_another(project: MadeProject) -> None:
    text = (project.study / "claims.yml").read_text()
    project.claims(text.replace("result: first, value: share}", "result: other, value: share}, "
                                "{result: first, value: share}"))  # fmt: skip
    project.record({"share": effect(0.1)}, name="other", model="smollm2-135m")
    update(project)
    assert kept(project).claims["share"].verdict == "different model"
    project.record({"share": effect(0.6)})
    update(project)
    assert kept(project).claims["share"].verdict == "reproduced"


def test_a_kept_verdict_that_no_longer_follows_is_named(project: MadeProject) -> None:
    project.record({"share": effect(0.62)})
    update(project)
    assert judge.check(project.read()) == []
    project.claims(share=0.9)
    assert judge.check(project.read()) == [
        'made: claim share: recorded as "reproduced" (0.62), but "not reproduced" (0.62) follows. '
        "Run: lab ledger"
    ]


def test_a_verdict_written_by_hand_is_found_out(project: MadeProject) -> None:
    project.record({"share": effect(0.3)})
    update(project)
    path = verdicts.path_of(project.read())
    path.write_text(path.read_text().replace('"not reproduced"', '"reproduced"'))
    assert len(judge.check(project.read())) == 1


def test_history_only_grows(project: MadeProject) -> None:
    for mean in (0.62, 0.2, 0.6, 0.61):
        project.record({"share": effect(mean)})
        update(project)
    found = [(each.id, each.after) for each in history.read(project.root) if each.kind == "claim"]
    assert found == [
        ("share", "reproduced"), ("share", "not reproduced"), ("share", "reproduced"),
    ]  # fmt: skip


def test_a_claim_that_is_taken_out_is_seen_to_go(project: MadeProject) -> None:
    update(project)
    project.claims(other=0.5)
    assert update(project) == [("share", "not run", "withdrawn"), ("other", "", "not run")]
    assert update(project) == []


def test_grading_seals_a_prediction(project: MadeProject) -> None:
    project.record({"share": effect(0.2)})
    update(project)
    before = verdicts.path_of(project.read()).read_text()
    for text in (HYPOTHESES.replace("0.8", "0.1"), HYPOTHESES.partition("predictions")[0]):
        project.hypotheses(text)
        with pytest.raises(AnalysisError, match="share-is-large: changed or removed after it"):
            update(project)
    assert verdicts.path_of(project.read()).read_text() == before


def explained(**p_values: float) -> dict[str, object]:
    return {
        "total": effect(0.5),
        "shares": {name: effect(0.2, p=p) for name, p in p_values.items()},
    }


DECLARED = HYPOTHESES.replace(
    "factors:", "  - {name: explained, against: shuffled labels}\nfactors:"
)  # fmt: skip


def test_every_factor_ever_tried_counts_in_the_correction(project: MadeProject) -> None:
    project.hypotheses(DECLARED)
    project.record({"explained": explained(order=0.01, length=0.02), "share": effect(0.6)})
    update(project)
    found = kept(project).factors
    assert found["order"].label == "confirmatory"
    assert found["length"].label == "exploratory"  # never declared: by code, not by hand
    assert found["order"].p_corrected == pytest.approx(0.02)
    project.record({"explained": explained(order=0.01), "share": effect(0.6)})
    update(project)
    found = kept(project).factors
    assert list(found) == ["order", "length"]  # what was tried is not forgotten
    assert found["order"].p_corrected == pytest.approx(0.02)
    assert found["length"].share is None


def test_an_effect_without_a_named_null_is_refused() -> None:
    with pytest.raises(AnalysisError, match=r"made: a\.share: an effect is reported and its null"):
        nulls.require("made", {"a": {"share": effect(0.5)["estimate"]}}, ())
    with pytest.raises(AnalysisError, match="an effect is reported and its null is not named"):
        nulls.require("made", {"share": effect(0.5)}, ())
    own = effect(0.5)
    own["null"]["kind"] = "random latents"
    nulls.require("made", {"share": own}, ())
    own["null"]["kind"] = "gut feeling"
    with pytest.raises(AnalysisError, match=r'of kind "gut feeling"\. Use one of: shuffled labels'):
        nulls.require("made", {"share": own}, ())


def test_a_declared_null_must_be_there() -> None:
    measures = (Measure("share", "shuffled labels"),)
    nulls.require("made", {"layers": [{"share": effect(0.5)}]}, measures)
    with pytest.raises(AnalysisError, match=r"declares its null \(shuffled labels\), but"):
        nulls.require("made", {"share": effect(0.5)["estimate"]}, measures)


def test_a_reason_stands_for_a_null() -> None:
    measures = (Measure("closure", "nothing", why="known ends"),)
    nulls.require("made", {"closure": effect(0.5)["estimate"]}, measures)


def test_a_rule_that_finds_no_number_writes_nothing(project: MadeProject) -> None:
    project.record({"sharp": 1.0})
    with pytest.raises(AnalysisError, match='claim share: the values has no "share"'):
        update(project)
    assert not verdicts.path_of(project.read()).exists()
    assert history.read(project.root) == []


def test_a_damaged_history_is_named(project: MadeProject) -> None:
    update(project)
    path = project.root / history.HISTORY
    path.write_text(path.read_text() + '{"date": \n')
    with pytest.raises(AnalysisError, match=r"ledger/history\.jsonl:3: "):
        update(project)


def test_a_result_that_nobody_records_is_named() -> None:
    circular = study("circular")
    wrong = msgspec.structs.replace(circular.claims.claims[0], ours=(Ours("smollm-135m", "focus"),))
    changed = msgspec.structs.replace(circular.claims, claims=(wrong,))
    vars(circular)["claims"] = changed  # as if the file had said so
    with pytest.raises(AnalysisError, match=r'no result "smollm-135m".*mean "smollm2-135m"'):
        judge.judge(circular)


@pytest.mark.parametrize("name", STUDIES)
def test_no_kept_stamp_is_denied_by_history(name: str) -> None:
    known = preregistration.load(study(name))
    declared = study(name).declarations.digests
    found = preregistration.refreshed(study(name), known, GitHistory(ROOT))
    for key, stamp in known.stamps.items():
        if declared.get(key) == stamp.digest:
            assert found.stamps.get(key) == stamp, key


@pytest.mark.parametrize("name", STUDIES)
def test_every_kept_verdict_of_this_log_follows_from_its_result(name: str) -> None:
    assert judge.check(study(name)) == []


def test_the_history_of_this_log_ends_in_its_verdicts() -> None:
    last = {(each.study, each.kind, each.id): each.after for each in history.read(ROOT)}
    for name in STUDIES:
        found = verdicts.load(study(name))
        for key, claim in found.claims.items():
            assert last[name, "claim", key] == claim.verdict
        for key, graded in found.predictions.items():
            assert last[name, "prediction", key] == graded.outcome


def test_verdicts_are_json_a_reader_can_follow(project: MadeProject) -> None:
    project.record({"share": effect(0.62)})
    update(project)
    found = json.loads(verdicts.path_of(project.read()).read_text())
    assert found["claims"]["share"]["verdict"] == "reproduced"
    assert found["schema"] == verdicts.SCHEMA


def test_one_ledger_parses_each_file_once_and_judges_each_study_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of this log: 17 YAML files were parsed 95 times, and results 24 times."""
    parsed: Counter[str] = Counter()
    read_text, opened = Path.read_text, yaml_documents.parse
    loads, follow = json.loads, judge.follow
    contents: dict[str, str] = {}

    def remembered(path: Path, *given: Any, **named: Any) -> str:
        text = read_text(path, *given, **named)
        contents[text] = path.as_posix()
        return text

    def parse(text: str, shown: str) -> Any:
        parsed[f"{shown} {hash(text)}"] += 1
        return opened(text, shown)

    def decode(text: Any, *given: Any, **named: Any) -> Any:
        if text in contents:  # what stands in no file does not count
            parsed[contents[text]] += 1
        return loads(text, *given, **named)

    def judged(study: Study, known: Registration) -> verdicts.Verdicts:
        parsed[f"judging {study.name}"] += 1
        return follow(study, known)

    monkeypatch.setattr(Path, "read_text", remembered)
    monkeypatch.setattr(yaml_documents, "parse", parse)
    monkeypatch.setattr(json, "loads", decode)
    monkeypatch.setattr(judge, "follow", judged)
    project = Project(ROOT)
    found = history.update(project, NOW)
    assert found.changes == []
    site_files.contents(ROOT, found)
    assert sum("judging" in what for what in parsed) == len(STUDIES)
    assert sum(".yml" in what for what in parsed) >= 17
    assert sum(what.endswith(".json") for what in parsed) >= 3 * 9
    assert {what: count for what, count in parsed.items() if count > 1} == {}
