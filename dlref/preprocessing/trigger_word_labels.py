r"""Labels of trigger word detection: ones at the steps that follow a word, zeros everywhere else.

Sources: Flowchart C5 (trigger word detection).

$$ h_t = [\, e < t \,] [\, t \le e + w \,] \tag{1} $$
$$ y' = \max(y, h) \tag{2} $$

$t$ are the steps of a clip, counted from 0, $e$ the step with which a word ends and $w$ (`width`) the number of steps
after it that are labelled 1 in $h$. $y$ are the labels of the words before; it begins with zeros.

Nothing built in makes such labels. They are 1 where `numpy.convolve` of ones at the ends, with a 0 and then $w$ ones,
is above 0.
"""

from collections.abc import Sequence

import numpy as np

from dlref import _checks


def trigger_word_labels(ends: Sequence[int], steps: int, width: int = 50) -> np.ndarray:
    r"""The labels of one clip, $y_t = 1$ at the $w$ steps after each word.

    Args:
        ends: the last step of each word, integers from 0 to `steps` - 1, in any order; none for a clip without.
        steps: how many outputs the network has for a clip, at least 1.
        width: $w$, at least 1. Defaults to 50, the lecture's, where an output comes every 7 ms.

    Returns:
        Zeros and ones in float32, (steps,). What would lie behind the clip's end is cut off.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is outside its interval.

    Example:
        >>> trigger_word_labels([1, 6], steps=8, width=3).tolist()
        [0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0]
    """
    owner = "trigger_word_labels"
    t = np.arange(_checks.integer(owner, "steps", steps, 1))
    w = _checks.integer(owner, "width", width, 1)
    y = np.zeros(steps, "float32")
    for e in _checks.sequence(owner, "ends", ends):
        y = _labelled(y, t, _checks.integer(owner, "ends", e, 0, steps - 1), w)
    return y


def _labelled(y: np.ndarray, t: np.ndarray, e: int, w: int) -> np.ndarray:
    h = (e < t) & (t <= e + w)  # (1)
    return np.maximum(y, h)  # (2)
