r"""Word and character error rate: how many edits turn what was recognized into what was said.

Source: Levenshtein, 1966, for the distance.

$$ d = \min(u + 1, v + 1, w + s) \tag{1} $$
$$ r = \frac{D}{N} \tag{2} $$

$d$ is the smallest number of edits between the first $i$ tokens of the reference and the first $j$ of the candidate: of
tokens substituted, deleted or inserted. Of the three distances to the left and above in the table of all $i$ and $j$,
$u$ is that of $i - 1$ and $j$: token $i$ was deleted; $v$ that of $i$ and $j - 1$: token $j$ was inserted; $w$ that of
$i - 1$ and $j - 1$, and $s$ is 1 if the two tokens differ, else 0. In the first row and column $d$ is $j$ and $i$. $D$
is the sum of the distances of all pairs of texts, and $N$ the number of tokens of all references.

Equals `jiwer.wer` and `jiwer.cer`, except for references without any token, where the rate is infinite here and jiwer
returns the number of insertions. Counts are kept in NumPy: texts are no tensors.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks
from dlref.metrics import texts

TOGETHER = 64  # pairs of texts of about one length, whose tables are filled at once


class _ErrorRate(keras.metrics.Metric):
    """What both rates share: `_tokens` says what they count."""

    def __init__(self, name: str, dtype: Any = None) -> None:
        super().__init__(name=_checks.text(self, "name", name), dtype=dtype)
        self._direction = "down"  # for callbacks that monitor it
        self.reset_state()

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Adds the edits and the tokens of the references `y_true` and of the candidates `y_pred`."""
        numbers: dict[Any, int] = {}
        found = [
            [
                [numbers.setdefault(token, len(numbers)) for token in self._tokens(argument, text)]
                for argument, text in zip(("y_true", "y_pred"), pair, strict=True)
            ]
            for pair in texts.pairs(self, y_true, y_pred)
        ]
        found.sort(key=lambda pair: max(map(len, pair)))
        for first in range(0, len(found), TOGETHER):
            x, y = (_padded(side) for side in zip(*found[first : first + TOGETHER], strict=True))
            self._counts += _distances(*x, *y).sum(), x[1].sum()

    def _tokens(self, argument: str, text: Any) -> list[Any]:
        raise NotImplementedError

    def result(self) -> Any:
        """Edits by tokens of the references (2): infinite for edits alone, NaN for neither."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return ops.convert_to_tensor(_rate(*self._counts), self.dtype)

    def reset_state(self) -> None:
        """Forgets all texts."""
        self._counts = np.zeros(2)


@keras.saving.register_keras_serializable("dlref")
class WordErrorRate(_ErrorRate):
    """Word error rate: edits by words of the references. It may be more than 1.

    `update_state` takes references, `y_true`, and as many candidates, `y_pred`. A text is a string, which is split at
    white space, or a list of tokens. Capitals and punctuation count. It runs outside of compiled functions.

    Args:
        name: of the metric. Defaults to "word_error_rate".
        dtype: of the result. Defaults to None, which is `keras.config.floatx()`.

    Raises:
        TypeError: if `name` is no string, or a text neither a string nor a list of tokens.
        ValueError: if there are not as many candidates as references.

    Example:
        >>> metric = WordErrorRate()
        >>> metric.update_state(["the quick brown fox"], ["the quack brown"])  # one substituted, one deleted
        >>> float(metric.result())
        0.5
    """

    def __init__(self, name: str = "word_error_rate", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def _tokens(self, argument: str, text: Any) -> list[Any]:
        return texts.tokens(self, argument, text)


@keras.saving.register_keras_serializable("dlref")
class CharacterErrorRate(_ErrorRate):
    """Character error rate: edits by characters of the references. It may be more than 1.

    `update_state` takes references, `y_true`, and as many candidates, `y_pred`. A text is a string, whose white space
    counts but for both ends, or a list of tokens. A Korean syllable is one character, where it is not decomposed. It
    runs outside of compiled functions.

    Args:
        name: of the metric. Defaults to "character_error_rate".
        dtype: of the result. Defaults to None, which is `keras.config.floatx()`.

    Raises:
        TypeError: if `name` is no string, or a text neither a string nor a list of tokens.
        ValueError: if there are not as many candidates as references.

    Example:
        >>> metric = CharacterErrorRate()
        >>> metric.update_state(["나는 간다"], ["나는간다"])  # the space is missing
        >>> round(float(metric.result()), 3)
        0.2
    """

    def __init__(self, name: str = "character_error_rate", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def _tokens(self, argument: str, text: Any) -> list[Any]:
        return texts.tokens(self, argument, [*text.strip()] if isinstance(text, str) else text)


def _padded(side: Sequence[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of tokens as a matrix, a text in each row, and the lengths of the texts."""
    lengths = np.array([len(tokens) for tokens in side])
    rows = np.full((len(side), lengths.max()), -1)
    for row, tokens in zip(rows, side, strict=True):
        row[: len(tokens)] = tokens
    return rows, lengths


def _distances(x: np.ndarray, n: np.ndarray, y: np.ndarray, m: np.ndarray) -> np.ndarray:
    """The edit distances of `n` tokens in each row of `x` to `m` tokens in the same row of `y`.

    The tables of all pairs are filled together along their diagonals $i + j = k$, on which no entry needs another.
    """
    pairs, rows, columns = np.arange(len(x)), x.shape[1], y.shape[1]
    found = np.zeros(len(x), int)
    before = last = np.empty((len(x), rows + 1), int)
    for k in range(rows + columns + 1):
        now = np.full_like(last, k)
        low, high = max(1, k - columns), min(rows, k - 1) + 1
        if low < high:
            s = x[:, low - 1 : high - 1] != y[:, k - high : k - low][:, ::-1]
            u, v, w = last[:, low - 1 : high - 1], last[:, low:high], before[:, low - 1 : high - 1]
            now[:, low:high] = _edits(u, v, w, s)
        found = np.where(n + m == k, now[pairs, n], found)
        before, last = last, now
    return found


def _edits(u: Any, v: Any, w: Any, s: Any) -> Any:
    d = np.minimum(np.minimum(u + 1, v + 1), w + s)  # (1)
    return d


def _rate(D: Any, N: Any) -> Any:
    r = D / N  # (2)
    return r
