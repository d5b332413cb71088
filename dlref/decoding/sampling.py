r"""Sampling: sequences that are drawn token by token, with temperature and top-k.

Sources: Flowchart C5; Ackley, Hinton and Sejnowski, 1985, for $\tau$; Fan, Lewis and Dauphin, 2018, for $K$.

$$ q = \frac{\log p - \max \log p}{\tau} \tag{1} $$
$$ k = \operatorname{argtop}(q, K) \tag{2} $$
$$ F_n = \sum_i [\, i \le n \,]\, e^{q_i} \tag{3} $$
$$ m = \sum_n [\, F_n \le u \max F \,] \tag{4} $$

$p$ are the probabilities of each next token. The temperature $\tau$ (`temperature`) makes them more equal above 1 and
more different below: $e^q$ is $p^{1/\tau}$, of which the largest is 1. Of its $K$ (`top_k`) largest entries, from the
largest down, $k$ are the places, and $q$ from (3) on holds these alone. $F$ adds their probabilities up, each times
the same number, which does not matter: $u$ is drawn from [0, 1), all numbers equally likely, and the token drawn is
$k_m$, the first with $F > u \max F$. A sequence ends with the end token.

Keras has no sampling of sequences. Equals `numpy.random.Generator.choice` of each token, with its probabilities.
"""

from typing import Any

import numpy as np

from dlref import _checks
from dlref._argtop import argtop
from dlref.decoding import inputs
from dlref.decoding.sequence import DecodedSequence
from dlref.preprocessing.examples import generator


def sample_sequences(
    next_log_probabilities: Any,
    start_token: int,
    end_token: int,
    max_length: int,
    count: int = 1,
    temperature: float = 1.0,
    top_k: int | None = None,
    seed: int | None = None,
) -> tuple[DecodedSequence, ...]:
    r"""Draws sequences, each token with the probability that the model gives to it.

    Args:
        next_log_probabilities: from prefixes to the logarithms of $p$, in (0, 1), as for `beam_search`. It is called
            once for each length, with all sequences that have not ended.
        start_token: what every prefix begins with.
        end_token: what ends a sequence.
        max_length: how many tokens a sequence has at most, the end token included; at least 1.
        count: how many sequences are drawn, at least 1. Defaults to 1.
        temperature: $\tau > 0$. Defaults to 1.0, the probabilities as they are. For the likeliest tokens there is
            `greedy_search`.
        top_k: $K$, how many of the likeliest tokens are drawn from, at least 1. Defaults to None, all of them.
        seed: an integer from 0 to 4294967295, for sequences that can be drawn again. Defaults to None, others at each
            call, unless `keras.utils.set_random_seed` has set them.

    Returns:
        The sequences in the order drawn. `log_probability` is the model's own, whatever the temperature and `top_k`.

    Raises:
        TypeError: if an argument has the wrong type, or the model returns no real numbers.
        ValueError: if an argument is outside its range, if the model returns no log-probabilities of this shape, or
            if after a prefix every token is impossible.

    Example:
        >>> probabilities = np.array([[0.0, 0.5, 0.5], [0.9, 0.0, 0.1], [0.4, 0.3, 0.3]])  # after the end, 1, 2
        >>> def after(prefixes):
        ...     with np.errstate(divide="ignore"):
        ...         return np.log(probabilities)[prefixes[:, -1]]
        >>> drawn = sample_sequences(after, 0, 0, max_length=9, count=1000, seed=2)
        >>> sum(each.tokens == (1, 0) for each in drawn) / 1000  # 0.5 * 0.9
        0.45
    """
    owner = "sample_sequences"
    tokens = {"start_token": start_token, "end_token": end_token}
    start, end = inputs.arguments(owner, next_log_probabilities, **tokens)
    longest = _checks.integer(owner, "max_length", max_length, 1)
    count = _checks.integer(owner, "count", count, 1)
    tau = _checks.real(owner, "temperature", temperature, "(0, inf)")
    if top_k is not None:
        top_k = _checks.integer(owner, "top_k", top_k, 1)
    rng = generator(owner, seed)
    y, s, open_ = [[start] for _ in range(count)], np.zeros(count), list(range(count))
    for _ in range(longest):
        log_p = inputs.log_probabilities(owner, next_log_probabilities, [y[n] for n in open_], end)
        for n, after, u in zip(open_, log_p, rng.random(len(open_)), strict=True):
            inputs.refuse_impossible(owner, np.max(after), y[n][1:])
            j = _drawn(after, u, tau, top_k or len(after))
            s[n] += after[j]
            y[n].append(j)
        open_ = [n for n in open_ if y[n][-1] != end]
        if not open_:
            break
    return tuple(
        DecodedSequence(tuple(tokens), float(total), float(total), 0.0, tokens[-1] == end)
        for (_, *tokens), total in zip(y, s, strict=True)
    )


def _drawn(log_p: np.ndarray, u: float, tau: float, K: int) -> int:
    r"""The token that `u` falls on.

    Args:
        log_p: the logarithms of $p$, in (0, 1).
        u: in [0, 1).
        tau: $\tau > 0$.
        K: at least 1.
    """
    with np.errstate(over="ignore"):  # a low temperature makes all but the likeliest impossible
        q = (log_p - np.max(log_p)) / tau  # (1)
    k = argtop(q, K)  # (2)
    q = q[k]
    F = np.cumsum(np.exp(q))  # (3)
    m = np.sum(F <= u * np.max(F))  # (4)
    return int(k[m])
