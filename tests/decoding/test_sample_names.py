"""The example that invents names: its letters, the model it must beat, its training, and the numbers of its page."""

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import examples

ROOT = Path(__file__).parents[2]
RECORD = json.loads((ROOT / "docs/figures/decoding/sample_names.json").read_text("utf-8"))
WAYS = [name for name in RECORD if name.startswith("temperature")]


@pytest.fixture(scope="module")
def example() -> Any:
    return examples.load("sample_names")


def test_names_and_their_tokens(example: Any) -> None:
    sets = example.names()
    assert [len(each) for each in sets] == RECORD["names"]
    assert len({*sets[0], *sets[1], *sets[2]}) == sum(RECORD["names"])
    assert all(re.fullmatch("[a-z]{3,15}", name) for name in np.concatenate(sets))
    rows = example.tokens(["abz", "b" * 15])
    assert rows.tolist() == [[0, 1, 2, 26, 0, *[-1] * 12], [0, *[2] * 15, 0]]


def test_trigrams(example: Any) -> None:
    """Of names that are all alike a tenth is given to other letters; of strange ones only the end is known."""
    same = example.trigram_bits(["ab"] * 9, ["ab"], ["ab"])
    assert same == pytest.approx(-math.log2(0.9 + 0.1 / 27))
    strange = example.trigram_bits(["ab"] * 9, ["cd"], ["cd"])
    of_tenths = [(n / 270, n / 270 + (10 - n) / 30) for n in range(1, 11)]  # a letter, and the end
    best = min(-2 * math.log2(letter) - math.log2(end) for letter, end in of_tenths)
    assert strange == pytest.approx(best / 3)


def test_it_trains_and_draws(example: Any, tmp_path: Path) -> None:
    results = example.main(units=8, epochs=1, count=5, record=tmp_path / "record.json")
    assert results["bits"] < math.log2(27)
    written = json.loads((tmp_path / "record.json").read_text("utf-8"))
    assert written.keys() == RECORD.keys() and written["bits"] == results["bits"]
    assert written["bits, trigrams"] == RECORD["bits, trigrams"]


def test_it_beats_the_trigrams_and_its_names_are_new() -> None:
    assert RECORD["bits"] < RECORD["bits, trigrams"] - 0.1
    assert all(RECORD[way]["new"] > 0.8 for way in WAYS) and len(WAYS) == 6


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_tells_what_was_recorded(language: str) -> None:
    page = (ROOT / f"docs/{language}/decoding/sample_names.md").read_text("utf-8")
    for name in ("bits", "bits, trigrams", "bits, train"):
        assert f"{RECORD[name]:.3f}" in page
    for count in RECORD["names"]:
        assert f"{count:,}" in page
    for way in WAYS:
        new, words = RECORD[way]["new"], ", ".join(RECORD[way]["words"][:6])
        assert f"| {new:.1%} | {words} |".replace("%", " %") in page
