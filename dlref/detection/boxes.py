r"""The two forms of a box: by its corners, and by its midpoint and size.

Source: Flowchart C4.

$$ x_1 = b_x - \frac{b_w}{2} \tag{1} $$
$$ y_1 = b_y - \frac{b_h}{2} \tag{2} $$
$$ x_2 = b_x + \frac{b_w}{2} \tag{3} $$
$$ y_2 = b_y + \frac{b_h}{2} \tag{4} $$
$$ b_x = \frac{x_1 + x_2}{2} \tag{5} $$
$$ b_y = \frac{y_1 + y_2}{2} \tag{6} $$
$$ b_h = y_2 - y_1 \tag{7} $$
$$ b_w = x_2 - x_1 \tag{8} $$

$(b_x, b_y)$ is the midpoint of the box, $b_h$ its height and $b_w$ its width, in the lecture's order; $(x_1, y_1)$ is
its upper left corner and $(x_2, y_2)$ its lower right one, since $y$ grows downwards in pictures. The unit is free:
pixels, or shares of the picture or of a grid cell.

Differs from `keras.utils.bounding_boxes.convert_format`: its `"center_xywh"` has the width before the height. In half
precision all are computed in float32 and rounded.
"""

from typing import Any

from keras import ops

from dlref.detection import inputs


def midpoint_to_corners(boxes: Any) -> Any:
    r"""Boxes $(b_x, b_y, b_h, b_w)$ as $(x_1, y_1, x_2, y_2)$.

    Args:
        boxes: a floating-point tensor of shape $(..., 4)$. In a compiled function, where its numbers are not known, a
            negative size is not noticed and gives corners in the wrong order.

    Returns:
        A tensor of the same shape.

    Raises:
        TypeError: if `boxes` is no tensor of real numbers.
        ValueError: if its last axis is not 4, or a box has a negative size or a number that is not finite.

    Example:
        >>> [float(x) for x in midpoint_to_corners([10.0, 20.0, 8.0, 4.0])]
        [8.0, 16.0, 12.0, 24.0]
    """
    boxes, dtype = inputs.boxes("midpoint_to_corners", "boxes", boxes, form="midpoint")
    b_x, b_y, b_h, b_w = ops.unstack(boxes, axis=-1)

    x_1 = b_x - b_w / 2  # (1)
    y_1 = b_y - b_h / 2  # (2)
    x_2 = b_x + b_w / 2  # (3)
    y_2 = b_y + b_h / 2  # (4)
    return ops.cast(ops.stack([x_1, y_1, x_2, y_2], -1), dtype)


def corners_to_midpoint(boxes: Any) -> Any:
    r"""Boxes $(x_1, y_1, x_2, y_2)$ as $(b_x, b_y, b_h, b_w)$.

    Args:
        boxes: a floating-point tensor of shape $(..., 4)$. In a compiled function, where its numbers are not known,
            corners in the wrong order are not noticed and give a negative size.

    Returns:
        A tensor of the same shape.

    Raises:
        TypeError: if `boxes` is no tensor of real numbers.
        ValueError: if its last axis is not 4, or a box has its corners in the wrong order or a number that is not
            finite.

    Example:
        >>> [float(b) for b in corners_to_midpoint([8.0, 16.0, 12.0, 24.0])]
        [10.0, 20.0, 8.0, 4.0]
    """
    boxes, dtype = inputs.boxes("corners_to_midpoint", "boxes", boxes)
    x_1, y_1, x_2, y_2 = ops.unstack(boxes, axis=-1)

    b_x = (x_1 + x_2) / 2  # (5)
    b_y = (y_1 + y_2) / 2  # (6)
    b_h = y_2 - y_1  # (7)
    b_w = x_2 - x_1  # (8)
    return ops.cast(ops.stack([b_x, b_y, b_h, b_w], -1), dtype)
