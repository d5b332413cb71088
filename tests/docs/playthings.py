"""What dlref, Keras and NumPy compute of the playthings: a new one adds its oracles here, and no test of its own.

`compare` gives what Node computes of a module of docs/assets/play/math an oracle. FIRST has, for each page and its
plaything, the numbers that the readout shows first. NUMBERED has the functions that are equations of dlref.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

import keras
import keras_tuner
import numpy as np
import play
from keras import ops

from dlref import (
    activations,
    averages,
    detection,
    diagnostics,
    initializers,
    layers,
    losses,
    metrics,
    regularizers,
    schedules,
)
from dlref import optimizers as ours
from dlref.decoding import (
    beam_search,
    beam_search_errors,
    ctc_beam_search,
    ctc_greedy_search,
    score_sequence,
)
from dlref.gradients import value_and_gradients
from dlref.tuning import space
from dlref.tuning.samplers.sampler import CoarseToFineSampler
from tests.layers.test_conv2d import BRIGHT_AND_DARK, EXAMPLE, VERTICAL


@dataclass(frozen=True)
class Case:
    """An expression of `maths` and the values, and what it must give: a list of arrays."""

    module: str
    expression: str
    values: dict[str, Any]
    oracle: Callable[..., list]
    rtol: float
    atol: float

    @property
    def name(self) -> str:
        return f"{self.module}: {self.oracle.__name__}"


CASES: list[Case] = []


def compare(module: str, expression: str, rtol: float = 1e-9, atol: float = 1e-12, **values):
    def add(oracle):
        CASES.append(Case(module, expression, values, oracle, rtol, atol))
        return oracle

    return add


def floats(tensor) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(tensor), "float64")


# Optimizers: test_play.py compares their paths.
STEPS = 50
SURFACES = {
    "valley": lambda x, y: (x**2 + 25 * y**2) / 2,
    "saddle": lambda x, y: x**4 / 4 - x**2 / 2 + y**2 / 2,
    "bend": lambda x, y: (1 - x) ** 2 / 20 + (y - x**2) ** 2,
    "plateau": lambda x, y: 1 - np.exp(-(x**2 + 4 * y**2) / 2),
}


def gradient(surface: str, x: float, y: float) -> list[float]:
    """By complex steps, which are exact up to rounding."""
    h, value = 1e-30, SURFACES[surface]
    return [value(x + 1j * h, y + 0j).imag / h, value(x + 0j, y + 1j * h).imag / h]


def path(optimizer, start, surfaces=tuple(SURFACES), steps: int = STEPS) -> np.ndarray:
    """From one start on each surface; surface, step, parameter."""
    theta, seen = keras.Variable(start, dtype="float64"), [np.array(start)]
    for _ in range(steps):
        slopes = [gradient(name, *place) for name, place in zip(surfaces, seen[-1], strict=True)]
        optimizer.apply([ops.convert_to_tensor(slopes, "float64")], [theta])
        seen.append(ops.convert_to_numpy(theta))
    return np.stack(seen, 1)


# Random numbers.
def uniforms(seed: int, count: int) -> np.ndarray:
    """mulberry32."""
    counter = (seed + np.arange(1, count + 1, dtype="uint64") * 0x6D2B79F5).astype("uint32")
    bits = (counter ^ counter >> 15) * (counter | 1)
    bits ^= bits + (bits ^ bits >> 7) * (bits | 61)
    return (bits ^ bits >> 14) / 2**32


def normals(seed: int, count: int) -> np.ndarray:
    u = uniforms(seed, 2 * count)
    return np.sqrt(-2 * np.log(1 - u[::2])) * np.cos(2 * np.pi * u[1::2])


@compare(
    "random",
    "[maths.several(maths.uniforms(seed), 1000), maths.several(maths.normals(seed), 1000)]",
    seed=2**32 - 5,
)
def random_numbers(seed):
    drawn = normals(seed, 1000)
    assert abs(drawn.mean()) < 0.1 and abs(drawn.std() - 1) < 0.1
    return [uniforms(seed, 1000), drawn]


# Averages.
def average(values, beta: float) -> tuple[np.ndarray, np.ndarray]:
    v = averages.exponentially_weighted_average(np.array(values, "float64"), beta)
    return floats(v), floats(averages.bias_correction(v, beta))


@compare(
    "averages",
    """[maths.average(values, beta), maths.correction(maths.average(values, beta), beta),
        maths.mistaken([1, 1], beta), maths.weights(3, beta)]""",
    values=[40.0, 49.0, 45.0, -3.0, 0.5],
    beta=0.8125,
)
def averages_with_and_without_correction(values, beta):
    v, v_hat = average(values, beta)
    of_each = [average(np.eye(3)[i], beta)[0][-1] for i in range(3)]
    return [v, v_hat, [1, (beta + 1 - beta) / (1 - beta**2)], of_each]


@compare("averages", "Object.values(maths.series).map((make) => make(40))")
def series():
    t = np.arange(40.0)
    drawn = np.concatenate([np.zeros(3), normals(1, 37)])
    temperature = 50 - 12 * np.cos(2 * np.pi * (t - 20) / 365) + 5 * drawn
    temperature[:3] = 40, 49, 45
    return [temperature, np.ones(40), t + 1, t >= 10]


# Schedules, which count in float32.
RATES = {
    "alpha_0": 0.2,
    "decay_rate": 0.9375,
    "decay_time": 0.75,
    "factor": 0.375,
    "epochs_per_drop": 3,
    "e_1": 2,
    "e_2": 5,
    "alpha_1": 0.05,
    "alpha_2": 0.3,
    "steps_per_epoch": 4,
}


@compare(
    "schedules",
    """Object.keys(maths.schedules).flatMap((name) => [
        steps.map((step) => maths.rate(name, step, rates)),
        steps.map((step) => maths.builtins[name](step, rates)),
    ])""",
    rtol=2e-6,
    rates=RATES,
    steps=list(range(40)),
)
def schedules_and_builtins(rates, steps):
    alpha_0, decay_rate, decay_time, factor, per_drop, e_1, e_2, alpha_1, alpha_2, n = (
        rates.values()
    )
    builtin, values = keras.optimizers.schedules, [alpha_0, alpha_1, alpha_2]
    pairs = [
        schedules.ExponentialDecay(alpha_0, n, decay_rate),
        builtin.ExponentialDecay(alpha_0, n, decay_rate),
        schedules.InverseTimeDecay(alpha_0, n, decay_time),
        builtin.InverseTimeDecay(alpha_0, n, decay_time),
        schedules.InverseSqrtDecay(alpha_0, n),
        schedules.InverseSqrtDecay(alpha_0),
        schedules.ManualDecay([e_1, e_2], values, n),
        builtin.PiecewiseConstantDecay([e_1 * n, e_2 * n], values),
        schedules.StaircaseDecay(alpha_0, n, per_drop, factor),
        builtin.ExponentialDecay(alpha_0, n * per_drop, factor),
    ]
    return [[float(schedule(step)) for step in steps] for schedule in pairs]


# Activations and losses, with automatic differentiation for the slopes.
def slope(function, z: list[float]) -> np.ndarray:
    return floats(value_and_gradients(function, [np.array(z, "float64")], np.ones(len(z)))[1])


@compare(
    "activations",
    """Object.keys(maths.activations).flatMap((name) => [
        z.map((at) => maths.activations[name](at, a)),
        z.map((at) => maths.slopes[name](at, a)),
    ])""",
    rtol=1e-7,
    z=[-30.0, -4.5, -1.0, -1e-3, 1e-3, 0.75, 5.0],
    a=0.125,
)
def activations_and_slopes(z, a):
    functions = [
        activations.sigmoid,
        activations.tanh,
        activations.relu,
        lambda z: activations.leaky_relu(z, a),
        lambda z: activations.elu(z, a),
    ]
    inputs = np.array(z, "float64")
    return [part for g in functions for part in (floats(g(inputs)), slope(g, z))]


@compare(
    "activations",
    "[maths.softmax(z), maths.softmax(z, 4), maths.softmax([...z, 1000]), maths.hard_max(z)]",
    z=[5.0, 2.0, -1.0, 3.0],
)
def softmax(z):
    z = np.array(z, "float64")
    return [
        floats(activations.softmax(z)),
        floats(activations.softmax(z / 4)),
        floats(activations.softmax(np.append(z, 1000.0))),
        floats(activations.hard_max(z)),
    ]


@compare(
    "losses",
    "[z.map((at) => maths.binary(at, y)), z.map((at) => maths.binary_pull(at, y))]",
    z=[-40.0, -3.0, 0.0, 0.5, 40.0],
    y=0.9,
)
def binary_crossentropy_from_logits(z, y):
    def loss(z):
        return losses.BinaryCrossentropy(from_logits=True, reduction=None)(
            np.full((len(z), 1), y), ops.reshape(z, (-1, 1))
        )

    return [floats(loss(np.array(z))), slope(loss, z)]


@compare(
    "losses",
    """[z.map((at) => maths.binary_of_probability(at, y)), z.map((at) => maths.pull_of_probability(at, y)),
        z.map((at) => maths.squared_pull(at, y)), [maths.smooth(1, 0.2)]]""",
    rtol=1e-5,
    atol=1e-7,
    z=[-17.0, -15.5, -3.0, 0.5, 6.0, 15.5, 17.0],
    y=0.0,
)
def binary_crossentropy_from_probabilities(z, y):
    labels = np.full((len(z), 1), y)

    def probabilities(z):
        return ops.reshape(ops.cast(ops.sigmoid(z), "float32"), (-1, 1))

    def loss(z):
        entropy = losses.BinaryCrossentropy(reduction=None, dtype="float32")
        return ops.cast(entropy(labels, probabilities(z)), "float64")

    def squared(z):
        return keras.losses.MeanSquaredError(None)(labels, ops.reshape(ops.sigmoid(z), (-1, 1)))

    return [floats(loss(np.array(z))), slope(loss, z), slope(squared, z), [0.9]]


@compare(
    "losses",
    "[0, 1, 2].map((label) => [maths.categorical(z, label), ...maths.categorical_pull(z, label)])",
    z=[0.5, 30.0, -2.0],
)
def categorical_crossentropy(z):
    entropy, expected = losses.CategoricalCrossentropy(from_logits=True), []
    for label in np.eye(3)[:, None]:
        value, pull = value_and_gradients(lambda z, y=label: entropy(y, z), [np.array([z])], 1.0)
        expected.append([float(value), *floats(pull)[0]])
    return expected


# Dropout: the layers are given the random numbers.
def dropped(layer, a, rand) -> np.ndarray:
    with mock.patch("keras.random.uniform", return_value=ops.convert_to_tensor(rand, "float32")):
        return floats(layer(np.tile(np.array(a, "float64"), (len(rand), 1)), training=True))


@compare(
    "dropout",
    """[maths.inverted(a, rand[0], 0.625), maths.published(a, rand[0], 0.625), maths.published(a, null, 0.625),
        ...["inverted", "published"].flatMap((form) => [
            maths.inputs(form, a, rand, 0.625, false).z, maths.inputs(form, a, rand, 0.625, true).means,
            [maths.tested(form, a, 0.625), maths.spread(form, a, 0.625)]])]""",
    a=[3.0, -2.0, 0.5],
    rand=[[0.0, 0.9, 0.7], [0.625, 0.1, 0.6], [0.2, 0.3, 0.4]],
)
def dropout(a, rand):
    layer_of = layers.Dropout(0.375, dtype="float64"), layers.VanillaDropout(0.375, dtype="float64")
    each, every = [], []
    corners = np.array(np.meshgrid(*[[0, 0.9]] * 3)).reshape(3, -1).T
    chance = np.prod(np.where(corners == 0, 0.625, 0.375), 1)
    for layer in layer_of:
        z, all_z = dropped(layer, a, rand).sum(1), dropped(layer, a, corners).sum(1)
        mean = chance @ all_z
        means = np.cumsum(np.maximum(z, 0)) / np.arange(1, 4)
        each.append(dropped(layer, a, rand)[0])
        every += [z, means, [mean, (chance @ (all_z - mean) ** 2) ** 0.5]]
    tested = floats(layer_of[1](np.array([a]), training=False))[0]
    assert np.isclose(tested.sum(), every[-1][0])
    return [*each, tested, *every]


@compare("dropout", "[...maths.masks(3, 2, 4).flat(), ...maths.contributions.lecture]")
def masks():
    return [*uniforms(3, 8), 3, 1]


# Batch normalization.
def normalized(z, gamma: float, beta: float, epsilon: float) -> list[np.ndarray]:
    """The output and the averages of columns z."""
    layer = layers.BatchNormalization(momentum=0.9, epsilon=epsilon, dtype="float64")
    layer.build(z.shape)
    layer.gamma.assign(np.full(z.shape[1], gamma))
    layer.beta.assign(np.full(z.shape[1], beta))
    return [
        floats(part) for part in (layer(z, training=True), layer.moving_mean, layer.moving_variance)
    ]


@compare(
    "batch_normalization",
    """[maths.batch_normalization(z, settings)].flatMap((found) => [
        [...found.z_tilde, found.mu_test, found.sigma2_test],
        maths.batch_normalization(z, { ...maths.undoing(found, 0.5), epsilon: 0.5 }).z_tilde,
        maths.outputs(8, 20, 7, 0.5), [maths.deviation(z)]])""",
    rtol=1e-6,
    z=[2.0, 4.0, 4.0, -5.0, 9.0],
    settings={"gamma": -1.5, "beta": 0.25, "epsilon": 0.5},
)
def batch_normalization(z, settings):
    column = np.array(z)[:, None]
    ours_of = np.concatenate([part.ravel() for part in normalized(column, *settings.values())])
    others = normals(7, 20 * 7).reshape(20, 7).T
    batches = np.concatenate([np.ones((1, 20)), others])
    return [ours_of, z, normalized(batches, 1.0, 0.0, 0.5)[0][0], [np.std(z)]]


# The gates of an LSTM.
def remembered(x, w_u, b_u, b_f, b_o):
    """Memory and output of one unit at each step; its products see no output."""
    seen = []
    for steps in range(1, len(x) + 1):
        layer = layers.LSTM(1, return_state=True)
        layer.build((1, None, 1))
        kernel = np.array([[w_u, 0.0, 2.0, 0.0]])
        layer.set_weights([kernel, np.zeros((1, 4)), np.array([b_u, b_f, 0.0, b_o])])
        a, _, c = layer(np.reshape(x[:steps], (1, steps, 1)).astype("float64"))
        seen.append([floats(c)[0, 0], floats(a)[0, 0]])
    return np.array(seen).T


@compare(
    "gates",
    """[maths.lstm(x, settings)].flatMap((seen) => ["c", "a"].map((key) => seen.map((each) => each[key])))""",
    rtol=1e-6,
    x=[2.0, -0.5, 0.0, 1.0],
    settings={"w_u": 1.5, "b_u": -1.0, "b_f": 0.5, "b_o": 2.0},
)
def gates(x, settings):
    return list(remembered(x, **settings))


# The texts of CTC.
def of_ctc(p):
    """The texts of 0, 1 and 2 symbols, and what greedy search reads: its length and probability."""
    with np.errstate(divide="ignore"):
        log_p = np.log(np.stack([1 - np.array(p), p], -1))
    likely = {len(each.symbols): each.log_probability for each in ctc_beam_search(log_p, 40)}
    read = ctc_greedy_search(log_p)
    found = [np.exp(likely.get(length, -np.inf)) for length in range(len(p) // 2 + 1)]
    return [found, [len(read.symbols), np.exp(read.log_probability)]]


@compare(
    "ctc",
    """[maths.texts(p), [maths.greedy(p)].flatMap(({ length, probability }) => [length, probability])]""",
    p=[0.3, 0.9, 0.45, 0.8],
)
def ctc(p):
    return of_ctc(p)


# Attention over the letters of dates.
def attended(dates, text, m, more=()):
    """Scores, weights and context of dlref's layer, and what is written; `more` is added to scores."""
    layer = layers.AdditiveAttention(len(dates["v"]), dtype="float64")
    q, k = (np.array(dates["texts"][text][name], "float64")[None] for name in ("q", "k"))
    layer.build([q.shape, k.shape])
    layer.set_weights([np.array(dates[name]) for name in ("W_1", "W_2", "v")])
    e = floats(layer._scores(q, k))[0]
    for (i, j), value in more:
        e[i, j] += value
    with mock.patch.object(layer, "_scores", return_value=ops.convert_to_tensor(e[None])):
        mask = [None, np.array([m], "bool")]
        c, alpha = layer([q, k], mask=mask, return_attention_scores=True)
    mix = keras.layers.Dense(len(dates["mix"][1]), "tanh", dtype="float64")
    logits = keras.layers.Dense(len(dates["letters"]), "softmax", dtype="float64")
    x = np.concatenate([q[0], floats(c)[0]], -1)
    for dense, weights in ((mix, dates["mix"]), (logits, dates["logits"])):
        dense.build(x.shape)
        dense.set_weights([np.array(part) for part in weights])
        x = floats(dense(x))
    return [e, floats(alpha)[0], floats(c)[0], x]


