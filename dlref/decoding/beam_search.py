r"""Greedy search and beam search: a likely sequence, token by token.

Source: Flowchart C5.

$$ j = \arg\max_j p_j \tag{1} $$
$$ q_{ij} = s_i + \log p_{ij} \tag{2} $$
$$ k = \operatorname{argtop}(q, B) \tag{3} $$
$$ c = \frac{s}{T^\alpha} \tag{4} $$

$p_j$ is the probability that a prefix goes on with the token $j$, and $p_{ij}$ that the $i$th of several prefixes does.
Greedy search takes the likeliest token until this is the end token. Beam search keeps the $B$ (`beam_width`) prefixes
of the highest sum $s$ of log-probabilities: $q$ is the sum for each prefix and each token after it, and $k$ are the
places of its $B$ largest entries, from the largest down. $T$ is the number of tokens so far, the end token included
and the start token not, and $\alpha$ is `length_penalty`. A sequence that has reached the end token is put aside; of
all of these, and of those that `max_length` cuts off, the result is the $B$ with the highest score $c$.

Keras has no search. Equals `itertools.product`, all sequences tried, where the beam keeps all prefixes.
"""

from typing import Any

import numpy as np

from dlref import _checks
from dlref._argtop import argtop
from dlref.decoding import inputs
from dlref.decoding.sequence import DecodedSequence


def greedy_search(
    next_log_probabilities: Any, start_token: int, end_token: int, max_length: int
) -> DecodedSequence:
    r"""The sequence of the likeliest next tokens.

    Args:
        next_log_probabilities: from prefixes to the logarithms of $p$, in (0, 1), as for `beam_search`.
        start_token: what every prefix begins with.
        end_token: what ends a sequence.
        max_length: how many tokens it has at most, at least 1.

    Returns:
        The sequence. Its score is its log-probability.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: as `beam_search`.

    Example:
        >>> probabilities = [[0.0, 0.4, 0.6], [0.9, 0.0, 0.1], [0.4, 0.3, 0.3]]  # after tokens 0 (the end), 1, 2
        >>> def after(prefixes):
        ...     with np.errstate(divide="ignore"):
        ...         return np.log(probabilities)[prefixes[:, -1]]
        >>> greedy_search(after, start_token=0, end_token=0, max_length=5).tokens
        (2, 0)
    """
    owner, y, s = "greedy_search", [], 0.0
    tokens = {"start_token": start_token, "end_token": end_token}
    start, end = inputs.arguments(owner, next_log_probabilities, **tokens)
    for _ in range(_checks.integer(owner, "max_length", max_length, 1)):
        (log_p,) = inputs.log_probabilities(owner, next_log_probabilities, [[start, *y]], end)
        j = np.argmax(log_p)  # (1)
        s += log_p[j]
        inputs.refuse_impossible(owner, s, y)
        y.append(int(j))
        if j == end:
            break
    return DecodedSequence(tuple(y), float(s), float(s), 0.0, y[-1] == end)


def _best(s: Any, log_p: Any, B: int) -> tuple[Any, Any, Any]:
    """The highest sums, the prefixes that they go on from, and their tokens."""
    q = s[:, None] + log_p  # (2)
    k = argtop(q, B)  # (3)
    s = np.ravel(q)[k]
    i, j = np.divmod(k, log_p.shape[1])
    return tuple(each[s > -np.inf] for each in (s, i, j))


def _put_aside(y: Any, s: Any, alpha: float, end: int) -> list[DecodedSequence]:
    """What is not gone on with: sequences of one length, behind the start token."""
    tokens, T = y[:, 1:].tolist(), y.shape[1] - 1
    c = s / T**alpha  # (4)
    return [
        DecodedSequence(tuple(each), float(s[n]), float(c[n]), alpha, each[-1] == end)
        for n, each in enumerate(tokens)
    ]


def beam_search(
    next_log_probabilities: Any,
    start_token: int,
    end_token: int,
    max_length: int,
    beam_width: int = 3,
    length_penalty: float = 0.7,
) -> tuple[DecodedSequence, ...]:
    r"""The sequences of the highest scores that a beam finds.

    Args:
        next_log_probabilities: from prefixes, integers of shape (prefixes, length) that begin with the start token, to
            the logarithms of the probabilities of each next token, of shape (prefixes, vocabulary); $-\infty$ for one
            that is impossible. It is called once for each length, with all prefixes of the beam.
        start_token: what every prefix begins with.
        end_token: what ends a sequence.
        max_length: how many tokens a sequence has at most, the end token included; at least 1.
        beam_width: $B$, at least 1. Defaults to 3.
        length_penalty: $\alpha$, in [0, 1]: 0 for the sum of the log-probabilities, 1 for their mean. Defaults to 0.7.

    Returns:
        `beam_width` sequences from the highest score down, or fewer where no more are possible. Of equal scores the
        shorter comes first, and of two as long that which had the higher sum, or else the smaller token.

    Raises:
        TypeError: if an argument has the wrong type, or the model returns no real numbers.
        ValueError: if an argument is outside its range, if the model returns no log-probabilities of this shape, or
            if after all prefixes every token is impossible.

    Example:
        >>> probabilities = [[0.0, 0.4, 0.6], [0.9, 0.0, 0.1], [0.4, 0.3, 0.3]]  # after tokens 0 (the end), 1, 2
        >>> def after(prefixes):
        ...     with np.errstate(divide="ignore"):
        ...         return np.log(probabilities)[prefixes[:, -1]]
        >>> found = beam_search(after, start_token=0, end_token=0, max_length=5, beam_width=2)
        >>> [(each.tokens, round(float(np.exp(each.log_probability)), 2)) for each in found]
        [((1, 0), 0.36), ((2, 0), 0.24)]
    """
    owner = "beam_search"
    tokens = {"start_token": start_token, "end_token": end_token}
    start, end = inputs.arguments(owner, next_log_probabilities, **tokens)
    longest = _checks.integer(owner, "max_length", max_length, 1)
    B = _checks.integer(owner, "beam_width", beam_width, 1)
    alpha = float(_checks.real(owner, "length_penalty", length_penalty, "[0, 1]"))
    y, s, found = np.full((1, 1), start), np.zeros(1), []
    for T in range(1, longest + 1):
        log_p = inputs.log_probabilities(owner, next_log_probabilities, y, end)
        s, i, j = _best(s, log_p, B)
        y = np.concatenate([y[i], j[:, None]], 1)
        open_ = (j != end) & (longest > T)
        found += _put_aside(y[~open_], s[~open_], alpha, end)
        found = sorted(found, key=lambda each: -each.score)[:B]
        y, s = y[open_], s[open_]
        # No open prefix comes to more than its sum over the largest divisor: what follows only lowers the sum.
        if not len(s) or (len(found) == B and found[-1].score >= s[0] / longest**alpha):
            break
    inputs.refuse_impossible(owner, max((each.score for each in found), default=-np.inf), found)
    return tuple(found)
