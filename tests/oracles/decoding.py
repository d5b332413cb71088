"""Sequences, one prefix at a time."""

import math
from functools import partial

import numpy as np

from dlref import decoding
from dlref.decoding.sequence import DecodedSequence
from tests.oracles.case import Case

END, LONGEST = 0, 5


def place(prefix, size):
    """The number of a prefix in a table."""
    return sum((token + 1) * 7**t for t, token in enumerate(prefix)) % size


def model_of(table):
    """A model that looks its probabilities up."""

    def after(prefixes):
        return np.array([table[place(prefix.tolist(), len(table))] for prefix in prefixes])

    return after


def row(tokens, total, score):
    return [*tokens, *[-1] * (LONGEST - len(tokens)), total, score]


def shown(found):
    return np.array([row(each.tokens, each.log_probability, each.score) for each in found])


def greedy(table):
    """Take the likeliest word, until it is the end."""
    tokens, total = [], 0.0
    while len(tokens) < LONGEST and END not in tokens:
        after = list(table[place([END, *tokens], len(table))])
        total += max(after)
        tokens.append(after.index(max(after)))
    return np.array([row(tokens, total, total)])


def beam(width, power, table):
    """Of all that the kept ones can go on with, keep the likeliest; until the longest, whatever is found before."""
    kept, done = [([], 0.0)], []
    for length in range(1, LONGEST + 1):
        longer = [
            ([*tokens, token], total + log_p)
            for tokens, total in kept
            for token, log_p in enumerate(table[place([END, *tokens], len(table))])
        ]
        longer = sorted(longer, key=lambda one: -one[1])[:width]
        longer = [one for one in longer if one[1] > -math.inf]
        for tokens, total in longer:
            if tokens[-1] == END or length == LONGEST:
                done.append(row(tokens, total, total / length**power))
        kept = [one for one in longer if one[0][-1] != END]
    return np.array(sorted(done, key=lambda one: -one[-1])[:width])


def drawn(count, temperature, kept, seed, table):
    """A number from 0 to 1 for each open sequence; its token is where the shares, laid side by side, reach it."""
    rng = np.random.default_rng(seed)
    sequences, totals = [[] for _ in range(count)], [0.0] * count
    for _ in range(LONGEST):
        open_ = [n for n in range(count) if END not in sequences[n]]
        numbers = rng.random(len(open_))
        for n, u in zip(open_, numbers, strict=True):
            after = table[place([END, *sequences[n]], len(table))]
            tokens = sorted(range(len(after)), key=lambda j: -after[j])[:kept]
            shares = [math.exp((after[j] - max(after)) / temperature) for j in tokens]
            reached = 0.0
            for token, share in zip(tokens, shares, strict=True):
                reached += share / sum(shares)
                if reached > u:
                    sequences[n].append(token)
                    break
            totals[n] += after[sequences[n][-1]]
    return np.array([row(*both, both[1]) for both in zip(sequences, totals, strict=True)])


def scored(sequences, power, table):
    found = []
    for tokens in sequences:
        total = 0.0
        for t, token in enumerate(tokens):
            total += table[place([END, *tokens[:t]], len(table))][token]
        found.append(row(tokens, total, total / len(tokens) ** power))
    return np.array(found)


def scored_by_dlref(sequences, power, table):
    return shown(
        [decoding.score_sequence(model_of(table), tokens, END, END, power) for tokens in sequences]
    )


def faults(tokens, scores):
    """Of two rows, what should have been found and what was."""
    found, at_search, wrong = [], 0, 0
    for j in range(len(tokens[0])):
        if tokens[0][j] == tokens[1][j]:
            found.append(0)
            continue
        wrong += 1
        better = scores[0][j] > scores[1][j]
        at_search += better
        found.append(1 if better else 2)
    return np.array([*found, at_search / wrong])


def faults_by_dlref(tokens, scores):
    both = [
        [DecodedSequence((int(j), END), s, s, 1.0, True) for j, s in zip(*each, strict=True)]
        for each in zip(tokens, scores, strict=True)
    ]
    found = decoding.beam_search_errors(*both)
    return np.array([*[("right", "search", "model").index(f) for f in found.faults], found.share])


_rng = np.random.default_rng(23)
DRAWN = _rng.normal(0, 1.5, (2, 83, 4))
DRAWN -= np.log(np.sum(np.exp(DRAWN), -1, keepdims=True))
# A half, a quarter and two eighths: many sums are equal. With an impossible token in place of one of the eighths.
EQUAL = _rng.permuted(np.tile(np.log([0.5, 0.25, 0.125, 0.125]), (83, 1)), axis=1)
IMPOSSIBLE = np.where(_rng.random((83, 4)) < 0.3, -np.inf, EQUAL)
TABLES = (*DRAWN, EQUAL, IMPOSSIBLE)
POSSIBLE = np.where(np.max(IMPOSSIBLE, 1, keepdims=True) == -np.inf, EQUAL, IMPOSSIBLE)
WRITTEN = ([0], [3, 0], [1, 1, 2, 0], [2, 3, 3, 1, 0])
ORACLES = {
    "decoding.greedy_search": [
        Case(
            lambda table: shown([decoding.greedy_search(model_of(table), END, END, LONGEST)]),
            greedy,
            (table,),
        )
        for table in TABLES
    ],
    "decoding.beam_search": [
        Case(
            lambda table, width=width, power=power: shown(
                decoding.beam_search(model_of(table), END, END, LONGEST, width, power)
            ),
            partial(beam, width, power),
            (table,),
        )
        for table in TABLES
        for width, power in ((1, 0.0), (2, 0.7), (3, 1.0), (7, 0.0), (2000, 0.7))
    ],
    "decoding.sample_sequences": [
        Case(
            lambda table, given=given: shown(
                decoding.sample_sequences(model_of(table), END, END, LONGEST, *given)
            ),
            partial(drawn, *given),
            (table,),
        )
        for table in (*DRAWN, EQUAL, POSSIBLE)
        for given in ((1, 1.0, None, 0), (20, 0.5, None, 1), (20, 3.0, 2, 2), (3, 1e-4, 99, 3))
    ],
    "decoding.score_sequence": [
        Case(partial(scored_by_dlref, WRITTEN, power), partial(scored, WRITTEN, power), (table,))
        for table, power in zip(DRAWN, (0.0, 0.7), strict=True)
    ],
    "decoding.beam_search_errors": [
        Case(
            faults_by_dlref,
            faults,
            (_rng.integers(0, 3, (2, 30)), -_rng.integers(1, 5, (2, 30)) / 4),
        )
    ],
}
