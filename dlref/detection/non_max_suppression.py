r"""Non-max suppression: of the boxes around one thing the one with the highest score is kept.

Source: Flowchart C4.

$$ m_{ij} = [\, i < j \,]\,[\, c_i = c_j \,]\,[\, \text{iou}_{ij} \ge t \,] \tag{1} $$
$$ k_j = \left[\, \sum_i k_i m_{ij} = 0 \,\right] \tag{2} $$

Boxes are counted from the highest score down; of equal scores the box given first comes first. $c$ is the class of a
box and $\text{iou}$ the IoU of two. $m$ is 1 where box $i$, if it is kept, suppresses box $j$: both are of one class,
and overlap by the threshold $t$ (`iou_threshold`) or more. $k$ is 1 for a box that is kept: none that is kept
suppresses it.

(2) has one solution, since each $k_j$ follows from those before it. Computed for all $j$ at once, and again from its
own result, it settles in as many rounds as boxes suppress one another in a row.

Differs from `tf.image.non_max_suppression`, which suppresses where the IoU is larger than $t$, knows no classes, and
returns no more indices than it finds.
"""

import math
from typing import Any

from keras import ops

from dlref import _checks
from dlref.detection import inputs
from dlref.detection.iou import iou as iou_of
from dlref.detection.repeat import repeat

BLOCK = 512  # boxes that are compared at once


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: int,
    iou_threshold: float = 0.5,
    score_threshold: float = -math.inf,
    classes: Any = None,
) -> Any:
    r"""The places of the boxes that are kept, from the highest score down.

    Args:
        boxes: boxes $(x_1, y_1, x_2, y_2)$, a floating-point tensor of shape $(n, 4)$. In a compiled function, where
            its numbers are not known, corners in the wrong order are not noticed: the IoU is 0 or meaningless.
        scores: of shape $(n,)$.
        max_output_size: how many boxes are returned, at least 1.
        iou_threshold: $t$, in [0, 1]; the overlap from which a box is suppressed. Defaults to 0.5.
        score_threshold: boxes with this score or less are left out. Defaults to -infinity.
        classes: integers of shape $(n,)$; a box suppresses only boxes of its class. Defaults to None: all are of one.

    Returns:
        Integers of shape `(max_output_size,)`, $-1$ where fewer are kept: one shape, which compiles.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a shape is another, a threshold is outside its interval, a score is NaN, or a box has its corners
            in the wrong order or a number that is not finite.

    Example:
        >>> boxes = [[0.0, 0.0, 4.0, 4.0], [1.0, 0.0, 5.0, 4.0], [6.0, 0.0, 9.0, 3.0]]
        >>> [int(i) for i in non_max_suppression(boxes, [0.8, 0.9, 0.7], max_output_size=3)]
        [1, 2, -1]
    """
    name = "non_max_suppression"
    found = inputs.candidates(name, boxes, scores, classes)
    size = _checks.integer(name, "max_output_size", max_output_size, 1)
    t = _checks.real(name, "iou_threshold", iou_threshold, "[0, 1]")
    low = _checks.real(name, "score_threshold", score_threshold, "[-inf, inf)")
    block = min(BLOCK, found[0].shape[0] or BLOCK)
    boxes, s, c = (
        inputs.padded(x, block, end) for x, end in zip(found, (0, -math.inf, 0), strict=True)
    )
    order = ops.arange(size + block, dtype="int32")

    def unfinished(s: Any, chosen: Any) -> Any:
        return ops.any(s > low) & (chosen[-1] < 0)

    def next_block(s: Any, chosen: Any) -> tuple[Any, Any]:
        best, new = ops.top_k(s, block)
        new = ops.cast(new, "int32")
        there = ops.concatenate([chosen >= 0, best > low])
        both = ops.where(there, ops.concatenate([chosen, new]), 0)
        overlap = iou_of(ops.take(boxes, both, axis=0), ops.take(boxes, new, axis=0))
        kept = _kept(order, ops.take(c, both), overlap, t, there)
        places = ops.sort(ops.where(kept, order, size + block))[:size]
        chosen = ops.take(inputs.padded(both, 1, -1), places)
        return ops.scatter_update(s, new[:, None], ops.full_like(best, -math.inf)), chosen

    return repeat(unfinished, next_block, (s, ops.full((size,), -1, "int32")))[1]


def _kept(i: Any, c: Any, iou: Any, t: float, there: Any) -> Any:
    """Which boxes are kept, of those chosen before and of a block after them: both are the rows of `iou`."""
    n = iou.shape[1]
    j, c_j = i[-n:], c[-n:]
    m = ops.cast((i[:, None] < j) & (c[:, None] == c_j) & (iou >= t), iou.dtype)  # (1)

    def unsettled(k: Any, before: Any) -> Any:
        return ops.any(k != before)

    def next_round(k: Any, before: Any) -> tuple[Any, Any]:
        k_j = ops.cast(ops.matmul(k, m) == 0, m.dtype)  # (2)
        return ops.concatenate([k[:-n], k_j]), k

    k = ops.cast(there, m.dtype)
    k, _ = repeat(unsettled, next_round, (k, ops.zeros_like(k) - 1))
    return (k > 0) & there