def recorded(name: str) -> dict[str, Any]:
    return json.loads((play.PLAYTHINGS / "data" / f"{name}.json").read_text("utf-8"))


MASKS = [[1] * 11, [0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1], [0] * 11]


@compare(
    "attention",
    """[dates.texts["1979. 5. 3."]].flatMap(({ q, k }) => masks.flatMap((m) => {
        const e = maths.scores(q, k, dates.W_1, dates.W_2, dates.v);
        e[6][9] += 4;
        const alpha = maths.weights(e, m), c = maths.means(alpha, k);
        return [e, alpha, c, q.map((s, i) => maths.letter(s, c[i], dates.mix, dates.logits))];
    }))""",
    dates=recorded("dates"),
    masks=MASKS,
)
def attention(dates, masks):
    return [x for m in masks for x in attended(dates, "1979. 5. 3.", m, [((6, 9), 4)])]


@compare(
    "attention",
    """masks.map((m) => maths.powers(e, m)).map(({ most, t, sum }) => [most, ...t, sum])""",
    e=[3.0, -1.0, 800.0],
    masks=[[1, 1, 1], [1, 1, 0], [0, 1, 0]],
)
def powers_of_a_row(e, masks):
    return [
        [800, 0, 0, 1, 1],
        [3, 1, np.exp(-4), 0, 1 + np.exp(-4)],
        [-1, 0, 1, 0, 1],
    ]


