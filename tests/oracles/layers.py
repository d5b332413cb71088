"""The layers, one number at a time."""

import itertools
import math
from functools import partial
from unittest import mock

import keras
import numpy as np
from keras import ops

from dlref import layers
from tests.oracles.case import Case

_rng = np.random.default_rng(13)
Z = _rng.normal(3, 2, (6, 3, 2))
GAMMA, BETA = _rng.uniform(0.5, 1.5, 6), _rng.normal(size=6)
MASK = _rng.random((6, 3)) < 0.6
RAND = _rng.random((4, 5))
A = _rng.normal(size=(4, 5))
PLACES = _rng.uniform(-1, 2, (3, 2))  # slopes of PReLU, some of them above 1
MAPS = _rng.normal(size=(2, 7, 6, 2))
SMALL_MAPS = MAPS[:, :4, :3]
KERNEL, BIAS = _rng.normal(size=(2, 6)), _rng.normal(size=6)
EXAMPLES = _rng.normal(1, 2, (50, 3))
TURN = np.array([[2.0, 0.5, 0.0], [-1.0, 1.0, 0.5], [0.25, 0.5, 0.5]])
COLOURS = _rng.normal(size=(2, 4, 3, 3)) @ TURN
RHO, EPSILON = 0.9, 1e-5
PICTURES, FILTERS = _rng.normal(size=(2, 6, 5, 2)), _rng.normal(size=(3, 3, 2, 3))


def statistics(values):
    """Mean and biased variance of a list of numbers."""
    mu = sum(values) / len(values)
    return mu, sum((value - mu) ** 2 for value in values) / len(values)


def batch_normalization(z, gamma, beta, axis=-1, mask=None):
    """In training: each channel by its own mean and variance, over the values that the mask leaves."""
    normalized = np.zeros_like(z)
    for c in range(z.shape[axis]):
        places = [i for i in np.ndindex(z.shape) if i[axis] == c]
        counted = [z[i] for i in places if mask is None or mask[i[:-1]]]
        mu, sigma2 = statistics(counted) if counted else (0.0, 0.0)
        for i in places:
            z_norm = (z[i] - mu) / math.sqrt(sigma2 + EPSILON)
            normalized[i] = gamma[c] * z_norm + beta[c]
    return normalized


def moving_statistics(z):
    """The averages after training on `z`, `2 z` and `3 z`, from 0 and 1."""
    moving = [[0.0, 1.0] for _ in range(z.shape[-1])]
    for batch in (z, 2 * z, 3 * z):
        for c, pair in enumerate(moving):
            now = statistics(list(batch[..., c].ravel()))
            pair[:] = [RHO * old + (1 - RHO) * new for old, new in zip(pair, now, strict=True)]
    return np.array(moving).T


def at_test_time(z, gamma, beta):
    mu, sigma2 = 1.5, 4.0
    return gamma * (z - mu) / math.sqrt(sigma2 + EPSILON) + beta


def inverted(a, rand, keep_prob=0.7):
    return np.where(rand < keep_prob, a / keep_prob, 0.0)


def vanilla(a, rand, p=0.7):
    return np.where(rand < p, a, 0.0)


def each(rule):
    return lambda *arrays: np.vectorize(rule, otypes=["float64"])(*arrays)


def elu(z, alpha):
    return z if z > 0 else alpha * (math.exp(z) - 1)


def maxout(x, kernel, bias, pieces):
    """Unit u has the pieces of the columns from u * pieces on."""
    units = kernel.shape[1] // pieces
    outputs = np.empty((*x.shape[:-1], units))
    for *place, u in np.ndindex(outputs.shape):
        example = x[tuple(place)]
        values = []
        for c in range(u * pieces, (u + 1) * pieces):
            values.append(sum(kernel[i, c] * example[i] for i in range(len(example))) + bias[c])
        outputs[(*place, u)] = max(values)
    return outputs


def normalization(x, invert=False, axis=(-1,)):
    """By the mean and variance of all examples, a feature at a time."""
    result = np.empty_like(x)
    for place in np.ndindex(x.shape):
        feature = [v for i, v in np.ndenumerate(Z) if all(i[a] == place[a] for a in axis)]
        mu, sigma2 = statistics(feature)
        sigma = max(math.sqrt(sigma2), 1e-7)
        result[place] = x[place] * sigma + mu if invert else (x[place] - mu) / sigma
    return result


