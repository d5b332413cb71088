"""The example that marks digits on photographs: its masks, its training, how it counts, and the numbers of its page."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import examples

ROOT = Path(__file__).parents[2]
RECORD = json.loads((ROOT / "docs/figures/models/segment_digits.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def example() -> Any:
    return examples.load("segment_digits")


def test_masks_cover_the_ink(example: Any) -> None:
    """Without light on the photographs only ink is bright, and the mask is where there is much of it."""
    pictures, masks = example.data(20, seed=0, test=True)
    dark, _, _, ink = example.scenes_with_ink(20, seed=0, test=True, light=0.0)
    assert masks.shape == (20, 64, 64, 1) and set(np.unique(masks)) == {0, 1}
    np.testing.assert_array_equal(masks[..., 0] == 1, ink > 0.25)
    bright = dark.max(-1)
    assert bright[masks[..., 0] == 1].min() > 0.6 * 0.25 and bright[ink == 0].max() == 0
    assert pictures[ink == 0].max() > 0.9  # and the photographs are as bright as digits


def test_scores(example: Any) -> None:
    """A mask of 4 pixels and one of 12, of which 2 and 12 are found, and 2 more."""
    masks = np.zeros((2, 4, 4, 1))
    masks[0, 0], masks[1, :3] = 1, 1
    found = masks.copy()
    found[0, 0, :2], found[0, 3, :2] = 0, 1
    assert example.scores(masks, found) == {"dice": 0.778, "iou": 0.778}
    assert example.brightest(0.5 * masks.repeat(3, -1), masks) == 0


def test_it_learns_in_a_few_steps(example: Any, tmp_path: Path) -> None:
    results = example.main(train=32, epochs=2, width=1 / 32, record=tmp_path / "record.json")
    assert results["loss"][1] < results["loss"][0] < 1
    written = json.loads((tmp_path / "record.json").read_text("utf-8"))
    assert written.keys() == RECORD.keys() and written["test"] == results["test"]
    assert {len(each) for each in written["found"] + RECORD["found"]} == {64 * 64 // 4}


def test_what_is_drawn_is_what_was_scored(example: Any) -> None:
    """The recorded pixels of six pictures have about the IoU of the whole test."""
    bits = [np.unpackbits(np.frombuffer(bytes.fromhex(x), "uint8")) for x in RECORD["found"]]
    _, masks = example.data(len(bits), example.SEED + 1, test=True)
    seen = example.scores(masks, np.reshape(bits, masks.shape))
    assert abs(seen["iou"] - RECORD["test"]["iou"]) < 0.15


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_tells_what_was_recorded(language: str) -> None:
    page = (ROOT / f"docs/{language}/models/segment_digits.md").read_text("utf-8")
    for name in ("train", "test"):
        numbers = [
            RECORD[part][key]
            for part in (name, f"{name}, by brightness")
            for key in ("dice", "iou")
        ]
        assert " | ".join(f"{each:.3f}" for each in numbers) in page
    assert f"{RECORD['parameters']:,}" in page and f"{RECORD['seconds']}" in page
