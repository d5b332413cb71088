r"""Transformer: an encoder that reads a sequence and a decoder that writes another, of attention alone.

Sources: Flowchart C5 (transformer); Vaswani et al. 2017.

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (1) | scaled embedding, positional encoding, dropout | n × 512 | 18,944,000 |
| (2) | 6 × block of the encoder | n × 512 | 18,914,304 |
| (3) | scaled embedding, positional encoding, dropout | n × 512 | 18,944,000 |
| (4) | 6 × block of the decoder, with (2) | n × 512 | 25,224,192 |
| (5) | dense, 37,000 logits | n × 37000 | 18,981,000 |

(1) and (2) read the source, (3) to (5) write the target; $n$ is the number of places of the one or the other. The
vectors of (1) and (3) are scaled by $\sqrt{512}$ before the encoding of the places is added. The blocks are
`dlref.layers.TransformerEncoder` and `dlref.layers.TransformerDecoder`, with 8 heads and 2,048 hidden units. Token 0 is
padding, and no other looks at it. A place of the target sees itself, those before it, and all of the source. The logits
of a place are for the token behind it. 101,007,496 parameters.

Equals `keras.layers.Embedding`, `MultiHeadAttention`, `LayerNormalization` and `Dense` put together in the same way.
Differs from the paper, where the embeddings and (5) have one matrix in common, with one vocabulary for both languages.
"""

from typing import Any

import keras

from dlref import _checks
from dlref.layers import Dropout, PositionalEncoding, TransformerDecoder, TransformerEncoder
from dlref.models.scaled_embedding import ScaledEmbedding


def Transformer(
    source_vocabulary: int = 37000,
    target_vocabulary: int = 37000,
    num_blocks: int = 6,
    vector_size: int = 512,
    intermediate_dim: int = 2048,
    num_heads: int = 8,
    dropout: float = 0.1,
    name: str = "transformer",
) -> keras.Model:
    """The network that translates: logits of each next token, from the source and the target as far as it is written.

    Args:
        source_vocabulary: how many tokens the source has, padding included; at least 1. Defaults to 37000.
        target_vocabulary: how many the target has, likewise. Defaults to 37000.
        num_blocks: of the encoder, and as many of the decoder; at least 1. Defaults to 6.
        vector_size: the size of a vector, a multiple of `num_heads`. Defaults to 512.
        intermediate_dim: the hidden units of a block, at least 1. Defaults to 2048.
        num_heads: of each attention, at least 1. Defaults to 8.
        dropout: the share that is left out in training of (1), of (3), and of each attention and network of the blocks,
            in [0, 1). Defaults to 0.1.
        name: the model's. Defaults to "transformer".

    Returns:
        A functional Keras model, not compiled. Its inputs are two batches of tokens, [source, target], and each target
        begins with a start token. Its outputs have the mask of the target, so that losses leave out padding.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.

    Example:
        >>> model = Transformer(9, 7, num_blocks=1, vector_size=8, intermediate_dim=16, num_heads=2)
        >>> source, target = keras.ops.array([[3, 4, 8, 0]]), keras.ops.array([[1, 2]])
        >>> model([source, target]).shape == (1, 2, 7)
        True
    """
    read, written, blocks, d, hidden, heads, share = _checked(**locals())
    arguments = {"intermediate_dim": hidden, "num_heads": heads, "dropout": share}
    source, target = _tokens("source"), _tokens("target")
    x = _vectors(source, read, d, share, "source")  # (1)
    c = _read(x, blocks, arguments)  # (2)
    x = _vectors(target, written, d, share, "target")  # (3)
    y = _written(x, c, blocks, arguments)  # (4)
    z = keras.layers.Dense(written, name="logits")(y)  # (5)
    return keras.Model([source, target], z, name=name)


def _checked(dropout: Any, name: str, **sizes: Any) -> tuple[Any, ...]:
    """The arguments of the network without its name, in their order."""
    found = {word: _checks.integer("Transformer", word, n, 1) for word, n in sizes.items()}
    if found["vector_size"] % found["num_heads"]:
        raise ValueError(
            f"Transformer: `vector_size` must be a multiple of num_heads={found['num_heads']}. "
            f"Received: vector_size={found['vector_size']}."
        )
    return *found.values(), float(_checks.real("Transformer", "dropout", dropout, "[0, 1)"))


def _tokens(side: str) -> Any:
    return keras.Input((None,), dtype="int32", name=side)


def _vectors(tokens: Any, vocabulary: int, d: int, dropout: float, side: str) -> Any:
    start = keras.initializers.RandomNormal(stddev=d**-0.5)
    embedding = ScaledEmbedding(vocabulary, d, start, mask_zero=True, name=f"{side}_embedding")
    x = PositionalEncoding(name=f"{side}_places")(embedding(tokens))
    return Dropout(dropout, name=f"{side}_dropout")(x)


def _read(x: Any, blocks: int, arguments: Any) -> Any:
    for i in range(blocks):
        x = TransformerEncoder(**arguments, name=f"encoder_{i + 1}")(x)
    return x


def _written(x: Any, c: Any, blocks: int, arguments: Any) -> Any:
    for i in range(blocks):
        x = TransformerDecoder(**arguments, name=f"decoder_{i + 1}")(x, c)
    return x
