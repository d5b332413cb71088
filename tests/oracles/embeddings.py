"""Word embeddings, one word at a time."""

import math

import keras
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


def direction(a, b):
    """The differences of the pairs, averaged."""
    return sum(a[i] - b[i] for i in range(len(a))) / len(a)


def neutralized(v, g):
    """Take out the part along the unit vector of the bias."""
    unit = g / math.sqrt(sum(x * x for x in g))
    return np.array([w - sum(x * y for x, y in zip(w, unit, strict=True)) * unit for w in v])


def equalized(a, b, g):
    """By Bolukbasi et al. 2016, for vectors of length 1, each pair scaled by the root of its mean square first."""
    found = []
    for one, other in zip(a, b, strict=True):
        scale = math.sqrt((one @ one + other @ other) / 2)
        unit = g / math.sqrt(g @ g)
        mean = (one + other) / 2 / scale
        bias = (mean @ unit) * unit
        rest = mean - bias
        for w in (one / scale, other / scale):
            part = (w @ unit) * unit - bias
            part = part / math.sqrt(part @ part)
            found.append(scale * (rest + math.sqrt(1 - rest @ rest) * part))
    return np.array(found)


def equalized_by_dlref(a, b, g):
    both = embeddings.equalize(a, b, g)
    return keras.ops.reshape(keras.ops.stack(both, 1), (-1, 4))


PAIRS = np.random.default_rng(12).normal(size=(2, 5, 4))
ORACLES = {
    "embeddings.KeyedVectors": [Case(analogies_by_dlref, analogies, (TABLE,))],
    "embeddings.bias_direction": [
        Case(embeddings.bias_direction, direction, (PAIRS[0], PAIRS[1]), gradients=True)
    ],
    "embeddings.neutralize": [
        Case(embeddings.neutralize, neutralized, (TABLE, TABLE[2] + 1), gradients=True)
    ],
    "embeddings.equalize": [
        Case(equalized_by_dlref, equalized, (PAIRS[0], PAIRS[1], TABLE[0]), gradients=True)
    ],
}
