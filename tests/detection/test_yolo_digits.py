"""The example that finds digits on photographs: its pictures, how it counts, and the numbers of its page."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlref.detection import yolo_target
from tests import examples

ROOT = Path(__file__).parents[2]
RECORD = json.loads((ROOT / "docs/figures/detection/yolo_digits.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def example() -> Any:
    return examples.load("yolo_digits")


def test_boxes_hold_the_digits(example: Any) -> None:
    """Nothing but darkened photograph outside of the boxes, and something brighter in each."""
    pictures, boxes, classes = example.scenes(20, seed=0, test=True)
    for picture, its_boxes, its_classes in zip(pictures, boxes, classes, strict=True):
        assert (its_classes >= 0).any() and picture.max() <= 1
        for left, top, right, bottom in np.rint(its_boxes[its_classes >= 0] * 64).astype(int):
            assert picture[top:bottom, left:right].max() > 0.5
            picture[max(top - 3, 0) : bottom + 3, max(left - 3, 0) : right + 3] = (
                0  # with faint ink
            )
        assert picture.max() <= 0.5


def test_the_test_shows_what_was_not_trained_on(
    example: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Digits from number 1,200 on are of class 1 here, and the right halves of the photographs white."""
    photographs = np.zeros((2, 427, 640, 3))
    photographs[:, :, 320:] = 255
    data = np.full((1797, 64), 16.0), (np.arange(1797) >= 1200).astype(int)
    monkeypatch.setattr(example, "load_digits", lambda **_: data)
    sample = type("Sample", (), {"images": list(photographs)})
    monkeypatch.setattr(example, "load_sample_images", lambda: sample)
    for test, background in ((False, 0), (True, 0.5)):
        pictures, _, classes = example.scenes(20, seed=0, test=test)
        assert set(classes[classes >= 0]) == {int(test)} and pictures.min() == background


def test_a_digit_is_found_once(example: Any) -> None:
    """Two boxes of its class, a quarter of its width to the left and to the right: one is right."""
    boxes, classes = np.array([[[0.3, 0.3, 0.5, 0.6]]]), np.array([[7]])
    y = np.array(yolo_target(boxes, classes, example.ANCHORS, example.GRID, 10))
    row, column, anchor = np.argwhere(y[0, ..., 0])[0]
    cell = y[0, row, column]
    cell[:] = cell[anchor]
    cell[:, 1] += np.array([-0.25, 0.25]) * cell[:, 4]
    y[..., 0], y[..., 5:] = 40 * y[..., 0] - 20, 40 * y[..., 5:]
    assert example.counts(y, boxes, classes) == (2, 1, 1)


def test_a_network_without_faults_finds_all(example: Any) -> None:
    _, boxes, classes = example.scenes(30, seed=1, test=True)
    y = np.array(yolo_target(boxes, classes, example.ANCHORS, example.GRID, 10))
    taken = int(y[..., 0].sum())
    y[..., 0], y[..., 5:] = 40 * y[..., 0] - 20, 40 * y[..., 5:]
    assert example.counts(y, boxes, classes) == (taken, taken, (classes >= 0).sum())
    assert example.counts(y, boxes, (classes + 1) % 10 - 10 * (classes < 0))[1] == 0
    assert example.counts(y * [-1, *[1] * 14], boxes, classes)[:2] == (0, 0)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_tells_what_was_recorded(language: str) -> None:
    page = (ROOT / f"docs/{language}/detection/yolo_digits.md").read_text("utf-8")
    for name in ("train", "test"):
        seen = RECORD[name]
        numbers = [seen[key] for key in ("digits", "boxes", "right")]
        shares = [f"{100 * seen['right'] / seen[key]:.1f} %" for key in ("boxes", "digits")]
        assert " | ".join(map(str, [*numbers, *shares])) in page
    assert f"{RECORD['parameters']:,}" in page
