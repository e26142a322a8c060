"""The contrast sets: counts, balance, tokens; and what is said of sets that are not as they should be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.steering import data
from analyses.steering.params import DATA, RECORDED, Params
from analyses.steering.prompts import ask, ask_all, setting, steered_from
from analyses.steering.sheet import SETTINGS
from lab.errors import AnalysisError
from lab.models import loader, weights

SETS = {name: data.load(name) for name in data.NAMES}
SHARES = Params().split


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    weight = weights.source("smollm2-135m")
    assert isinstance(weight, weights.EmbeddedWeights)
    folder = loader.cache_folder(weight)
    if not (folder / "complete.json").exists():
        return loader.load().tokenizer
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def test_there_are_enough_concepts_of_every_format() -> None:
    assert len(SETS) >= 10
    assert Counter(each.format for each in SETS.values()) == {
        "choice": 6,
        "yes/no": 2,
        "free-text": 4,
    }
    assert set(data.NAMES) == {path.stem for path in data.FOLDER.glob("*.yml")}
    assert set(DATA) == {f"data/{name}.yml" for name in data.NAMES}
    assert list(RECORDED) == ["smollm2-135m"]


@pytest.mark.parametrize("name", data.NAMES)
def test_a_set_has_eighty_items_of_five_topics_and_no_two_alike(name: str) -> None:
    items = SETS[name].items
    assert len(items) == 80
    assert set(Counter(item.topic for item in items).values()) == {16}
    assert len({item.id for item in items}) == 80
    assert len({(item.prompt, item.opening) for item in items}) == 80
    assert SETS[name].plus != SETS[name].minus


def test_no_text_stands_in_two_sets() -> None:
    texts = Counter(item.text.lower() for each in SETS.values() for item in each.items)
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("name", data.NAMES)
def test_texts_differ_in_length(name: str) -> None:
    words = [len(item.text.split()) for item in SETS[name].items]
    assert np.std(words) > 1


@pytest.mark.parametrize("name", data.NAMES)
def test_every_part_is_balanced_in_letters_and_in_yes_and_no(name: str) -> None:
    parts = data.split(SETS[name].items, SHARES, seed=0)
    assert {part: len(items) for part, items in parts.items()} == {
        "train": 32,
        "validation": 8,
        "test": 40,
    }
    for items in parts.values():
        kinds = Counter((item.order, item.yes_no) for item in items)
        assert len(set(kinds.values())) == 1, kinds
    every = [item.id for items in parts.values() for item in items]
    assert sorted(every) == sorted(item.id for item in SETS[name].items)


@given(seed=st.integers(0, 2**31))
@settings(max_examples=10)
def test_a_split_is_its_seeds(seed: int) -> None:
    items = SETS["curiosity"].items
    assert data.split(items, SHARES, seed) == data.split(items, SHARES, seed)


def test_letters_do_not_follow_from_the_place_in_the_list() -> None:
    for name in ("curiosity", "patience"):
        items = SETS[name].items
        places = np.array([item.position for item in items])
        letters = np.array([item.order == "A" for item in items])
        assert abs(np.corrcoef(places, letters)[0, 1]) < 0.05


def test_the_letter_before_the_positive_answer_shows_it() -> None:
    for name in ("curiosity", "kindness", "nature", "optimism"):
        for item in SETS[name].items:
            assert f"({item.positive}) {item.yes_no}" in item.prompt
            assert item.order == item.positive != item.negative


@pytest.mark.parametrize("name", ["curiosity", "patience"])
def test_an_item_turned_twice_is_itself(name: str) -> None:
    for item in SETS[name].items:
        once = data.swapped(item)
        assert once.order == once.positive == item.negative
        assert sorted(once.prompt) == sorted(item.prompt)
        assert once.prompt != item.prompt
        assert replace(data.swapped(once), id=item.id) == item
    assert data.swapped(SETS["tense"].items[0]) == SETS["tense"].items[0]


def test_an_unbalanced_set_is_refused_by_item() -> None:
    items = SETS["nature"].items
    skewed = [item for item in items if item.order == "A"] + [
        item for item in items if item.order == "B"
    ][:20]
    with pytest.raises(
        AnalysisError,
        match=r"nature: unbalanced: 40 of 60 .* letter A\. Item nature-\S+ is the first",
    ):
        data.check_balance(skewed)
    positive = [item for item in SETS["tidiness"].items if item.yes_no == "Yes"]
    with pytest.raises(AnalysisError, match=r"tidiness: unbalanced: 40 of 40 .* word Yes"):
        data.check_balance(positive)


def test_a_repeated_item_is_refused() -> None:
    item = SETS["tense"].items[3]
    with pytest.raises(AnalysisError, match="item again repeats tense-places-3"):
        data.check_duplicates([item, replace(item, id="again")])


def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match='concept "haste": no such set'):
        data.load("haste", tmp_path)
    text = (data.FOLDER / "patience.yml").read_text()
    (tmp_path / "patience.yml").write_text(text.replace("format:", "fromat:"))
    with pytest.raises(AnalysisError, match=r"data/patience\.yml: .*fromat"):
        data.load("patience", tmp_path)
    (tmp_path / "patience.yml").write_text(text.replace(" | Bake it now", ""))
    with pytest.raises(AnalysisError, match=r"cooking: pairs\[0\]: .* has 2 parts"):
        data.load("patience", tmp_path)


@pytest.mark.parametrize("name", data.NAMES)
def test_every_answer_is_one_token_and_nothing_is_left_out(name: str, tokenizer: Any) -> None:
    asked, excluded = ask_all(SETS[name].items, tokenizer, 0)
    assert excluded == []
    for one in asked:
        text = tokenizer.decode(one.prompt.tokens[1:])
        assert text.endswith(f"<|im_start|>assistant\n{one.item.opening}")
        assert tokenizer.decode(one.prompt.tokens[one.prompt.start :]).startswith("<|im_start|>ass")
        assert tokenizer.decode([one.positive]) == one.item.positive
        assert one.prompt.tokens[0] == 0
        places = [steered_from(one.prompt, where) for where in ("all", "turn", "answer")]
        assert places == [1, one.prompt.start, len(one.prompt.tokens) - 1]


def test_an_answer_of_several_tokens_is_named_and_counted(tokenizer: Any) -> None:
    good = SETS["sentiment"].items[0]
    long = replace(good, id="long", positive=" unputdownable")
    joined = replace(good, id="joined", opening="The film was gr", positive="eat")
    same = replace(good, id="same", positive=good.negative)
    with pytest.raises(AnalysisError, match=r"sentiment: item long: .* is \d tokens .*one token"):
        ask(long, tokenizer, 0)
    asked, excluded = ask_all([good, long, joined, same], tokenizer, 0)
    assert [one.item.id for one in asked] == [good.id]
    assert [each.id for each in excluded] == ["long", "joined", "same"]
    assert "read together" in excluded[1].reason
    assert "both answers" in excluded[2].reason


def test_prompts_of_either_polarity_stand_before_the_question(tokenizer: Any) -> None:
    contrast, item = SETS["curiosity"], SETS["curiosity"].items[0]
    told = {
        name: tokenizer.decode(ask(item, tokenizer, 0, **setting(contrast, name)).prompt.tokens)
        for name in SETTINGS
    }
    assert told["system +"].startswith(
        f"<|endoftext|><|im_start|>system\n{contrast.plus}<|im_end|>"
    )
    assert f"user\n{contrast.minus}\n{data.SAID}" in told["user -"]
    assert len(set(told.values())) == 5
    with pytest.raises(AnalysisError, match='setting "loud"'):
        setting(contrast, "loud")
