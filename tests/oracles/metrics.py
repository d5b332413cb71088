"""Metrics, counted example by example."""

from functools import partial

import numpy as np

from dlref.metrics import F1Score
from tests.oracles.case import Case

_rng = np.random.default_rng(7)
Y, SCORES, WEIGHTS = _rng.integers(0, 2, (12, 3)), _rng.uniform(size=(12, 3)), _rng.uniform(size=12)
Y[:, 2] = 0  # a class without an example


def score(hits, alarms, misses):
    precision = hits / (hits + alarms) if hits + alarms else 0.0
    recall = hits / (hits + misses) if hits + misses else 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def f1(average, threshold, y, scores, weights):
    counts = [[0.0, 0.0, 0.0] for _ in range(3)]
    for labels, row, weight in zip(y, scores, weights, strict=True):
        for j in range(3):
            said = row[j] > threshold if threshold else row[j] == max(row)
            if said or labels[j]:
                counts[j][0 if said and labels[j] else 1 if said else 2] += weight
    if average == "micro":
        return np.array(score(*map(sum, zip(*counts, strict=True))))
    scores = [score(*each) for each in counts]
    if average is None:
        return np.array(scores)
    shares = [1.0] * 3 if average == "macro" else [hits + misses for hits, _, misses in counts]
    total = sum(each * share for each, share in zip(scores, shares, strict=True))
    return np.array(total / sum(shares))


def f1_by_dlref(average, threshold, y, scores, weights):
    metric = F1Score(average, threshold)
    for part in (slice(0, 5), slice(5, None)):
        metric.update_state(y[part], scores[part], weights[part])
    return metric.result()


ORACLES = {
    "metrics.F1Score": [
        Case(partial(f1_by_dlref, *given), partial(f1, *given), (Y, SCORES, WEIGHTS))
        for given in ((None, None), ("micro", 0.5), ("macro", 0.25), ("weighted", None))
    ],
}
