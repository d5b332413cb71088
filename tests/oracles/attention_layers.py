"""Multi-head attention, head by head and query by query, with a matrix for each head, as the paper has it."""

import math
from functools import partial

import keras
import numpy as np
from keras import ops

from dlref import layers
from dlref.compiling import in_one_program
from tests.oracles.case import Case
from tests.oracles.layers import attention, dot_product

HEADS, KEY, VALUE, OUTPUT = 2, 3, 2, 5
_rng = np.random.default_rng(29)
INPUTS = tuple(_rng.normal(size=(2, n, size)) for n, size in ((3, 4), (4, 3), (4, 2)))
SHAPES = (
    *((4, HEADS, KEY), (HEADS, KEY)),
    *((2, HEADS, KEY), (HEADS, KEY)),
    *((3, HEADS, VALUE), (HEADS, VALUE)),
    *((HEADS, VALUE, OUTPUT), (OUTPUT,)),
)
WEIGHTS = tuple(_rng.normal(size=shape) for shape in SHAPES)
ASKED = np.array([[True, False, True], [True, True, True]])
THERE = np.array([[True, False, True, True], [False, False, True, True]])
PAIRS = _rng.random((2, 3, 4)) < 0.6


def one_program(function):
    """On JAX each operation would be compiled by itself."""
    return in_one_program(function) if keras.backend.backend() == "jax" else function


def of_heads(how):
    def outputs(q, v, k, *weights):
        options = {"num_heads": HEADS, "key_dim": KEY, "value_dim": VALUE, "output_shape": OUTPUT}
        layer = layers.MultiHeadAttention(**options, use_bias=len(weights) > 4)
        layer.build(q.shape, v.shape, k.shape)
        kept = [each.value for each in layer.non_trainable_variables]
        return layer.stateless_call(weights, kept, q, v, k, **how)[0]

    return one_program(outputs)


def keys_and_values(v, k, *weights):
    """Before any head looks: a bias of the keys adds the same to all scores of a query, so that no output shows it."""
    layer = layers.MultiHeadAttention(HEADS, KEY, VALUE)
    layer.build((2, 3, 4), v.shape, k.shape)
    for name, weight in zip(("W_K", "b_K", "W_V", "b_V"), weights, strict=True):
        getattr(layer, name).assign(weight)
    return ops.concatenate(layer.keys_and_values(v, k), -1)


def multi_head_attention(q, v, k, *weights, how):
    if len(weights) == 4:
        weights = [w for kernel in weights for w in (kernel, 0 * kernel[0])]
        weights[-1] = np.zeros(OUTPUT)
    w_q, b_q, w_k, b_k, w_v, b_v, w_o, b_o = weights
    found = np.zeros((*q.shape[:2], w_o.shape[-1])) + b_o
    for b, t in np.ndindex(q.shape[:2]):
        seen = [j for j in range(k.shape[1]) if may_look(b, t, j, **how)]
        for i in range(HEADS):
            query = w_q[:, i].T @ q[b, t] + b_q[i]
            keys = [w_k[:, i].T @ k[b, j] + b_k[i] for j in seen]
            values = [w_v[:, i].T @ v[b, j] + b_v[i] for j in seen]
            if seen:
                given = (np.array(x)[None] for x in ([query], values, keys))
                head = attention(dot_product, *given)[0, 0, : w_v.shape[-1]]
                found[b, t] += w_o[i].T @ head
    return found


def may_look(b, t, j, query_mask=None, value_mask=None, attention_mask=None, use_causal_mask=False):
    if (query_mask is not None and not query_mask[b][t]) or (use_causal_mask and j > t):
        return False
    if value_mask is not None and not value_mask[b][j]:
        return False
    return attention_mask is None or bool(np.broadcast_to(attention_mask, (2, 3, 4))[b, t, j])


def positional_encoding(x, wavelength=10000.0, start=0):
    y = np.array(x)
    for b, t, c in np.ndindex(x.shape):
        angle = (t + start) / wavelength ** ((c - c % 2) / x.shape[2])
        y[b, t, c] += math.cos(angle) if c % 2 else math.sin(angle)
    return y


def normalized(z, gamma, beta):
    mean = sum(z) / len(z)
    variance = sum((each - mean) ** 2 for each in z) / len(z)
    return gamma * (z - mean) / math.sqrt(variance + 1e-5) + beta


