"""IoU: the values that must come out exactly, batches, compiled functions, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.detection import iou
from tests.errors.hostile import refuses
from tests.training import compile_function

BOX = [0.0, 0, 4, 2]
PAIRS = {
    "identical": (BOX, 1.0),
    "contained": ([1.0, 0, 3, 1], 0.25),
    "half": ([2.0, 0, 6, 2], 1 / 3),
    "a common side": ([4.0, 0, 6, 2], 0.0),
    "a common corner": ([4.0, 2, 6, 4], 0.0),
    "apart in one axis": ([0.0, 5, 4, 7], 0.0),
    "apart in both": ([5.0, 5, 7, 7], 0.0),
    "without an area": ([1.0, 1, 1, 2], 0.0),
}


@pytest.mark.parametrize(("box", "expected"), PAIRS.values(), ids=PAIRS)
def test_values(box: list[float], expected: float) -> None:
    assert float(iou([BOX], [box])[0, 0]) == np.float32(expected)
    assert float(iou([box], [BOX])[0, 0]) == np.float32(expected)


def test_nothing_over_nothing_is_0() -> None:
    """Without a warning, a NaN, or a NaN in the gradient, compiled too."""
    empty = ops.zeros((2, 4))
    for function in (iou, compile_function(iou)):
        assert ops.convert_to_numpy(function(empty, empty)).tolist() == [[0, 0], [0, 0]]
    assert tuple(iou(np.zeros((0, 4)), np.ones((3, 4))).shape) == (0, 3)


def test_small_boxes_agree_with_themselves() -> None:
    """Where Keras' epsilon has 24 % of the union."""
    box = [[0.0008, 0.0016, 0.0012, 0.0024]]
    assert float(iou(box, box)[0, 0]) == 1
    theirs = keras.utils.bounding_boxes.compute_iou(np.array(box), np.array(box), "xyxy")
    assert float(theirs[0, 0]) == pytest.approx(0.762, abs=1e-3)


@pytest.mark.parametrize("shapes", [((2, 1, 3, 4), (5, 6, 4)), ((3, 4), (2, 5, 6, 4))], ids=str)
def test_axes_in_front_broadcast(shapes: Any) -> None:
    rng = np.random.default_rng(0)
    sides = [rng.uniform(0, 1, shape) for shape in shapes]
    first, second = (np.concatenate([s[..., :2], s[..., :2] + s[..., 2:]], -1) for s in sides)
    found = ops.convert_to_numpy(iou(first, second))
    assert found.shape == (2, 5, 3, 6)
    first, second = (np.broadcast_to(b, (2, 5, *b.shape[-2:])) for b in (first, second))
    for place in np.ndindex(2, 5):
        alone = ops.convert_to_numpy(iou(first[place], second[place]))
        np.testing.assert_array_equal(found[place], alone)


@pytest.mark.parametrize("argument", ["boxes_1", "boxes_2"])
@pytest.mark.parametrize(
    "wrong",
    [[], BOX, [[4.0, 0, 0, 2]], [[0, 0, 1, np.nan]], [[0.0, 0, 1]], None, [BOX, [1.0]]],
    ids=str,
)
def test_what_is_refused(argument: str, wrong: Any) -> None:
    refuses(
        "iou", argument, lambda: iou(**{"boxes_1": [BOX], "boxes_2": [BOX]} | {argument: wrong})
    )