# Beam search.
def of_beam(table, B, alpha):
    """What is found, padded, with its scores, and the best as it is."""
    with np.errstate(divide="ignore"):
        log_p = np.log(np.array(table))
    found = beam_search(lambda y: log_p[y[:, -1]], len(table) - 1, 0, 4, B, alpha)
    rows = [[*[*each.tokens, *[-1] * 4][:4], each.log_probability, each.score] for each in found]
    return rows, found[0], lambda y: log_p[y[:, -1]]


@compare(
    "beam_search",
    """[1, 2, 3, 9].flatMap((B) => [0, 0.7, 1].flatMap((alpha) => {
        const { found } = maths.search(table, { start: 3, end: 0, longest: 4, B, alpha });
        const padded = found.map(({ tokens, s, c }) => [...tokens, -1, -1, -1].slice(0, 4).concat([s, c]));
        const reference = maths.score(table, y, 3, alpha), names = ["right", "search", "model"];
        return [padded, [reference.s, reference.c, names.indexOf(maths.fault(reference, found[0]))]];
    }))""",
    table=[[1.0, 0.0, 0.0], [0.3, 0.2, 0.5], [0.7, 0.3, 0.0], [0.05, 0.6, 0.35]],
    y=[2, 0],
)
def beam(table, y):
    expected, names = [], ["right", "search", "model"]
    for B in (1, 2, 3, 9):
        for alpha in (0.0, 0.7, 1.0):
            rows, found, model = of_beam(table, B, alpha)
            reference = score_sequence(model, y, 3, 0, alpha)
            (fault,) = beam_search_errors([reference], [found]).faults
            scores = [reference.log_probability, reference.score, names.index(fault)]
            expected += [rows, scores]
    assert {scores[2] for scores in expected[1::2]} == {0, 1, 2}
    return expected


