"""Diagnoses, as the lecture does them by hand."""

import math
import warnings

import keras
import numpy as np

from dlref import layers as dlref_layers
from dlref.diagnostics import (
    WarnOnRisingCost,
    activation_statistics,
    best_model,
    bias_variance,
    compare_f1,
    error_analysis,
    gradient_check,
    initial_loss,
    layer_sizes,
    multiplications,
    same_distribution,
    signal_propagation,
    symmetric_units,
)
from tests.oracles.case import Case

_rng = np.random.default_rng(5)
X, Y = _rng.normal(size=(4, 2)), _rng.normal(size=(4, 1))


def cost(theta, x, y, strength):
    """Mean square error of a tanh network of 2, 3 and 1 units, with strength * the squares of the first kernel."""
    total = 0.0
    for x_i, y_i in zip(x, y, strict=True):
        out = theta[12]
        for j in range(3):
            z = theta[6 + j]
            for k in range(2):
                z += x_i[k] * theta[3 * k + j]
            out += math.tanh(z) * theta[9 + j]
        total += (out - y_i[0]) ** 2 / len(x)
    return total + strength * sum(theta[k] ** 2 for k in range(6))


def slope(theta, i, epsilon, x, y, strength):
    above, below = theta.copy(), theta.copy()
    above[i] += epsilon
    below[i] -= epsilon
    return (cost(above, x, y, strength) - cost(below, x, y, strength)) / (2 * epsilon)


def length(values):
    return math.sqrt(sum(value**2 for value in values))


def by_differences(epsilon, strength):
    """The differences, and their distance from those of a step so small that they are the gradient."""

    def oracle(theta):
        a = [slope(theta, i, epsilon, X, Y, strength) for i in range(13)]
        steps = (2e-3, 1e-3)
        halves = [[slope(theta, i, e, X, Y, strength) for i in range(13)] for e in steps]
        b = [(4 * fine - coarse) / 3 for coarse, fine in zip(*halves, strict=True)]
        apart = length(p - q for p, q in zip(a, b, strict=True))
        return np.array([*a, apart / (length(a) + length(b))])

    return oracle


def by_dlref(epsilon, strength):
    def ours(theta):
        hidden = keras.layers.Dense(3, "tanh", kernel_regularizer=keras.regularizers.L2(strength))
        model = keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1)])
        shapes = [v.shape for v in model.weights]
        parts = np.split(theta, [6, 9, 12])
        model.set_weights([p.reshape(shape) for p, shape in zip(parts, shapes, strict=True)])
        found = gradient_check(model, X, Y, loss="mse", epsilon=epsilon).total
        return np.array([*found.approximate, found.ratio])

    return ours


def softmax_loss(weights):
    """Weighted cross-entropy, the squares of the kernel, and what guessing loses, example by example."""
    kernel, strength, labels, importance = (
        weights[:6].reshape(2, 3),
        0.125,
        (2, 0, 1, 2),
        (1, 2, 0.5, 3),
    )
    loss = guess = 0.0
    for x_i, label, share in zip(X, labels, importance, strict=True):
        z = [sum(x_i[k] * kernel[k][j] for k in range(2)) for j in range(3)]
        loss -= share * math.log(math.exp(z[label]) / sum(map(math.exp, z))) / 4
        guess += share * math.log(3) / 4
    return np.array([loss, strength * sum(w**2 for w in weights[:6]), guess])


def first_loss_by_dlref(weights):
    penalty = keras.regularizers.L2(0.125)
    last = keras.layers.Dense(3, "softmax", use_bias=False, kernel_regularizer=penalty)
    model = keras.Sequential([keras.Input((2,)), last])
    model.compile(loss="sparse_categorical_crossentropy")
    model.set_weights([weights[:6].reshape(2, 3)])
    found = initial_loss(model, X, np.array([2, 0, 1, 2]), sample_weight=np.array([1, 2, 0.5, 3]))
    return np.array([found.loss, found.regularization, found.expected])


