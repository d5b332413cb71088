r"""CTC (connectionist temporal classification): the loss of a text, where nobody knows at which steps it is said.

Sources: Flowchart C5; Graves and others, 2006.

$$ l = \log \mathrm{softmax}(z) \tag{1} $$
$$ k = \log(e^u + e^v + e^w) \tag{2} $$
$$ \alpha = q + k \tag{3} $$
$$ \mathcal L = -\log(e^a + e^b) \tag{4} $$
$$ \gamma = e^{\alpha + \beta + c} \tag{5} $$

At each step the network puts out $z$ of `y_pred`: a number for the blank, which is class 0, and for each symbol. A text
of $L$ symbols, a row of `y_true`, stands for every sequence of classes that becomes the text when repeats are collapsed
and then blanks left out. Such a sequence runs through $2L + 1$ places, the symbols with blanks around them: at each
step it stays, goes on to the next place, or passes over a blank between two symbols that differ.

$\alpha$ is the log-probability of all ways to a place, up to a step. $q$ is the $l$ of the place's class at that step.
$u$, $v$ and $w$ are the $\alpha$ of the step before: at the same place, at the one before it, and at the one before
that, if the way from there may pass, else $-\infty$. After the last step $a$ and $b$ are the $\alpha$ of the last two
places, the blank and the symbol. $\beta$ (`beta`) is the $k$ of text and steps read backward: all ways from the place
to the end. With the loss $c$ of the whole text, $\gamma$ is the probability that the text is at that place at that
step, and $-\gamma$ the slope of the loss by $q$: gradients are computed from it, those of the first order and no
others. Keras' `reduction` takes the mean over the texts.

Equals `keras.losses.CTC` where a text has such a sequence. Differs where it has none: the loss is infinite here, and a
number above 700 on TensorFlow and above 99,999 on JAX there.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref._compat import keras as keras_src
from dlref._refuse_where import refuse_where
from dlref.losses.in_float32 import InFloat32


@keras.saving.register_keras_serializable("dlref")
class CTC(InFloat32):
    r"""CTC loss of texts, from outputs without softmax.

    `y_true` has the numbers of symbols, from 1 on, and behind the end of a text 0. What is no such row raises an error;
    in a compiled function, where the numbers are not known, its loss is NaN instead. A text that no sequence of as many
    steps stands for has an infinite loss, whose gradient is 0. Steps that a Keras mask leaves out do not count: the
    blank is certain there.

    Args:
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if the shapes are not $(m, L)$ and $(m, T, C)$, or a row of `y_true` is no text.

    Example:
        >>> loss = CTC()
        >>> even = [[[0.0, 0.0], [0.0, 0.0]]]  # two steps, a blank and one symbol
        >>> round(float(loss([[1]], even)), 4)  # three of four sequences: -1, 1-, 11
        0.2877
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss, reduced; steps that a Keras mask leaves out do not count."""
        mask = keras_src.get_keras_mask(y_pred)
        if mask is not None:
            blank = ops.where(ops.arange(y_pred.shape[-1]) == 0, 0.0, -float("inf"))
            y_pred = ops.where(mask[..., None], y_pred, ops.cast(blank, y_pred.dtype))
        return super().__call__(y_true, y_pred, sample_weight)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each text: labels $(m, L)$ and outputs $(m, T, C)$ to $(m,)$."""
        return self.of_lengths(y_true, y_pred, None)

    def of_lengths(self, y_true: Any, y_pred: Any, lengths: Any) -> Any:
        r"""The loss of each text, of which `lengths` $(m,)$ of the $T$ steps count; all of them if it is None."""
        z, _ = _checks.at_least_float32(self, "y_pred", y_pred)
        y = ops.convert_to_tensor(y_true)
        if len(y.shape) != 2 or len(z.shape) != 3:
            raise ValueError(
                "CTC: `y_true` and `y_pred` must have the shapes (texts, symbols) and (texts, steps, classes). "
                f"Received: y_true.shape={tuple(y.shape)}, y_pred.shape={tuple(z.shape)}."
            )
        y, wrong = self._checked(y, z.shape[-1])
        T = ops.shape(z)[1]
        last = ops.full_like(y[:, 0], T, "int32") if lengths is None else ops.cast(lengths, "int32")
        loss = _of_texts(y, z, ops.arange(T, dtype="int32")[:, None] < last)
        return ops.where(wrong, float("nan"), loss)

    def _checked(self, y: Any, classes: int | None) -> tuple[Any, Any]:
        """The labels, and which texts are none: symbols that there are not, or one behind the end."""
        whole = ops.cast(y, "int32")
        wrong = ops.any(whole < 0, -1) | ops.any(ops.cast(whole, y.dtype) != y, -1)
        wrong = wrong | ops.any((whole[:, 1:] != 0) & (whole[:, :-1] == 0), -1)
        if classes is not None:
            wrong = wrong | ops.any(whole >= classes, -1)
        refuse_where(
            wrong,
            f"CTC: `y_true` must have symbols from 1 to {(classes or 0) - 1} in each row, and 0 behind them. "
            "Received: others.",
        )
        return ops.where(wrong[:, None], 0, whole), wrong


