r"""Whether two sets come from one distribution: a classifier that tries to tell them apart.

Source: Flowchart C3.

$$ a = \frac{1}{m} \sum_i [\hat y_i = y_i] \tag{1} $$
$$ z = \frac{a - 1 / 2}{\sqrt{1 / (4 m)}} \tag{2} $$

A classifier learns from one half of both sets which of them an example is from, and is asked about the other half: $m$
(`m`) examples, as many of each set. $y$ (`y`) is the set and $\hat y$ (`y_hat`) the answer. $a$ is its accuracy. If the
sets come from one distribution nothing can be learned, $a$ wavers around $1 / 2$ by $\sqrt{1 / (4 m)}$, and $z$ is
about as large as a draw of the normal distribution.

Keras has nothing of this. (1) equals the `score` of a classifier of scikit-learn.
"""

import math
from typing import Any

import numpy as np
from keras import ops

from dlref import _checks
from dlref.diagnostics.same_distribution_report import SameDistribution


def same_distribution(
    first: Any, second: Any, classifier: Any = None, seed: int = 0
) -> SameDistribution:
    r"""Tries to tell the examples of two sets apart, such as dev and test set, or train-dev and dev set.

    As many examples are drawn of the larger set as the smaller one has.

    Args:
        first: one set: an array with an example in each row.
        second: the other set, its examples of the same shape.
        classifier: with the methods `fit(x, y)` and `predict(x)` of scikit-learn. Defaults to None: a random forest.
        seed: an integer from 0 to 4294967295, of what is drawn. Defaults to 0.

    Returns:
        The accuracy with its interval and a verdict; `print` shows them.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a set has less than 4 examples, the shapes differ, or there is NaN or infinity.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> dev, test, other = rng.normal(size=(400, 3)), rng.normal(size=(400, 3)), rng.normal(1, 1, (400, 3))
        >>> same_distribution(dev, test).verdict, same_distribution(dev, other).verdict
        ('same', 'different')
    """
    seed = _checks.integer("same_distribution", "seed", seed, 0, 2**32 - 1)
    sets = [_rows("first", first), _rows("second", second)]
    if sets[0].shape[1] != sets[1].shape[1]:
        raise ValueError(
            "same_distribution: `first` and `second` must hold examples of one shape. "
            f"Received: {sets[0].shape[1]} and {sets[1].shape[1]} numbers for each example."
        )
    if classifier is None:
        from sklearn.ensemble import RandomForestClassifier  # takes longer than the rest of dlref

        classifier = RandomForestClassifier(random_state=seed)
    if not (hasattr(classifier, "fit") and hasattr(classifier, "predict")):
        raise TypeError(
            "same_distribution: `classifier` must have the methods fit and predict. "
            f"Received: type {type(classifier).__name__}."
        )
    return SameDistribution(*_accuracy(sets, classifier, np.random.default_rng(seed)))


def _accuracy(sets: list[np.ndarray], classifier: Any, rng: Any) -> tuple[float, float, int]:
    """Of the classifier on half of each set, after training on the other half; how far it is from 1/2; of how many."""
    half = min(map(len, sets)) // 2
    drawn = [x[rng.permutation(len(x))[: 2 * half]] for x in sets]
    y = np.repeat([0, 1], half)
    classifier.fit(np.concatenate([x[:half] for x in drawn]), y)
    y_hat = np.ravel(classifier.predict(np.concatenate([x[half:] for x in drawn])))
    m = 2 * half
    a = np.sum(y_hat == y) / m  # (1)
    z = (a - 1 / 2) / math.sqrt(1 / (4 * m))  # (2)
    return float(a), float(z), m


def _rows(argument: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(ops.convert_to_numpy(value), "float64")
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"same_distribution: `{argument}` must be an array of numbers. Received: {error}."
        ) from error
    if array.ndim < 1 or len(array) < 4 or not array.size:
        raise ValueError(
            f"same_distribution: `{argument}` must hold at least 4 examples. Received: shape {array.shape}."
        )
    if not np.isfinite(array).all():
        raise ValueError(
            f"same_distribution: `{argument}` must hold finite numbers. Received: NaN or infinity. Leave out such "
            "examples or fill the gaps in both sets in the same way."
        )
    return array.reshape(len(array), -1)