def adapted(**arguments):
    """The layer, which has seen one, three and two examples."""

    def ours(x):
        layer = layers.Normalization(**arguments)
        layer.adapt([Z[:1], Z[1:4], Z[4:]])
        return layer(x)

    return ours


def seen_once(x):
    layer = layers.Normalization()
    layer.adapt(x)
    return np.concatenate([np.ravel(ops.convert_to_numpy(v)) for v in (layer.mean, layer.variance)])


def principal_axes(x):
    """Mean, axes and variances, by Jacobi's rotations of the covariance."""
    m, size = x.shape
    mu = [sum(x[:, i]) / m for i in range(size)]
    c = np.array(
        [
            [sum((r[i] - mu[i]) * (r[j] - mu[j]) for r in x) / m for j in range(size)]
            for i in range(size)
        ]
    )
    u = np.eye(size)
    for _ in range(12):
        for p, q in itertools.combinations(range(size), 2):
            angle = math.atan2(2 * c[p, q], c[q, q] - c[p, p]) / 2
            turn = np.eye(size)
            turn[p, p] = turn[q, q] = math.cos(angle)
            turn[p, q], turn[q, p] = math.sin(angle), -math.sin(angle)
            c, u = turn.T @ c @ turn, u @ turn
    order = sorted(range(size), key=lambda i: -c[i, i])
    u = u[:, order] * [1 if max(u[:, i]) > -min(u[:, i]) else -1 for i in order]
    return np.array(mu), u, c.diagonal()[order]


def rotated(x, components=None, epsilon=None):
    mu, u, s = principal_axes(EXAMPLES @ TURN)
    scale = 1 if epsilon is None else 1 / np.sqrt(s + epsilon)
    return ((x - mu) @ u * scale)[..., :components]


def rotating(make):
    def ours(x):
        layer = make()
        layer.adapt(np.split(EXAMPLES @ TURN, [7, 9]))
        return layer(x)

    return ours


def whole_set(x):
    """Two layers in a row: the second sees what the first, its statistics set, makes of all examples."""
    first = [statistics(list(x[:, c])) for c in range(x.shape[1])]
    between = np.empty_like(x)
    for c, (mu, sigma2) in enumerate(first):
        between[:, c] = np.maximum(0, (x[:, c] - mu) / math.sqrt(sigma2 + 1e-3))
    second = [statistics(list(between[:, c])) for c in range(x.shape[1])]
    return np.array(first + second)


def weighted(make):
    """A layer as a function of its inputs and weights."""

    def ours(x, *weights):
        layer = make()
        layer.build(x.shape)
        return layer.stateless_call(weights, [], x)[0]

    return ours


def trained(z, gamma, beta, axis=-1, mask=None):
    layer = layers.BatchNormalization(axis, momentum=RHO, epsilon=EPSILON)
    layer.build(z.shape)
    state = [v.value for v in layer.non_trainable_variables]
    arguments = {"training": True} if mask is None else {"training": True, "mask": mask}
    return layer.stateless_call([gamma, beta], state, z, **arguments)[0]


def tested(z, gamma, beta):
    layer = layers.BatchNormalization(momentum=RHO, epsilon=EPSILON)
    layer.build(z.shape)
    state = [ops.full((2,), value, dtype="float64") for value in (1.5, 4.0)]
    return layer.stateless_call([gamma, beta], state, z, training=False)[0]


def moved(z):
    layer = layers.BatchNormalization(momentum=RHO, epsilon=EPSILON)
    for batch in (z, 2 * z, 3 * z):
        layer(ops.convert_to_tensor(batch), training=True)
    return np.array([ops.convert_to_numpy(v) for v in layer.non_trainable_variables])


def dropped(layer):
    """A dropout layer in training whose random numbers are given."""

    def ours(a, rand):
        with mock.patch("keras.random.uniform", lambda *args, **kwargs: rand):
            return layer(0.3)(a, training=True)

    return ours


def dropped_weights(x, rand, w, b):
    """DropConnect around a dense layer: every product of an input and a weight is there or not."""
    out = np.zeros((len(x), w.shape[1]))
    for e, j in np.ndindex(out.shape):
        out[e, j] = b[j]
        for i in range(len(w)):
            if rand[i, j] < 0.7:
                out[e, j] += x[e, i] * w[i, j] / 0.7
    return out


