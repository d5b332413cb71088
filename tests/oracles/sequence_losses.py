"""Losses of sequences, over every sequence that there is."""

from functools import partial
from itertools import product

import numpy as np

from dlref.losses import CTC
from tests.oracles.case import Case

TEXTS = [(1, 2), (1, 1), (2,), ()]
LENGTHS = [4, 3, 2, 4]


def collapsed(sequence):
    """Equal neighbours once, then without blanks."""
    kept = [s for i, s in enumerate(sequence) if i == 0 or s != sequence[i - 1]]
    return tuple(s for s in kept if s != 0)


def ctc(lengths, z):
    """By Graves et al. 2006: minus the logarithm of the probability of all sequences that collapse to the text."""
    losses = []
    for text, length, outputs in zip(TEXTS, lengths, z, strict=True):
        shares = [np.exp(step) / np.exp(step).sum() for step in outputs[:length]]
        every = product(range(3), repeat=length)
        found = [s for s in every if collapsed(s) == text]
        losses.append(
            -np.log(sum(np.prod([p[c] for p, c in zip(shares, s, strict=True)]) for s in found))
        )
    return np.array(losses)


def ctc_by_dlref(lengths, z):
    texts = np.array([[*text, 0, 0][:2] for text in TEXTS])
    return CTC(reduction=None).of_lengths(texts, z, lengths)


STEPS = np.random.default_rng(5).normal(size=(4, 4, 3))
ORACLES = {
    "losses.CTC": [
        Case(
            partial(ctc_by_dlref, lengths),
            partial(ctc, [4] * 4 if lengths is None else lengths),
            (STEPS,),
            gradients=True,
        )
        for lengths in (None, LENGTHS)
    ],
}
