r"""Training, dev and test set: examples divided at random, by class or by group where asked.

Sources: Flowchart C2; DLS-C2-blog.

Of $m$ examples the dev set and the test set each get

$$ n = \max\left( \frac{m}{100}, \min\left( \frac{m}{5}, c \right) \right) \tag{1} $$

a fifth, but no more than $c$, 10,000, and at least a hundredth: the lectures' 60/20/20 up to 50,000 examples and 98/1/1
from a million on. With `stratify`, a set of $n$ examples gets of a class of $m_c$

$$ q = \frac{m_c\, n}{m} \tag{2} $$

rounded up or down. With `groups`, the largest first, each whole group goes into the set that lacks most,

$$ j = \arg\max_j (n_j - k_j) \tag{3} $$

where set $j$ is to have $n_j$ examples and has $k_j$ so far; no set stays empty.

Keras has nothing of this but `keras.utils.split_dataset`, for two sets without classes or groups. Equals two calls of
`sklearn.model_selection.train_test_split`, with these sizes, in how many examples of each class a set gets, where $q$
is a whole number. Where it is not, two calls may be off by more than one example, and this is not.
"""

from typing import Any

import keras
import numpy as np
import scipy.optimize
import scipy.sparse

from dlref import _checks
from dlref.preprocessing import examples


def split(
    *arrays: Any,
    sizes: Any = None,
    stratify: Any = None,
    groups: Any = None,
    seed: int | None = None,
) -> tuple[Any, ...]:
    r"""Divides examples at random into a training, a dev and a test set.

    Dev and test set are drawn alike, so they have one distribution. All arrays are divided in the same way.

    Args:
        *arrays: what to divide: arrays with an example in each row, or lists, tuples and dictionaries of such; None
            stays None.
        sizes: the share of each set, in (0, 1), with sum 1; two shares give two sets. Defaults to None, equation (1).
        stratify: the class of each example; each set then has of each class what (2) says, rounded up or down.
        groups: the group of each example, a person say; none is in two sets. The sizes are as near to `sizes` as whole
            groups come by (3).
        seed: an integer from 0 to 4294967295, for a split that can be repeated. Defaults to None, another one at each
            call.

    Returns:
        The sets, the training set first; each is what was given, or a tuple where several things were given.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if the arrays have different lengths, `sizes` are no shares or leave a set empty, a class has
            fewer examples than there are sets, there are fewer groups, or both `stratify` and `groups` are given.

    Example:
        >>> train, dev, test = split(np.arange(10), seed=0)
        >>> len(train), len(dev), len(test)
        (6, 2, 2)
        >>> (x_train, y_train), _, _ = split(np.eye(9), np.arange(9) % 3, stratify=np.arange(9) % 3, sizes=[1 / 3] * 3)
        >>> sorted(int(label) for label in y_train)
        [0, 1, 2]
    """
    m = examples.count("split", arrays)
    if stratify is not None and groups is not None:
        raise ValueError(
            "split: `groups` must be None where `stratify` is given: a group as a whole cannot keep the share of each "
            "class. Received: both."
        )
    rng, n = examples.generator("split", seed), _sizes(sizes, m)
    if groups is None:
        labels = np.zeros(m) if stratify is None else stratify
        member = _by_class(examples.labels("split", "stratify", labels, m), n, rng)
    else:
        member = _by_group(examples.labels("split", "groups", groups, m), n, rng)
    order = rng.permutation(m)
    sets = [order[member[order] == j] for j in range(len(n))]
    parts = [keras.tree.map_structure(lambda a, i=i: examples.taken(a, i), arrays) for i in sets]
    return tuple(part if len(arrays) > 1 else part[0] for part in parts)


def _sizes(sizes: Any, m: int) -> np.ndarray:
    """How many examples each set is to have."""
    if sizes is None:
        c = 10_000
        n = np.maximum(m / 100, np.minimum(m / 5, c))  # (1)
        exact = np.array([m - 2 * n, n, n])
    else:
        shares = [
            _checks.real("split", "sizes", s, "(0, 1)")
            for s in _checks.sequence("split", "sizes", sizes)
        ]
        if abs(sum(shares) - 1) > 1e-6:
            raise ValueError(
                f"split: `sizes` must be shares with the sum 1. Received: {sizes!r:.99}, with the sum {sum(shares):g}."
            )
        exact = m * np.array(shares) / sum(shares)
    whole = np.floor(exact + 1e-9).astype(int)
    most = np.argsort(np.where(whole, whole - exact, -1), kind="stable")[: m - whole.sum()]
    whole[most] += 1
    if not whole.all():
        raise ValueError(
            f"split: `sizes` must leave an example for each set. Received: {m} examples for sets of {exact.tolist()}."
        )
    return whole


def _by_class(labels: np.ndarray, n: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The set of each example, such that each set has its share of each class."""
    names, classes, m_c = np.unique(labels, return_inverse=True, return_counts=True)
    if m_c.min() < len(n):
        raise ValueError(
            f"split: `stratify` must have at least {len(n)} examples of each class, one for each set. Received: "
            f"{m_c.min()} of {names[m_c.argmin()]!r}. Leave them out, join them with another class, or do not stratify."
        )
    m = len(labels)
    m_c = m_c[:, None]
    q = m_c * n / m  # (2)
    counts = _rounded(q, rng)
    member = np.empty(m, int)
    by_class = np.lexsort([rng.random(m), classes])
    member[by_class] = np.repeat(np.tile(np.arange(len(n)), len(names)), counts.ravel())
    return member


def _rounded(q: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each number rounded up or down such that rows and columns keep their sums; up where most is missing."""
    whole = np.floor(q)
    rest, (rows, columns) = q - whole, q.shape
    sums = scipy.sparse.vstack(
        [
            scipy.sparse.kron(scipy.sparse.eye(rows), np.ones((1, columns))),
            scipy.sparse.kron(np.ones((1, rows)), scipy.sparse.eye(columns)),
        ]
    )
    # A flow through a network of whole capacities: the simplex method ends in whole numbers.
    up = scipy.optimize.linprog(
        (rng.uniform(0, 1e-3, q.shape) - rest).ravel(),
        A_eq=sums,
        b_eq=np.round(np.concatenate([rest.sum(1), rest.sum(0)])),
        bounds=np.stack([np.zeros(q.size), np.ceil(rest).ravel()], 1),
        method="highs-ds",
    )
    return (whole + np.round(up.x).reshape(q.shape)).astype(int)


def _by_group(labels: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The set of each example, such that each group is in one."""
    names, groups, examples_of = np.unique(labels, return_inverse=True, return_counts=True)
    if len(names) < len(sizes):
        raise ValueError(
            f"split: `groups` must name at least {len(sizes)} groups, one for each set. Received: {len(names)}."
        )
    k, set_of = np.zeros_like(sizes), np.empty(len(names), int)
    order = np.lexsort([rng.random(len(names)), -examples_of])
    for left, group in zip(range(len(names), 0, -1), order, strict=True):
        n = sizes if left > np.sum(k == 0) else np.where(k == 0, sizes, -len(labels))
        j = np.argmax(n - k)  # (3)
        k[j] += examples_of[group]
        set_of[group] = j
    return set_of[groups]
