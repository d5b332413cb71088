r"""A block of the transformer's decoder: every place looks at those before it, and then at what the encoder has read.

Sources: Flowchart C5 (transformer); Vaswani et al. 2017.

$$ m = x + \operatorname{MultiHead}(x, x, x) \tag{1} $$
$$ a = \operatorname{LayerNorm}(m) \tag{2} $$
$$ n = a + \operatorname{MultiHead}(a, c, c) \tag{3} $$
$$ r = \operatorname{LayerNorm}(n) \tag{4} $$
$$ h = g(W_1^\top r + b_1) \tag{5} $$
$$ f = r + W_2^\top h + b_2 \tag{6} $$
$$ y = \operatorname{LayerNorm}(f) \tag{7} $$

$x$ (`decoder_sequence`) are the vectors of what is written, $c$ (`encoder_sequence`) what the encoder has put out. In
(1) a place looks at itself and those before it, in (3) at all of $c$; both are a `dlref.layers.MultiHeadAttention`
with weights of its own. The rest is as in `dlref.layers.TransformerEncoder`.

Writing token by token, `step` computes the keys and values of the newest place alone and keeps those of the others in a
cache; it finds what (1) to (7) find for the whole sequence.

Nothing built in is such a block. It equals `keras.layers.MultiHeadAttention`, `LayerNormalization` and `Dense` put
together in the same way.
"""

import functools
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from dlref._compat import keras as keras_src
from dlref.layers import attending
from dlref.layers.transformer_block import TransformerBlock

Look = Callable[[Any], Any]  # what an attention finds for its queries


def _in_mixed_precision(method: Any) -> Any:
    """Weights in the precision of the layer's computation, as in a call."""

    @functools.wraps(method)
    def scoped(self: Any, *args: Any, **kwargs: Any) -> Any:
        with keras_src.AutocastScope(self.compute_dtype):
            return method(self, *args, **kwargs)

    return scoped