def drop_connect(x, rand, w, b):
    layer = layers.DropConnect(keras.layers.Dense(w.shape[1]), 0.3)
    layer.build(x.shape)

    def uniform(shape, **kwargs):
        return ops.broadcast_to(rand[tuple(slice(n) for n in shape)], shape)

    state = [v.value for v in layer.non_trainable_variables]
    with mock.patch("keras.random.uniform", uniform):
        return layer.stateless_call([w, b], state, x, training=True)[0]


def dense(x, w, b):
    return np.array(
        [
            [sum(x_i * w[i, j] for i, x_i in enumerate(row)) + b[j] for j in range(len(b))]
            for row in x
        ]
    )


def drop_connect_tested(x, w, b):
    layer = layers.DropConnect(keras.layers.Dense(w.shape[1]), 0.3)
    layer.build(x.shape)
    return layer.stateless_call([w, b], [v.value for v in layer.non_trainable_variables], x)[0]


def with_or_without(x, rand):
    """Two mini-batches of a block that squares."""
    return np.array([[v + v**2 if r < 0.7 else v for v in x.ravel()] for r in rand])


def stochastic_depth(x, rand):
    block = layers.StochasticDepth(keras.layers.Activation(ops.square), 0.3)
    found = []
    for each in rand:
        with mock.patch("keras.random.uniform", lambda *args, each=each, **kwargs: each):
            found.append(ops.reshape(block(x, training=True), (-1,)))
    return ops.stack(found)


