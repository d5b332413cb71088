"""Rows of the diagnoses of activations and of the signal through a network."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import diagnostics as ours
from dlref.conformance.row import Arrays, Row


def of_activations(statistics: Any) -> Arrays:
    """What is said of a network with ReLU, tanh and sigmoid."""
    rng = np.random.default_rng(3)
    layers = [keras.layers.Dense(6, name) for name in ("relu", "tanh", "sigmoid")]
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(2)])
    model.set_weights([2 * rng.normal(size=v.shape) for v in model.weights])
    model.layers[0].bias.assign([-30.0, -30.0, -3.0, 0.0, 1.0, 30.0])
    found = statistics(model, rng.normal(size=(20, 4)))
    names = ("mean", "std", "share")
    rows = [[getattr(each, name) for name in names] for each in found.layers[:3]]
    return dict(zip(names, np.transpose(rows), strict=True))


def _by_numpy(model: Any, x: Any) -> Any:
    outputs = keras.Model(model.inputs, [layer.output for layer in model.layers]).predict(
        x, verbose=0
    )
    relu, tanh, sigmoid = (np.asarray(a, "float64") for a in outputs[:3])
    shares = (
        np.mean((relu <= 0).all(0)),
        np.mean(np.abs(tanh) > 0.97),
        np.mean(np.abs(sigmoid - 0.5) > 0.485),
    )
    layers = [
        SimpleNamespace(mean=a.mean(), std=a.std(), share=share)
        for a, share in zip((relu, tanh, sigmoid), shares, strict=True)
    ]
    return SimpleNamespace(layers=layers)


def of_noise(propagate: Any) -> Arrays:
    """Noise through three tanh layers of 5, 4 and 4 units."""
    found = propagate(keras.initializers.RandomNormal(stddev=0.5, seed=0), "tanh", [6, 5, 4, 4])
    return {
        "std": np.array([each.std for each in found.activations.layers]),
        "std of dZ": np.array(found.gradients),
        "factors": np.array([found.factor, found.gradient_factor]),
    }


def _by_dense(initializer: Any, activation: str, units: list[int]) -> Any:
    rng = np.random.default_rng(0)
    kernels = [
        ops.convert_to_numpy(
            keras.initializers.RandomNormal(stddev=initializer.stddev, seed=i)(shape)
        )
        for i, shape in enumerate(zip(units, units[1:], strict=False))
    ]
    layers = [keras.layers.Dense(n, activation, use_bias=False) for n in units[1:]]
    model = keras.Sequential([keras.Input((units[0],)), *layers])
    model.set_weights(kernels)
    x, back = rng.normal(size=(1000, units[0])), rng.normal(size=(1000, units[-1]))
    outputs = keras.Model(model.inputs, [layer.output for layer in layers])
    spread, gradients = [], []
    for a, kernel in zip(outputs.predict(x, verbose=0)[::-1], kernels[::-1], strict=True):
        back = back * (1 - np.asarray(a, "float64") ** 2)
        gradients.append(back.std())
        spread.append(np.asarray(a, "float64").std())
        back = back @ np.asarray(kernel, "float64").T
    root = 1 / (len(layers) - 1)
    return SimpleNamespace(
        activations=SimpleNamespace(layers=[SimpleNamespace(std=std) for std in spread[::-1]]),
        gradients=gradients[::-1],
        factor=(spread[0] / spread[-1]) ** root,
        gradient_factor=(gradients[-1] / gradients[0]) ** root,
    )


ROWS = [
    Row(
        name="diagnostics.activation_statistics",
        builtin="numpy.std",
        source="CS231n-6; Flowchart C1",
        ours=lambda: ours.activation_statistics,
        mapped=lambda: _by_numpy,
        mapping="np.mean(a), np.std(a), np.mean((a <= 0).all(0)), np.mean(np.abs(a) > 0.97)",
        probe=of_activations,
        computes={"jax": "float32"},
        modes=("eager",),
        dtypes=("float64", "float32"),
    ),
    Row(
        name="diagnostics.signal_propagation",
        builtin="keras.layers.Dense",
        source="CS231n-6; DLS-C2-blog; Flowchart C2",
        ours=lambda: ours.signal_propagation,
        mapped=lambda: _by_dense,
        mapping="np.std of what Dense layers with the same weights return",
        probe=of_noise,
        computes={"jax": "float32"},
        modes=("eager",),
        dtypes=("float64", "float32"),
    ),
]
