"""Rows of what is done to data before training."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from dlref import preprocessing as ours
from dlref.conformance.row import Arrays, Row

# The dev set and the test set of so many examples each have so many, by the lectures' rule.
SIZES = {10: 2, 600: 120, 50_000: 10_000, 200_000: 10_000, 1_200_000: 12_000}


def of_classes(divide: Callable[..., Any]) -> Arrays:
    """Sizes of the sets of few and of many examples; of 600, how many of each class are in each set, and of which."""
    seen = {f"sizes for {m}": np.array([*map(len, divide(np.arange(m)))]) for m in SIZES}
    classes = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [100, 200, 300]))
    sets = divide(np.arange(600), classes)
    seen["classes"] = np.array([np.bincount(classes[part], minlength=3) for part in sets])
    return seen | {"all examples": np.sort(np.concatenate(sets))}


def of_groups(divide: Callable[..., Any]) -> Arrays:
    """Of 200 groups of 5 examples, how many are in each set, and in how many sets."""
    groups = np.random.default_rng(0).permutation(np.repeat(np.arange(200), 5))
    sets = [np.unique(groups[part]) for part in divide(np.arange(1000), groups)]
    return {
        "groups": np.array([*map(len, sets)]),
        "sets of each group": np.bincount(np.concatenate(sets), minlength=200),
    }


def _in_two_calls(x: np.ndarray, classes: np.ndarray | None = None) -> Any:
    n = SIZES[len(x)]
    rest, test = train_test_split(x, test_size=n, random_state=0, stratify=classes)
    left = None if classes is None else classes[rest]
    return *train_test_split(rest, test_size=n, random_state=0, stratify=left), test


def _groups_in_two_calls(x: np.ndarray, groups: np.ndarray) -> Any:
    rest, test = next(GroupShuffleSplit(1, test_size=40, random_state=0).split(x, groups=groups))
    train, dev = next(
        GroupShuffleSplit(1, test_size=40, random_state=0).split(rest, groups=groups[rest])
    )
    return rest[train], rest[dev], test


def of_an_epoch(train: Callable[..., Any]) -> Arrays:
    """The weights of a linear model after an epoch of 10 examples, 4 in a mini-batch."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(10, 3)), rng.normal(size=(10, 2))
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.set_weights([rng.normal(size=v.shape) for v in model.weights])
    model.compile(keras.optimizers.SGD(0.125), "mse")
    train(model, x, y)
    return {v.name: ops.convert_to_numpy(v.value) for v in model.weights}


def _by_batches(model: Any, x: np.ndarray, y: np.ndarray) -> None:
    for batch in ours.mini_batches(x, y, batch_size=4, seed=1):
        model.train_on_batch(*batch)


def _by_fit(model: Any, x: np.ndarray, y: np.ndarray) -> None:
    order = np.random.default_rng(1).permutation(len(x))
    model.fit(x[order], y[order], batch_size=4, shuffle=False, verbose=0)


_split = partial(
    Row,
    name="preprocessing.split",
    source="Flowchart C2; DLS-C2-blog",
    modes=("eager",),
    dtypes=("float64",),
)


def of_clips(label: Callable[..., np.ndarray]) -> Arrays:
    """Labels of clips without a word, with some, and with words that overlap or end with the clip."""
    ends = {"no word": [], "two words": [2, 11], "overlapping": [9, 7, 8], "the last step": [19]}
    return {
        f"{words}, width = {w}": label(each, 20, w) for words, each in ends.items() for w in (1, 4)
    }


def _smeared(ends: list[int], steps: int, width: int) -> np.ndarray:
    pulses = np.zeros(steps)
    pulses[ends] = 1
    return np.convolve(pulses, [0, *[1] * width])[:steps] > 0


ROWS = [
    _split(
        builtin="sklearn.model_selection.train_test_split",
        ours=lambda: lambda x, classes=None: ours.split(x, stratify=classes, seed=0),
        mapped=lambda: _in_two_calls,
        mapping="two calls with test_size = n, stratify = the classes",
        sentence="Equal in the sizes, and in the examples of each class; which ones they are is drawn otherwise.",
        probe=of_classes,
    ),
    _split(
        builtin="sklearn.model_selection.GroupShuffleSplit",
        ours=lambda: lambda x, groups: ours.split(x, groups=groups, seed=0),
        mapped=lambda: _groups_in_two_calls,
        mapping="groups of one size, two calls with test_size = n groups",
        sentence="scikit-learn counts groups, not examples: equal for groups of one size.",
        probe=of_groups,
    ),
    Row(
        name="preprocessing.mini_batches",
        builtin="keras.Model.fit",
        source="DLS-C2-blog; Flowchart C2",
        ours=lambda: _by_batches,
        mapped=lambda: _by_fit,
        mapping="the examples in the same order, shuffle = False",
        sentence="Equal in the weights after an epoch. Which order fit itself draws is another matter.",
        probe=of_an_epoch,
        steps=3,
        modes=("eager",),
        dtypes=("float64",),
    ),
    Row(
        name="preprocessing.trigger_word_labels",
        builtin="numpy.convolve",
        source="Flowchart C5",
        ours=lambda: ours.trigger_word_labels,
        mapped=lambda: _smeared,
        mapping="ones at the ends, with a 0 and w ones, > 0",
        probe=of_clips,
        modes=("eager",),
        dtypes=("float64",),
    ),
]
