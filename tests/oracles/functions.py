"""Activations, losses, regularizers, initializers and averages, one number at a time."""

import math

import keras
import numpy as np
from keras import ops

from dlref import activations, averages, initializers, losses, regularizers
from tests.oracles.case import Case

_rng = np.random.default_rng(11)
Z = _rng.normal(0, 3, (4, 5))
SERIES = _rng.normal(15, 8, (25, 2))
KERNEL = _rng.normal(size=(3, 2, 2))
CLASSES = np.eye(4)[_rng.integers(0, 4, 6)]
SOME_MISSING = np.resize([1, np.nan, 0, 0, -1, 1, 1], (6, 4))
SOFT = _rng.dirichlet(np.ones(4), 6)
PROBABILITIES = _rng.uniform(0.05, 0.9, (6, 4))
_landmark_rng = np.random.default_rng(12)
LANDMARKS = _landmark_rng.random((6, 5))
LANDMARKS[:, 0] = [1, 0, 1, 1, 0, 1]
LANDMARKS[1, 1:] = np.nan
MASKS = np.resize([1, 0, 0, 1, 1, 0, 1], (2, 3, 2, 2))
MASKS[1, ..., 1] = 0  # a class without a pixel


def each(rule):
    return lambda z: np.vectorize(rule, otypes=["float64"])(z)


def each_row(rule):
    return lambda z: np.array([rule(row) for row in z])


def softmax(row):
    t = [math.exp(z) for z in row]
    return [value / sum(t) for value in t]


def hard_max(row):
    largest = 0
    for j in range(len(row)):
        if row[j] > row[largest]:
            largest = j
    return [1.0 if j == largest else 0.0 for j in range(len(row))]


def elu(z, a):
    return z if z > 0 else a * (math.exp(z) - 1)


def binary_crossentropy(y, y_hat):
    """The mean over outputs and examples."""
    total = 0.0
    for i, j in np.ndindex(y.shape):
        total += -y[i, j] * math.log(y_hat[i, j]) - (1 - y[i, j]) * math.log(1 - y_hat[i, j])
    return total / y.size


def multi_task_crossentropy(y, y_hat):
    """The mean over examples of the sum over the tasks whose label is known."""
    total = 0.0
    for i, j in np.ndindex(y.shape):
        if not math.isnan(y[i, j]) and y[i, j] != -1:
            total += -y[i, j] * math.log(y_hat[i, j]) - (1 - y[i, j]) * math.log(1 - y_hat[i, j])
    return total / len(y)


def categorical_crossentropy(y, y_hat):
    """The mean over examples of the sum over classes."""
    total = 0.0
    for i, j in np.ndindex(y.shape):
        total -= y[i, j] * math.log(y_hat[i, j])
    return total / len(y)


def landmark_loss(y, y_hat):
    """The mean over examples of the squared error of all outputs where something is there, else of the first."""
    total = 0.0
    for labels, outputs in zip(y, y_hat, strict=True):
        for k in range(5 if labels[0] == 1 else 1):
            total += (outputs[k] - labels[k]) ** 2
    return total / len(y)


def dice_loss(y, p, epsilon):
    """Picture by picture and class by class, the mean of all."""
    total = 0.0
    for k, c in np.ndindex(len(y), y.shape[-1]):
        both = each = 0.0
        for place in np.ndindex(y.shape[1:-1]):
            both += y[k, *place, c] * p[k, *place, c]
            each += y[k, *place, c] + p[k, *place, c]
        total += 1 - (2 * both + epsilon) / (each + epsilon)
    return total / (len(y) * y.shape[-1])


def smoothed(y, s, share):
    return y * (1 - s) + s * share


def squares(w, lambda_, m):
    return lambda_ / (2 * m) * sum(value**2 for value in w.ravel())


def magnitudes(w, lambda_, divisor):
    return lambda_ / divisor * sum(abs(value) for value in w.ravel())


def average(theta, beta):
    v, seen = np.zeros(theta.shape[1]), []
    for theta_t in theta:
        v = beta * v + (1 - beta) * theta_t
        seen.append(v)
    return np.array(seen)


def corrected(v, beta):
    return np.array([v_t / (1 - beta**t) for t, v_t in enumerate(v, start=1)])


def with_deviation(deviation):
    """A standard normal draw of the same seed, scaled by the deviation for its number of inputs."""

    def oracle(shape):
        shape = tuple(int(n) for n in shape)
        inputs = 1
        for n in shape[:-1]:
            inputs *= n
        draw = keras.initializers.RandomNormal(0.0, 1.0, seed=3)(shape, dtype="float64")
        return deviation(inputs) * ops.convert_to_numpy(draw)

    return oracle


