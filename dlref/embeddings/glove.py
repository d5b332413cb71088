r"""GloVe: word vectors whose products are the logarithms of how often two words stand together.

Sources: Flowchart C5; Pennington and others, 2014, for $f$.

$$ k = i V + j \tag{1} $$
$$ s = \theta^\top e + b + c \tag{2} $$
$$ \bar e = \frac{\theta + e}{2} \tag{3} $$
$$ f = \min(1, (\frac{x}{x_\text{max}})^\alpha) \tag{4} $$
$$ J = f (s - \log x)^2 \tag{5} $$

$x$ is the lecture's $X_{ij}$, how often word $j$ stands near word $i$. `cooccurrence` counts how often each place $k$
of that matrix of $V$ columns comes, row by row, and leaves its many zeros out. Each word has two vectors, $\theta$ as
the target $i$ and $e$ as the context $j$, and two biases, $b$ as $i$ and $c$, the lecture's $b'$, as $j$. Both play the
same part, so that a word's vector is their mean $\bar e$. The weight $f$ keeps frequent pairs, as of "the" and "a",
from ruling; $x_\text{max}$ (`x_max`) and $\alpha$ (`alpha`) say how. Pairs that never stand together have the loss 0.
Keras' `reduction` takes the mean over the pairs, where the lecture has the sum.

Equals two `keras.layers.Embedding` each for vectors and biases, and `keras.losses.MeanSquaredError` of the logarithms
with $f$ as weights of the samples.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks
from dlref._refuse_where import refuse_where
from dlref.embeddings.texts import numbers
from dlref.embeddings.two_vectors import TwoVectors
from dlref.losses.in_float32 import InFloat32


def cooccurrence(
    texts: Any, vocabulary_size: int, window: int = 10
) -> tuple[np.ndarray, np.ndarray]:
    """How often each two words stand near one another.

    Args:
        texts: lists of the numbers of words, from 0 on. Words of two texts are not near one another.
        vocabulary_size: how many words there are.
        window: how many places near ones are apart at most, to either side. Defaults to 10.

    Returns:
        Pairs of words $(i, j)$, (pairs, 2), each once, and their numbers $X_{ij}$, (pairs,), in the order of the
        pairs; those that never stand together are not among them.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is too small, or one of a word is no number of the vocabulary.

    Example:
        >>> pairs, counts = cooccurrence([[0, 1, 2, 1]], vocabulary_size=3, window=1)
        >>> {(int(i), int(j)): int(x) for (i, j), x in zip(pairs, counts)}
        {(0, 1): 1, (1, 0): 1, (1, 2): 2, (2, 1): 2}
    """
    V = _checks.integer("cooccurrence", "vocabulary_size", vocabulary_size, 1)
    window = _checks.integer("cooccurrence", "window", window, 1)
    places = [np.empty(0, "int64")]
    for text in _checks.sequence("cooccurrence", "texts", texts):
        words = numbers("cooccurrence", text, V)
        for apart in range(1, min(window, len(words) - 1) + 1):
            left, right = words[:-apart], words[apart:]
            for i, j in ((left, right), (right, left)):
                k = i * V + j  # (1)
                places.append(k)
    found, counts = np.unique(np.concatenate(places), return_counts=True)
    return np.stack([found // V, found % V], 1).astype("int32"), counts.astype("float32")


@keras.saving.register_keras_serializable("dlref")
class GloVe(TwoVectors):
    r"""What GloVe says of the logarithm of how often two words stand together.

    Args:
        vocabulary_size: how many words there are.
        vector_size: how many entries a vector has.
        target_initializer: of $\theta$. Defaults to "uniform".
        context_initializer: of $e$; with the seed of the other one both stay the same. Defaults to "uniform".
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: pairs of words $(i, j)$, (..., 2), as `cooccurrence` returns them.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is too small, Keras has no such initializer, or the inputs are no pairs.

    Example:
        >>> model = keras.Sequential([keras.Input((2,), dtype="int32"), GloVe(3, 2)])
        >>> model.compile("adagrad", GloVeLoss())
        >>> _ = model.fit(*cooccurrence([[0, 1, 2, 1]], 3), verbose=0)
        >>> tuple(model.layers[0].vectors().shape)
        (3, 2)
    """

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes the vectors and the biases."""
        if len(input_shape) < 1 or input_shape[-1] != 2:
            raise ValueError(
                f"GloVe: `inputs` must be pairs, of the shape (..., 2). Received: inputs.shape={tuple(input_shape)}."
            )
        self.add_tables()
        self.target_bias, self.context_bias = (
            self.add_weight(shape=(self.vocabulary_size,), initializer="zeros", name=f"{name}_bias")
            for name in ("target", "context")
        )

    def call(self, inputs: Any) -> Any:
        """$s$ of each pair: (..., 2) to (...)."""
        i, j = (ops.cast(inputs[..., place], "int32") for place in (0, 1))
        theta, b = (_rows(v, i) for v in (self.target, self.target_bias))
        e, c = (_rows(v, j) for v in (self.context, self.context_bias))
        s = ops.sum(theta * e, -1) + b + c  # (2)
        return s

    def vectors(self) -> Any:
        """The vectors of the words, (`vocabulary_size`, `vector_size`)."""
        theta, e = (ops.convert_to_tensor(v) for v in (self.target, self.context))
        e_bar = (theta + e) / 2  # (3)
        return e_bar

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape without its last axis."""
        return tuple(input_shape[:-1])


@keras.saving.register_keras_serializable("dlref")
class GloVeLoss(InFloat32):
    r"""Weighted squared distance of $s$ to the logarithm of how often two words stand together.

    Args:
        x_max: $x_\text{max} > 0$, from which number on the weight is 1. Defaults to 100.0.
        alpha: $\alpha \ge 0$. Defaults to 0.75.
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Call arguments:
        y_true: $x \ge 0$, the numbers.
        y_pred: $s$, of the same shape.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, the shapes differ, or a number is negative.

    Example:
        >>> loss = GloVeLoss(x_max=4, alpha=0.5, reduction=None)
        >>> [float(each) for each in loss([1.0, 16.0, 0.0], [2.0, 2.772589, 5.0])]  # log 16 = 2.772589
        [2.0, 0.0, 0.0]
    """

    def __init__(self, x_max: float = 100.0, alpha: float = 0.75, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.x_max = _checks.real(self, "x_max", x_max, "(0, inf)")
        self.alpha = _checks.real(self, "alpha", alpha, "[0, inf)")

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each pair."""
        x, s = self.same_shape(y_true, y_pred)
        refuse_where(x < 0, "GloVeLoss: `y_true` must be numbers of 0 or more. Received: others.")
        return ops.where(x == 0, 0, self._of_pairs(ops.where(x == 0, 1, x), s))

    def _of_pairs(self, x: Any, s: Any) -> Any:
        x_max, alpha = (ops.convert_to_tensor(v, x.dtype) for v in (self.x_max, self.alpha))
        f = ops.minimum(1, (x / x_max) ** alpha)  # (4)
        return f * (s - ops.log(x)) ** 2  # (5)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "x_max": self.x_max, "alpha": self.alpha}


def _rows(table: Any, places: Any) -> Any:
    return ops.take(ops.convert_to_tensor(table), places, axis=0)