SENTENCES = [
    [1.0, 0.0, 0.0, 0.0, 0.0],  # behind the end; behind going, visiting, to, Africa; at the start
    [0.45, 0.0, 0.0, 0.55, 0.0],
    [0.1, 0.0, 0.0, 0.0, 0.9],
    [0.0, 0.0, 0.0, 0.0, 1.0],
    [1.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, 0.6, 0.4, 0.0, 0.0],
]


# BLEU.
def of_bleu(candidate, references, N):
    metric = metrics.BLEU(N, dtype="float64")
    metric.update_state([references], [candidate])
    return [metric.precisions(), [metric.brevity_penalty(), float(metric.result())]]


@compare(
    "bleu",
    """candidates.map((candidate) => maths.bleu(candidate, references, N)).flatMap(
        ({ p, BP, BLEU }) => [p, [BP, BLEU]])""",
    candidates=[text.split() for text in ("a a b a", "a b", "c a b d b a", "d c", "")],
    references=[["a", "b", "a"], ["c", "a", "b", "d", "a"]],
    N=3,
)
def bleu(candidates, references, N):
    return [each for candidate in candidates for each in of_bleu(candidate, references, N)]


# Regularizers.
PENALTIES = {"l2": regularizers.L2, "l1": regularizers.L1, "unhalved_l1": regularizers.UnhalvedL1}