def regions(n, ratio, pseudo_random, overlapping, v, order):
    """The rows of each region, counted one by one."""
    h = int(n // ratio)
    found, row = [], 0
    for i in range(h):
        if pseudo_random:
            rows = [r for r in range(n) if (n * i + v) // h <= r < (n * (i + 1) + v) // h]
        else:
            rows = list(range(row, row + n // h + (order[i] < n % h)))
            row += len(rows)
        after = [r for r in (rows[-1] + 1,) if overlapping and r < n]
        found.append(rows + after)
    return found


def fractional(z, *, ratio, options, v, orders):
    rows, columns = (
        regions(n, r, *options, v, order)
        for n, r, order in zip(z.shape[1:3], ratio, orders, strict=True)
    )
    out = np.zeros((len(z), len(rows), len(columns), z.shape[3]))
    for e, i, j, c in np.ndindex(out.shape):
        out[e, i, j, c] = max(z[e, p, q, c] for p in rows[i] for q in columns[j])
    return out


def fractional_max_pooling(z, *, ratio, options, v, orders):
    """`orders` are the orders of the sizes, so that uniform numbers with them are the orders' inverses."""
    draws = iter([np.argsort(order) / len(order) for order in orders])
    layer = layers.FractionalMaxPooling2D(ratio, *options)
    with (
        mock.patch("keras.random.randint", lambda *args, **kwargs: v),
        mock.patch("keras.random.uniform", lambda *args, **kwargs: ops.array(next(draws))),
    ):
        return layer(z)


def mirrored(x, *, draws, axes):
    """Each image pixel by pixel, mirrored along the axes whose number is at most a half."""
    out = np.array(x)
    for axis, numbers in zip(axes, draws, strict=True):
        before = np.array(out)
        for place in np.ndindex(x.shape):
            other = list(place)
            other[axis] = x.shape[axis] - 1 - place[axis]
            out[place] = before[tuple(other)] if numbers[place[0]] <= 0.5 else before[place]
    return out


def cropped(x, *, draws, size):
    rows, columns = (
        int(u * (n - h + 1)) for u, n, h in zip(draws, x.shape[1:], size, strict=False)
    )
    out = np.zeros((len(x), *size, x.shape[3]))
    for e, i, j, c in np.ndindex(out.shape):
        out[e, i, j, c] = x[e, rows + i, columns + j, c]
    return out


def middle(x):
    """The largest square in the middle of 7 × 6 pixels, each second and third of them averaged to a 2 × 2 image."""
    columns = x[:, :, [1, 4]]  # pixels 1 and 4 are in the middle of the left and of the right half
    return columns[:, [1, 4]]


PADDED = {"reflect": "symmetric", "wrap": "wrap", "nearest": "edge", "constant": "constant"}


def turned_about_the_middle(
    x, *, draws, factor, fill_mode="reflect", interpolation="bilinear", fill_value=0.0
):
    """Each pixel from where the plane of complex numbers was before it turned: a sum of tents over all pixels."""
    m, height, width, _ = x.shape
    rim, out = 2 * max(height, width), np.zeros_like(x)
    options = {"constant_values": fill_value} if fill_mode == "constant" else {}
    edges = ((0, 0), (rim, rim), (rim, rim), (0, 0))
    wide = np.pad(x, edges, PADDED[fill_mode], **options)
    rows, columns = np.arange(height + 2 * rim) - rim, np.arange(width + 2 * rim) - rim
    middle = complex((width - 1) / 2, -(height - 1) / 2)  # the imaginary axis points up
    for e, i, j in np.ndindex(m, height, width):
        turns = factor[0] + draws[e] * (factor[1] - factor[0])
        before = middle + (complex(j, -i) - middle) * np.exp(-2j * math.pi * turns)
        places = before.real - columns, -before.imag - rows
        if interpolation == "bilinear":
            along, down = (np.maximum(0, 1 - np.abs(place)) for place in places)
        else:
            along, down = (np.abs(place) < 0.5 for place in places)
        out[e, i, j] = np.einsum("r,c,rcd->d", 1.0 * down, 1.0 * along, wide[e])
    return out


def augmenting(make, x, draws=(), training=True):
    numbers = iter(draws)

    def uniform(shape, **kwargs):
        """As many of the given numbers as are asked for."""
        size = math.prod(int(n) for n in shape)
        return ops.reshape(ops.array(np.ravel(next(numbers))[:size]), shape)

    with mock.patch("keras.random.uniform", uniform):
        return make()(x, training=training)


def color_shifted(x, *, randn, stddev, training=True):
    """Each pixel of each image moved along the eigenvectors of the colours' covariance."""
    colours = [x[place] for place in np.ndindex(x.shape[:3])]
    mean = sum(colours) / len(colours)
    covariance = sum(np.outer(c - mean, c - mean) for c in colours) / len(colours)
    values, vectors = np.linalg.eigh(covariance)
    out = np.array(x)
    for image, numbers in zip(out, randn, strict=True):
        for number, k in zip(numbers, np.argsort(-values), strict=True):
            p = vectors[:, k] * np.sign(vectors[np.argmax(abs(vectors[:, k])), k])
            image += training * p * stddev * number * values[k]
    return out


def color_shift(x, *, randn, stddev, training=True):
    layer = layers.PCAColorShift(stddev)
    layer.adapt(ops.convert_to_numpy(x))

    def normal(shape, **kwargs):
        return ops.broadcast_to(
            ops.reshape(ops.array(randn), (-1, 1, 1, 3))[: shape[0], ..., : shape[3]], shape
        )

    with mock.patch("keras.random.normal", normal):
        return layer(x, training=training)


def convolution(x, w, b, *, p=(0, 0), q=(0, 0), s=(1, 1), d=1, groups=1, mirrored=False):
    """`p` zeros before and `q` after, for height and width."""
    f, n_c, n_filters = w.shape[:2], w.shape[2], w.shape[3]
    x = np.pad(x, [(0, 0), *zip(p, q, strict=True), (0, 0)])
    h = [(n - ((k - 1) * d + 1)) // each + 1 for n, k, each in zip(x.shape[1:], f, s, strict=False)]
    z = np.zeros((len(x), *h, n_filters))
    for e, i, j, k in np.ndindex(z.shape):
        first = k // (n_filters // groups) * n_c
        z[e, i, j, k] = b[k]
        for u, v, c in np.ndindex(w.shape[:3]):
            row, column = (f[0] - 1 - u, f[1] - 1 - v) if mirrored else (u, v)
            pixel = x[e, s[0] * i + d * row, s[1] * j + d * column, first + c]
            z[e, i, j, k] += w[u, v, c, k] * pixel
    return z


def convolved(kind, f, **arguments):
    """The layer's outputs, in the shape that it foretells."""

    def outputs(x, w, b):
        layer = kind(3, f, **arguments)
        layer.build(x.shape)
        z = layer.stateless_call([w, b], [], x)[0]
        return ops.reshape(z, layer.compute_output_shape(x.shape))

    return outputs


def transposed(x, w, b, *, s, p=(0, 0), q=(0, 0)):
    """Filter by filter on a canvas; `p` rows of it are cut off before and `q` after, or zeros are added."""
    (f, g, filters, _), (height, width) = w.shape, x.shape[1:3]
    h = [step * (n - 1) + k for n, k, step in zip((height, width), (f, g), s, strict=True)]
    canvas = np.zeros((len(x), *(n + 9 for n in h), filters))
    for i, j, u, v in np.ndindex(height, width, f, g):
        canvas[:, s[0] * i + u, s[1] * j + v] += np.einsum("nc,kc->nk", x[:, i, j], w[u, v])
    return canvas[:, p[0] : h[0] - q[0], p[1] : h[1] - q[1]] + b


def foretold(make):
    """A layer's outputs, in the shape that it foretells."""

    def outputs(x):
        layer = make()
        return ops.reshape(layer(x), layer.compute_output_shape(x.shape))

    return outputs


def window_pooled(x, *, f, reduce, p=(0, 0), q=(0, 0), s):
    """Of the places of each window only those inside the picture count: `p` come before it and `q` after."""
    sizes = zip(x.shape[1:], p, q, f, s, strict=False)
    h = [(n + before + after - k) // step + 1 for n, before, after, k, step in sizes]
    z = np.zeros((len(x), *h, x.shape[3]))
    for e, i, j, c in np.ndindex(z.shape):
        places = [(s[0] * i + u - p[0], s[1] * j + v - p[1]) for u, v in np.ndindex(*f)]
        rows, columns = x.shape[1:3]
        inside = [(a, b) for a, b in places if 0 <= a < rows and 0 <= b < columns]
        z[e, i, j, c] = reduce([x[e, a, b, c] for a, b in inside])
    return z


def means_of_words(x, *, mask=None):
    """The words that count, one after the other; 0 where none does."""
    means = np.zeros((len(x), x.shape[2]))
    for e, u in np.ndindex(means.shape):
        words = [x[e, t, u] for t in range(x.shape[1]) if mask is None or mask[e, t]]
        means[e, u] = sum(words) / len(words) if words else 0
    return means


def pooled_over_time(x, *, mask=None):
    """The means with the steps in the middle and at the end, in the shapes that the layer foretells."""
    middle = layers.GlobalAveragePooling1D()
    end = layers.GlobalAveragePooling1D("channels_first", keepdims=True)
    swapped = ops.swapaxes(x, 1, 2)
    means = ops.reshape(middle(x, mask=mask), middle.compute_output_shape(x.shape))
    again = ops.reshape(end(swapped, mask=mask), end.compute_output_shape(swapped.shape))
    return (means + again[:, :, 0]) / 2


def set_over_all(x):
    model = keras.Sequential(
        [
            keras.Input((x.shape[1],)),
            layers.BatchNormalization(),
            keras.layers.ReLU(),
            layers.BatchNormalization(),
        ]
    )
    layers.whole_set_statistics(model, x, batch_size=16)
    columns = []
    for layer in (model.layers[0], model.layers[2]):
        pair = [ops.convert_to_numpy(v) for v in (layer.moving_mean, layer.moving_variance)]
        columns += list(np.array(pair).T)
    return np.array(columns)


# Of the rows and of the columns, a number for each image.
EACH = np.array([[0.1, 0.9, 0.5], [0.8, 0.2, 0.6]])


def attending(make, mask=None, causal=False):
    """Means and weights of a layer as a function of its inputs and weights."""

    def ours(q, v, k, *weights):
        layer = make()
        layer.build([q.shape, v.shape, k.shape])
        state = [each.value for each in layer.non_trainable_variables]
        options = {"mask": mask, "use_causal_mask": causal, "return_attention_scores": True}
        return ops.concatenate(layer.stateless_call(weights, state, [q, v, k], **options)[0], -1)

    return ours


def dot_product(q, k):
    return sum(a * b for a, b in zip(q, k, strict=True)) / math.sqrt(len(k))


def hidden_layer(q, k, w_1, w_2, v):
    units = [sum(q * w_1[:, u]) + sum(k * w_2[:, u]) for u in range(len(v))]
    return sum(v[u] * math.tanh(z) for u, z in enumerate(units))


def attention(score, q, v, k, *weights, mask=None, causal=False):
    """Query by query: the values it may look at, by the exponentials of their scores."""
    asked, there = (None, None) if mask is None else mask
    found = np.zeros((*q.shape[:2], v.shape[2] + v.shape[1]))
    for b, i in np.ndindex(q.shape[:2]):
        seen = [j for j in range(v.shape[1]) if there is None or there[b][j]]
        seen = [j for j in seen if j <= i or not causal]
        shares = [math.exp(score(q[b, i], k[b, j], *weights)) for j in seen]
        for j, share in zip(seen, shares, strict=True):
            found[b, i, v.shape[2] + j] = share / sum(shares)
            if asked is None or asked[b][i]:
                found[b, i, : v.shape[2]] += share / sum(shares) * v[b, j]
    return found


_of_attention = np.random.default_rng(29)
QUERIES = tuple(_of_attention.normal(size=(2, n, size)) for n, size in ((3, 2), (4, 3), (4, 2)))
HIDDEN = tuple(_of_attention.normal(size=shape) for shape in ((2, 3), (2, 3), (3,)))
THERE = np.array([[True, False, True, True], [False, False, True, True]])
HOW = (
    {},
    {"mask": [np.array([[True, True, False], [False, True, True]]), THERE]},
    {"mask": [None, THERE], "causal": True},  # two queries of the second example may look nowhere
    {"mask": [None, THERE & [[True], [False]]]},
)
ORACLES = {
    "layers.BatchNormalization": [
        *(
            Case(
                partial(trained, axis=axis, mask=mask),
                partial(batch_normalization, axis=axis, mask=mask),
                (z, GAMMA[: z.shape[axis]], BETA[: z.shape[axis]]),
                gradients=True,
            )
            for z, axis, mask in (
                *((Z, axis, mask) for axis in (-1, 1, 0) for mask in (None, MASK)),
                (Z, -1, np.arange(18).reshape(6, 3) == 7),  # one value is left
                (Z[:1, :1], -1, None),
            )
        ),
        Case(tested, at_test_time, (Z, GAMMA[:2], BETA[:2]), gradients=True),
        Case(moved, moving_statistics, (Z,)),
    ],
    "layers.Dropout": [
        Case(dropped(layers.Dropout), inverted, (A, RAND)),
        Case(lambda a: layers.Dropout(0.3)(a), lambda a: a, (A,), gradients=True),
    ],
    "layers.VanillaDropout": [
        Case(dropped(layers.VanillaDropout), vanilla, (A, RAND)),
        Case(lambda a: layers.VanillaDropout(0.3)(a), lambda a: a * 0.7, (A,), gradients=True),
    ],
    "layers.DropConnect": [
        Case(drop_connect, dropped_weights, (A[:, :3], RAND[:3, :2], A[:3, :2] + 2, A[0, :2])),
        Case(drop_connect_tested, dense, (A[:, :3], A[:3, :2] + 2, A[0, :2]), gradients=True),
    ],
    "layers.StochasticDepth": [
        Case(stochastic_depth, with_or_without, (A, np.array([0.2, 0.69, 0.71, 0.9]))),
        Case(
            lambda x: layers.StochasticDepth(keras.layers.Activation(ops.square), 0.3)(x),
            lambda x: x + 0.7 * x**2,
            (A,),
            gradients=True,
        ),
    ],
    "layers.FractionalMaxPooling2D": [
        Case(partial(fractional_max_pooling, **given), partial(fractional, **given), (MAPS,), True)
        for given in (
            {
                "ratio": ratio,
                "options": options,
                "v": v,
                "orders": (order[:rows], order[::-1][:columns]),
            }
            for ratio, rows, columns in (((1.5, 1.2), 4, 5), ((2.4, 6), 2, 1))
            for order in ([3, 0, 2, 1, 4],)
            for options in itertools.product((False, True), repeat=2)
            for v in (0, 1)
        )
    ],
    "layers.LeakyReLU": [
        Case(weighted(layers.LeakyReLU), each(lambda z: max(0.01 * z, z)), (A,), True)
    ],
    "layers.PReLU": [
        Case(weighted(make), each(lambda z, alpha: max(alpha * z, z)), (Z - 3, alpha), True)
        for make, alpha in (
            (layers.PReLU, PLACES),
            (lambda: layers.PReLU(shared_axes=1), PLACES[:1]),
            (lambda: layers.PReLU(shared_axes=[-1]), PLACES[:, :1]),
        )
    ],
    "layers.ELU": [
        Case(weighted(partial(layers.ELU, alpha)), each(partial(elu, alpha=alpha)), (A,), True)
        for alpha in (1.0, 0.7)
    ],
    "layers.Maxout": [
        Case(weighted(make), partial(maxout, pieces=pieces), (Z - 3, KERNEL, BIAS), True)
        for make, pieces in (
            (lambda: layers.Maxout(3), 2),
            (lambda: layers.Maxout(2, pieces=3), 3),
            (lambda: layers.Maxout(6, 1), 1),
        )
    ],
    "layers.Normalization": [
        Case(adapted(), normalization, (Z[::-1] + 1,), True),
        Case(adapted(axis=None), partial(normalization, axis=()), (Z + 1,), True),
        Case(adapted(axis=[2, 1]), partial(normalization, axis=(1, 2)), (Z + 1,), True),
        Case(adapted(invert=True), partial(normalization, invert=True), (Z - 3,), True),
        Case(
            seen_once, lambda x: np.array([statistics(list(v)) for v in x.T]).T.ravel(), (EXAMPLES,)
        ),
    ],
    "layers.PCA": [
        Case(rotating(make), partial(rotated, components=n), (EXAMPLES[:4].reshape(shape),), True)
        for make, n, shape in (
            (layers.PCA, None, (4, 3)),
            (lambda: layers.PCA(2), 2, (2, 2, 3)),
        )
    ],
    "layers.Whitening": [
        Case(rotating(make), partial(rotated, epsilon=e), (EXAMPLES[:4],), True)
        for make, e in ((layers.Whitening, 1e-5), (lambda: layers.Whitening(epsilon=0.5), 0.5))
    ],
    "layers.whole_set_statistics": [Case(set_over_all, whole_set, (EXAMPLES,))],
    "layers.RandomFlip": [
        Case(
            partial(augmenting, partial(layers.RandomFlip, *mode), draws=draws),
            partial(mirrored, draws=draws, axes=axes),
            (MAPS,),
            True,
        )
        for mode, axes, draws in (
            (("horizontal",), (2,), ([0.2, 0.5 + 1e-3],)),
            (("vertical",), (1,), ([0.9, 0.5],)),
            ((), (2, 1), ([0.9, 0.1], [0.1, 0.9])),
        )
    ]
    + [Case(partial(augmenting, layers.RandomFlip, training=False), np.array, (MAPS,), True)],
    "layers.RandomCrop": [
        Case(
            partial(augmenting, partial(layers.RandomCrop, *size), draws=draws),
            partial(cropped, draws=draws, size=size),
            (MAPS,),
            True,
        )
        for size, draws in (((3, 4), (0.3, 0.7)), ((7, 2), (0.9, 0.99)), ((5, 5), (0.999, 0.0)))
    ]
    + [
        Case(
            partial(augmenting, partial(layers.RandomCrop, 2, 2), training=False),
            middle,
            (np.round(8 * MAPS),),
        )
    ]
    + [
        Case(
            partial(augmenting, partial(layers.RandomCrop, 3, 4, per_image=True), draws=EACH),
            lambda x: np.concatenate(
                [cropped(x[e : e + 1], draws=EACH[:, e], size=(3, 4)) for e in range(len(x))]
            ),
            (MAPS,),
            True,
        )
    ],
    "layers.PCAColorShift": [
        Case(partial(color_shift, **given), partial(color_shifted, **given), (COLOURS,))
        for given in (
            {"randn": [[0.5, -2.0, 1.0], [1.5, 0.25, -0.75]], "stddev": 0.1},
            {"randn": [[0.5, -2.0, 1.0], [0.0, 0.0, 3.0]], "stddev": 2.0},
            {"randn": [[0.5, -2.0, 1.0], [1.5, 0.25, -0.75]], "stddev": 0.1, "training": False},
        )
    ],
    "layers.Conv2D": [
        Case(
            convolved(layers.Conv2D, f, **arguments),
            partial(convolution, **given),
            (PICTURES, FILTERS[: f[0], : f[1], :n_c], BIAS[:3]),
            gradients,
        )
        for f, n_c, arguments, given, gradients in (
            ((3, 3), 2, {}, {}, True),
            ((3, 2), 2, {"padding": "same"}, {"p": (1, 0), "q": (1, 1)}, False),
            (
                (3, 3),
                2,
                {"padding": "same", "strides": 2},
                {"p": (1, 1), "q": (1, 1), "s": (2, 2)},
                True,
            ),
            (
                (2, 3),
                2,
                {"padding": (0, 2), "strides": (2, 1)},
                {"p": (0, 2), "q": (0, 2), "s": (2, 1)},
                False,
            ),
            (
                (2, 2),
                2,
                {"dilation_rate": 2, "padding": "same"},
                {"p": (1, 1), "q": (1, 1), "d": 2},
                False,
            ),
        )
    ]
    + [
        Case(
            convolved(layers.Conv2D, 3, activation=ops.square),
            lambda x, w, b: convolution(x, w, b) ** 2,
            (PICTURES, FILTERS, BIAS[:3]),
        )
    ],
    "layers.TrueConv2D": [
        Case(
            convolved(layers.TrueConv2D, (3, 2)),
            partial(convolution, mirrored=True),
            (PICTURES, FILTERS[:, :2], BIAS[:3]),
            True,
        )
    ],
    **{
        name: [
            Case(
                foretold(partial(kind, f, **arguments)),
                partial(window_pooled, f=f, reduce=reduce, **given),
                (PICTURES,),
                gradients,
            )
            for f, arguments, given, gradients in (
                ((2, 3), {}, {"s": (2, 3)}, False),
                (
                    (3, 3),
                    {"padding": "same", "strides": 2},
                    {"p": (1, 1), "q": (1, 1), "s": (2, 2)},
                    True,
                ),
                (
                    (2, 3),
                    {"padding": "same", "strides": 1},
                    {"p": (0, 1), "q": (1, 1), "s": (1, 1)},
                    True,
                ),
                (
                    (3, 2),
                    {"padding": (2, 0), "strides": (2, 1)},
                    {"p": (2, 0), "q": (2, 0), "s": (2, 1)},
                    False,
                ),
            )
        ]
        for name, kind, reduce in (
            ("layers.MaxPooling2D", layers.MaxPooling2D, max),
            ("layers.AveragePooling2D", layers.AveragePooling2D, lambda v: sum(v) / len(v)),
        )
    },
    "layers.Conv2DTranspose": [
        Case(
            convolved(layers.Conv2DTranspose, f, **arguments),
            partial(transposed, **given),
            (PICTURES[:, :3, :4], np.swapaxes(FILTERS[: f[0], : f[1]], 2, 3), BIAS[:3]),
            gradients,
        )
        for f, arguments, given, gradients in (
            ((3, 3), {"strides": 2}, {"s": (2, 2)}, True),
            ((3, 2), {"padding": "same"}, {"s": (1, 1), "p": (1, 0), "q": (1, 1)}, False),
            (
                (3, 3),
                {"strides": (2, 3), "padding": "same"},
                {"s": (2, 3), "p": (1, 1), "q": (0, -1)},
                True,
            ),
            (
                (2, 3),
                {"strides": (3, 2), "padding": (0, 1), "output_padding": (2, 0)},
                {"s": (3, 2), "p": (0, 1), "q": (-2, 1)},
                False,
            ),
            ((1, 2), {"strides": 3}, {"s": (3, 3)}, False),
        )
    ]
    + [
        Case(
            convolved(layers.Conv2DTranspose, 3, activation=ops.square),
            lambda x, w, b: transposed(x, w, b, s=(1, 1)) ** 2,
            (PICTURES, np.swapaxes(FILTERS, 2, 3), BIAS[:3]),
        )
    ],
    "layers.RandomRotation": [
        Case(
            partial(augmenting, partial(layers.RandomRotation, **arguments), draws=[draws]),
            partial(turned_about_the_middle, draws=draws, **arguments),
            (x,),
            x is SMALL_MAPS,
        )
        for draws, x, arguments in (
            ((0.2, 0.9), SMALL_MAPS, {"factor": (-0.2, 0.4)}),
            ((0.1, 0.6), MAPS, {"factor": (0.3, 1.0), "fill_mode": "wrap"}),
            ((0.5, 0.0), MAPS, {"factor": (-0.9, 0.1), "fill_mode": "nearest"}),
            (
                (0.7, 0.3),
                SMALL_MAPS,
                {"factor": (-0.1, 0.1), "fill_mode": "constant", "fill_value": -2.0},
            ),
            ((0.4, 0.8), MAPS, {"factor": (0.0, 0.5), "interpolation": "nearest"}),
        )
    ]
    + [
        Case(
            partial(augmenting, partial(layers.RandomRotation, 0.5), training=False),
            np.array,
            (MAPS,),
        )
    ],
    "layers.DotProductAttention": [
        Case(
            attending(layers.DotProductAttention, **how),
            partial(attention, dot_product, **how),
            QUERIES,
            True,
        )
        for how in HOW
    ],
    "layers.AdditiveAttention": [
        Case(
            attending(partial(layers.AdditiveAttention, 3), **how),
            partial(attention, hidden_layer, **how),
            (*QUERIES, *HIDDEN),
            True,
        )
        for how in HOW
    ],
    "layers.GlobalAveragePooling1D": [
        Case(partial(pooled_over_time, **how), partial(means_of_words, **how), (Z,), True)
        for how in ({}, {"mask": MASK}, {"mask": MASK & (np.arange(6) > 0)[:, None]})
    ],
}
