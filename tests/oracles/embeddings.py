"""Word embeddings, one word at a time."""

import math

import keras
import numpy as np

from dlref import embeddings
from dlref.losses import MultiTaskCrossentropy
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


TEXTS = [[0, 1, 2, 1, 3, 0, 0], [4], [], [2, 4, 2, 0, 1, 1]]


def counted(window):
    """For each word of each text, each word near it."""
    X = {}
    for text in TEXTS:
        for here, i in enumerate(text):
            for there, j in enumerate(text):
                if here != there and abs(here - there) <= window:
                    X[i, j] = X.get((i, j), 0) + 1
    return np.array([[i, j, X[i, j]] for i, j in sorted(X)])


def counted_by_dlref(window):
    pairs, counts = embeddings.cooccurrence(TEXTS, 5, int(window))
    return np.column_stack([pairs, counts])


def glove(theta, e, b, c):
    """theta_i e_j + b_i + b'_j for every i and j, and the mean of the two vectors."""
    n = len(theta)
    scores = [[theta[i] @ e[j] + b[i] + c[j] for j in range(n)] for i in range(n)]
    return np.column_stack([scores, (theta + e) / 2])


def glove_by_dlref(theta, e, b, c):
    layer = embeddings.GloVe(*theta.shape)
    every = np.stack(np.meshgrid(*[np.arange(len(theta))] * 2, indexing="ij"), -1)
    layer(every)
    layer.set_weights([theta, e, b, c])
    return keras.ops.concatenate([layer(every), layer.vectors()], -1)


def glove_loss(x, x_max, alpha, s):
    """By Pennington et al. 2014, equations 8 and 9, of one pair after the other."""
    losses = []
    for number, score in zip(x, s, strict=True):
        weight = (number / x_max) ** alpha if number < x_max else 1
        losses.append(weight * (score - math.log(number)) ** 2 if number else 0)
    return np.array(losses)


def near_pairs(window):
    """For each word of each text, each word near it."""
    return np.array(
        [
            [c, t]
            for text in TEXTS
            for here, c in enumerate(text)
            for there, t in enumerate(text)
            if here != there and abs(here - there) <= window
        ]
    )


def sampled(frequencies, negatives, seed):
    """The context, the target, and words drawn by walking along the sums of f^(3/4); and 1, 0, ..., 0."""
    rng, found = np.random.default_rng(int(seed)), []
    total = sum(f**0.75 for f in frequencies)
    for pair in ([0, 3], [2, 1], [1, 1]):
        line, label = list(pair), [1]
        for _ in range(int(negatives)):
            u, w, reached = rng.random(), 0, frequencies[0] ** 0.75 / total
            while reached <= u:
                w += 1
                reached += frequencies[w] ** 0.75 / total
            line.append(w)
            label.append(0)
        found.append(line + label)
    return np.array(found)


def sampled_by_dlref(frequencies, negatives, seed):
    pairs = [[0, 3], [2, 1], [1, 1]]
    words, labels = embeddings.negative_samples(pairs, frequencies, int(negatives), int(seed))
    return np.hstack([words, labels])


SKIP_GRAMS = np.array(
    [[0, 3, 1, 1], [2, 0, 2, 3], [0, 1, 1, 0]]
)  # context, target, two that were drawn


def skip_gram_loss(theta, e):
    """Binary logistic losses: of the target as a true word, of the drawn ones as false ones."""
    losses = []
    for c, t, *drawn in SKIP_GRAMS:
        loss = -math.log(1 / (1 + math.exp(-theta[t] @ e[c])))
        for w in drawn:
            loss -= math.log(1 - 1 / (1 + math.exp(-theta[w] @ e[c])))
        losses.append(loss)
    return np.array([*losses, *np.ravel(e)])


def skip_gram_loss_by_dlref(theta, e):
    layer = embeddings.SkipGram(*theta.shape)
    layer(SKIP_GRAMS)
    scores, _ = layer.stateless_call([theta, e], [], SKIP_GRAMS)
    loss = MultiTaskCrossentropy(from_logits=True, reduction=None)
    losses = loss(np.eye(1, 3)[[0, 0, 0]], scores)
    with keras.StatelessScope(list(zip(layer.trainable_variables, [theta, e], strict=True))):
        return keras.ops.concatenate([losses, keras.ops.ravel(layer.vectors())])


