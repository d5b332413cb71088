"""YOLO's target and its boxes: which cell and anchor box, what two objects do that want the same, there and back."""

import math
from functools import cache
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from dlref.detection import non_max_suppression, yolo_decode, yolo_target
from tests.errors.hostile import few, refuses
from tests.training import compile_function

HIGH, WIDE = [0.4, 0.1], [0.1, 0.4]
CAR, PERSON = 1, 0
THIRD = 1 / 3


def around(x: float, y: float, size: Any = HIGH) -> list[float]:
    height, width = size
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def target(boxes: Any, classes: Any, **changes: Any) -> np.ndarray:
    """One compiled function, which on JAX is made faster than its operations one by one."""
    arguments = {"anchors": [HIGH, WIDE], "grid": 3, "num_classes": 3} | changes
    run = compile_function(lambda *given: yolo_target(*given, **arguments))
    given = ops.convert_to_tensor(boxes, "float32"), ops.convert_to_tensor(classes, "int32")
    return ops.convert_to_numpy(run(*given))


def taken(y: np.ndarray) -> list[tuple[int, ...]]:
    """(row, column, anchor) of each object."""
    return [tuple(map(int, place)) for place in np.argwhere(y[..., 0] > 0)]


def test_the_sizes_of_the_lecture() -> None:
    y = target([around(0.5, 0.75)], [CAR])
    assert y.shape == (3, 3, 2, 8) and taken(y) == [(2, 1, 0)]
    np.testing.assert_allclose(y[2, 1, 0], [1, 0.5, 0.25, 1.2, 0.3, 0, 1, 0], rtol=1e-6, atol=1e-6)
    assert not y[2, 1, 1].any()
    five = [[0.1 * k, 0.1] for k in range(1, 6)]
    assert target([around(0.5, 0.5)], [79], anchors=five, grid=19, num_classes=80).shape == (
        19,
        19,
        5,
        85,
    )


PLACES = {  # midpoint: row and column, b_x and b_y
    "inside": ((0.6, 0.1), (0, 2), (0.4, 0.4)),
    "on a line": ((0.5, 0.25), (1, 2), (0.0, 0.0)),
    "upper left corner": ((0.0, 0.0), (0, 0), (0.0, 0.0)),
    "right edge": ((1.0, 0.5), (2, 3), (1.0, 0.0)),
    "lower right corner": ((1.0, 1.0), (3, 3), (1.0, 1.0)),
}


@pytest.mark.parametrize("case", PLACES)
def test_the_cell_of_the_midpoint(case: str) -> None:
    midpoint, cell, b = PLACES[case]
    y = target([around(*midpoint, size=[0.125, 0.5])], [CAR], grid=4)
    assert taken(y) == [(*cell, 1)]
    np.testing.assert_allclose(y[*cell, 1, 1:5], [*b, 0.5, 2.0], atol=1e-6)


def test_who_wants_the_same_cell_and_anchor_box() -> None:
    """The first has it; one of another shape has the other anchor box, and is no rival."""
    objects = [around(0.5, 0.5), around(0.4, 0.4), around(0.6, 0.6, WIDE), around(0.5, 0.6, WIDE)]
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        y = target([objects[i] for i in order], order, num_classes=4)
        assert taken(y) == [(1, 1, 0), (1, 1, 1)]
        first = [next(i for i in order if i in pair) for pair in ((0, 1), (2, 3))]
        assert np.argmax(y[1, 1, :, 5:], -1).tolist() == first
    assert taken(target([around(0.5, 0.5, [0.2, 0.2])], [CAR], anchors=[HIGH, HIGH])) == [(1, 1, 0)]


def test_pictures_with_fewer_objects() -> None:
    """Each picture of a batch is as it is alone; what fills it up is nothing, and takes no place from others."""
    fill = [-1.0] * 4
    boxes = np.array(
        [[fill, around(0.5, 0.5), around(0.2, 0.9)], [around(0.5, 0.5), fill, fill], [fill] * 3]
    )
    classes = np.array([[-1, CAR, PERSON], [PERSON, -1, -1], [-1] * 3])
    y = target(boxes, classes)
    for i, n in enumerate((2, 1, 0)):
        there = classes[i] >= 0
        assert np.array_equal(y[i], target(boxes[i][there], classes[i][there]))
        assert len(taken(y[i])) == n


def test_what_a_compiled_function_leaves_out() -> None:
    """Midpoints outside the picture, classes that there are not: refused where the numbers are known."""
    run = compile_function(lambda boxes, classes: yolo_target(boxes, classes, [HIGH], 3, 3))
    boxes = [around(0.5, 0.5), around(1.01, 0.5), around(0.5, -0.01), around(0.2, 0.2)]
    boxes, classes = (
        ops.convert_to_tensor(np.array(boxes, "float32")),
        ops.convert_to_tensor([2, 0, 0, 3]),
    )
    assert taken(ops.convert_to_numpy(run(boxes, classes))) == [(1, 1, 0)]


@cache
def there_and_back() -> Any:
    return compile_function(
        lambda *given: yolo_decode(yolo_target(*given, [HIGH, WIDE], grid=4, num_classes=3))
    )