def activations(weights):
    """Of two layers with five units: ReLU, then tanh or sigmoid."""
    found = []
    for squash, slope in ((math.tanh, lambda a: 1 - a**2), (sigmoid, lambda a: 4 * a * (1 - a))):
        hidden = [
            [max(0.0, sum(x[k] * weights[5 * k + j] for k in range(2))) for j in range(5)]
            for x in X
        ]
        wide = [
            [squash(sum(h[k] * weights[10 + 5 * k + j] for k in range(5))) for j in range(5)]
            for h in hidden
        ]
        dead = sum(all(h[j] == 0 for h in hidden) for j in range(5)) / 5
        flat = sum(slope(a) < 1 - 0.97**2 for row in wide for a in row) / 20
        for rows, share in ((hidden, dead), (wide, flat)):
            entries = [a for row in rows for a in row]
            mean = sum(entries) / 20
            found += [mean, length(a - mean for a in entries) / math.sqrt(20), share]
    return np.array(found)


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def activations_by_dlref(weights):
    found = []
    for name in ("tanh", "sigmoid"):
        layers = [keras.layers.Dense(5, act, use_bias=False) for act in ("relu", name)]
        model = keras.Sequential([keras.Input((2,)), *layers, keras.layers.Dense(1)])
        first, second = weights[:10].reshape(2, 5), weights[10:].reshape(5, 5)
        model.set_weights([first, second, np.ones((5, 1)), np.zeros(1)])
        for each in activation_statistics(model, X).layers[:2]:
            found += [each.mean, each.std, each.share]
    return np.array(found)


WIDTHS = (3, 4, 2, 5)


def kernel(scale, i, j, rows):
    """An entry of a layer's weights, which nothing draws: each layer has another shape."""
    return scale * math.sin(1 + 3 * i + 5 * j + 7 * rows)


def spread(rows):
    entries = [a for row in rows for a in row]
    mean = sum(entries) / len(entries)
    return length(a - mean for a in entries) / math.sqrt(len(entries))


def signal(scale):
    rng = np.random.default_rng(4)
    a, back = rng.normal(size=(6, 3)), rng.normal(size=(6, 5))
    outputs, gradients = [], []
    for n, m in zip(WIDTHS, WIDTHS[1:], strict=False):
        a = [
            [math.tanh(sum(row[i] * kernel(scale, i, j, n) for i in range(n))) for j in range(m)]
            for row in a
        ]
        outputs.append(a)
    for a, n, m in zip(outputs[::-1], WIDTHS[2::-1], WIDTHS[:0:-1], strict=True):
        dz = [[(1 - a[e][j] ** 2) * back[e][j] for j in range(m)] for e in range(6)]
        gradients.append(spread(dz))
        back = [
            [sum(row[j] * kernel(scale, i, j, n) for j in range(m)) for i in range(n)] for row in dz
        ]
    spreads = list(map(spread, outputs))
    factors = (spreads[2] / spreads[0]) ** 0.5, (gradients[2] / gradients[0]) ** 0.5
    return np.array([*spreads, *gradients[::-1], *factors])


def signal_by_dlref(scale):
    def draw(shape, dtype=None):
        n, m = shape
        return keras.ops.array(
            [[kernel(scale, i, j, n) for j in range(m)] for i in range(n)], dtype
        )

    found = signal_propagation(draw, "tanh", list(WIDTHS), examples=6, seed=4)
    stds = [each.std for each in found.activations.layers]
    return np.array([*stds, *found.gradients, found.factor, found.gradient_factor])


def seeds(stddev):
    """The spread of z in each of two linear layers, whose weights Keras draws with the seeds 2 and 3."""
    z, found = np.random.default_rng(2).normal(size=(5, 4)), []
    for seed in (2, 3):
        draw = keras.initializers.RandomNormal(stddev=stddev, seed=seed)
        w = keras.ops.convert_to_numpy(draw((4, 4), "float64"))
        z = [[sum(row[i] * w[i][j] for i in range(4)) for j in range(4)] for row in z]
        found.append(spread(z))
    return np.array(found)


def seeds_by_dlref(stddev):
    draw = keras.initializers.RandomNormal(stddev=float(stddev))
    found = signal_propagation(draw, "linear", 4, layers=2, examples=5, seed=2)
    return np.array([each.std for each in found.activations.layers])


def descent(rates):
    """The cost of w x for 2 x at x = 1 and -1: w goes by 2 alpha (2 - w)."""
    w, costs = 0.5, []
    for rate in rates:
        costs.append((w - 2) ** 2)
        w += 2 * rate * (2 - w)
    pairs = zip(costs, costs[1:], strict=False)
    return np.array([[i + 1, one, two] for i, (one, two) in enumerate(pairs) if two > one])