def _of_texts(y: Any, z: Any, counts: Any) -> Any:
    """The loss of each text; `counts` $(T, m)$ says which steps do."""
    l = _log_probabilities(z)
    ends = 2 * ops.sum(ops.cast(y != 0, "int32"), -1)
    places = _places(y)
    size = (ops.shape(z)[0], ops.shape(z)[1], places.shape[1])
    q = ops.take_along_axis(l, ops.broadcast_to(places[:, None], size), -1)
    q = ops.transpose(q, (1, 0, 2))
    fixed = ops.stop_gradient(q)
    alpha, last = _forward(fixed, places, 0 * ends, counts)[1:]
    loss = _loss(_at(last, ends), _at(last, ends - 1))
    backward = (fixed[::-1, :, ::-1], places[:, ::-1], size[2] - 1 - ends, counts[::-1])
    beta = _forward(*backward)[0][::-1, :, ::-1]
    there = counts[..., None] & (alpha + beta > -float("inf"))
    gamma = _share(
        ops.where(there, alpha, -float("inf")),
        ops.where(there, beta, 0),
        ops.where(loss < float("inf"), loss, 0)[:, None],
    )
    q = ops.where(gamma > 0, q, 0)
    return loss + ops.sum(gamma * (ops.stop_gradient(q) - q), (0, 2))  # 0, with the slope -gamma


def _places(y: Any) -> Any:
    """The classes of the $2L + 1$ places."""
    blank = ops.zeros_like(y)
    places = ops.reshape(ops.stack([blank, y], -1), (-1, 2 * y.shape[1]))
    return ops.pad(places, [[0, 0], [0, 1]])


def _forward(q: Any, places: Any, first: Any, counts: Any) -> tuple[Any, Any, Any]:
    r"""$k$ and $\alpha$ of each step and place, and the $\alpha$ after the last step; texts begin at `first`."""
    before = ops.pad(places, [[0, 0], [2, 0]])[:, :-2]
    may_pass = (places != 0) & (places != before)
    start = ops.where(
        ops.arange(places.shape[1], dtype="int32") == first[:, None], 0.0, -float("inf")
    )

    def step(alpha: Any, of_step: Any) -> tuple[Any, Any]:
        q, count = of_step
        k = _ways(alpha, _shifted(alpha, 1), ops.where(may_pass, _shifted(alpha, 2), -float("inf")))
        return ops.where(count[:, None], _to(q, k), alpha), k

    last, k = ops.scan(step, ops.cast(start, q.dtype), (q, counts))
    return k, _to(q, k), last


def _shifted(alpha: Any, by: int) -> Any:
    shifted = ops.pad(alpha, [[0, 0], [by, 0]], constant_values=-float("inf"))
    return shifted[:, : alpha.shape[1]]


def _at(alpha: Any, place: Any) -> Any:
    r"""$\alpha$ at one place of each text; at -1 there is no way."""
    found = ops.take_along_axis(alpha, ops.maximum(place, 0)[:, None], -1)[:, 0]
    return ops.where(place < 0, -float("inf"), found)


def _log_probabilities(z: Any) -> Any:
    l = ops.log_softmax(z, -1)  # (1)
    return l


def _ways(u: Any, v: Any, w: Any) -> Any:
    k = _log_sum(u, v, w)  # (2)
    return k


def _to(q: Any, k: Any) -> Any:
    alpha = q + k  # (3)
    return alpha


def _loss(a: Any, b: Any) -> Any:
    return -_log_sum(a, b)  # (4)


def _share(alpha: Any, beta: Any, c: Any) -> Any:
    gamma = ops.exp(alpha + beta + c)  # (5)
    return gamma


def _log_sum(*logs: Any) -> Any:
    r"""The logarithm of a sum, from logarithms; of nothing but zeros it is $-\infty$."""
    largest = logs[0]
    for each in logs[1:]:
        largest = ops.maximum(largest, each)
    largest = ops.where(largest == -float("inf"), 0, largest)
    return ops.log(sum(ops.exp(each - largest) for each in logs)) + largest
