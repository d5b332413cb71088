r"""Skip-gram with negative sampling: a word's vector tells which words stand near it from words drawn at random.

Sources: Flowchart C5; Mikolov and others, 2013, for $f^{3/4}$.

$$ p = \frac{f^{3/4}}{\sum_i f_i^{3/4}} \tag{1} $$
$$ P_k = \sum_i [\, i \le k \,]\, p_i \tag{2} $$
$$ w = \sum_i [\, P_i \le u \,] \tag{3} $$
$$ s = \theta^\top e \tag{4} $$

A pair is a context $c$ and a target $t$ that stands near it. Behind each pair `negative_samples` puts `negatives` words
$w$ that are drawn with the probability $p$; $f$ (`frequencies`) is how often each word comes. $u$ is uniform in
$[0, 1)$, and $w$, counted from 0, is the first word whose sum $P$ is larger. $e$ is the vector of the context, $\theta$
that of the target or of a drawn word, and $\sigma(s)$ the probability that the pair is a true one. The loss is a sum of
binary cross-entropies, of the label 1 for the target and 0 for each drawn word: $-\log \sigma(s_t) - \sum_w \log
\sigma(-s_w)$, which is `dlref.losses.MultiTaskCrossentropy(from_logits=True)`.

Equals two `keras.layers.Embedding` and `keras.layers.Dot`. Differs from `tf.nn.nce_loss`, which subtracts the logarithm
of how often a word is expected among the drawn ones from its score.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks
from dlref.embeddings.texts import counts, numbers, pairs_of_words
from dlref.embeddings.two_vectors import TwoVectors
from dlref.preprocessing.examples import generator


def skip_gram_pairs(texts: Any, vocabulary_size: int, window: int = 5) -> np.ndarray:
    """Each word of each text with each word near it.

    Args:
        texts: lists of the numbers of words, from 0 on. Words of two texts are not near one another.
        vocabulary_size: how many words there are.
        window: how many places near ones are apart at most, to either side. Defaults to 5.

    Returns:
        Pairs (context, target), (pairs, 2), in the order of the texts.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is too small, or one of a word is no number of the vocabulary.

    Example:
        >>> skip_gram_pairs([[0, 1, 2]], vocabulary_size=3, window=1).tolist()
        [[0, 1], [1, 0], [1, 2], [2, 1]]
    """
    V = _checks.integer("skip_gram_pairs", "vocabulary_size", vocabulary_size, 1)
    window = _checks.integer("skip_gram_pairs", "window", window, 1)
    pairs = [np.empty((0, 2), "int64")]
    for text in _checks.sequence("skip_gram_pairs", "texts", texts):
        words = numbers("skip_gram_pairs", text, V)
        reach = min(window, max(len(words) - 1, 0))
        near = np.arange(len(words))[:, None] + np.delete(np.arange(-reach, reach + 1), reach)
        here, place = np.nonzero((near >= 0) & (near < len(words)))
        pairs.append(np.stack([words[here], words[near[here, place]]], 1))
    return np.concatenate(pairs).astype("int32")


def negative_samples(
    pairs: Any, frequencies: Any, negatives: int = 5, seed: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Puts words drawn at random behind each pair: the inputs of `SkipGram` and their labels.

    Args:
        pairs: (context, target), (pairs, 2), as `skip_gram_pairs` returns them.
        frequencies: how often each word of the vocabulary comes.
        negatives: how many are drawn for each pair. Defaults to 5.
        seed: an integer from 0 to 4294967295, for draws that can be repeated. Defaults to None, others at each call,
            unless `keras.utils.set_random_seed` has set them.

    Returns:
        Words, (pairs, 2 + `negatives`): the context, the target and what was drawn. Labels, (pairs, 1 + `negatives`): 1
        for the target and 0 for what was drawn, be it the target again.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is not allowed, or `pairs` have another shape or words that are not in the vocabulary.

    Example:
        >>> words, labels = negative_samples([[0, 1], [2, 1]], frequencies=[3, 9, 1], negatives=2, seed=1)
        >>> words.shape, labels.tolist()
        ((2, 4), [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    """
    f = counts("negative_samples", frequencies).astype("float64")
    k = _checks.integer("negative_samples", "negatives", negatives, 1)
    true = pairs_of_words("negative_samples", pairs, len(f))
    u = generator("negative_samples", seed).random((len(true), k))
    words = np.concatenate([true, _drawn(f, u)], 1).astype("int32")
    return words, np.tile(np.eye(1, 1 + k, dtype="float32"), (len(words), 1))


def _drawn(f: np.ndarray, u: np.ndarray) -> np.ndarray:
    p = f**0.75 / np.sum(f**0.75)  # (1)
    P = np.cumsum(p)  # (2)
    w = np.searchsorted(P, u, side="right")  # (3)
    return np.minimum(w, np.flatnonzero(f)[-1])  # the last P is 1, but for rounding


@keras.saving.register_keras_serializable("dlref")
class SkipGram(TwoVectors):
    r"""How well words fit to a context.

    Args:
        vocabulary_size: how many words there are.
        vector_size: how many entries a vector has.
        target_initializer: of $\theta$. Defaults to "zeros", as in word2vec.
        context_initializer: of $e$. Defaults to "uniform".
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: numbers of words, (..., 1 + n): a context, and n words to score, as `negative_samples` returns them.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is too small, Keras has no such initializer, or the inputs have no word to score.

    Example:
        >>> from dlref.losses import MultiTaskCrossentropy
        >>> model = keras.Sequential([SkipGram(3, 2)])
        >>> model.compile("sgd", MultiTaskCrossentropy(from_logits=True))
        >>> pairs = skip_gram_pairs([[0, 1, 2, 1]], 3)
        >>> words, labels = negative_samples(pairs, frequencies=[1, 2, 1], negatives=3)
        >>> round(model.evaluate(words, labels, verbose=0), 4)  # 4 log 2, since all scores are 0 at first
        2.7726
    """

    def __init__(
        self,
        vocabulary_size: int,
        vector_size: int,
        target_initializer: Any = "zeros",
        context_initializer: Any = "uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            vocabulary_size, vector_size, target_initializer, context_initializer, **kwargs
        )

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes the vectors."""
        if len(input_shape) < 1 or input_shape[-1] in (0, 1):
            raise ValueError(
                "SkipGram: `inputs` must be a context and one word or more to score, of the shape (..., 1 + n). "
                f"Received: inputs.shape={tuple(input_shape)}."
            )
        self.add_tables()

    def call(self, inputs: Any) -> Any:
        """$s$ of each word: (..., 1 + n) to (..., n)."""
        words = ops.cast(inputs, "int32")
        e = ops.take(ops.convert_to_tensor(self.context), words[..., :1], axis=0)
        theta = ops.take(ops.convert_to_tensor(self.target), words[..., 1:], axis=0)
        s = ops.sum(theta * e, -1)  # (4)
        return s

    def vectors(self) -> Any:
        """The vectors $e$ of the words, (`vocabulary_size`, `vector_size`)."""
        return ops.convert_to_tensor(self.context)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape, its last axis one shorter."""
        n = input_shape[-1]
        return (*input_shape[:-1], None if n is None else n - 1)