def drawn(initializer):
    def ours(shape):
        return ops.convert_to_numpy(initializer(tuple(int(n) for n in shape), dtype="float64"))

    return ours


def _of_z(ours, oracle):
    return [Case(ours, oracle, (Z,), gradients=True)]


def _of_predictions(loss, oracle, *labels):
    """The loss as a function of the predictions, for each kind of labels."""
    return [
        Case(lambda p, y=y: loss()(y, p), lambda p, y=y: oracle(y, p), (PROBABILITIES,), True)
        for y in labels
    ]


def _drawn(initializer, deviation):
    shapes = (np.array([30, 20]), np.array([3, 3, 4, 8]))
    return [Case(drawn(initializer), with_deviation(deviation), (shape,)) for shape in shapes]


def triplet_loss(who, f, margin, hard=False):
    """The mean over the anchors of the mean over their positives, one triplet at a time."""
    d = [[sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) for b in f] for a in f]
    total = 0.0
    for a in range(len(who)):
        positives = [p for p in range(len(who)) if who[p] == who[a] and p != a]
        others = sorted(d[a][n] for n in range(len(who)) if who[n] != who[a])
        for p in positives if others else []:
            farther = others if hard else [each for each in others if each > d[a][p]]
            chosen = farther[0] if farther else others[-1]
            total += max(d[a][p] - chosen + margin, 0) / len(positives)
    return np.array(total / len(who))


def _of_embeddings(*identities, **arguments):
    """Normal embeddings, wide enough that a positive is now and then farther than all others."""
    hard = arguments.get("mining") == "hard"
    return [
        Case(
            lambda f, who=who: losses.TripletLoss(0.7, **arguments)(who, f),
            lambda f, who=who: triplet_loss(who, f, 0.7, hard),
            (np.random.default_rng(len(who)).normal(size=(len(who), 2)),),
            True,
        )
        for who in identities
    ]


def _sigmoids(z):
    return 1 / (1 + np.exp(-z))


def yolo_loss(term, y, y_hat, box_weight, no_object_weight):
    """Of each cell and anchor box the error of the first number; of the others only where something is."""
    total = 0.0
    for place in np.ndindex(y.shape[:-1]):
        true, found = y[place], y_hat[place]
        if true[0] == 1:
            total += term([1.0], [found[0]]) + term(true[5:], found[5:])
            total += box_weight * sum((true[k] - found[k]) ** 2 for k in range(1, 5))
        else:
            total += no_object_weight * term([true[0]], [found[0]])
    return total / len(y)


def squared_errors(true, found):
    return sum((a - b) ** 2 for a, b in zip(true, found, strict=True))


def minus_log(true, found):
    """Of one probability the logistic loss, of several that of the class."""
    if len(true) == 1:
        return -math.log(found[0] if true[0] == 1 else 1 - found[0])
    return -sum(a * math.log(b) for a, b in zip(true, found, strict=True) if a)


def _probable(y):
    first = 1 / (1 + np.exp(-y[..., :1]))
    parts = first, y[..., 1:5], np.apply_along_axis(softmax, -1, y[..., 5:])
    return np.concatenate(parts, -1)


