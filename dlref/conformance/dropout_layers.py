"""Rows of the layers that leave something out at random."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import layers as ours
from dlref.conformance.row import Arrays, Row
from dlref.gradients import differentiated, named

_RATE = 0.25
COLUMNS = np.linspace(0.5, 2.0, 8)


def kept_and_dropped(layer: Any) -> Arrays:
    """What a unit outputs and what gradient it gets when kept, when dropped, and at test time; and how often.

    Of 4096 equal examples, eighths of the units are kept: a share of 3/4 is 16 standard deviations from its neighbours.
    """
    a = np.repeat(np.linspace(0.5, 2.0, 8)[None], 4096, 0)
    upstream = np.repeat(np.linspace(1.0, 3.0, 8)[None], 4096, 0)
    if not layer.built:
        layer.build(a.shape)
    seeds = [v.value for v in layer.non_trainable_variables]

    def outputs(a: Any, training: bool) -> Any:
        return layer.stateless_call([], seeds, a, training=training)[0]

    seen = {}
    for training, where in ((True, "in training"), (False, "at test time")):
        found = named(partial(outputs, training=training), {"inputs": a}, upstream)
        seen[f"eighths of the units kept {where}"] = np.round(8 * np.mean(found["value"] != 0))
        seen |= {f"{name} {where}, of kept units": v.max(0) for name, v in found.items()}
        seen |= {f"{name} {where}, of dropped units": v.min(0) for name, v in found.items()}
    return seen


def kept_and_dropped_weights(layer: Any) -> Arrays:
    """The same of the weights of a layer of 8 units, 512 for each of 8 values."""
    upstream = np.repeat(np.linspace(1.0, 3.0, 8)[None], 512, 0)
    x = ops.convert_to_tensor(np.eye(512), keras.config.floatx())
    layer.build(x.shape)
    bias = ops.convert_to_tensor(COLUMNS, keras.config.floatx())
    seeds = [v.value for v in layer.non_trainable_variables]

    def outputs(kernel: Any, training: bool) -> Any:
        return layer.stateless_call([kernel, bias], seeds, x, training=training)[0]

    seen = {}
    kernel = np.repeat(COLUMNS[None], 512, 0)
    for training, where in ((True, "in training"), (False, "at test time")):
        found = named(partial(outputs, training=training), {"kernel": kernel}, upstream)
        seen[f"eighths of the weights kept {where}"] = np.round(
            8 * np.mean(found["gradient by kernel"] != 0)
        )
        seen |= {f"{name} {where}, of kept weights": v.max(0) for name, v in found.items()}
        seen |= {f"{name} {where}, of dropped weights": v.min(0) for name, v in found.items()}
    return seen


def kept_and_dropped_blocks(layer: Any) -> Arrays:
    """What a mini-batch and its gradient are with the block, without it, and at test time; and how often of 100."""
    a, upstream = (
        np.repeat(COLUMNS[None, None], 100, 0),
        np.repeat([[np.linspace(1, 3, 8)]], 100, 0),
    )
    if not layer.built:
        layer.build(a[0].shape)
    # Of a seed, its second number counts the draws.
    draws = [
        ops.convert_to_numpy(v.value) + np.mgrid[:100, :2][0] * [0, 1] for v in layer.variables
    ]

    def outputs(training: bool) -> Any:
        def one(each: Any) -> Any:
            x, *state = each
            return layer.stateless_call([], state, x, training=training)[0]

        return differentiated(lambda x, state: ops.map(one, (x[0], *state)))

    state = [ops.convert_to_tensor(each, "uint32") for each in draws]
    seen = {}
    for training, where in ((True, "in training"), (False, "at test time")):
        value, gradient = outputs(training)([a], upstream, state)
        kept = np.mean(value[:, 0, 0] > COLUMNS[0])
        seen[f"quarters of the mini-batches with the block {where}"] = np.round(4 * kept)
        for name, each in (("value", value), ("gradient", gradient)):
            seen |= {f"{name} {where}, kept": each.max(0), f"{name} {where}, dropped": each.min(0)}
    return seen


class _DropoutTimesP(keras.layers.Layer):
    """p · keras.layers.Dropout, in training and at test time."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = keras.layers.Dropout(_RATE)
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        return (1 - _RATE) * self.dropout(inputs, training=training)


class _DenseOfDroppedKernel(keras.layers.Dense):
    """keras.layers.Dense, its kernel behind keras.layers.Dropout."""

    def __init__(self) -> None:
        super().__init__(8)
        self.dropout = keras.layers.Dropout(_RATE, seed=0)

    def call(self, inputs: Any, training: Any = None) -> Any:
        return ops.matmul(inputs, self.dropout(self.kernel, training=training)) + self.bias


class _ResidualOfDropout(keras.layers.Layer):
    """x + p · keras.layers.Dropout(f), one draw for the mini-batch."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = keras.layers.Dropout(_RATE, noise_shape=(1, 1), seed=0)
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        return inputs + (1 - _RATE) * self.dropout(_twice(inputs), training=training)


def _twice(x: Any) -> Any:
    return 2 * x


def _block(rate: float = _RATE) -> Any:
    return ours.StochasticDepth(keras.layers.Activation(_twice), rate, seed=0)


ROWS = [
    Row(
        name="layers.Dropout",
        builtin="keras.layers.Dropout",
        source="CS231n-7; DLS-C2-blog; Flowchart C2",
        ours=partial(ours.Dropout, _RATE, seed=0),
        mapped=partial(keras.layers.Dropout, _RATE, seed=0),
        mapping="rate = 1 − keep_prob",
        sentence="Equal for a given mask; the masks drawn from a seed are others.",
        probe=kept_and_dropped,
        gradients=True,
    ),
    Row(
        name="layers.VanillaDropout",
        builtin="keras.layers.Dropout",
        source="CS231n-7",
        ours=partial(ours.VanillaDropout, _RATE, seed=0),
        mapped=_DropoutTimesP,
        mapping="p · Dropout(rate = 1 − p), in training and at test time",
        unmapped=partial(keras.layers.Dropout, _RATE, seed=0),
        sentence="Keras scales by 1/keep_prob in training instead of by p at test time.",
        probe=kept_and_dropped,
        gradients=True,
    ),
    Row(
        name="layers.DropConnect",
        builtin="keras.layers.Dropout",
        source="CS231n-7",
        ours=lambda: ours.DropConnect(keras.layers.Dense(8), _RATE, seed=0),
        mapped=_DenseOfDroppedKernel,
        mapping="Dropout(rate = 1 − keep_prob) of the kernel instead of the inputs",
        sentence="Equal for a given mask; the masks drawn from a seed are others.",
        probe=kept_and_dropped_weights,
        gradients=True,
    ),
    Row(
        name="layers.StochasticDepth",
        builtin="keras.layers.Dropout",
        source="CS231n-7",
        ours=_block,
        mapped=_ResidualOfDropout,
        mapping="x + p · Dropout(rate = 1 − p, noise_shape = 1)(f)",
        sentence="Equal for a given draw; the draws from a seed are others.",
        probe=kept_and_dropped_blocks,
        gradients=True,
    ),
]
