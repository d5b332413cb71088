"""Decoding of CTC: every sequence of classes tried."""

from collections import defaultdict
from itertools import product

import numpy as np

from dlref.decoding import ctc_beam_search, ctc_greedy_search
from tests.oracles.case import Case
from tests.oracles.sequence_losses import collapsed

STEPS = np.random.default_rng(8).normal(0, 2, (6, 3, 3))


def rows(texts):
    """Symbols filled up, and the logarithm, of each text."""
    return np.array([[*text, *[0] * (5 - len(text)), value] for text, value in texts])


def shares(z):
    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)


def every_sequence(p):
    for sequence in product(range(3), repeat=len(p)):
        yield sequence, np.prod([p[t, c] for t, c in enumerate(sequence)])


def greedy(z):
    best = [max(every_sequence(p), key=lambda each: each[1]) for p in shares(z)]
    return rows([(collapsed(sequence), np.log(value)) for sequence, value in best])


def all_texts(z):
    found = []
    for p in shares(z):
        sums = defaultdict(float)
        for sequence, value in every_sequence(p):
            sums[collapsed(sequence)] += value
        found += sorted(((t, np.log(v)) for t, v in sums.items()), key=lambda each: -each[1])
    return rows(found)


def by_dlref(search, z):
    texts = [each for steps in z for each in search(np.log(shares(steps)))]
    return rows([(each.symbols, each.log_probability) for each in texts])


ORACLES = {
    "decoding.ctc_greedy_search": [
        Case(lambda z: by_dlref(lambda l: [ctc_greedy_search(l)], z), greedy, (STEPS,))
    ],
    "decoding.ctc_beam_search": [
        Case(lambda z: by_dlref(lambda l: ctc_beam_search(l, 99), z), all_texts, (STEPS,))
    ],
}
