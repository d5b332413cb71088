r"""Soft-NMS: boxes that overlap a better one are not discarded, their scores are lowered.

Source: Bodla et al. 2017.

$$ i = \arg\max_j s_j \tag{1} $$
$$ s_j := s_j \, e^{-\text{iou}_j^2 / \sigma} \tag{2} $$
$$ s_j := s_j (1 - [\, \text{iou}_j \ge N_t \,]\, \text{iou}_j) \tag{3} $$

$s$ are the scores of the boxes that are left. Box $i$ is taken, and (2) lowers the score of every box $j$ that is left
and of its class; $\text{iou}$ is the IoU with box $i$, and 0 for a box of another class. $\sigma$ (`sigma`) says how
little. With a threshold $N_t$ (`iou_threshold`) it is (3) instead, the paper's linear form. The next is the best by its
new score.

Differs from `tf.image.non_max_suppression_with_scores`: its `soft_nms_sigma` divides by $2 \sigma$, and it discards
boxes above its `iou_threshold` of 0.5 besides. In half precision all is computed in float32 and rounded.
"""

from functools import partial
from typing import Any

from keras import ops

from dlref import _checks
from dlref.detection import inputs
from dlref.detection.iou import iou as iou_of
from dlref.detection.repeat import repeat


def soft_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: int,
    sigma: float = 0.5,
    score_threshold: float = 0.0,
    classes: Any = None,
    iou_threshold: float | None = None,
) -> tuple[Any, Any]:
    r"""The places of boxes and their lowered scores, from the highest down.

    Args:
        boxes: boxes $(x_1, y_1, x_2, y_2)$, a floating-point tensor of shape $(n, 4)$. In a compiled function, where
            its numbers are not known, corners in the wrong order are not noticed: the IoU is 0 or meaningless.
        scores: of shape $(n,)$, finite and not negative.
        max_output_size: how many boxes are returned, at least 1.
        sigma: $\sigma > 0$; the larger, the less a score is lowered. Defaults to 0.5, as in the paper.
        score_threshold: boxes whose score is lowered to this or less are left out; at least 0. Defaults to 0.
        classes: integers of shape $(n,)$; a box lowers only scores of its class. Defaults to None: all are of one.
        iou_threshold: $N_t$, in (0, 1]; scores are lowered by (3), from this overlap on, and `sigma` counts for
            nothing. Defaults to None: by (2).

    Returns:
        Integers of shape `(max_output_size,)`, $-1$ where fewer are left, and scores of this shape, 0 there.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a shape is another, a number is outside its interval, or a box has its corners in the wrong order
            or a number that is not finite.

    Example:
        >>> boxes = [[0.0, 0.0, 4.0, 4.0], [1.0, 0.0, 5.0, 4.0], [6.0, 0.0, 9.0, 3.0]]
        >>> places, scores = soft_non_max_suppression(boxes, [0.8, 0.9, 0.7], max_output_size=3)
        >>> [(int(i), round(float(s), 3)) for i, s in zip(places, scores)]
        [(1, 0.9), (2, 0.7), (0, 0.39)]
    """
    name = "soft_non_max_suppression"
    boxes, s, c = inputs.candidates(name, boxes, scores, classes)
    if inputs.known_to_fail(ops.isfinite(s) & (s >= 0)):
        raise ValueError(f"{name}: `scores` must be finite and not negative. Received: {scores}.")
    size = _checks.integer(name, "max_output_size", max_output_size, 1)
    sigma = _checks.real(name, "sigma", sigma, "(0, inf)", s.dtype)
    low = _checks.real(name, "score_threshold", score_threshold, "[0, inf)")
    N_t = iou_threshold
    if N_t is not None:
        N_t = _checks.real(name, "iou_threshold", N_t, "(0, 1]", s.dtype)
    # Boxes that are never taken, up to a multiple of 8: what is left over of a vector, XLA of TensorFlow 2.21 makes
    # NaN in float64, now and then.
    more = 8 - (boxes.shape[0] or 0) % 8
    boxes, s, c = (inputs.padded(x, more) for x in (boxes, s, c))

    def unfinished(taken: Any, s: Any, places: Any, found: Any) -> Any:
        return (taken < size) & ops.any(s > low)

    nothing = ops.full((size,), -1, "int32"), ops.zeros((size,), s.dtype)
    take_one = partial(_take_one, boxes, c, sigma, N_t)
    _, _, places, found = repeat(unfinished, take_one, (ops.cast(0, "int32"), s, *nothing))
    return places, ops.cast(found, _checks.at_least_float32(name, "scores", scores)[1])


def _take_one(
    boxes: Any, c: Any, sigma: float, N_t: float | None, taken: Any, s: Any, places: Any, found: Any
) -> tuple[Any, ...]:
    """The best of what is left goes to the next free place."""
    every, slots = (ops.arange(ops.shape(x)[0], dtype="int32") for x in (s, places))
    i = ops.cast(ops.argmax(s), "int32")  # (1)
    places = ops.where(slots == taken, i, places)
    found = ops.where(slots == taken, s[i], found)
    iou = ops.where(c == c[i], iou_of(boxes[i][None], boxes)[0], 0)
    if N_t is None:
        s = s * ops.exp(-ops.square(iou) / sigma)  # (2)
    else:
        s = s * (1 - ops.where(iou >= N_t, iou, 0))  # (3)
    return taken + 1, ops.where(every == i, -1, s), places, found