@keras.saving.register_keras_serializable("dlref")
class TransformerDecoder(TransformerBlock):
    r"""A block of the decoder, (1) to (7): attention to what is written and to what is read, then a network.

    Args:
        intermediate_dim: the units of the hidden layer, at least 1.
        num_heads: $h$, at least 1, a divisor of the size of a vector.
        dropout: the share of entries, and of weights of attention, left out in training, in [0, 1). Defaults to 0.0.
        activation: $g$, a function or its name. Defaults to "relu".
        layer_norm_epsilon: $\epsilon$, above 0. Defaults to 1e-5.
        seed: an integer from 0 to 4294967295, for repeatable dropout. Defaults to None.
        kernel_initializer: where the matrices start. Defaults to "glorot_uniform".
        bias_initializer: where the biases start, but for $\beta$. Defaults to "zeros".
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        decoder_sequence: $x$, of shape (batch, places, size).
        encoder_sequence: $c$, of shape (batch, places read, any).
        decoder_sequence_mask: of shape (batch, places), False for padding, at which no place looks. Without it the mask
            that comes along with the sequence.
        encoder_sequence_mask: of shape (batch, places read), likewise.
        training: whether dropout leaves something out. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, a sequence has not three axes, or the size of a vector is
            no multiple of `num_heads`.

    Example:
        >>> layer, written = TransformerDecoder(32, num_heads=2), keras.ops.ones((1, 3, 8))
        >>> y = layer(written, keras.ops.ones((1, 5, 8)))
        >>> cache = layer.start(keras.ops.ones((1, 5, 8)), length=3)
        >>> for t in range(3):
        ...     last, cache = layer.step(written[:, t : t + 1], cache, t)
        >>> bool(keras.ops.all(keras.ops.abs(last[:, 0] - y[:, 2]) < 1e-5))
        True
    """

    def build(self, decoder_sequence_shape: Any, encoder_sequence_shape: Any) -> None:
        """Makes the weights."""
        shape = decoder_sequence_shape
        self.fits("decoder_sequence", shape)
        self.build_network(shape[2])
        self.attention = self.attention_of("attention", shape[2])
        self.attention.build(shape, shape)
        self.cross_attention = self.attention_of("cross_attention", shape[2])
        self.cross_attention.build(shape, encoder_sequence_shape)
        self.norm_1 = self.norm("norm_1", shape)
        self.norm_2 = self.norm("norm_2", shape)
        self.norm_3 = self.norm("norm_3", shape)

    def call(
        self,
        decoder_sequence: Any,
        encoder_sequence: Any,
        decoder_sequence_mask: Any = None,
        encoder_sequence_mask: Any = None,
        training: bool = False,
    ) -> Any:
        """Every place of what is written, each with what it has found before it and in what was read."""
        x, c = decoder_sequence, encoder_sequence
        own, read = decoder_sequence_mask, encoder_sequence_mask
        masks = {"query_mask": own, "value_mask": own, "key_mask": own}
        how = {"use_causal_mask": True, "training": training, **masks}
        across = {"query_mask": own, "value_mask": read, "key_mask": read, "training": training}
        return self._written(
            x,
            lambda x: self.attention(x, x, **how),
            lambda a: self.cross_attention(a, c, **across),
            training,
        )

    @_in_mixed_precision
    def start(self, encoder_sequence: Any, length: int) -> tuple[Any, Any]:
        """A cache for `length` places: keys and values of what is written, none yet, and of what was read."""
        c = ops.convert_to_tensor(encoder_sequence, self.compute_dtype)
        heads = self.attention
        empty = ops.zeros((ops.shape(c)[0], length, heads.num_heads, heads.key_dim), c.dtype)
        return (empty, empty), self.cross_attention.keys_and_values(c)

    @_in_mixed_precision
    def step(
        self,
        x: Any,
        cache: Any,
        t: Any,
        encoder_sequence_mask: Any = None,
        decoder_sequence_mask: Any = None,
    ) -> Any:
        """What `call` finds at place `t`, of shape (batch, 1, size), and the cache with this place in it.

        Args:
            x: the vectors of this place, of shape (batch, 1, size).
            cache: of `start`, or of the step before.
            t: the place, from 0, a whole number or a tensor of one.
            encoder_sequence_mask: as for the call.
            decoder_sequence_mask: as for the call, of the cache's `length`; what it says of places behind `t` is not
                read.
        """
        (K, V), (K_c, V_c) = cache
        across = self.cross_attention
        k, v = self.attention.keys_and_values(x)
        zero = ops.zeros((), "int32")
        place = (zero, ops.cast(t, "int32"), zero, zero)  # JAX wants all of one type
        K, V = ops.slice_update(K, place, k), ops.slice_update(V, place, v)
        past = (ops.arange(K.shape[1], dtype="int32") <= ops.cast(t, "int32"))[None]
        own, there = decoder_sequence_mask, encoder_sequence_mask
        if own is not None:
            own = ops.cast(own, "bool")
            past = past & own
            own = ops.take(own, ops.cast(t, "int32")[None], axis=1)
        back = attending.of_heads(self, own, (past,), None)
        read = attending.of_heads(self, own, (there,), None)
        y = self._written(
            x,
            lambda x: self.attention.attend(self.attention.queries(x), K, V, back)[0],
            lambda a: across.attend(across.queries(a), K_c, V_c, read)[0],
            training=False,
        )
        return y, ((K, V), (K_c, V_c))

    def _written(self, x: Any, look_back: Look, look_across: Look, training: bool) -> Any:
        """The block, with what looks at places before and what looks at those that were read."""
        g, W_1, b_1, W_2, b_2 = self.activation, self.W_1, self.b_1, self.W_2, self.b_2
        heads = look_back(x)
        m = x + self.dropped(heads, training)  # (1)
        a = self.norm_1(m)  # (2)
        found = look_across(a)
        n = a + self.dropped(found, training)  # (3)
        r = self.norm_2(n)  # (4)
        h = g(ops.matmul(r, W_1) + b_1)  # (5)
        f = r + self.dropped(ops.matmul(h, W_2) + b_2, training)  # (6)
        return self.norm_3(f)  # (7)

    def compute_output_spec(self, decoder_sequence: Any, encoder_sequence: Any, **_: Any) -> Any:
        """As the sequence that is written."""
        self.fits("decoder_sequence", decoder_sequence.shape)
        return keras.KerasTensor(decoder_sequence.shape, self.compute_dtype)
