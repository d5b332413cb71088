"""Rows of the layers that adapt to a training set."""

from functools import partial
from typing import Any

import keras
import numpy as np
import sklearn.decomposition
from keras import ops

from dlref import layers as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named


def adapted(layer: Any, shape: tuple[int, ...] = (6,), given: bool = False) -> Arrays:
    """Statistics of 50 examples in three batches, unless they are given, and output and gradient by other inputs."""
    rng = np.random.default_rng(0)
    x, seen = rng.normal(1, 2, (50, *shape)), {}
    if given:
        layer.build(x.shape)
    else:
        layer.adapt(np.split(x, [5, 25]))
        found = {"mean": layer.mean, "variance": layer.variance}
        seen = {name: np.ravel(ops.convert_to_numpy(v)) for name, v in found.items()}
    state = [v.value for v in layer.non_trainable_variables]
    other = rng.normal(1, 2, (8, *shape))
    return seen | named(
        lambda x: layer.stateless_call([], state, x)[0],
        {"inputs": other},
        rng.normal(size=other.shape),
    )


def _row(mapping: str = "", probe: Any = adapted, **arguments: Any) -> Row:
    return Row(
        name="layers.Normalization",
        builtin="keras.layers.Normalization",
        source="DLS-C2W3; DLS-C2-blog; CS231n-6",
        ours=partial(ours.Normalization, **arguments),
        mapped=partial(keras.layers.Normalization, **arguments),
        mapping=mapping,
        sentence="On JAX, Keras adapts to batches in float32, also in a layer of float64.",
        probe=probe,
        gradients=True,
        computes={"jax": "float32"},
    )


def turned(layer: Any) -> Arrays:
    """Output and gradient by inputs of a layer that has adapted to 50 examples of six correlated features."""
    rng = np.random.default_rng(1)
    turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    x = rng.normal(size=(50, 6)) * [3, 2, 1.5, 1, 0.5, 0.25] @ turn + 1
    layer.adapt(np.split(x, [5, 25]))
    state = [v.value for v in layer.non_trainable_variables]

    def output(x: Any) -> Any:
        return layer.stateless_call([], state, x)[0]

    upstream = rng.normal(size=layer.compute_output_shape((8, 6)))
    return named(output, {"inputs": x[:8] + 0.5}, upstream)


class _ScikitLearn(keras.layers.Layer):
    """scikit-learn's PCA as a layer; with an epsilon, by the variance of m examples."""

    def __init__(self, epsilon: float | None = None, **kwargs: Any) -> None:
        super().__init__()
        self.epsilon, self.pca = epsilon, sklearn.decomposition.PCA(svd_solver="full", **kwargs)

    def adapt(self, data: list[np.ndarray]) -> None:
        x = np.concatenate(data)
        v, m = self.pca.fit(x).explained_variance_, len(x)
        scale = v**-0.5 if self.pca.whiten else np.ones_like(v)
        if self.epsilon is not None:
            scale = scale * np.sqrt(v / (v * (m - 1) / m + self.epsilon))
        self.matrix = self.pca.components_.T * scale
        self.build(x.shape)

    def call(self, inputs: Any) -> Any:
        return ops.matmul(
            inputs - ops.cast(self.pca.mean_, inputs.dtype), ops.cast(self.matrix, inputs.dtype)
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[:-1], self.matrix.shape[1])


def shifted(layer: Any) -> Arrays:
    """Three images of colours that vary along oblique axes, in training and at test time."""
    rng = np.random.default_rng(0)
    images = rng.normal(size=(3, 4, 5, 3)) @ [[1.0, 0.8, 0.5], [0.0, 0.5, -0.3], [0.0, 0.0, 0.2]]
    layer.adapt([images])
    x = ops.convert_to_tensor(images, keras.config.floatx())
    return {
        words: ops.convert_to_numpy(ops.cast(layer(x, training=training), "float64"))
        for words, training in (("in training", True), ("at test time", False))
    }


class _ShiftByScikitLearn(keras.layers.Layer):
    """AlexNet's shift by the axes of scikit-learn's PCA, and its variances of m - 1 made those of m, or not."""

    def __init__(self, biased: bool = True) -> None:
        super().__init__()
        self.pca, self.biased = sklearn.decomposition.PCA(svd_solver="full"), biased
        self.seed_generator = keras.random.SeedGenerator(0)

    def adapt(self, data: list[np.ndarray]) -> None:
        colours = np.concatenate(data).reshape(-1, 3)
        v, m = self.pca.fit(colours).explained_variance_, len(colours)
        self.variances = v * (m - 1) / m if self.biased else v

    def call(self, inputs: Any, training: bool = True) -> Any:
        numbers = keras.random.normal(
            (len(inputs), 1, 1, 3), dtype="float32", seed=self.seed_generator
        )
        scores = ops.convert_to_numpy(numbers).astype("float64") * 0.5 * self.variances
        return inputs + ops.cast(training * (scores @ self.pca.components_), inputs.dtype)


_pca = partial(
    Row, builtin="sklearn.decomposition.PCA", source="CS231n-6", probe=turned, gradients=True
)
ROWS = [
    _row(),
    _row("axis = (1, 2)", partial(adapted, shape=(2, 3, 2)), axis=(1, 2)),
    _row(
        "mean and variance given, invert = True",
        partial(adapted, given=True),
        mean=[0.5, -1.0, 2.0, 0.0, 1.0, 3.0],
        variance=[4.0, 1.0, 0.25, 2.0, 3.0, 0.0],
        invert=True,
    ),
    _pca(
        name="layers.PCA",
        ours=partial(ours.PCA, components=2),
        mapped=partial(_ScikitLearn, n_components=2),
    ),
    _pca(
        name="layers.Whitening",
        ours=partial(ours.Whitening, epsilon=2.0**-6),
        mapped=partial(_ScikitLearn, epsilon=2.0**-6, whiten=True),
        mapping="whiten = True, times √(v / (v (m − 1) / m + ε)), v = explained_variance_",
        unmapped=partial(_ScikitLearn, whiten=True),
        sentence="scikit-learn's variances are those with m − 1, and it adds no ε.",
    ),
    Row(
        name="layers.PCAColorShift",
        builtin="sklearn.decomposition.PCA",
        source="CS231n-7; Flowchart C4",
        ours=partial(ours.PCAColorShift, 0.5, seed=0),
        mapped=_ShiftByScikitLearn,
        mapping="x + (σ randn v (m − 1) / m) components_, v = explained_variance_, of the same random numbers",
        unmapped=partial(_ShiftByScikitLearn, biased=False),
        sentence="scikit-learn's variances are those with m − 1.",
        probe=shifted,
        modes=("eager",),
    ),
]