_yolo_rng = np.random.default_rng(20)
CELLS = _yolo_rng.uniform(0.1, 0.9, (2, 2, 2, 8))
CELLS[..., 0] = [[[1, 0], [0, 1]], [[0, 0], [1, 0]]]
CELLS[..., 5:] = np.eye(3)[_yolo_rng.integers(0, 3, CELLS.shape[:-1])]
OUTPUTS = _yolo_rng.uniform(0.1, 0.9, CELLS.shape)
ORACLES = {
    "activations.sigmoid": _of_z(activations.sigmoid, each(lambda z: 1 / (1 + math.exp(-z)))),
    "activations.tanh": _of_z(
        activations.tanh,
        each(lambda z: (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))),
    ),
    "activations.relu": _of_z(activations.relu, each(lambda z: max(0.0, z))),
    "activations.leaky_relu": _of_z(activations.leaky_relu, each(lambda z: max(0.01 * z, z))),
    "activations.elu": [
        *_of_z(activations.elu, each(lambda z: elu(z, 1.0))),
        *_of_z(lambda z: activations.elu(z, 0.7), each(lambda z: elu(z, 0.7))),
    ],
    "activations.softmax": [
        *_of_z(activations.softmax, each_row(softmax)),
        *_of_z(lambda z: activations.softmax(z + 1000.0), each_row(softmax)),
        *_of_z(lambda z: activations.softmax(z, axis=0), lambda z: each_row(softmax)(z.T).T),
    ],
    "activations.hard_max": _of_z(activations.hard_max, each_row(hard_max)),
    "losses.BinaryCrossentropy": [
        *_of_predictions(losses.BinaryCrossentropy, binary_crossentropy, CLASSES, SOFT),
        *_of_predictions(
            lambda: losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2),
            lambda y, z: binary_crossentropy(smoothed(y, 0.2, 1 / 2), _sigmoids(z)),
            CLASSES,
        ),
    ],
    "losses.MultiTaskCrossentropy": [
        *_of_predictions(losses.MultiTaskCrossentropy, multi_task_crossentropy, SOME_MISSING, SOFT),
        *_of_predictions(
            lambda: losses.MultiTaskCrossentropy(from_logits=True, label_smoothing=0.2),
            lambda y, z: multi_task_crossentropy(
                np.where(y >= 0, smoothed(y, 0.2, 1 / 2), np.nan), _sigmoids(z)
            ),
            SOME_MISSING,
        ),
    ],
    "losses.CategoricalCrossentropy": [
        *_of_predictions(losses.CategoricalCrossentropy, categorical_crossentropy, CLASSES, SOFT),
        *_of_predictions(
            lambda: losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2),
            lambda y, z: categorical_crossentropy(smoothed(y, 0.2, 1 / 4), each_row(softmax)(z)),
            CLASSES,
        ),
    ],
    "regularizers.L2": [
        Case(regularizers.L2(0.7, 30), lambda w: squares(w, 0.7, 30), (KERNEL,), True)
    ],
    "regularizers.L1": [
        Case(regularizers.L1(0.7, 30), lambda w: magnitudes(w, 0.7, 60), (KERNEL,), True)
    ],
    "regularizers.UnhalvedL1": [
        Case(regularizers.UnhalvedL1(0.7, 30), lambda w: magnitudes(w, 0.7, 30), (KERNEL,), True)
    ],
    "initializers.SmallNormal": _drawn(initializers.SmallNormal(seed=3), lambda n_in: 0.01),
    "initializers.XavierNormal": _drawn(
        initializers.XavierNormal(seed=3), lambda n_in: math.sqrt(1 / n_in)
    ),
    "initializers.HeNormal": _drawn(
        initializers.HeNormal(seed=3), lambda n_in: math.sqrt(2 / n_in)
    ),
    "averages.exponentially_weighted_average": [
        Case(
            lambda theta: averages.exponentially_weighted_average(theta, 0.9),
            lambda theta: average(theta, 0.9),
            (SERIES,),
        )
    ],
    "averages.bias_correction": [
        Case(
            lambda v: averages.bias_correction(v, 0.9),
            lambda v: corrected(v, 0.9),
            (average(SERIES, 0.9),),
        )
    ],
    "losses.TripletLoss": [
        *_of_embeddings([0, 0, 1, 1, 2, 2, 2], [0, 0, 0, 1], [5, 5, 5]),
        *_of_embeddings([0, 0, 1, 1, 2, 2, 2], mining="hard"),
    ],
    "losses.LandmarkLoss": [
        Case(
            lambda y_hat: losses.LandmarkLoss()(LANDMARKS, y_hat),
            lambda y_hat: landmark_loss(LANDMARKS, y_hat),
            (_landmark_rng.random((6, 5)),),
            True,
        )
    ],
    "losses.YoloLoss": [
        Case(
            lambda z, logits=logits, weights=weights: losses.YoloLoss(logits, *weights)(CELLS, z),
            lambda z, logits=logits, weights=weights: yolo_loss(
                minus_log, CELLS, _probable(z) if logits else z, *weights
            ),
            (OUTPUTS,),
            True,
        )
        for logits, weights in ((False, (1.0, 1.0)), (True, (5.0, 0.5)))
    ],
    "losses.YoloSquaredError": [
        Case(
            lambda y_hat, weights=weights: losses.YoloSquaredError(*weights)(CELLS, y_hat),
            lambda y_hat, weights=weights: yolo_loss(squared_errors, CELLS, y_hat, *weights),
            (OUTPUTS,),
            True,
        )
        for weights in ((1.0, 1.0), (5.0, 0.5))
    ],
    "losses.Dice": [
        Case(
            lambda p, epsilon=epsilon: losses.Dice(epsilon)(MASKS, p),
            lambda p, epsilon=epsilon: dice_loss(MASKS, p, epsilon),
            (np.random.default_rng(14).uniform(size=MASKS.shape),),
            True,
        )
        for epsilon in (1.0, 0.25)
    ],
}
