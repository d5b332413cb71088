r"""Decoding with a key-value cache: what a transformer says of the next token, with one place computed for each.

Sources: Flowchart C5; Vaswani et al. 2017.

$$ l = \log \mathrm{softmax}(z) \tag{1} $$

$z$ are the logits of `dlref.models.Transformer` for the token behind a prefix, and $l_j$ is the log-probability of
token $j$. Of a prefix, only the last token is new: the keys and values of the others were computed for the prefix that
it goes on from, and a cache has kept them. A search asks about several prefixes at once and goes on from the best,
which come in another order, and of which several may go on from one: each takes over the rows of the cache that belong
to the prefix that it goes on from.

Keras has no such cache. Equals `keras.ops.log_softmax` of the logits of the transformer for each whole prefix.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import _checks
from dlref.compiling import in_programs
from dlref.decoding import prefixes as given


def cached_decoders(
    transformer: Any, sources: Any, max_length: int
) -> tuple[Callable[[Any], np.ndarray], ...]:
    """A function for each source that `greedy_search` and `beam_search` take as `next_log_probabilities`.

    The sources are read at once, when this is called; the weights of the decoder are those of the moment of a search.

    Args:
        transformer: a model of `dlref.models.Transformer`, or one that was loaded.
        sources: token numbers, of shape (sources, places), 0 for padding.
        max_length: the tokens of the longest prefix, with the start token; at least 1. A search with the same
            `max_length` has no longer one.

    Returns:
        Functions from prefixes, of shape (prefixes, length), to the log-probabilities of each next token, of shape
        (prefixes, vocabulary). Each keeps the cache of its last prefixes; of prefixes that go on from none of these it
        computes all places.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `transformer` has other layers than a transformer, `sources` are not of this shape or no tokens,
            or `max_length` is below 1.

    Example:
        >>> from dlref.models import Transformer
        >>> model = Transformer(9, 7, num_blocks=1, vector_size=8, intermediate_dim=16, num_heads=2)
        >>> first, second = cached_decoders(model, [[3, 4, 8, 0], [2, 5, 6, 1]], max_length=5)
        >>> first([[1]]).shape, first([[1, 4], [1, 2]]).shape  # one prefix, and two that go on from it
        ((1, 7), (2, 7))
    """
    owner = "cached_decoders"
    length = _checks.integer(owner, "max_length", max_length, 1)
    layers = _layers(owner, transformer)
    tokens = given.checked(owner, "sources", sources, layers["source_embedding"].input_dim)
    blocks = sum(name.startswith("encoder_") for name in layers)
    encoder = keras.Model(transformer.inputs[0], layers[f"encoder_{blocks}"].output)
    read = encoder.predict(tokens, verbose=0)
    start, step = _programs(layers, length)
    return tuple(
        _Decoder(lambda each=each: start(each), step, there, length, layers["logits"].units)
        for each, there in zip(np.split(read, len(read)), tokens[:, None] > 0, strict=True)
    )


def _next(layers: Any, tokens: Any, rows: Any, t: Any, caches: Any, there: Any) -> tuple[Any, Any]:
    """The log-probabilities behind place t, and the caches with it; `rows` are those of the prefixes gone on from."""
    last = ops.take(tokens, t[None], axis=1)
    x = layers["target_places"](layers["target_embedding"](last), start_index=t)
    found = []
    for i, (own, read) in enumerate(caches, 1):
        own = tuple(ops.take(each, rows, axis=0) for each in own)
        x, cache = layers[f"decoder_{i}"].step(x, (own, read), t, there, tokens > 0)
        found.append(cache)
    z = layers["logits"](x)[:, 0]
    l = ops.log_softmax(z)  # (1)
    return l, found


def _programs(layers: Any, length: int) -> tuple[Any, Any]:
    """What begins a cache from what was read, and what puts a place into it."""
    blocks = [layer for name, layer in layers.items() if name.startswith("decoder_")]
    start = in_programs(lambda c: [block.start(c, length) for block in blocks], blocks)
    needed = [layers["target_embedding"], *blocks, layers["logits"]]
    return start, in_programs(lambda *tensors: _next(layers, *tensors), needed)


class _Decoder:
    def __init__(self, start: Any, step: Any, there: Any, length: int, vocabulary: int) -> None:
        self._start, self._step, self._there = start, step, ops.convert_to_tensor(there)
        self._length, self._vocabulary, self._size = length, vocabulary, 1
        self._rows: dict[tuple[int, ...], int] = {}
        self._caches: Any = None

    def __call__(self, prefixes: Any) -> np.ndarray:
        y = given.checked("cached_decoders", "prefixes", prefixes, self._vocabulary, self._length)
        known = all(tuple(each[:-1]) in self._rows for each in y.tolist())
        if not known or self._caches is None:
            self._rows, self._caches, known = {(): 0}, self._start(), False
        for t in range(y.shape[1] - 1 if known else 0, y.shape[1]):
            found = self._write(y[:, : t + 1], t)
        return found[: len(y)]

    def _write(self, y: Any, t: int) -> np.ndarray:
        """One more place of each prefix; a power of two of rows, never fewer, for each number is a program."""
        self._size = max(self._size, 1 << (len(y) - 1).bit_length())
        y = np.concatenate([y, y[:1].repeat(self._size - len(y), 0)])
        rows = [self._rows[tuple(each[:-1])] for each in y.tolist()]
        tokens = np.pad(y, ((0, 0), (0, self._length - t - 1)))
        tensors = (ops.convert_to_tensor(each, "int32") for each in (tokens, rows, t))
        found, self._caches = self._step(*tensors, self._caches, self._there)
        self._rows = {tuple(each): i for i, each in enumerate(y.tolist())}
        return ops.convert_to_numpy(found)


def _layers(owner: str, transformer: Any) -> dict[str, Any]:
    if not isinstance(transformer, keras.Model):
        raise TypeError(
            f"{owner}: `transformer` must be a Keras model. Received: type {type(transformer).__name__}."
        )
    layers = {layer.name: layer for layer in transformer.layers}
    for name in ("source_embedding", "encoder_1", "target_places", "decoder_1", "logits"):
        if name not in layers:
            raise ValueError(
                f"{owner}: `transformer` must be a model of `dlref.models.Transformer`. "
                f"Received: {transformer.name!r}, which has no layer {name!r}."
            )
    return layers
