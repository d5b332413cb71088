"""Recurrent layers and embeddings for all members at once: TensorFlow cannot vectorize Keras' loop over time.

What a step makes of its input alone is one product, before the loop; in it is what needs the state of the step before.
"""

from typing import Any

from keras import layers, ops

from dlref._compat import keras as keras_src
from dlref.layers import GRU, LSTM, SimpleRNN, SimplifiedGRU
from dlref.tuning.populations.program.batched_matmul import product

Values = dict[int, Any]


def embed(layer: Any, x: Any, values: Values, training: bool, mask: Any = None) -> Any:
    """What an `Embedding` does: a row for each number."""
    table = values[id(layer.embeddings)]
    count, rows, units = table.shape
    first = ops.reshape(ops.arange(count) * rows, (count, *[1] * (len(x.shape) - 1)))
    return ops.take(ops.reshape(table, (-1, units)), ops.cast(x, "int32") + first, axis=0)


def recur(layer: Any, x: Any, values: Values, training: bool, mask: Any = None) -> Any:
    """What an `LSTM`, `GRU` or `SimpleRNN` does of (members, batch, time, features)."""
    cell = layer.cell
    kernel, recurrent = (values[id(v)] for v in (cell.kernel, cell.recurrent_kernel))
    count, units, columns = recurrent.shape
    bias = ops.zeros((count, 1, columns)) if cell.bias is None else values[id(cell.bias)]
    bias = ops.reshape(bias, (count, -1, 1, columns))  # `reset_after` has one for each product
    rows = ops.reshape(x, (x.shape[0], -1, x.shape[-1]))
    z = ops.reshape(product(rows, kernel), (count, -1, x.shape[2], columns)) + bias[:, :1]
    states = [ops.zeros((count, ops.shape(z)[1], units), z.dtype)] * STATES[type(layer)]

    def step(z: Any, states: Any) -> Any:
        new = STEPS[type(layer)](cell, z, states, recurrent, bias[:, -1])
        return new[0], new

    last, outputs, _ = keras_src.rnn(
        step,
        ops.moveaxis(z, 2, 0),
        states,
        go_backwards=layer.go_backwards,
        mask=None if mask is None else ops.moveaxis(mask, 2, 0)[..., None],
        unroll=layer.unroll,
        input_length=x.shape[2],  # which Keras would take from the members
        time_major=True,
        zero_output_for_mask=layer.zero_output_for_mask,
        return_all_outputs=layer.return_sequences,
    )
    return ops.moveaxis(outputs, 0, 2) if layer.return_sequences else last


def recur_both_ways(layer: Any, x: Any, values: Values, training: bool, mask: Any = None) -> Any:
    """What a `Bidirectional` does."""
    one, other = (recur(way, x, values, training, mask) for way in ways(layer))
    if layer.return_sequences:
        other = ops.flip(other, axis=2)
    return MERGED[layer.merge_mode](one, other)


def _lstm(cell: Any, z: Any, states: Any, recurrent: Any, bias: Any) -> list[Any]:
    h, c = states
    z_i, z_f, z_c, z_o = ops.split(z + product(h, recurrent), 4, axis=-1)
    i, f, o = map(cell.recurrent_activation, (z_i, z_f, z_o))
    c = f * c + i * cell.activation(z_c)
    return [o * cell.activation(c), c]


def _gru(cell: Any, z: Any, states: Any, recurrent: Any, bias: Any) -> list[Any]:
    (h,), units = states, recurrent.shape[1]
    x_gates, x_h = z[..., : 2 * units], z[..., 2 * units :]
    if cell.reset_after:
        again = product(h, recurrent) + bias
        gates, h_h = again[..., : 2 * units], again[..., 2 * units :]
    else:
        gates, h_h = product(h, recurrent[..., : 2 * units]), None
    u, r = ops.split(cell.recurrent_activation(x_gates + gates), 2, axis=-1)
    h_h = product(r * h, recurrent[..., 2 * units :]) if h_h is None else r * h_h
    return [u * h + (1 - u) * cell.activation(x_h + h_h)]


def _simple(cell: Any, z: Any, states: Any, recurrent: Any, bias: Any) -> list[Any]:
    return [cell.activation(z + product(states[0], recurrent))]


def _gru_of_the_lecture(cell: Any, z: Any, states: Any, recurrent: Any, bias: Any) -> list[Any]:
    (c,) = states
    s_u, *rest, s_c = cell.split(z)
    w_u, *matrices, w_c = cell.split(recurrent)
    update = cell.sigmoid(s_u + product(c, w_u))
    seen = c
    for s_r, w_r in zip(rest, matrices, strict=True):  # the simplified unit has no relevance gate
        seen = cell.sigmoid(s_r + product(c, w_r)) * c
    return [update * cell.g(s_c + product(seen, w_c)) + (1 - update) * c]


STEPS = {
    **dict.fromkeys((layers.LSTM, LSTM), _lstm),
    **dict.fromkeys((layers.SimpleRNN, SimpleRNN), _simple),
    **dict.fromkeys((GRU, SimplifiedGRU), _gru_of_the_lecture),
    layers.GRU: _gru,
}
STATES = {kind: 1 + (step is _lstm) for kind, step in STEPS.items()}
MERGED = {
    "concat": lambda one, other: ops.concatenate([one, other], axis=-1),
    "sum": lambda one, other: one + other,
    "ave": lambda one, other: (one + other) / 2,
    "mul": lambda one, other: one * other,
}
FORMS = {
    layers.Embedding: embed,
    layers.Bidirectional: recur_both_ways,
    **dict.fromkeys(STEPS, recur),
}


def ways(layer: Any) -> list[Any]:
    """The layers of `STEPS` that a layer of `FORMS` is made of."""
    if isinstance(layer, layers.Bidirectional):
        return [layer.forward_layer, layer.backward_layer]
    return [layer] if type(layer) in STEPS else []