@compare(
    "regularizers",
    """[...Object.values(maths.penalties).map(({ price, gradient }) => [
            price(w, lambda, m), ...w.map((each) => gradient(each, lambda, m))]),
        ...["l2", "l1", "decay"].flatMap((penalty) => ["sgd", "adam"].map((optimizer) =>
            maths.pulled(penalty, optimizer, w, { alpha: 0.25, beta_1: 0.875, beta_2: 0.96875, lambda, m }, 12)))]""",
    rtol=1e-6,
    w=[1.0, -2.0, 0.5, 0.0],
    **{"lambda": 2.0, "m": 8},
)
def penalties(w, m, **settings):
    strength, expected = settings["lambda"], []
    for penalty in PENALTIES.values():
        price, gradient = value_and_gradients(penalty(strength, m), [np.array(w)], 1.0)
        expected.append([float(price), *floats(gradient)])
    for penalty in ("l2", "l1", "decay"):
        decay = strength / m if penalty == "decay" else None
        for optimizer in (
            ours.SGD(0.25, weight_decay=decay),
            ours.Adam(0.25, 0.875, 0.96875, weight_decay=decay),
        ):
            theta, seen = keras.Variable(w, dtype="float64"), [w]
            for _ in range(12):
                gradient = np.zeros(4)
                if penalty != "decay":
                    gradient = floats(slope_of(PENALTIES[penalty](strength, m), seen[-1]))
                optimizer.apply([ops.convert_to_tensor(gradient)], [theta])
                seen.append(floats(theta))
            expected.append(seen)
    return expected


def slope_of(function, w) -> np.ndarray:
    return value_and_gradients(function, [np.array(w)], 1.0)[1]


# Initializers.
def ten_layers(activation, deviation: float, n: int, seed: int) -> list[np.ndarray]:
    drawn = normals(seed, 8 * n + 10 * n * n)
    a, kernels = drawn[: 8 * n].reshape(8, n), drawn[8 * n :].reshape(10, n, n)
    seen = []
    for kernel in kernels:
        a = floats(activation(a @ (kernel * deviation)))
        seen.append(a)
    return seen


@compare(
    "initializers",
    """[["tanh", "small"], ["tanh", "large"], ["relu", "xavier"], ["sigmoid", "he"]].flatMap(([g, name]) =>
        maths.forward(maths.network(20, 3), g, maths.deviations[name](20, 0.25)).map((layer) => [...layer]))""",
    rtol=1e-7,
)
def activations_of_ten_layers():
    nets = (
        (activations.tanh, 0.25),
        (activations.tanh, 1.0),
        (activations.relu, 20**-0.5),
        (activations.sigmoid, 0.1**0.5),
    )
    return [layer.ravel() for g, deviation in nets for layer in ten_layers(g, deviation, 20, 3)]


@compare("initializers", "[Object.values(maths.deviations).map((of) => of(300, 0.07))]", rtol=0.01)
def deviations_of_the_initializers():
    each = [
        initializers.SmallNormal(0.07, seed=0),
        initializers.SmallNormal(1.0, seed=0),
        initializers.XavierNormal(seed=0),
        initializers.HeNormal(seed=0),
    ]
    return [[floats(initializer((300, 300))).std() for initializer in each]]


@compare(
    "initializers",
    """[[maths.size(a), maths.share(a, (value) => value > 0.99)], maths.histogram(a, [-1, 2], 5)]""",
    a=[-1.0, 0.995, 1.0, 0.25, 2.0],
)
def sizes_and_histograms(a):
    return [[np.mean(np.square(a)) ** 0.5, 0.6], np.histogram(a, 5, (-1, 2))[0]]


# Scales, as Keras Tuner has them.
@compare(
    "scales",
    """[["linear", 0.001, 10], ["log", 0.001, 10], ["reverse_log", 0.9, 0.999], ["one_minus", 0.9, 0.999]]
        .map(([name, ...bounds]) => [maths.scales[name], bounds]).flatMap(([{ value, share }, bounds]) => [
            shares.map((u) => value(u, ...bounds)), shares.map((u) => share(value(u, ...bounds), ...bounds))])""",
    rtol=1e-7,
    shares=[0.0, 0.125, 0.5, 0.9, 1.0],
)
def scales(shares):
    hp, expected = keras_tuner.HyperParameters(), []
    hp.Float("linear", 0.001, 10.0)
    space.log_uniform(hp, "log", 0.001, 10.0)
    hp.Float("reverse_log", 0.9, 0.999, sampling="reverse_log")
    space.averaging_decay(hp, "one_minus", 0.9, 0.999)
    for declared in hp.space:
        turned = declared.name.startswith("one_minus")
        values = [declared.prob_to_value(1 - u if turned else u) for u in shares]
        expected += [[1 - value for value in values] if turned else values, shares]
    return expected


# Convolution: the layers, on the lecture's picture and others.
FILTERS = [VERTICAL, [[0.5, -2, 3], [1, 0, -1.5], [2.5, 0, -3]]]


def convolved(name: str, x, w, p: int, s: int) -> np.ndarray:
    layer = getattr(layers, name)(1, 3, strides=s, padding=p, use_bias=False)
    x, w = (np.array(each, "float64") for each in (x, w))
    layer.build((1, *x.shape, 1))
    layer.set_weights([w[:, :, None, None]])
    return floats(layer(x[None, :, :, None]))[0, :, :, 0]


@compare(
    "convolution",
    """Object.values(maths.pictures).flatMap((x) => filters.flatMap((w) => [[0, 1], [1, 2], [2, 3]].flatMap(
        ([p, s]) => [maths.convolution(x, w, p, s), maths.true_convolution(x, w, p, s)])))""",
    filters=FILTERS,
)
def convolution(filters):
    corner, dot = np.zeros((6, 6)), np.zeros((6, 6))
    corner[:3, :3] = dot[2, 3] = 10
    return [
        convolved(name, x, w, p, s)
        for x in (EXAMPLE, BRIGHT_AND_DARK, corner, dot)
        for w in filters
        for p, s in ((0, 1), (1, 2), (2, 3))
        for name in ("Conv2D", "TrueConv2D")
    ]


