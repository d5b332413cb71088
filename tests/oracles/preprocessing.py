"""What is done to data before training, an example at a time."""

import numpy as np

from dlref.preprocessing import mini_batches, split, trigger_word_labels
from tests.oracles.case import Case

_rng = np.random.default_rng(3)
COUNTS = np.array([10.0, 600.0, 50_000.0, 60_000.0, 200_000.0, 1_200_000.0])
CLASSES = _rng.permutation(np.repeat([1.0, 2.0, 7.0], [10, 25, 65]))
GROUPS = _rng.permutation(np.repeat(np.arange(9.0), [50, 31, 17, 11, 7, 5, 4, 3, 2]))


def sizes(counts):
    """The lectures' shares of few and of many examples, and in between 10,000 for each of dev and test set."""
    rows = []
    for m in counts:
        n = m / 5 if m <= 50_000 else 10_000 if m <= 1_000_000 else m / 100
        rows.append([m - 2 * n, n, n])
    return np.array(rows)


def of_each_class(classes):
    """60, 20 and 20 of a hundred examples of each class."""
    return np.array([[share * sum(classes == c) for c in (1, 2, 7)] for share in (0.6, 0.2, 0.2)])


def set_of_each_group(groups):
    lacking = [0.6 * len(groups), 0.2 * len(groups), 0.2 * len(groups)]
    found = {}
    for g in sorted(set(groups), key=lambda g: -sum(groups == g)):
        found[g] = lacking.index(max(lacking))
        lacking[found[g]] -= sum(groups == g)
    return np.array([[found[g] == s for g in range(9)] for s in range(3)], float)


def holding(parts, labels):
    return np.array([[label in part for label in labels] for part in parts], float)


def batches(x, n):
    """Example by example into a pile; a full pile is a mini-batch, and so are the last ones."""
    order = np.random.default_rng(5).permutation(len(x))
    filled, pile = [], []
    for i in order:
        pile.append(x[i])
        if len(pile) == n:
            filled.append(pile)
            pile = []
    return in_rows([*filled, pile] if pile else filled, n)


def in_rows(batches, n):
    return np.array([[*batch, *[9.0] * (n - len(batch))] for batch in batches])


ORACLES = {
    "preprocessing.split": [
        Case(
            lambda counts: np.array([[*map(len, split(np.arange(int(m))))] for m in counts]),
            sizes,
            (COUNTS,),
        ),
        Case(
            lambda classes: np.array(
                [
                    [np.sum(part == c) for c in (1, 2, 7)]
                    for part in split(classes, stratify=classes)
                ]
            ),
            of_each_class,
            (CLASSES,),
        ),
        Case(
            lambda groups: holding(split(groups, groups=groups), range(9)),
            set_of_each_group,
            (GROUPS,),
        ),
    ],
    "preprocessing.mini_batches": [
        Case(
            lambda x, n=n: in_rows(mini_batches(x, batch_size=n, seed=5), n),
            lambda x, n=n: batches(x, n),
            (np.linspace(-1, 1, m),),
        )
        for m, n in ((10, 4), (12, 4), (5, 1), (5, 9))
    ],
    "preprocessing.trigger_word_labels": [
        Case(
            lambda ends, n=n, w=w: trigger_word_labels([int(e) for e in ends], n, width=w),
            lambda ends, n=n, w=w: np.array(
                [float(any(0 < t - e <= w for e in ends)) for t in range(n)]
            ),
            (ends,),
        )
        for ends, n, w in ((np.array([2, 3, 8]), 12, 3), (np.array([9, 0]), 10, 1))
    ],
}
