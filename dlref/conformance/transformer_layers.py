"""Rows of the blocks of the transformer."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import layers as ours
from dlref.compiling import in_one_program
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named

BLOCK = (2, 5, 8)  # of the sequences that a block gets


class Encoder(keras.layers.Layer):
    """Layers of keras.layers, put together as a block of the encoder, with the weights in the order of ours."""

    attentions = 1

    def build(self, input_shape: Any) -> None:
        d = input_shape[-1]
        self.supports_masking = True
        self.dense = keras.layers.Dense(6, "relu"), keras.layers.Dense(d)
        count = self.attentions
        self.looks = [keras.layers.MultiHeadAttention(2, d // 2) for _ in range(count)]
        self.norms = [keras.layers.LayerNormalization(epsilon=1e-5) for _ in range(count + 1)]
        for look in self.looks:
            look.build(input_shape, input_shape)
        for layer in (*self.norms, self.dense[0]):
            layer.build(input_shape)
        self.dense[1].build((None, None, 6))

    def network(self, a: Any) -> Any:
        return self.norms[-1](a + self.dense[1](self.dense[0](a)))

    def call(self, inputs: Any, mask: Any = None) -> Any:
        found = self.looks[0](inputs, inputs, attention_mask=mask[:, None])
        return self.network(self.norms[0](inputs + found))


class Decoder(Encoder):
    """And as one of the decoder."""

    attentions = 2

    def build(self, decoder_sequence_shape: Any, encoder_sequence_shape: Any) -> None:
        super().build(decoder_sequence_shape)

    def call(
        self,
        decoder_sequence: Any,
        encoder_sequence: Any,
        decoder_sequence_mask: Any = None,
        encoder_sequence_mask: Any = None,
    ) -> Any:
        x, c = decoder_sequence, encoder_sequence
        own, read = decoder_sequence_mask, encoder_sequence_mask
        look, look_across = self.looks
        a = self.norms[0](x + look(x, x, attention_mask=own[:, None], use_causal_mask=True))
        a = self.norms[1](a + look_across(a, c, attention_mask=read[:, None]))
        return self.network(a)


def of_block(block: Any, sequences: tuple[str, ...] = ("mask",)) -> Arrays:
    """What a block makes of sequences, one of them with padding, and the gradients by them and by all weights."""
    rng = np.random.default_rng(0)
    if not block.built:
        block.build(*[BLOCK] * len(sequences))
    given = {f"sequence {i}": BLOCK for i in range(len(sequences))}
    given |= {f"weight {i}": v.shape for i, v in enumerate(block.trainable_variables, start=1)}
    state = [v.value for v in block.non_trainable_variables]
    there = ops.convert_to_tensor(np.arange(5) < [[5], [3]])
    masks = {name: there[::-1] if i else there for i, name in enumerate(sequences)}

    def outputs(*inputs: Any) -> Any:
        x, weights = inputs[: len(sequences)], inputs[len(sequences) :]
        y = block.stateless_call(weights, state, *x, **masks)[0]
        return ops.where(there[..., None], y, 0)  # what becomes of padding is left open

    if keras.backend.backend() == "jax":
        outputs = in_one_program(outputs)
    inputs = {name: rng.normal(size=shape) for name, shape in given.items()}
    return named(outputs, inputs, rng.normal(size=BLOCK))


def _block(kind: Any, sequences: int, *arguments: Any) -> Any:
    layer = kind(*arguments)
    layer.build(*[BLOCK] * sequences)
    return layer


ROWS = [
    *(
        Row(
            name=f"layers.{kind.__name__}",
            builtin="keras.layers.MultiHeadAttention",
            source="Flowchart C5; Vaswani et al. 2017",
            ours=partial(_block, kind, len(masks), 6, 2),
            mapped=partial(_block, theirs, len(masks)),
            mapping="with LayerNormalization and Dense put together in the same way, the same weights",
            sentence="On JAX, Keras' layer normalization computes float64 inputs in float32.",
            probe=partial(of_block, sequences=masks),
            dtypes=("float64", "float32"),
            gradients=True,
            steps=3,
            computes={"jax": "float32"},
        )
        for kind, theirs, masks in (
            (ours.TransformerEncoder, Encoder, ("mask",)),
            (
                ours.TransformerDecoder,
                Decoder,
                ("decoder_sequence_mask", "encoder_sequence_mask"),
            ),
        )
    ),
]