def huffman(frequencies):
    """Huffman 1952: the two rarest are put together, until one is left; then from there to each word."""
    trees = [
        (f, i, i) for i, f in enumerate(frequencies)
    ]  # how often, a number, a word or two trees
    made = len(frequencies)
    while len(trees) > 1:
        trees.sort(key=lambda tree: tree[:2])
        first, second, *others = trees
        trees = [*others, (first[0] + second[0], made, (first, second))]
        made += 1
    ways = {}

    def walk(tree, way):
        _, number, inside = tree
        if number < len(frequencies):
            ways[number] = way
        else:
            walk(inside[0], [*way, (number - len(frequencies), 1)])
            walk(inside[1], [*way, (number - len(frequencies), 0)])

    walk(trees[0], [])
    longest = max(len(way) for way in ways.values())
    lines = [ways[i] + [(0, -1)] * (longest - len(ways[i])) for i in range(len(frequencies))]
    return np.array(lines)


def huffman_by_dlref(frequencies):
    return np.stack(embeddings.huffman_codes(frequencies), -1)


RARE = np.array([7, 1, 3, 12, 1, 5.0])


def word_probabilities(scores):
    """From the root on, the probability of each turn times those before it."""
    found = []
    for context in scores:
        line = []
        for way in huffman(RARE):
            p = 1
            for node, left in way:
                sigmoid = 1 / (1 + math.exp(-context[node]))
                p *= {1: sigmoid, 0: 1 - sigmoid, -1: 1}[left]
            line.append(p)
        found.append(line)
    return np.array(found)


COUNTS = np.array([0, 1, 2, 5, 7, 8, 30.0])
WEIGHTS = [
    np.random.default_rng(13 + i).normal(size=s) for i, s in enumerate(((4, 3),) * 2 + (4,) * 2)
]
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
    "embeddings.cooccurrence": [
        Case(counted_by_dlref, lambda window: counted(int(window)), (np.array(float(n)),))
        for n in (1, 2, 9)
    ],
    "embeddings.GloVe": [Case(glove_by_dlref, glove, WEIGHTS)],
    "embeddings.GloVeLoss": [
        Case(
            lambda s, a=alpha: embeddings.GloVeLoss(7, a, reduction=None)(COUNTS, s),
            lambda s, a=alpha: glove_loss(COUNTS, 7, a, s),
            (np.random.default_rng(14).normal(size=7),),
            gradients=True,
        )
        for alpha in (0.75, 0.5)
    ],
    "embeddings.huffman_codes": [
        Case(huffman_by_dlref, huffman, (f,))
        for f in (
            RARE,
            np.array([1.0, 1]),
            np.array([1, 1, 2, 3, 5, 8, 13.0]),
            np.ones(9),
            np.eye(5)[2],
        )
    ],
    "embeddings.hierarchical_softmax": [
        Case(
            lambda s: embeddings.hierarchical_softmax(s, *embeddings.huffman_codes(RARE)),
            word_probabilities,
            (np.random.default_rng(15).normal(0, 2, (3, 5)),),
            gradients=True,
        )
    ],
    "embeddings.skip_gram_pairs": [
        Case(
            lambda window: embeddings.skip_gram_pairs(TEXTS, 5, int(window)),
            near_pairs,
            (np.array(float(n)),),
        )
        for n in (1, 2, 9)
    ],
    "embeddings.negative_samples": [
        Case(sampled_by_dlref, sampled, (np.array([5, 0, 1, 20.0]), np.array(k), np.array(seed)))
        for k, seed in ((1.0, 3.0), (30.0, 7.0))
    ],
    "embeddings.SkipGram": [
        Case(skip_gram_loss_by_dlref, skip_gram_loss, WEIGHTS[:2], gradients=True)
    ],
}
