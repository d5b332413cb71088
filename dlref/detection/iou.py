r"""Intersection over union: how well two boxes agree, from 0 to 1.

Source: Flowchart C4.

$$ w = \max(0, \min(r_1, r_2) - \max(l_1, l_2)) \tag{1} $$
$$ h = \max(0, \min(b_1, b_2) - \max(t_1, t_2)) \tag{2} $$
$$ I = w \cdot h \tag{3} $$
$$ A_1 = (r_1 - l_1)(b_1 - t_1) \tag{4} $$
$$ A_2 = (r_2 - l_2)(b_2 - t_2) \tag{5} $$
$$ U = A_1 + A_2 - I \tag{6} $$
$$ \mathrm{IoU} = \frac{I}{U} \tag{7} $$

$l$, $t$, $r$ and $b$ are the left, top, right and bottom of a box: its corners are $(l, t)$ and $(r, b)$. $w$ and $h$
are the width and the height of what the two boxes share, 0 if they lie apart or touch. $A$ is the area of a box,
$I$ that of the intersection, $U$ that of the union. Two boxes without an area have $U = 0$, and an IoU of 0 instead
of $0 / 0$.

Differs from `keras.utils.bounding_boxes.compute_iou`: Keras adds its epsilon, $10^{-7}$, to $U$, and computes in
float32 always. In half precision all is computed in float32 here too, and rounded.
"""

from typing import Any

from keras import ops

from dlref.detection import inputs


def iou(boxes_1: Any, boxes_2: Any) -> Any:
    r"""The IoU of each of $n$ boxes with each of $m$.

    Args:
        boxes_1: boxes $(x_1, y_1, x_2, y_2)$, a floating-point tensor of shape $(..., n, 4)$. In a compiled function,
            where its numbers are not known, corners in the wrong order are not noticed: the IoU is 0 or meaningless.
        boxes_2: boxes of shape $(..., m, 4)$; the axes in front are those of `boxes_1`, or broadcast with them.

    Returns:
        A tensor of shape $(..., n, m)$, in the dtype of `boxes_1`.

    Raises:
        TypeError: if one is no tensor of real numbers.
        ValueError: if a shape is another, or a box has its corners in the wrong order or a number that is not finite.

    Example:
        >>> [float(each) for each in iou([[0.0, 0.0, 2.0, 2.0]], [[0.0, 0.0, 2.0, 1.0], [2.0, 0.0, 4.0, 2.0]])[0]]
        [0.5, 0.0]
    """
    boxes_1, dtype = inputs.boxes("iou", "boxes_1", boxes_1, rank=2)
    boxes_2, _ = inputs.boxes("iou", "boxes_2", boxes_2, rank=2)
    boxes_2 = ops.cast(boxes_2, boxes_1.dtype)
    l_1, t_1, r_1, b_1 = ops.unstack(boxes_1[..., :, None, :], axis=-1)
    l_2, t_2, r_2, b_2 = ops.unstack(boxes_2[..., None, :, :], axis=-1)

    w = ops.maximum(0, ops.minimum(r_1, r_2) - ops.maximum(l_1, l_2))  # (1)
    h = ops.maximum(0, ops.minimum(b_1, b_2) - ops.maximum(t_1, t_2))  # (2)
    I = w * h  # (3)
    A_1 = (r_1 - l_1) * (b_1 - t_1)  # (4)
    A_2 = (r_2 - l_2) * (b_2 - t_2)  # (5)
    U = A_1 + A_2 - I  # (6)
    iou = ops.divide_no_nan(I, U)  # (7)
    return ops.cast(iou, dtype)