def descent_by_dlref(rates):
    layer = keras.layers.Dense(
        1, use_bias=False, kernel_initializer=keras.initializers.Constant(0.5)
    )
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile("sgd", "mse")
    watch = WarnOnRisingCost()
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: float(rates[epoch]))
    x = np.array([[1.0], [-1.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        model.fit(x, 2 * x, 2, len(rates), verbose=0, callbacks=[schedule, watch])
    return np.array(watch.rises)


def relative_spread(rows):
    """How far the units, the columns, are apart, relative to the largest entry."""
    apart = max(max(row) - min(row) for row in rows)
    return apart / max(abs(entry) for row in rows for entry in row)


def units_apart(theta):
    """Of a tanh network of 2, 3 and 2 units: weights with biases, and the gradient of outputs times random numbers."""
    first = [list(theta[3 * k : 3 * k + 3]) for k in range(3)]  # the last row holds the biases
    second = [list(theta[9 + 2 * k : 11 + 2 * k]) for k in range(4)]
    by_first, by_second = [[0.0] * 3 for _ in first], [[0.0] * 2 for _ in second]
    upstream = iter(np.random.default_rng(0).standard_normal(2 * len(X)))
    for x in X:
        inputs = [*x, 1.0]
        hidden = [math.tanh(sum(inputs[k] * first[k][j] for k in range(3))) for j in range(3)] + [
            1.0
        ]
        given = [next(upstream) for _ in range(2)]
        for k in range(4):
            for j in range(2):
                by_second[k][j] += hidden[k] * given[j]
        for j in range(3):
            back = sum(second[j][i] * given[i] for i in range(2)) * (1 - hidden[j] ** 2)
            for k in range(3):
                by_first[k][j] += inputs[k] * back
    return np.array([relative_spread(rows) for rows in (first, by_first, second, by_second)])


def units_by_dlref(theta):
    parts = [keras.layers.Dense(3, "tanh"), keras.layers.Dense(2)]
    model = keras.Sequential([keras.Input((2,)), *parts])
    ends = np.split(theta, [6, 9, 15])
    model.set_weights([p.reshape(v.shape) for p, v in zip(ends, model.weights, strict=True)])
    found = symmetric_units(model, X).layers
    return np.array([value for layer in found for value in (layer.weights, layer.gradients)])


def sizes_by_dlref(numbers):
    n, p, f, s, d, n_c, m = map(int, numbers)
    layer = dlref_layers.Conv2D(m, f, s, p, dilation_rate=d, use_bias=bool(m % 2))
    model = keras.Sequential([keras.Input((n, n + 1, n_c)), layer, keras.layers.Dense(m)])
    first, last = layer_sizes(model).layers
    return np.array([*(h for _, h in first.sizes), first.parameters, last.parameters], float)


def sizes(numbers):
    """Where a window fits is tried out, and weights are counted one by one."""
    n, p, f, s, d, n_c, m = map(int, numbers)
    fits = [sum(i + d * (f - 1) < k + 2 * p for i in range(0, k + 2 * p, s)) for k in (n, n + 1)]
    weights = sum(1 for _ in np.ndindex(f, f, n_c, m))
    return np.array([*fits, weights + m * (m % 2), sum(1 for _ in np.ndindex(m, m)) + m], float)


def costs_by_dlref(numbers):
    n, f, s, n_c, m, extra = map(int, numbers)
    layers = keras.layers
    parts = [layers.Conv2D(m, f, s), layers.DepthwiseConv2D(f, s, "same"), layers.Conv2D(extra, 1)]
    parts += [layers.SeparableConv2D(m, f, depth_multiplier=1, padding="same")]
    model = keras.Sequential([keras.Input((n, n, n_c)), *parts, layers.Dense(extra)])
    found = multiplications(model)
    part = [layer.separable[-1] for layer in found.layers if layer.separable]
    return np.array([*(layer.multiplications for layer in found.layers), *part, found.total], float)


def costs(numbers):
    """Each product is counted by itself: of an output, of a place in its window, of a channel under it."""
    n, f, s, n_c, m, extra = map(int, numbers)

    def products(places, channels, filters, window=f):
        return sum(1 for _ in np.ndindex(places, places, filters, window, window, channels))

    h = len(range(0, n - f + 1, s))
    half = len(range(0, h, s))
    last = (products(half, 1, extra), products(half, extra, m, 1))
    pair = (products(half, 1, m), products(half, m, extra, 1))
    counts = [products(h, n_c, m), *pair, sum(last), products(half, m, extra, 1)]
    parts = [sum(pair) / products(half, m, extra), sum(last) / products(half, extra, m)]
    return np.array([*counts, *parts, sum(counts)])


SETS = ("human", "train", "train_dev", "dev", "test")


def wilson(p, n):
    """The shares q from which p lies 1.96 standard deviations: (p - q)^2 = z^2 q (1 - q) / n, by bisection."""
    z = 1.959963984540054
    ends = []
    for outside in (0.0, 1.0):
        inside = p
        for _ in range(200):
            q = (outside + inside) / 2
            if (p - q) ** 2 > z * z * q * (1 - q) / n:
                outside = q
            else:
                inside = q
        ends.append((outside + inside) / 2)
    return ends


def gaps(table):
    """Of neighbours, each with its interval: by (p, n) of all sets."""
    found = []
    for (p, n), (q, m) in zip(table, table[1:], strict=False):
        (low_p, high_p), (low_q, high_q) = wilson(p, n), wilson(q, m)
        found += [
            q - p,
            q - p - length((q - low_q, high_p - p)),
            q - p + length((high_q - q, p - low_p)),
        ]
    return np.array(found)


def gaps_by_dlref(table):
    names = SETS if len(table) == 5 else ("human", "train", "dev")
    errors = {name: float(p) for name, (p, _) in zip(names, table, strict=True)}
    examples = {name: int(n) for name, (_, n) in zip(names, table, strict=True)}
    found = bias_variance(**errors, examples=examples).gaps
    return np.array([v for gap in found for v in (gap.size, gap.low, gap.high)])


def causes(tags):
    """Share, ceiling and floor of each cause, what each pair shares, and what is left, of an error of 0.2."""
    n, found = len(tags), []
    for j in range(3):
        having = [row for row in tags if row[j]]
        alone = [row for row in having if sum(row) == 1]
        found += [len(having) / n, 0.2 * len(having) / n, 0.2 * len(alone) / n]
    for j, k in ((0, 1), (0, 2), (1, 2)):
        found.append(sum(1 for row in tags if row[j] and row[k]))
    return np.array([*found, 0.2 * sum(1 for row in tags if not any(row)) / n])


def causes_by_dlref(tags):
    found = error_analysis(dict(zip("abc", tags.T, strict=True)), 0.2)
    by_name = sorted(found.causes, key=lambda cause: cause.name)
    numbers = [value for each in by_name for value in (each.share, each.ceiling, each.floor)]
    pairs = [found.overlaps[pair] for pair in (("a", "b"), ("a", "c"), ("c", "b"))]
    return np.array([*numbers, *pairs, found.rest])


def best_of(table):
    """The row of the largest first number among those with a second of 0.5 at most and a third above 0.25."""
    best = None
    for i, (value, cost, good) in enumerate(table):
        if cost <= 0.5 and good > 0.25 and (best is None or value > table[best][0]):
            best = i
    return np.array(best)


def best_by_dlref(table):
    models = {str(i): dict(zip("abc", map(float, row), strict=True)) for i, row in enumerate(table)}
    return np.array(int(best_model(models, "max:a", ["b<=0.5", "c>0.25"]).best))


class NearerMean:
    """Says the set whose mean is nearer."""

    def fit(self, x, y):
        self.means = [
            [
                sum(row[k] for row, label in zip(x, y, strict=True) if label == j) / sum(y == j)
                for k in (0, 1)
            ]
            for j in (0, 1)
        ]

    def predict(self, x):
        return [
            int(length(row - np.array(self.means[1])) < length(row - np.array(self.means[0])))
            for row in x
        ]


def told_apart(first, second):
    rng = np.random.default_rng(9)
    orders = [rng.permutation(len(x)) for x in (first, second)]
    half = min(len(first), len(second)) // 2
    learned = [
        [x[i] for i in order[:half]] for x, order in zip((first, second), orders, strict=True)
    ]
    means = [[sum(row[k] for row in rows) / half for k in (0, 1)] for rows in learned]
    right = 0
    for j, (x, order) in enumerate(zip((first, second), orders, strict=True)):
        for i in order[half : 2 * half]:
            distances = [length((x[i][0] - a, x[i][1] - b)) for a, b in means]
            right += (distances[1] < distances[0]) == bool(j)
    share = right / (2 * half)
    return np.array([share, (share - 0.5) / (0.5 / math.sqrt(2 * half))])


def told_apart_by_dlref(first, second):
    found = same_distribution(first, second, NearerMean(), seed=9)
    return np.array([found.accuracy, found.z])


def f1_by_counts(y, y_hat):
    """F1 of one class, and what one more hit, and one more mistake, changes of it."""
    hits = alarms = misses = 0
    for label, said in zip(y, y_hat, strict=True):
        hits += label and said
        alarms += said and not label
        misses += label and not said
    precision, recall = hits / (hits + alarms), hits / (hits + misses)
    wrong, both = alarms + misses, 2 * hits + alarms + misses
    return 2 * precision * recall / (precision + recall), 2 * wrong / both**2, -2 * hits / both**2


def f1_gap(table):
    """The interval by what each example does to the gap."""
    y, a, b = table > 0.5
    (f, f_hit, f_miss), (g, g_hit, g_miss) = f1_by_counts(y, a), f1_by_counts(y, b)
    total = 0.0
    for label, one, other in zip(y, a, b, strict=True):
        moved = f_hit if label and one else f_miss if label or one else 0
        moved -= g_hit if label and other else g_miss if label or other else 0
        total += moved**2
    half = 1.959963984540054 * math.sqrt(total)
    return np.array([f, g, f - g, f - g - half, f - g + half])


def f1_gap_by_dlref(table):
    found = compare_f1(*(table > 0.5))
    return np.array([*found.f1, found.difference, *found.interval])


ORACLES = {
    "diagnostics.gradient_check": [
        Case(
            by_dlref(epsilon, strength), by_differences(epsilon, strength), (_rng.normal(size=13),)
        )
        for epsilon, strength in ((0.1, 0.0), (0.25, 0.0625))
    ],
    "diagnostics.initial_loss": [Case(first_loss_by_dlref, softmax_loss, (_rng.normal(size=6),))],
    "diagnostics.activation_statistics": [
        Case(
            activations_by_dlref,
            activations,
            (scale * _rng.normal(size=35) * [0, *[1] * 4, 0, *[1] * 29],),
        )
        for scale in (1, 3)
    ],
    "diagnostics.signal_propagation": [
        *[Case(signal_by_dlref, signal, (np.array(scale),)) for scale in (0.5, 2.0)],
        Case(seeds_by_dlref, seeds, (np.array(0.25),)),
    ],
    "diagnostics.WarnOnRisingCost": [
        Case(descent_by_dlref, descent, (np.array([0.25, 1.25, 0.125, 1.5, 1.125, 0.5]),))
    ],
    "diagnostics.symmetric_units": [
        Case(units_by_dlref, units_apart, (_rng.normal(size=17) - 0.5,)) for _ in range(2)
    ],
    "diagnostics.same_distribution": [
        Case(
            told_apart_by_dlref,
            told_apart,
            (_rng.normal(size=(31, 2)), _rng.normal(at, 1, (24, 2))),
        )
        for at in (0.0, 1.0)
    ],
    "diagnostics.best_model": [
        Case(best_by_dlref, best_of, (_rng.integers(0, 9, (12, 3)) / 8,)) for _ in range(6)
    ],
    "diagnostics.error_analysis": [
        Case(causes_by_dlref, causes, ((_rng.random((20, 3)) < share).astype(float),))
        for share in (0.3, 0.6)
    ],
    "diagnostics.bias_variance": [
        Case(gaps_by_dlref, gaps, (np.array(table),))
        for table in (
            [(0.01, 300), (0.08, 5000), (0.09, 400), (0.15, 200), (0.2, 50)],
            [(0.075, 40), (0.08, 1000), (0.1, 100)],
        )
    ],
    "diagnostics.compare_f1": [
        Case(f1_gap_by_dlref, f1_gap, (_rng.random((3, 30)),)) for _ in range(2)
    ],
    "diagnostics.layer_sizes": [
        Case(sizes_by_dlref, sizes, (np.array(numbers, float),))
        for numbers in ((32, 0, 5, 1, 1, 1, 6), (7, 1, 4, 2, 1, 3, 5), (9, 2, 3, 1, 4, 2, 1))
    ],
    "diagnostics.multiplications": [
        Case(costs_by_dlref, costs, (np.array(numbers, float),))
        for numbers in ((9, 3, 2, 2, 4, 3), (7, 2, 1, 3, 2, 5))
    ],
}
