r"""Error analysis of beam search: where a sequence is wrong, whether the search is at fault or the model.

Source: Flowchart C5.

$$ s = \sum_i \log p_i \tag{1} $$
$$ c = \frac{s}{T^\alpha} \tag{2} $$
$$ e = [\, c > d \,] \tag{3} $$
$$ f = \frac{1}{n} \sum_i e_i \tag{4} $$

$p_i$ is the probability that the model gives to the $i$th of the $T$ tokens of a sequence, the end token included, and
$\alpha$ is `length_penalty`. $c$ (`c`) are the scores of what should have been found, $y^*$, and $d$ (`d`) those of
what was, $\hat y$, for $n$ (`n`) sequences that are wrong. $e$ is 1 where the search is at fault: the model holds $y^*$
for the better one, and the search has not found it. Elsewhere the model is at fault. $f$ is the share of the search.

Keras has nothing of this. Equals the sum of `keras.losses.SparseCategoricalCrossentropy` with the other sign, and
`numpy.mean` of what is compared.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlref import _checks
from dlref.decoding import inputs
from dlref.decoding.beam_search_report import BeamSearchErrors
from dlref.decoding.sequence import DecodedSequence


def score_sequence(
    next_log_probabilities: Any,
    tokens: Any,
    start_token: int,
    end_token: int,
    length_penalty: float = 0.7,
) -> DecodedSequence:
    r"""What a model says of a sequence that somebody else has written.

    Args:
        next_log_probabilities: from prefixes to the logarithms of $p$, in (0, 1), as for `beam_search`.
        tokens: the sequence, without the start token, and with the end token as its last: without it two sequences
            could not be compared.
        start_token: what every prefix begins with.
        end_token: what ends a sequence.
        length_penalty: $\alpha$, in [0, 1]. Defaults to 0.7.

    Returns:
        The sequence, its log-probability and its score: $-\infty$ where the model holds a token for impossible.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if the tokens do not end with the only end token, or are none of the model's, or the model returns
            no log-probabilities.

    Example:
        >>> def half(prefixes):  # of two tokens each is as likely
        ...     return np.log(np.full((len(prefixes), 2), 0.5))
        >>> scored = score_sequence(half, [1, 1, 0], start_token=0, end_token=0, length_penalty=1)
        >>> round(scored.log_probability, 3), round(scored.score, 3)
        (-2.079, -0.693)
    """
    owner = "score_sequence"
    ends = {"start_token": start_token, "end_token": end_token}
    start, end = inputs.arguments(owner, next_log_probabilities, **ends)
    alpha = float(_checks.real(owner, "length_penalty", length_penalty, "[0, 1]"))
    y = [_checks.integer(owner, "tokens", j, 0) for j in _checks.sequence(owner, "tokens", tokens)]
    if y[-1:] != [end] or end in y[:-1]:
        raise ValueError(
            f"{owner}: `tokens` must have the end token {end} as its last, and nowhere else. Received: tokens={y}."
        )
    log_p = np.array(
        [_of_next(owner, next_log_probabilities, [start, *y[:t]], y[t], end) for t in range(len(y))]
    )
    s, c = _scored(log_p, len(y), alpha)
    return DecodedSequence(tuple(y), float(s), float(c), alpha, True)


def _of_next(owner: str, model: Any, prefix: list[int], token: int, end: int) -> float:
    (log_p,) = inputs.log_probabilities(owner, model, [prefix], end)
    if token >= len(log_p):
        raise ValueError(
            f"{owner}: `tokens` must be below the size of the vocabulary, {len(log_p)}. Received: {token}."
        )
    return log_p[token]


def _scored(log_p: Any, T: int, alpha: float) -> tuple[Any, Any]:
    s = np.sum(log_p)  # (1)
    c = s / T**alpha  # (2)
    return s, c


def beam_search_errors(
    references: Sequence[DecodedSequence], outputs: Sequence[DecodedSequence]
) -> BeamSearchErrors:
    r"""Counts, over the examples of a dev set, the wrong sequences that are the search's fault and the model's.

    Args:
        references: what should have been found, of each example, as `score_sequence` returns it.
        outputs: what was found: the first sequence of each `beam_search`.

    Returns:
        Who is at fault in each example, the counts and their share with its interval; `print` shows them as a table.

    Raises:
        TypeError: if an argument is no sequence of `DecodedSequence`.
        ValueError: if there is none, if there are more of one than of the other, or if two were scored with different
            `length_penalty`.

    Example:
        >>> def after(prefixes):
        ...     return np.log([[0.2, 0.8] if len(p) == 1 else [0.6, 0.4] for p in prefixes])
        >>> from dlref.decoding import beam_search
        >>> (found,) = beam_search(after, 0, end_token=0, max_length=9, beam_width=1)
        >>> reference = score_sequence(after, [0], start_token=0, end_token=0)
        >>> beam_search_errors([reference], [found]).faults
        ('model',)
    """
    pairs = _pairs(references, outputs)
    wrong = [(one, other) for one, other in pairs if one.tokens != other.tokens]
    c, d = (np.array([pair[side].score for pair in wrong]) for side in (0, 1))
    n = len(wrong)
    e = c > d  # (3)
    f = np.sum(e) / n if n else 0.0  # (4)
    names = iter(["search" if each else "model" for each in e])
    faults = ["right" if one.tokens == other.tokens else next(names) for one, other in pairs]
    return BeamSearchErrors(tuple(faults), float(f))


def _pairs(references: Any, outputs: Any) -> list[tuple[DecodedSequence, DecodedSequence]]:
    owner = "beam_search_errors"
    both = {"references": references, "outputs": outputs}
    for name, given in both.items():
        both[name] = _checks.sequence(owner, name, given)
        for each in both[name]:
            if not isinstance(each, DecodedSequence):
                raise TypeError(
                    f"{owner}: `{name}` must hold what `score_sequence` or `beam_search` return, one for each example. "
                    f"Received: {name} with one of type {type(each).__name__}."
                )
    sizes = {name: len(given) for name, given in both.items()}
    if not sizes["references"] or sizes["references"] != sizes["outputs"]:
        raise ValueError(
            f"{owner}: `references` and `outputs` must have one of each example. Received: {sizes}."
        )
    penalties = {each.length_penalty for given in both.values() for each in given}
    if len(penalties) > 1:
        raise ValueError(
            f"{owner}: `references` and `outputs` must be scored with one `length_penalty`. Received: {penalties}."
        )
    return list(zip(*both.values(), strict=True))
