r"""Decoding of CTC: the text that a network says, from the probabilities of its steps.

Sources: Flowchart C5; Graves and others, 2006; Hannun and others, 2014, for the beam.

$$ j = \arg\max_j l_j \tag{1} $$
$$ k = \log(e^a + e^b) \tag{2} $$
$$ p = o + k \tag{3} $$
$$ q = s + b \tag{4} $$
$$ r = c + w \tag{5} $$

$l_j$ is the log-probability of class $j$ at a step; class 0 is the blank. Greedy search takes the likeliest class of
each step, collapses repeats and then leaves blanks out. Beam search keeps prefixes of texts. $a$ is the log-probability
of all sequences up to the step that say a prefix and end in the blank, $b$ of those that end in its last symbol, and
$k$ of both. $o$, $s$ and $c$ are the log-probabilities of the blank, of the prefix's last symbol and of any symbol at
the next step. With them the prefix stays as it is and ends in the blank ($p$) or in its symbol ($q$), or one more
symbol follows ($r$): $w$ is $k$, but $a$ where the symbol is the last one again, since two equal ones need a blank
between them. What comes to one text from several is added up, and the texts of the largest $k$ are kept.

Equals `keras.ops.ctc_decode` where that is given log-probabilities. All is counted in NumPy, in float64.
"""

import heapq
from typing import Any

import numpy as np
from keras import ops

from dlref import _checks
from dlref.decoding import inputs
from dlref.decoding.text import DecodedText

NONE = -np.inf  # the logarithm of the probability 0


def ctc_greedy_search(log_probabilities: Any) -> DecodedText:
    """The text that the likeliest class of each step says, which need not be the likeliest text.

    Args:
        log_probabilities: of the classes at each step, (steps, classes), as of `keras.ops.log_softmax`.

    Returns:
        The text; its log-probability is that of the one sequence, not of all that say it.

    Raises:
        TypeError: if `log_probabilities` is no tensor of real numbers.
        ValueError: if it is no matrix of two or more classes, or a row cannot be log-probabilities.

    Example:
        >>> ctc_greedy_search(np.log([[0.6, 0.4], [0.6, 0.4]])).symbols  # the blank twice
        ()
    """
    l = _checked("ctc_greedy_search", log_probabilities)
    path = _likeliest(l)
    kept = [int(j) for t, j in enumerate(path) if j > 0 and (t == 0 or j != path[t - 1])]
    return DecodedText(tuple(kept), float(np.sum(l[np.arange(len(l)), path])))


def ctc_beam_search(log_probabilities: Any, beam_width: int = 10) -> tuple[DecodedText, ...]:
    """The likeliest texts that a beam of prefixes finds.

    Args:
        log_probabilities: of the classes at each step, (steps, classes), as of `keras.ops.log_softmax`.
        beam_width: how many prefixes are kept after each step, at least 1. Defaults to 10.

    Returns:
        Texts, as many as the beam is wide or as there are, from the likeliest down. Their log-probabilities are those
        of all sequences whose prefixes were kept.

    Raises:
        TypeError: if `log_probabilities` is no tensor of real numbers, or `beam_width` no integer.
        ValueError: if `log_probabilities` is no matrix of two or more classes, a row cannot be log-probabilities, or
            `beam_width` is below 1.

    Example:
        >>> best = ctc_beam_search(np.log([[0.6, 0.4], [0.6, 0.4]]))[0]
        >>> best.symbols, round(float(np.exp(best.log_probability)), 2)  # -1, 1-, 11
        ((1,), 0.64)
    """
    width = _checks.integer("ctc_beam_search", "beam_width", beam_width, 1)
    beam: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, NONE)}
    for l in _checked("ctc_beam_search", log_probabilities):
        found: dict[tuple[int, ...], tuple[float, float]] = {}
        for prefix, (a, b) in beam.items():
            k, last = _both(a, b), prefix[-1:]
            _add(found, prefix, _blank(l[0], k), _again(l[last[0]], b) if last else NONE)
            for symbol in range(1, len(l)):
                w = a if (symbol,) == last else k
                _add(found, (*prefix, symbol), NONE, _longer(l[symbol], w))
        beam = dict(heapq.nsmallest(width, found.items(), key=_place))
    return tuple(DecodedText(text, float(_both(a, b))) for text, (a, b) in beam.items())


def _likeliest(l: Any) -> Any:
    j = np.argmax(l, -1)  # (1)
    return j


def _both(a: Any, b: Any) -> Any:
    k = np.logaddexp(a, b)  # (2)
    return k


def _blank(o: Any, k: Any) -> Any:
    p = o + k  # (3)
    return p


def _again(s: Any, b: Any) -> Any:
    q = s + b  # (4)
    return q


def _longer(c: Any, w: Any) -> Any:
    r = c + w  # (5)
    return r


def _add(found: dict[Any, tuple[float, float]], text: Any, a: float, b: float) -> None:
    if max(a, b) > NONE:
        before = found.get(text, (NONE, NONE))
        found[text] = float(np.logaddexp(before[0], a)), float(np.logaddexp(before[1], b))


def _place(item: tuple[tuple[int, ...], tuple[float, float]]) -> tuple[float, tuple[int, ...]]:
    """From the likeliest down; of texts that are as likely, in the order of their symbols."""
    return -float(_both(*item[1])), item[0]


def _checked(owner: str, given: Any) -> np.ndarray:
    tensor = _checks.floating(owner, "log_probabilities", given)
    l = np.asarray(ops.convert_to_numpy(tensor)).astype("float64")
    allowed = f"{owner}: `log_probabilities` must be of the shape (steps, classes), of two or more classes"
    if l.ndim != 2 or l.shape[1] < 2:
        raise ValueError(f"{allowed}. Received: log_probabilities.shape={l.shape}.")
    inputs.refuse_sums(owner, "log_probabilities", l, lambda sums: abs(sums - 1) <= inputs.ROUNDING)
    return l
