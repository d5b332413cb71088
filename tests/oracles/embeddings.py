"""Word embeddings, one word at a time."""

import math

import numpy as np

from dlref import embeddings
from tests.oracles.case import Case

WORDS = [*"abcdefg"]
TABLE = np.random.default_rng(11).normal(size=(len(WORDS), 4))


def cosine(u, v):
    length = math.sqrt(sum(x * x for x in u)) * math.sqrt(sum(x * x for x in v))
    return sum(x * y for x, y in zip(u, v, strict=True)) / length


def analogies(table):
    """a is to b as c is to which word? For every three words."""
    found = []
    for a in range(7):
        for b in range(7):
            for c in range(7):
                if len({a, b, c}) == 3:
                    sought = [table[c][j] - table[a][j] + table[b][j] for j in range(4)]
                    others = [(cosine(sought, table[w]), w) for w in range(7) if w not in (a, b, c)]
                    found.append([number for pair in sorted(others)[::-1] for number in pair])
    return np.array(found)


def analogies_by_dlref(table):
    words = embeddings.KeyedVectors(WORDS, table)
    found = []
    for a in WORDS:
        for b in WORDS:
            for c in WORDS:
                if len({a, b, c}) == 3:
                    pairs = words.most_similar([c, b], [a])
                    found.append([n for word, s in pairs for n in (s, WORDS.index(word))])
    return np.array(found)


ORACLES = {
    "embeddings.KeyedVectors": [Case(analogies_by_dlref, analogies, (TABLE,))],
}