def encoder(x, w_1, b_1, w_2, b_2, *rest, mask):
    """Place by place; what becomes of padding is left open."""
    attention_weights, norms = rest[:8], rest[8:]
    found = np.zeros(x.shape)
    heads = multi_head_attention(x, x, x, *attention_weights, how={"value_mask": mask})
    for b, t in zip(*np.nonzero(mask), strict=True):
        a = normalized(x[b, t] + heads[b, t], *norms[:2])
        hidden = np.maximum(w_1.T @ a + b_1, 0)
        found[b, t] = normalized(a + w_2.T @ hidden + b_2, *norms[2:])
    return found


def of_encoder(x, *weights, mask):
    layer = layers.TransformerEncoder(6, HEADS)
    layer.build(x.shape)
    kept = [each.value for each in layer.non_trainable_variables]
    y = layer.stateless_call(weights, kept, x, mask=ops.convert_to_tensor(mask))[0]
    return ops.where(mask[..., None], y, 0)


def decoder(x, c, w_1, b_1, w_2, b_2, *rest, own, read):
    """Place by place, likewise."""
    norms, found = rest[16:], np.zeros(x.shape)
    back = {"value_mask": own, "use_causal_mask": True}
    heads = multi_head_attention(x, x, x, *rest[:8], how=back)
    a = np.array([[normalized(z, *norms[:2]) for z in row] for row in x + heads])
    across = multi_head_attention(a, c, c, *rest[8:16], how={"value_mask": read})
    for b, t in zip(*np.nonzero(own), strict=True):
        r = normalized(a[b, t] + across[b, t], *norms[2:4])
        hidden = np.maximum(w_1.T @ r + b_1, 0)
        found[b, t] = normalized(r + w_2.T @ hidden + b_2, *norms[4:])
    return found


def of_decoder(x, c, *weights, own, read):
    layer = layers.TransformerDecoder(6, HEADS)
    layer.build(x.shape, c.shape)
    kept = [each.value for each in layer.non_trainable_variables]
    masks = {"decoder_sequence_mask": own, "encoder_sequence_mask": read}
    masks = {name: ops.convert_to_tensor(mask) for name, mask in masks.items()}
    return ops.where(own[..., None], layer.stateless_call(weights, kept, x, c, **masks)[0], 0)


SIZE = 4
SEQUENCES = _rng.normal(size=(2, 3, SIZE))
PADDED = np.array([[True, True, True], [True, True, False]])
NETWORK = (SIZE, 6), (6,), (6, SIZE), (SIZE,)
OF_HEADS = (*[(SIZE, HEADS, 2), (HEADS, 2)] * 3, (HEADS, 2, SIZE), (SIZE,))
OF_BLOCK, OF_LONGER = (
    tuple(_rng.normal(size=shape) for shape in (*NETWORK, *OF_HEADS * n, *[(SIZE,)] * 2 * (n + 1)))
    for n in (1, 2)
)
READ = _rng.normal(size=(2, 2, SIZE)), np.array([[True, False], [True, True]])
ORACLES = {
    "layers.MultiHeadAttention": [
        Case(of_heads(how), partial(multi_head_attention, how=how), (*INPUTS, *weights), gradients)
        for how, weights, gradients in (
            ({}, WEIGHTS[::2], False),
            ({"attention_mask": PAIRS[0], "value_mask": THERE}, WEIGHTS, True),
            ({"query_mask": ASKED, "value_mask": THERE, "use_causal_mask": True}, WEIGHTS, False),
        )
    ]
    + [
        Case(
            keys_and_values,
            lambda v, k, *w: np.concatenate(
                [np.tensordot(k, w[0], 1) + w[1], np.tensordot(v, w[2], 1) + w[3]], -1
            ),
            (*INPUTS[1:], *WEIGHTS[2:6]),
        )
    ],
    "layers.PositionalEncoding": [
        Case(lambda x: layers.PositionalEncoding()(x), positional_encoding, (INPUTS[0],), True),
        Case(
            lambda x: layers.PositionalEncoding(50)(x, start_index=7),
            partial(positional_encoding, wavelength=50, start=7),
            (INPUTS[1],),
        ),
    ],
    "layers.TransformerEncoder": [
        Case(
            one_program(partial(of_encoder, mask=PADDED)),
            partial(encoder, mask=PADDED),
            (SEQUENCES, *OF_BLOCK),
            True,
        ),
    ],
    "layers.TransformerDecoder": [
        Case(
            one_program(partial(of_decoder, own=PADDED, read=READ[1])),
            partial(decoder, own=PADDED, read=READ[1]),
            (SEQUENCES, READ[0], *OF_LONGER),
            True,
        ),
    ],
}