# Boxes: IoU of each two, and non-max suppression.
BOXES = np.array([[2, 2, 6, 4], [3, 2, 7, 4], [4, 2, 8, 4], [6, 5, 10, 7]], "float64")
OTHERS = np.concatenate(
    [BOXES, np.sort(np.random.default_rng(0).uniform(0, 12, (20, 2, 2)), 1).reshape(20, 4)]
)
SCORES = np.random.default_rng(1).permutation(24) / 24


def kept(boxes, scores, threshold: float) -> np.ndarray:
    found = detection.non_max_suppression(boxes, np.array(scores), len(boxes), threshold)
    return floats(found)[floats(found) >= 0]


@compare(
    "boxes",
    """[boxes.map((one) => boxes.map((other) => maths.iou(one, other).IoU)),
        ...[0, 0.1, 0.3, 0.5, 1].map((t) => maths.non_max_suppression(boxes, scores, t))]""",
    boxes=OTHERS.tolist(),
    scores=SCORES.tolist(),
)
def boxes(boxes, scores):
    overlaps = floats(detection.iou(OTHERS, OTHERS))
    return [overlaps, *(kept(OTHERS, scores, t) for t in (0, 0.1, 0.3, 0.5, 1.0))]


# Costs of networks: three convolutions [filter, padding, stride, filters], counted by dlref, and what an output sees.
NETWORKS = [
    [[3, 0, 1, 16], [3, 0, 1, 16], [3, 0, 1, 16]],
    [[5, 2, 2, 8], [3, 1, 2, 12], [1, 0, 1, 4]],
    [[7, 0, 1, 4], [3, 1, 3, 20], [5, 2, 1, 64]],
]


def networks(rows):
    parts = [
        layers.Conv2D(m, f, strides=s, padding=p, kernel_initializer="ones") for f, p, s, m in rows
    ]
    return keras.Sequential([keras.Input((32, 32, 3)), *parts])


def seen(model, place: int) -> np.ndarray:
    """Which columns of the picture an output depends on: pictures of one bright column each."""
    columns = np.tile(np.eye(32)[:, None, :, None], (1, 32, 1, 3))
    return floats(model(columns))[:, place, place, 0] != 0


@compare(
    "network_costs",
    """networks.flatMap((layers) => [
        maths.costs(32, 3, layers).map(({ size, parameters, multiplications }) => [size, parameters, multiplications]),
        maths.receptive_field(layers).field, ...[0, 4].map((at) => maths.seen_by(32, layers, at)[0])])""",
    networks=NETWORKS,
)
def network_costs(networks):
    expected = []
    for rows in networks:
        model = globals()["networks"](rows)
        counts = diagnostics.multiplications(model).layers
        expected.append(
            [
                [layer.output.shape[1], layer.count_params(), row.multiplications]
                for layer, row in zip(model.layers, counts, strict=True)
            ]
        )
        found = [np.flatnonzero(seen(model, place)) for place in (4, 0)]
        expected += [np.ptp(found[0]) + 1, *([each[0], each[-1]] for each in found[::-1])]
    return expected


# Padding: one example, through Keras' gradients and dlref's optimizers.
@compare(
    "padding",
    """[["tanh", "sgd", 0], ["sigmoid", "sgd", 0], ["elu", "adam", 0.5]].flatMap(([activation, optimizer, v]) => {
        const [narrow, wide] = maths.both(v, { activation, optimizer, alpha: 0.25, beta_1: 0.875, beta_2: 0.96875 }, 4);
        return [...wide.map(({ outputs, last: { w, b, v }, a }) => [...outputs, ...w, b, ...v, a]),
            maths.apart(narrow, wide), ...wide.map(({ dw, db, dv }) => [...dw, db, ...dv])];
    })""",
    rtol=1e-7,
)
def padding():
    expected = []
    nets = (
        (activations.tanh, ours.SGD, [0.25], 0.0),
        (activations.sigmoid, ours.SGD, [0.25], 0.0),
        (lambda z: activations.elu(z, 0.01), ours.Adam, [0.25, 0.875, 0.96875], 0.5),
    )
    for g, optimizer, numbers, v in nets:
        wide, gradients = padded(g, optimizer(*numbers), v, 3)
        narrow, _ = padded(g, optimizer(*numbers), v, 2)
        distances = np.hypot(*(np.array(wide)[:, :2] - np.array(narrow)[:, :2]).T)
        expected += [*wide, distances, *gradients]
    return expected


def padded(g, optimizer, v: float, units: int) -> tuple[list, list]:
    """Of the last unit: outputs, weights and activation after 0 to 4 steps, and its gradients."""
    x, delta = np.array([1.0, 2.0]), np.array([0.3, -0.1])
    start = [
        np.array([[0.5, -0.25], [-0.75, 0.5], [0, 0]]),
        np.array([0.125, 0, 0]),
        np.array([[1, -0.5], [0.25, 0.75], [v, v]]),
    ]

    def outputs(w, b, v):
        return ops.matmul(g(ops.matmul(w, x) + b), v)

    target = floats(outputs(*(part[:2] for part in start))) - delta
    weights = [keras.Variable(part[:units], dtype="float64") for part in start]
    seen, gradients = [], []
    for _ in range(5):
        now = [floats(part) for part in weights]
        _, *slopes = value_and_gradients(
            lambda *parts: ops.sum((outputs(*parts) - target) ** 2) / 2, now, 1.0
        )
        w, b, v_now = (part[-1] for part in now)
        seen.append(
            [*floats(outputs(*now)), *w, b, *v_now, floats(g(ops.convert_to_tensor(w @ x + b)))]
        )
        gradients.append(np.hstack([part[-1] for part in slopes]))
        optimizer.apply([ops.convert_to_tensor(part) for part in slopes], weights)
    return seen, gradients


