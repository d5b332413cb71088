"""Rows of the recurrent layers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import layers as ours
from dlref.conformance.row import UNITS, Arrays, Row
from dlref.gradients import named


@dataclass(frozen=True)
class Mapped:
    """A layer that is called with what `weights` makes of the weights that ours has."""

    layer: Any
    weights: Callable[[Sequence[Any]], Sequence[Any]]
    shapes: Sequence[Any]


def of_sequences(layer: Any, masked: bool = False) -> Arrays:
    """Outputs, last states and gradients by inputs, first state and weights, of two sequences of four steps."""
    rng = np.random.default_rng(0)
    x, mask = rng.normal(size=(2, 4, 3)), None
    if masked:
        mask = ops.convert_to_tensor([[True, True, False, True], [False, True, True, False]])
    mapped = layer if isinstance(layer, Mapped) else None
    layer = mapped.layer if mapped else layer
    if not layer.built:
        layer.build(x.shape)
    shapes = mapped.shapes if mapped else [v.shape for v in layer.trainable_variables]
    weights = {f"weight {i}": rng.normal(size=shape) for i, shape in enumerate(shapes, start=1)}
    sizes = list(layer.state_size)
    states = {f"state {i}": rng.normal(size=(2, size)) for i, size in enumerate(sizes, start=1)}
    kept = [v.value for v in layer.non_trainable_variables]

    def output(x: Any, *rest: Any) -> Any:
        first, own = list(rest[: len(states)]), rest[len(states) :]
        own = mapped.weights(own) if mapped else own
        found, _ = layer.stateless_call(own, kept, x, initial_state=first, mask=mask)
        return ops.concatenate([ops.reshape(each, (2, -1)) for each in found], axis=-1)

    size = sum(sizes) + layer.cell.units * 4
    return named(output, {"inputs": x} | states | weights, rng.normal(size=(2, size)))


# The default of the recurrent weights, orthogonal ones, cannot be drawn in half precision.
_SEEN = {
    "return_sequences": True,
    "return_state": True,
    "recurrent_initializer": "glorot_uniform",
}


def _negated(weights: Sequence[Any]) -> list[Any]:
    """The weights of the update gate, the first of three, with the other sign."""
    return [ops.concatenate([-w[..., :4], w[..., 4:]], axis=-1) for w in weights]


def _relevant(weights: Sequence[Any]) -> list[Any]:
    """Those of `SimplifiedGRU`, with a relevance gate that is 1."""
    biases = [0.0, 0.0, 1000.0]
    return [
        ops.concatenate([-w[..., :4], ops.full_like(w[..., :4], r), w[..., 4:]], axis=-1)
        for w, r in zip(weights, biases, strict=True)
    ]


def _complement(weights: Any = _negated, gates: int = 3, **arguments: Any) -> Mapped:
    shapes = [(3, 4 * gates), (4, 4 * gates), (4 * gates,)]
    layer = keras.layers.GRU(4, reset_after=False, **_SEEN, **arguments)
    return Mapped(layer, weights, shapes[: 3 if layer.cell.use_bias else 2])


def _row(name: str, builtin: str = "", **kwargs: Any) -> Row:
    builtin = f"keras.layers.{builtin or name}"
    row: dict[str, Any] = {"builtin": builtin, "source": "Flowchart C5", "probe": of_sequences}
    return Row(name=f"layers.{name}", gradients=True, steps=4, **(row | kwargs))


def _both(name: str, **arguments: Any) -> dict[str, Any]:
    return {
        "ours": partial(getattr(ours, name), 4, **_SEEN, **arguments),
        "mapped": partial(getattr(keras.layers, name), 4, **_SEEN, **arguments),
    }


_MASKED: dict[str, Any] = {"probe": partial(of_sequences, masked=True)}
_COMPLEMENT = "Keras' update gate is 1 − Γ_u"
# Keras' tanh makes float32 of float64 on JAX, and its loop then refuses the state.
_TANH = tuple(UNITS) if keras.backend.backend() == "tensorflow" else tuple(UNITS)[1:]

ROWS = [
    _row("SimpleRNN", **_both("SimpleRNN"), dtypes=_TANH),
    _row(
        "SimpleRNN",
        **_both("SimpleRNN", activation="sigmoid", use_bias=False, go_backwards=True),
        **_MASKED,
        mapping='with a mask, go_backwards = True, activation = "sigmoid", use_bias = False',
    ),
    _row("LSTM", **_both("LSTM")),
    _row(
        "LSTM",
        **_both("LSTM", recurrent_activation="hard_sigmoid", unroll=True),
        **_MASKED,
        mapping='with a mask, unroll = True, recurrent_activation = "hard_sigmoid"',
    ),
    _row(
        "GRU",
        ours=partial(ours.GRU, 4, **_SEEN),
        mapped=_complement,
        mapping="reset_after = False, weights and bias of the update gate negated",
    ),
    _row(
        "GRU",
        ours=partial(ours.GRU, 4, use_bias=False, **_SEEN),
        mapped=partial(_complement, use_bias=False),
        unmapped=partial(keras.layers.GRU, 4, use_bias=False, **_SEEN),
        **_MASKED,
        mapping="with a mask, use_bias = False: reset_after = False, weights of the update gate negated",
        sentence=f"{_COMPLEMENT}, and its relevance gate multiplies the product, not the memory.",
    ),
    _row(
        "SimplifiedGRU",
        "GRU",
        ours=partial(ours.SimplifiedGRU, 4, **_SEEN),
        mapped=partial(_complement, _relevant, gates=2),
        mapping="reset_after = False, a relevance gate with weights 0 and bias 1000, the update gate negated",
    ),
]
