"""Claims: read strictly, judged by rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.declared.claims import (
    Claim,
    Source,
    decided,
    verdict,
)
from lab.declared.value_at import Chance, Reading, read_at
from lab.errors import AnalysisError
from tests.lab.made_project import CLAIM, PAPER, ROOT, MadeProject, study

finite = st.floats(-1e6, 1e6)


def claim(claimed: float = 10.0, tolerance: float | str = 1.0, relation: str = "about") -> Claim:
    source = Source("smith2024", "Table 1")
    return Claim("a-claim", "…", source, "gpt2-small", claimed, tolerance, "why", relation=relation)


@pytest.mark.parametrize(
    ("model", "mean", "expected"),
    [
        ("gpt2-small", 10.0, "reproduced"),
        ("gpt2-small", 11.0, "reproduced"),  # the end of the tolerance is inside
        ("gpt2-small", 11.001, "not reproduced"),
        ("smollm2-135m", 10.0, "different model"),  # however well it agrees
        ("smollm2-135m", 99.0, "different model"),
    ],
)
def test_the_verdict_follows(model: str, mean: float, expected: str) -> None:
    assert verdict(claim(), model, Reading(mean)) == expected


def test_nothing_recorded_is_not_run() -> None:
    assert verdict(claim(), None, None) == "not run"


@pytest.mark.parametrize(
    ("relation", "mean", "expected"),
    [
        ("at least", 50.0, "reproduced"),
        ("at least", 8.9, "not reproduced"),
        ("at most", -50.0, "reproduced"),
        ("at most", 11.1, "not reproduced"),
    ],
)
def test_a_bound_is_held_on_its_own_side(relation: str, mean: float, expected: str) -> None:
    assert verdict(claim(relation=relation), "gpt2-small", Reading(mean)) == expected


@given(finite, st.floats(0, 1e3), finite)
def test_a_wider_tolerance_never_unmakes_a_reproduction(
    claimed: float, tolerance: float, mean: float
) -> None:
    narrow = verdict(claim(claimed, tolerance), "gpt2-small", Reading(mean))
    wide = verdict(claim(claimed, tolerance * 2), "gpt2-small", Reading(mean))
    assert (narrow, wide) != ("reproduced", "not reproduced")
    assert verdict(claim(claimed, tolerance), "gpt2-small", Reading(claimed)) == "reproduced"


def test_a_tolerance_may_be_a_share_of_the_claim() -> None:
    assert claim(-200.0, "5%").allowance == pytest.approx(10)
    assert claim(-200.0, "2.5 %").band == pytest.approx((-205, -195))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(9.5, 10.5, True), (8.0, 10.5, False), (9.5, 12.0, False)],
)
def test_an_interval_within_the_tolerance_decides(low: float, high: float, expected: bool) -> None:
    assert decided(claim(), Reading(10.0, low, high, 24)) is expected


def test_an_interval_beyond_the_tolerance_decides_too() -> None:
    assert decided(claim(), Reading(12.0, 11.5, 12.5, 24)) is True
    assert decided(claim(), Reading(12.0, 10.5, 13.5, 24)) is False
    assert decided(claim(), Reading(12.0)) is None


VALUES = {
    "focus": 12,
    "days": {
        "layers": [
            {"layer": 0, "probe": {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 24, "sd": 0.1}},
            {
                "layer": 7,
                "probe": {
                    "estimate": {"mean": 0.9, "low": 0.8, "high": 1.0, "n": 24, "sd": 0.1},
                    "null": {"mean": 0.1, "low": 0.0, "high": 0.2, "draws": 99, "p": 0.01},
                },
            },
        ]
    },
}


def test_a_path_finds_numbers_estimates_and_effects() -> None:
    assert read_at(VALUES, "focus", "x") == Reading(12.0)
    assert read_at(VALUES, "days.layers[0].probe", "x") == Reading(0.5, 0.4, 0.6, 24)
    found = read_at(VALUES, "days.layers[layer=7].probe", "x")
    assert found == Reading(0.9, 0.8, 1.0, 24, Chance(0.1, 0.0, 0.2, 0.01))
    assert read_at(VALUES, "days.layers[layer=7].probe.null.p", "x") == Reading(0.01)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("dais.layers", 'x: the values has no "dais". Did you mean "days"?'),
        ("days.layers[layer=8].probe", "x: days.layers has no [layer=8] among its 2 items."),
        ("days.layers[9]", "x: days.layers has no [9] among its 2 items."),
        ("days", 'x: "days" is a mapping: name an effect, an estimate or a number in it.'),
        ("days.layers[", 'x: "days.layers[": cannot be read from "[" on.'),
        ("focus.mean", 'x: focus has no "mean". It holds no keys.'),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ended(path: str, message: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        read_at(VALUES, path, "x")
    assert str(caught.value) == message


GOOD = PAPER + "claims:\n" + CLAIM.format(id="share", claimed=0.6)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    model: gpt2",
            "    modle: gpt2",
            'claims.yml:9: claims[0].modle: unknown key. Did you mean "model"?',
        ),
        (
            "where: Table 1}",
            "wear: Table 1}",
            'claims.yml:8: claims[0].source.wear: unknown key. Did you mean "where"?',
        ),
        (
            "    url: https",
            "    link: https",
            "claims.yml:4: papers.smith2024.link: unknown key. Use one of: title, url, code.",
        ),
        (
            "claimed: 0.6",
            "claimed: sixty",
            "claims.yml:10: claims[0].claimed: expected `float`, got `str`.",
        ),
        (
            "    why: Two digits are printed.\n",
            "",
            "claims.yml:6: claims[0]: object missing required field `why`.",
        ),
        (
            "tolerance: 0.1",
            "tolerance: a bit",
            'claims.yml:6: claims[0]: tolerance "a bit": write a number, or for example "5%".',
        ),
        (
            "Table 1}",
            "Table 1, read: hearsay}",
            "claims.yml:8: claims[0].source.read: invalid enum value 'hearsay'. "
            "Use one of: code, figure, paper, second-hand.",
        ),
        (
            "id: share",
            "id: Share",
            'claims.yml:6: claims[0]: id "Share": use small letters, digits and single hyphens.',
        ),
        (
            "    model: gpt2-small\n",
            "    model: gpt2-small\n    model: other\n",
            'claims.yml:10: the key "model" already stands on line 9. Keep one of them.',
        ),
        (
            "paper: smith2024",
            "paper: smith2042",
            'claims.yml: claim share: no paper "smith2042" under papers. Did you mean "smith2024"?',
        ),
        ("papers:", "papers: [", "claims.yml:3: not YAML: "),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in GOOD
    project = MadeProject(tmp_path)
    project.claims(GOOD.replace(old, new, 1))
    with pytest.raises(AnalysisError) as caught:
        _ = project.read().claims
    assert str(caught.value).startswith(f"analyses/made/{message}")


def test_two_claims_of_one_name_are_refused(tmp_path: Path) -> None:
    project = MadeProject(tmp_path)
    project.claims(GOOD + CLAIM.format(id="share", claimed=0.7))
    with pytest.raises(AnalysisError, match='two claims have the id "share"'):
        _ = project.read().claims


def test_a_study_without_claims_has_none(tmp_path: Path) -> None:
    assert study("made", tmp_path).claims.claims == ()


@pytest.mark.parametrize(
    "name", sorted(path.parent.name for path in (ROOT / "analyses").glob("*/claims.yml"))
)
def test_every_claim_of_this_log_can_be_followed_up(name: str) -> None:
    written = study(name).claims
    bibliography = (ROOT / "references.bib").read_text(encoding="utf-8")
    assert all(f"{{{paper}," in bibliography for paper in written.papers)
    for each in written.claims:
        page = ROOT / each.entry / "index.qmd"
        assert not each.entry or page.exists(), f"{each.id}: {page} is not there"
        if each.figure:
            assert f"label: {each.figure}\n" in page.read_text(encoding="utf-8"), each.id
