r"""YOLO's target for each picture, and the boxes that a network's output stands for.

Source: Flowchart C4.

$$ j = \min(\lfloor n x \rfloor, n - 1) \tag{1} $$
$$ i = \min(\lfloor n y \rfloor, n - 1) \tag{2} $$
$$ b_x = n x - j \tag{3} $$
$$ b_y = n y - i \tag{4} $$
$$ b_h = n h \tag{5} $$
$$ b_w = n w \tag{6} $$
$$ a = \arg\max_k \text{iou}_k \tag{7} $$
$$ x = \frac{j + b_x}{n} \tag{8} $$
$$ y = \frac{i + b_y}{n} \tag{9} $$
$$ h = \frac{\max(b_h, 0)}{n} \tag{10} $$
$$ w = \frac{\max(b_w, 0)}{n} \tag{11} $$
$$ s = p_c \max_k c_k \tag{12} $$
$$ l = \arg\max_k c_k \tag{13} $$

$(x, y)$ is the midpoint of an object's box, $h$ its height and $w$ its width, in shares of the picture. $n$ (`grid`) is
the number of cells in a row and in a column, $i$ the row of the cell that holds the midpoint and $j$ its column; on
the line between two cells it is in the right or the lower one, on the edge of the picture in the last. $b$ is the box
in cells, seen from the upper left corner of its cell: $b_x$ and $b_y$ lie in [0, 1], $b_h$ and $b_w$ may exceed 1.
$\text{iou}$ is the IoU of an object with each anchor box, all with one midpoint, and $a$ is the anchor box with the
highest, of equal ones the first. $p_c$ is the probability that there is an object and
$c_k$ that it is of class $k$; $s$ is the score of a box and $l$ its class.

Differs from `keras.utils.bounding_boxes.encode_box_to_deltas` and `decode_deltas_to_boxes`, which measure from the
middle of an anchor, in sizes of the anchor, and take the logarithm of the sizes, and assign no box to a cell.
"""

from typing import Any

from keras import ops

from dlref import _checks
from dlref.detection import inputs
from dlref.detection.boxes import corners_to_midpoint, midpoint_to_corners
from dlref.detection.iou import iou as iou_of


def yolo_target(boxes: Any, classes: Any, anchors: Any, grid: int, num_classes: int) -> Any:
    r"""What a network should put out: $(p_c, b_x, b_y, b_h, b_w, c_1, \dots)$ for each cell and anchor box.

    An object goes to the cell of its midpoint and the anchor box whose shape is nearest to its own. Where two want the
    same, the one given first has it, and the other is left out. Without an object all is 0.

    Args:
        boxes: boxes $(x_1, y_1, x_2, y_2)$ in shares of the picture, a floating-point tensor of shape $(..., N, 4)$.
            Their midpoints lie in the picture; in a compiled function, where that is not known, others are left out.
        classes: integers of shape $(..., N)$, below `num_classes`. A negative one says that there is no object, so that
            pictures with fewer objects than others fill up a batch.
        anchors: the heights and widths of $A$ anchor boxes, in shares of the picture, of shape $(A, 2)$.
        grid: $n$, at least 1.
        num_classes: $C$, at least 1.

    Returns:
        A tensor of shape $(..., n, n, A, 5 + C)$, rows before columns, in the dtype of `boxes`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a shape is another, a size of an anchor box is not positive, or a box has its corners in the
            wrong order or its midpoint outside the picture.

    Example:
        >>> y = yolo_target([[0.4, 0.5, 0.6, 0.9]], [2], [[0.4, 0.2], [0.2, 0.4]], grid=3, num_classes=3)
        >>> tuple(y.shape), [round(float(v), 3) for v in y[2, 1, 0]]
        ((3, 3, 2, 8), [1.0, 0.5, 0.1, 1.2, 0.6, 0.0, 0.0, 1.0])
    """
    name = "yolo_target"
    boxes, dtype = inputs.boxes(name, "boxes", boxes, rank=2)
    anchors = inputs.anchors(name, anchors, boxes.dtype)
    n = _checks.integer(name, "grid", grid, 1)
    kinds = _checks.integer(name, "num_classes", num_classes, 1)
    classes, there = inputs.objects(name, boxes, classes, kinds)
    x, y, h, w = ops.unstack(corners_to_midpoint(boxes), axis=-1)
    i, j, b = _seen_from_cell(x, y, h, w, n)
    a = _nearest_anchor(_about_the_origin(ops.stack([h, w], -1)), _about_the_origin(anchors))

    slot = (ops.cast(i, "int32") * n + ops.cast(j, "int32")) * anchors.shape[0] + a
    parts = ops.ones_like(x)[..., None], b, ops.one_hot(classes, kinds, dtype=b.dtype)
    values = _with_nothing(ops.concatenate(parts, -1), 0)
    wanted = _with_nothing(ops.where(there, slot, -1)[..., None], -1) == ops.arange(
        n * n * anchors.shape[0], dtype="int32"
    )
    order = ops.arange(ops.shape(values)[-2], dtype="int32")
    first = ops.min(ops.where(wanted, order[:, None], order[-1]), -2)
    found = ops.take_along_axis(values, first[..., None], axis=-2)
    shape = *ops.shape(boxes)[:-2], n, n, anchors.shape[0], 5 + kinds
    return ops.cast(ops.reshape(found, shape), dtype)