@few
@given(st.data())
def test_there_and_back(data: st.DataObject) -> None:
    """The boxes of objects in different cells come back to rounding, with a score of 1, in the order of the cells."""
    cells = np.array(data.draw(st.permutations(range(16)))[:6])
    share = st.integers(1, 63).map(lambda k: k / 64)
    x, y, height, width = np.array([[data.draw(share) for _ in range(4)] for _ in cells]).T
    x, y = (cells % 4 + x) / 4, (cells // 4 + y) / 4
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], -1)
    classes = np.array([data.draw(st.integers(-1, 2)) for _ in cells])
    given = ops.convert_to_tensor(boxes, "float32"), ops.convert_to_tensor(classes, "int32")
    found, scores, kinds = map(ops.convert_to_numpy, there_and_back()(*given))
    order = [i for i in np.argsort(cells) if classes[i] >= 0]
    np.testing.assert_allclose(found[scores > 0], boxes[order], atol=1e-6)
    assert kinds[scores > 0].tolist() == classes[order].tolist() and set(scores) <= {0.0, 1.0}


def test_boxes_go_to_non_max_suppression() -> None:
    """Cell by cell, classes apart: of two boxes around one car the better is kept, and the person in front of it."""
    y = target(
        [around(0.5, 0.5), around(0.65, 0.5), around(0.5, 0.5, WIDE)], [CAR, CAR, PERSON], grid=4
    )
    y[..., 0] *= 0.9
    y[2, 2, 0, 1:5] = [-0.2, 0.0, 1.6, 0.4]
    y[2, 2, 0, 0] = 0.8
    y[0, 0, 0, 3:5] = -1.0  # a network may put out negative sizes where nothing is
    boxes, scores, classes = yolo_decode(y)
    places = ops.convert_to_numpy(non_max_suppression(boxes, scores, 4, 0.5, 0.25, classes))
    assert sorted(ops.convert_to_numpy(classes)[places[places >= 0]].tolist()) == [PERSON, CAR]


@pytest.mark.parametrize("shape", [(3, 3, 2, 8), (2, 3, 3, 2, 8), (2, 1, 3, 3, 2, 8)])
def test_scores_before_sigmoid_and_softmax(shape: Any) -> None:
    z = np.random.default_rng(0).normal(size=shape).astype("float32")
    y = z.copy()
    y[..., 0] = 1 / (1 + np.exp(-z[..., 0]))
    y[..., 5:] = np.exp(z[..., 5:]) / np.exp(z[..., 5:]).sum(-1, keepdims=True)
    run = compile_function(lambda z: yolo_decode(z, from_logits=True))
    for ours, expected in zip(run(ops.convert_to_tensor(z)), yolo_decode(y), strict=True):
        assert ours.shape[: len(shape) - 3] == (*shape[:-4], 18)
        np.testing.assert_allclose(
            *map(ops.convert_to_numpy, (ours, expected)), rtol=1e-5, atol=1e-6
        )


def test_half_precision_comes_back() -> None:
    boxes = ops.convert_to_tensor([around(0.5, 0.5)], "bfloat16")
    y = yolo_target(boxes, [CAR], [HIGH], 3, 3)
    for part in (y, *yolo_decode(y)[:2]):
        assert keras.backend.standardize_dtype(part.dtype) == "bfloat16"


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX knows all sizes")
def test_numbers_of_pictures_and_objects_that_are_not_known() -> None:
    import tensorflow as tf

    signature = [tf.TensorSpec([None, None, 4]), tf.TensorSpec([None, None], "int32")]
    run = tf.function(
        lambda b, c: yolo_decode(yolo_target(b, c, [HIGH], 3, 3))[1], signature, autograph=False
    )
    boxes = np.array([[around(0.5, 0.5)], [around(0.1, 0.2)]], "float32")
    assert run(boxes, [[CAR], [-1]]).numpy().sum(-1).tolist() == [1, 0]
    assert run(boxes[:, :0], np.zeros((2, 0), "int32")).numpy().sum(-1).tolist() == [0, 0]


WRONG = [
    ("boxes", [[4.0, 0, 0, 2]] * 2),
    ("boxes", [around(50.0, 80.0)] * 2),
    ("boxes", around(0.5, 0.5)),
    ("classes", [0]),
    ("classes", [0, 3]),
    ("classes", [0.0, 1.0]),
    ("classes", None),
    ("anchors", [0.4, 0.1]),
    ("anchors", [[0.4, 0.0]]),
    ("anchors", [[0.4, math.inf]]),
    ("anchors", np.zeros((0, 2))),
    ("anchors", [["high", "wide"]]),
    ("grid", 0),
    ("grid", 3.0),
    ("num_classes", 0),
    ("num_classes", True),
]


@pytest.mark.parametrize(("argument", "wrong"), WRONG, ids=str)
def test_what_is_refused(argument: str, wrong: Any) -> None:
    given = {"boxes": [around(0.5, 0.5)] * 2, "classes": [0, 1], "anchors": [HIGH, WIDE]}
    given |= {"grid": 3, "num_classes": 3, argument: wrong}
    refuses("yolo_target", argument, lambda: yolo_target(**given))


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros(8),
        np.zeros((3, 2, 2, 8)),
        np.zeros((3, 3, 2, 5)),
        np.full((1, 1, 1, 6), np.nan),
        None,
        "y",
    ],
    ids=str,
)
def test_what_cannot_be_decoded(wrong: Any) -> None:
    refuses("yolo_decode", "y", lambda: yolo_decode(wrong))
    refuses(
        "yolo_decode", "from_logits", lambda: yolo_decode(np.zeros((1, 1, 1, 6)), from_logits=1)
    )
