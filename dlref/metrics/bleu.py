r"""BLEU: how much of a translation stands in translations by people as well.

Source: Flowchart C5; Papineni and others, 2002, for the brevity penalty.

$$ m = \sum_g \min\big(x_g, \max_j y_{jg}\big) \tag{1} $$
$$ h = \sum_g x_g \tag{2} $$
$$ p_n = \frac{m_n}{h_n} \tag{3} $$
$$ \text{BP} = \min\big(1, e^{1 - r/c}\big) \tag{4} $$
$$ \text{BLEU} = \text{BP} \exp\Big(\sum_n w_n \log p_n\Big) \tag{5} $$

An n-gram is $n$ tokens in a row. The candidate, which is judged, has the n-gram $g$ $x_g$ times, and its reference
number $j$ has it $y_{jg}$ times. Of its $h$ n-grams $m$ match: each as often as one reference has it, and no more.
$m_n$ (`m`) and $h_n$ (`h`) are summed over all candidates, for each $n$ from 1 to $N$; $p_n$ (`p`) is the precision,
and $w_n$ (`w`) its weight, $1/N$ unless others are given. $c$ is the length of all candidates together, and $r$ that of
their references: of each candidate's the one whose length is nearest to its own, the shorter of two that are as near.
BLEU is 0 where a $p_n$ whose weight is above 0 is 0.

Equals `sacrebleu.metrics.BLEU` with `tokenize="none"`, whose scores are a hundred times as large. Equals
`nltk.translate.bleu_score.corpus_bleu` where each candidate has at least $N$ tokens; a shorter one adds 1 to $h_n$
there. Counts are kept in NumPy: texts are no tensors.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks
from dlref.metrics import texts

SMOOTHINGS = {"none": None, "floor": 0.1, "add-k": 1.0, "exp": None}  # with their default values


@keras.saving.register_keras_serializable("dlref")
class BLEU(keras.metrics.Metric):
    r"""BLEU score, from 0 to 1, of a corpus; of one sentence, if there is one.

    `update_state` takes a list of references for each candidate, `y_true`, and the candidates, `y_pred`. A text is a
    list of tokens, or a string, which is split at white space and nowhere else: a full stop belongs to its word, unless
    a tokenizer came before. It runs outside of compiled functions.

    Args:
        max_order: $N$, the longest n-grams. Defaults to 4.
        weights: $w_1, \dots, w_N$, numbers in [0, 1] whose sum is 1. Defaults to None: $1/N$ each.
        smoothing: what becomes of an $m_n$ of 0, if any token matches: `"none"` leaves it 0; `"floor"` takes
            `smoothing_value` for it; `"exp"` takes 1/2 for the first one, 1/4 for the next, and so on; `"add-k"` adds
            `smoothing_value` to $m_n$ and $h_n$ of each $n > 1$, whether $m_n$ is 0 or not. Defaults to "none".
        smoothing_value: more than 0. Defaults to None: 0.1 for `"floor"`, 1 for `"add-k"`.
        name: of the metric. Defaults to "bleu".
        dtype: of the result. Defaults to None, which is `keras.config.floatx()`.

    Raises:
        TypeError: if an argument has the wrong type, or a text is neither a string nor a list of tokens.
        ValueError: if an argument is outside its interval, a candidate has no reference, or candidates are strings and
            references lists of tokens.

    Example:
        >>> metric = BLEU(max_order=2)
        >>> references = ["the cat is on the mat", "there is a cat on the mat"]
        >>> metric.update_state([references], ["the cat the cat on the mat"])
        >>> metric.precisions().round(3).tolist()  # 5 of 7 words, 4 of 6 pairs of words
        [0.714, 0.667]
        >>> round(float(metric.result()), 3)
        0.69
    """

    def __init__(
        self,
        max_order: int = 4,
        weights: Sequence[float] | None = None,
        smoothing: str = "none",
        smoothing_value: float | None = None,
        name: str = "bleu",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=_checks.text(self, "name", name), dtype=dtype)
        self.max_order = _checks.integer(self, "max_order", max_order, 1)
        self.weights = self._checked(weights)
        self.smoothing = _checks.one_of(self, "smoothing", smoothing, list(SMOOTHINGS))
        self.smoothing_value = smoothing_value
        if smoothing_value is not None:
            self.smoothing_value = _checks.real(
                self, "smoothing_value", smoothing_value, "(0, inf)"
            )
            if SMOOTHINGS[smoothing] is None:
                raise ValueError(
                    'BLEU: `smoothing_value` must be None unless smoothing is "floor" or "add-k". '
                    f"Received: smoothing_value={smoothing_value} with smoothing={smoothing!r}."
                )
        self._direction = "up"  # for callbacks that monitor it
        self.reset_state()

    def _checked(self, weights: Any) -> list[float] | None:
        if weights is None:
            return None
        found = [
            _checks.real(self, "weights", w, "[0, 1]")
            for w in _checks.sequence(self, "weights", weights)
        ]
        if len(found) != self.max_order or abs(sum(found) - 1) > 1e-6:
            raise ValueError(
                f"BLEU: `weights` must hold {self.max_order} numbers, as many as max_order, whose sum is 1. "
                f"Received: weights={weights}."
            )
        return found

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Adds the counts of the candidates `y_pred` and of their references, a list for each, `y_true`."""
        for references, candidate in texts.pairs(self, y_true, y_pred):
            x, y = self._tokens(references, candidate)
            for i in range(self.max_order):
                self._counts[:, i] += _matches(*texts.gram_counts(x, y, i + 1))
            c = len(x)
            self._lengths += c, min((len(each) for each in y), key=lambda r: (abs(r - c), r))
            self._empty = False

    def _tokens(self, references: Any, candidate: Any) -> tuple[list[Any], list[list[Any]]]:
        """Those of the candidate, and of each of its references."""
        given = _checks.sequence(self, "y_true", references)
        if not given or {isinstance(text, str) for text in (candidate, *given)} == {True, False}:
            raise ValueError(
                "BLEU: `y_true` must hold a list of references for each candidate, at least one, all of them strings "
                f"or all of them lists of tokens, as the candidate is. Received: {given} for {candidate!r}."
            )
        own = texts.tokens(self, "y_pred", candidate)
        return own, [texts.tokens(self, "y_true", text) for text in given]

    def precisions(self) -> np.ndarray:
        """The precisions (3), in float64; 0 where no candidate is long enough."""
        m, h = self._smoothed(*self._counts)
        return _precision(m, np.where(h == 0, 1, h))

    def brevity_penalty(self) -> float:
        """The brevity penalty (4); 0 where all candidates are empty."""
        c, r = self._lengths
        return float(_brevity(c, r)) if c > 0 else 0.0

    def result(self) -> Any:
        """BLEU (5); NaN before the first candidate."""
        if self._empty:
            return ops.convert_to_tensor(np.nan, self.dtype)
        w = np.array(self.weights or [1 / self.max_order] * self.max_order)
        counts = w > 0
        w, p, BP = w[counts], self.precisions()[counts], self.brevity_penalty()
        return ops.convert_to_tensor(_bleu(w, p, BP) if p.all() else 0.0, self.dtype)

    def reset_state(self) -> None:
        """Forgets all candidates."""
        self._counts = np.zeros((2, self.max_order))
        self._lengths = np.zeros(2)
        self._empty = True

    def _smoothed(self, m: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The counts with the smoothing; without a match they stay as they are."""
        if not m.any():
            return m, h
        value = self.smoothing_value or SMOOTHINGS[self.smoothing]
        if self.smoothing == "add-k":
            later = value * (np.arange(self.max_order) > 0)
            return m + later, h + later
        none = (m == 0) & (h > 0)
        if self.smoothing == "floor":
            m = np.where(none, value, m)
        if self.smoothing == "exp":
            m = np.where(none, 0.5 ** np.cumsum(none), m)
        return m, h

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = "max_order", "weights", "smoothing", "smoothing_value"
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _matches(x: np.ndarray, y: np.ndarray) -> tuple[Any, Any]:
    m = np.sum(np.minimum(x, np.max(y, 0)))  # (1)
    h = np.sum(x)  # (2)
    return m, h


def _precision(m: np.ndarray, h: np.ndarray) -> np.ndarray:
    p = m / h  # (3)
    return p


def _brevity(c: float, r: float) -> Any:
    BP = np.minimum(1, np.exp(1 - r / c))  # (4)
    return BP


def _bleu(w: np.ndarray, p: np.ndarray, BP: float) -> float:
    BLEU = BP * np.exp(np.sum(w * np.log(p)))  # (5)
    return float(BLEU)