# Searches on a lattice of results, and the zoom of dlref.
LATTICE = [[9, 8, 7], [6, 0, 5], [4, 3, 2], [10, 11, 12]]


@compare(
    "search",
    """[["grid", 9], ["random", 6], ["coarse_to_fine", 20]].flatMap(([method, trials]) => {
        const { points, results, coarse, box } = maths.search(method, trials, seed, wrong);
        return [points, results, [coarse], ...(box ?? [])];
    }).concat([[maths.expected("random", 6, 3, wrong)]])""",
    wrong=LATTICE,
    seed=4,
)
def searches(wrong, seed):
    def results(points):
        return np.array(wrong)[tuple(np.floor(points * [3, 2] + 0.5).astype(int).T)]

    grid = np.stack(np.meshgrid(*[(np.arange(3) + 0.5) / 3] * 2, indexing="ij"), -1).reshape(-1, 2)
    drawn = uniforms(seed, 40).reshape(-1, 2)
    hp, sampler = keras_tuner.HyperParameters(), CoarseToFineSampler()
    for name in ("one", "other"):
        space.log_uniform(hp, name, 1e-4, 1.0)
    order = np.argsort(results(drawn[:10]), kind="stable")
    ranked = [dict(zip(("one", "other"), 10 ** (4 * drawn[i] - 4), strict=True)) for i in order]
    box = np.log10([zoom["new"] for zoom in sampler.find_zooms(ranked, hp.space)]) / 4 + 1
    fine = box[:, 0] + drawn[10:] * (box[:, 1] - box[:, 0])
    zoomed = np.concatenate([drawn[:10], fine])
    best = [results(uniforms(each, 12).reshape(-1, 2)).min() for each in (1, 2, 3)]
    return [
        *(grid, results(grid), [9]),
        *(drawn[:6], results(drawn[:6]), [6]),
        *(zoomed, results(zoomed), [10], *box),
        [np.mean(best)],
    ]


FAMILY = {"first": 2.0, "losses": {"0": [1.0, 0.5], "1": [3, None], "00": [0.4], "01": [0.2]}}


@compare(
    "panda",
    """[maths.losses(family, "01"), [maths.stages(family), maths.rank(family, "00"), maths.rank(family, "1")],
        maths.ranked(family, 2).map(Number)]""",
    family=FAMILY,
)
def panda(family):
    return [[2, 1, 0.5, 0.2], [2, 2, 2], [1, 0]]


# What each page shows first, of the numbers in its "Worked numbers" where it has them.
def ends(optimizer) -> np.ndarray:
    return path(optimizer, [[1.0, 0.5]], ["valley"], steps=60)[0, -1]