def yolo_decode(y: Any, from_logits: bool = False) -> tuple[Any, Any, Any]:
    r"""The boxes that a network's output, or a target, stands for.

    Args:
        y: $(p_c, b_x, b_y, b_h, b_w, c_1, \dots)$ for each cell and anchor box, a floating-point tensor of shape
            $(..., n, n, A, 5 + C)$ with finite numbers.
        from_logits: whether $p_c$ and $c$ are before the sigmoid and the softmax. Defaults to False.

    Returns:
        Boxes $(x_1, y_1, x_2, y_2)$ in shares of the picture, of shape $(..., n \cdot n \cdot A, 4)$, their scores and
        their classes, both of shape $(..., n \cdot n \cdot A)$, cell by cell. A negative size is taken for 0.

    Raises:
        TypeError: if `y` is no tensor of real numbers, or `from_logits` no boolean.
        ValueError: if its shape is another, or a number is not finite.

    Example:
        >>> y = yolo_target([[0.4, 0.5, 0.6, 0.9]], [2], [[0.4, 0.2], [0.2, 0.4]], grid=3, num_classes=3)
        >>> boxes, scores, classes = yolo_decode(y)
        >>> best = scores == 1
        >>> [round(float(x), 3) for x in boxes[best][0]], int(classes[best][0])
        ([0.4, 0.5, 0.6, 0.9], 2)
    """
    y, dtype = _checks.at_least_float32("yolo_decode", "y", y)
    if (
        len(y.shape) < 4
        or y.shape[-4] != y.shape[-3]
        or (y.shape[-1] or 0) < 6
        or 0 in y.shape[-4:]
    ):
        raise ValueError(
            "yolo_decode: `y` must have the shape (n, n, anchors, 5 + classes), with any axes before it. "
            f"Received: y.shape={tuple(y.shape)}."
        )
    if inputs.known_to_fail(ops.isfinite(y)):
        raise ValueError("yolo_decode: `y` must hold finite numbers. Received: y with others.")
    p_c, c = y[..., 0], y[..., 5:]
    if _checks.boolean("yolo_decode", "from_logits", from_logits):
        p_c, c = ops.sigmoid(p_c), ops.softmax(c)
    boxes = midpoint_to_corners(_in_picture(*ops.unstack(y[..., 1:5], axis=-1), n=y.shape[-3]))
    s, l = _score(p_c, c)
    before = ops.shape(y)[:-4]
    boxes = ops.cast(ops.reshape(boxes, (*before, -1, 4)), dtype)
    return boxes, ops.cast(ops.reshape(s, (*before, -1)), dtype), ops.reshape(l, (*before, -1))


def _seen_from_cell(x: Any, y: Any, h: Any, w: Any, n: int) -> tuple[Any, Any, Any]:
    j = ops.minimum(ops.floor(n * x), n - 1)  # (1)
    i = ops.minimum(ops.floor(n * y), n - 1)  # (2)
    b_x = n * x - j  # (3)
    b_y = n * y - i  # (4)
    b_h = n * h  # (5)
    b_w = n * w  # (6)
    return i, j, ops.stack([b_x, b_y, b_h, b_w], -1)


def _nearest_anchor(shapes: Any, anchors: Any) -> Any:
    iou = iou_of(shapes, anchors)
    a = ops.argmax(iou, -1)  # (7)
    return ops.cast(a, "int32")


def _about_the_origin(sizes: Any) -> Any:
    return midpoint_to_corners(ops.concatenate([ops.zeros_like(sizes), sizes], -1))


def _in_picture(b_x: Any, b_y: Any, b_h: Any, b_w: Any, n: int) -> Any:
    cells = ops.arange(n, dtype=b_x.dtype)
    i, j = cells[:, None, None], cells[:, None]
    x = (j + b_x) / n  # (8)
    y = (i + b_y) / n  # (9)
    h = ops.maximum(b_h, 0) / n  # (10)
    w = ops.maximum(b_w, 0) / n  # (11)
    return ops.stack([x, y, h, w], -1)


def _score(p_c: Any, c: Any) -> tuple[Any, Any]:
    s = p_c * ops.max(c, -1)  # (12)
    l = ops.argmax(c, -1)  # (13)
    return s, ops.cast(l, "int32")


def _with_nothing(x: Any, value: float) -> Any:
    """One row more on the axis of the objects: where no object is."""
    widths = [(0, 0)] * (len(x.shape) - 2) + [(0, 1), (0, 0)]
    return ops.pad(x, widths, constant_values=value)
