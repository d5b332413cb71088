"""A sequence with its probability."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DecodedSequence:
    """A sequence of tokens, and what a model says of it.

    Args:
        tokens: without the start token, and with the end token where it was reached.
        log_probability: the sum of the logarithms of their probabilities.
        score: this sum divided by the number of tokens to the power of `length_penalty`.
        length_penalty: the power.
        finished: whether the last token is the end token; False where `max_length` came first.
    """

    tokens: tuple[int, ...]
    log_probability: float
    score: float
    length_penalty: float
    finished: bool