FIRST = {
    ("optimizers/sgd/", "optimizers"): lambda: ends(ours.SGD(0.076)),
    ("optimizers/momentum/", "optimizers"): lambda: ends(ours.Momentum(0.1)),
    ("optimizers/nesterov/", "optimizers"): lambda: ends(ours.Nesterov(0.05)),
    ("optimizers/adagrad/", "optimizers"): lambda: ends(ours.AdaGrad(0.1)),
    ("optimizers/rmsprop/", "optimizers"): lambda: ends(ours.RMSProp(0.1)),
    ("optimizers/adam/", "optimizers"): lambda: ends(ours.Adam(0.1)),
    ("averages/", "averages"): lambda: average([40, 49, 45], 0.9)[1][-1:],
    ("schedules/exponential/", "schedules"): lambda: [schedules.ExponentialDecay(0.2, 10)(140)],
    ("schedules/inverse_time/", "schedules"): lambda: [schedules.InverseTimeDecay(0.2, 10)(30)],
    ("schedules/inverse_sqrt/", "schedules"): lambda: [schedules.InverseSqrtDecay(0.2, 20)(60)],
    ("schedules/manual/", "schedules"): lambda: [
        schedules.ManualDecay([2, 3], [0.1, 0.03, 0.01], 10)(25)
    ],
    ("schedules/staircase/", "schedules"): lambda: [schedules.StaircaseDecay(0.2, 10, 2)(45)],
    ("activations/", "activations"): lambda: slope(activations.sigmoid, [0.0]),
    ("layers/leaky_relu/", "activations"): lambda: slope(activations.leaky_relu, [-1.0]),
    ("layers/elu/", "activations"): lambda: slope(activations.elu, [-1.0]),
    ("activations/", "softmax"): lambda: [activations.softmax(np.array([5.0, 2.0, -1.0, 3.0]))[0]],
    ("losses/categorical_crossentropy/", "softmax"): lambda: [
        losses.CategoricalCrossentropy()(np.eye(4)[None, 1], np.array([[0.3, 0.2, 0.1, 0.4]]))
    ],
    ("losses/binary_crossentropy/", "binary_crossentropy"): lambda: [
        losses.BinaryCrossentropy()(np.ones((1, 1)), np.full((1, 1), 0.8)),
        -0.2,
    ],
    ("layers/dropout/", "dropout"): lambda: [
        floats(layer(np.array([[3.0, 1.0]]), training=False)).sum() if shown else spread
        for layer, spread in (
            (layers.Dropout(0.5), 10**0.5),
            (layers.VanillaDropout(0.5), 2.5**0.5),
        )
        for shown in (True, False)
    ],
    ("layers/batch_normalization/", "batch_normalization"): lambda: normalized(
        np.array([[2.0, 4, 4, 4, 5, 5, 7, 9]]).T, 2.0, 1.0, 1e-12
    )[0][:, 0].round(6),
    ("metrics/bleu/", "bleu"): lambda: of_bleu(
        "the cat the cat on the mat".split(),
        [text.split() for text in ("the cat is on the mat", "there is a cat on the mat")],
        2,
    )[1][1:],
    ("decoding/ctc/", "ctc"): lambda: [of_ctc([0.4, 0.4, 0.0, 0.0])[0][1]],
    ("decoding/beam_search_errors/", "beam_search"): lambda: [
        np.exp((found := of_beam(SENTENCES, 1, 0.0)[1]).log_probability),
        found.score,
    ],
    ("layers/attention/", "attention"): lambda: [
        attended(recorded("dates"), "3 May 1979", [1] * 10)[1][6, 4]
    ],
    ("layers/lstm/", "gates"): lambda: [remembered([2.0] + [0.0] * 7, 4.0, -4.0, 1.0, 3.0)[0][-1]],
    ("regularizers/", "regularizers"): lambda: [
        regularizers.L2(0.5, 10)(np.array([1.0, -2.0, 0.5]))
    ],
    ("initializers/", "initializers"): lambda: [
        np.mean(ten_layers(activations.tanh, 0.01, 500, 1)[-1] ** 2) ** 0.5
    ],
    ("detection/iou/", "boxes"): lambda: [floats(detection.iou(*BOXES[[0, 2]][:, None]))[0, 0]],
    ("detection/non_max_suppression/", "boxes"): lambda: kept(BOXES, [0.9, 0.8, 0.7, 0.6], 0.5) + 1,
    ("diagnostics/multiplications/", "network_costs"): lambda: [
        np.ptp(np.flatnonzero(seen(networks(NETWORKS[0]), 12))) + 1
    ],
    ("layers/conv2d/", "convolution"): lambda: [convolved("Conv2D", EXAMPLE, VERTICAL, 0, 1)[0, 0]],
    ("tuning/space/", "scales"): lambda: [round(100 * (1 - 0.1) / (1 - 1e-4), 1)],
    ("tuning/populations/", "padding"): lambda: padded(activations.tanh, ours.SGD(0.1), 0.0, 3)[1][
        0
    ][-2:],
    ("tuning/random_search/", "search"): lambda: [25**0.5, 25**0.5],
    ("tuning/coarse_to_fine/", "search"): lambda: [50, 50],
    ("tuning/babysitter/", "panda"): lambda: [recorded("family")["first"]],
}

NUMBERED = {
    ("beam_search", "best"): "decoding.beam_search._best",
    ("beam_search", "scored"): "decoding.beam_search_errors._scored",
    ("optimizers", "sgd"): "optimizers.sgd.SGD",
    ("optimizers", "momentum"): "optimizers.momentum.Momentum",
    ("optimizers", "cs231n"): "optimizers.momentum.CS231nMomentum",
    ("optimizers", "nesterov"): "optimizers.nesterov.Nesterov",
    ("optimizers", "adagrad"): "optimizers.adagrad.AdaGrad",
    ("optimizers", "rmsprop"): "optimizers.rmsprop.RMSProp",
    ("optimizers", "rmsprop_inside"): "optimizers.rmsprop.RMSPropEpsilonInside",
    ("optimizers", "adam"): "optimizers.adam.Adam",
    ("averages", "average"): "averages.exponentially_weighted_average",
    ("averages", "correction"): "averages.bias_correction",
    ("schedules", "exponential"): "schedules.exponential.ExponentialDecay",
    ("schedules", "inverse_time"): "schedules.inverse_time.InverseTimeDecay",
    ("schedules", "inverse_sqrt"): "schedules.inverse_sqrt.InverseSqrtDecay",
    ("schedules", "manual"): "schedules.manual.ManualDecay",
    ("schedules", "staircase"): "schedules.staircase.StaircaseDecay",
    ("activations", "sigmoid"): "activations.sigmoid",
    ("activations", "tanh"): "activations.tanh",
    ("activations", "relu"): "activations.relu",
    ("activations", "leaky_relu"): "activations.leaky_relu",
    ("activations", "elu"): "activations.elu",
    ("activations", "softmax"): "activations.softmax",
    ("activations", "hard_max"): "activations.hard_max",
    ("convolution", "size"): "layers.conv2d.Conv2D._size",
    ("convolution", "convolution"): "layers.conv2d.Conv2D.convolve",
    ("convolution", "true_convolution"): "layers.conv2d.TrueConv2D",
    ("boxes", "iou"): "detection.iou.iou",
    ("dropout", "inverted"): "layers.dropout.Dropout",
    ("dropout", "published"): "layers.dropout.VanillaDropout",
    ("batch_normalization", "batch_normalization"): "layers.batch_normalization.BatchNormalization",
    ("attention", "scores"): "layers.attention._of_hidden_layer",
    ("attention", "weights"): "layers.attention._weights",
    ("attention", "means"): "layers.attention._means",
    ("gates", "lstm"): "layers.lstm._LSTMCell",
    ("regularizers", "l2"): "regularizers.L2",
    ("regularizers", "l1"): "regularizers.L1",
    ("regularizers", "unhalved_l1"): "regularizers.UnhalvedL1",
}
