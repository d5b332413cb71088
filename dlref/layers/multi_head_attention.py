r"""Multi-head attention: several attentions side by side, each of queries, keys and values that it has learned to make.

Sources: Flowchart C5 (transformer); Vaswani et al. 2017.

$$ Q_{tiu} = b^Q_{iu} + \sum_c q_{tc} W^Q_{ciu} \tag{1} $$
$$ K_{jiu} = b^K_{iu} + \sum_c k_{jc} W^K_{ciu} \tag{2} $$
$$ V_{jiu} = b^V_{iu} + \sum_c v_{jc} W^V_{ciu} \tag{3} $$
$$ H_i = \operatorname{Attention}(Q_i, K_i, V_i) \tag{4} $$
$$ y_{to} = b^O_o + \sum_{iu} H_{tiu} W^O_{iuo} \tag{5} $$

$q_t$ is a query, $k_j$ and $v_j$ are the key and the value of a place to look at, each a row of numbers $c$. Head $i$
has matrices $W^Q_i$, $W^K_i$ and $W^V_i$ of its own, with $d_k$ (`key_dim`) or $d_v$ (`value_dim`) columns $u$, and
looks with them as `dlref.layers.DotProductAttention` does. $W^O$ takes the heads side by side, as
$[H_1, \dots, H_h] W^O$; the paper has no $b$. Of a query that may look nowhere all weights and heads are 0, and $y$ is
$b^O$, which begins at 0.

Equals `keras.layers.MultiHeadAttention` with the same weights. Differs from it where a query may look nowhere: without
`dropout` and `return_attention_scores` Keras' takes a mean of all values. It also takes the masks off the tensors that
it is called with, so that of two layers on one tensor only the first is masked.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers import attending
from dlref.layers.attention import DotProductAttention
from dlref.layers.weighted import KINDS, Weighted, fresh


@keras.saving.register_keras_serializable("dlref")
class MultiHeadAttention(Weighted):
    r"""Multi-head attention, $y = [H_1, \dots, H_h] W^O + b^O$, $H_i = \operatorname{Attention}(Q_i, K_i, V_i)$.

    Its weights are `W_Q`, `b_Q`, `W_K`, `b_K`, `W_V`, `b_V`, `W_O` and `b_O`, in the order and the shapes of Keras'.

    Args:
        num_heads: $h$, at least 1.
        key_dim: $d_k$, the size of the queries and keys of a head, at least 1.
        value_dim: $d_v$, the size of the values of a head, at least 1. Defaults to `key_dim`.
        dropout: the share of the weights $\alpha$ that are left out in training, in [0, 1). Defaults to 0.0.
        use_bias: whether there are biases $b$. Defaults to True.
        output_shape: the size of $y$, at least 1. Defaults to that of a query.
        seed: an integer from 0 to 4294967295, for repeatable dropout. Defaults to None.
        kernel_initializer: where the $W$ start. Defaults to "glorot_uniform".
        bias_initializer: where the $b$ start. Defaults to "zeros".
        **kwargs: `kernel_regularizer`, `kernel_constraint`, `bias_regularizer`, `bias_constraint` (None), and the
            keywords of `keras.layers.Layer`.

    Call arguments:
        query: of shape (batch, queries, size).
        value: of shape (batch, values, any).
        key: of shape (batch, values, any). Defaults to `value`.
        query_mask: of shape (batch, queries), False for queries that may look nowhere.
        value_mask: of shape (batch, values), False for values that no query may look at.
        key_mask: likewise.
        attention_mask: of shape (batch, queries, values), with or without an axis of heads behind that of the batch,
            or (queries, values): False where a query may not look.
        return_attention_scores: whether the weights $\alpha$ are returned too, of shape (batch, heads, queries,
            values). Defaults to False.
        training: whether weights are left out. Defaults to False.
        use_causal_mask: whether a query sees no value behind its own place. Defaults to False.

    Of the first three masks those that are not given are the ones that come along with the tensors, as from
    `Embedding(mask_zero=True)`; there they stay. The output has the mask of `query`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, a tensor has not three axes, or there is not a key for
            each value.

    Example:
        >>> layer = MultiHeadAttention(num_heads=2, key_dim=3)
        >>> layer(keras.ops.ones((1, 5, 8)), keras.ops.ones((1, 7, 4))).shape == (1, 5, 8)
        True
        >>> [tuple(weight.shape) for weight in layer.weights[:4]], tuple(layer.W_O.shape)
        ([(8, 2, 3), (2, 3), (4, 2, 3), (2, 3)], (2, 3, 8))
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | None = None,
        seed: int | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **kwargs: Any,
    ) -> None:
        objects = {"kernel_initializer": kernel_initializer, "bias_initializer": bias_initializer}
        unset = dict.fromkeys(f"{w}_{k}" for w in ("kernel", "bias") for k in KINDS)
        super().__init__(**unset | objects | kwargs)
        self.num_heads = _checks.integer(self, "num_heads", num_heads, 1)
        self.key_dim = _checks.integer(self, "key_dim", key_dim, 1)
        sizes = {"value_dim": value_dim, "output_shape": output_shape}
        given = {n: _checks.integer(self, n, v, 1) for n, v in sizes.items() if v is not None}
        self.value_dim = given.get("value_dim", self.key_dim)
        self.size = given.get("output_shape")  # the attribute has another meaning in Keras
        self.use_bias = _checks.boolean(self, "use_bias", use_bias)
        self.dropout = _checks.real(self, "dropout", dropout, "[0, 1)")
        self.seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        self.attention = DotProductAttention(
            dropout, seed, dtype=self.dtype_policy, name="attention"
        )
        self.supports_masking = True

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        """Makes the weights."""
        q, v, k = attending.sizes(self, query_shape, value_shape, key_shape)
        heads, d_k, d_v = self.num_heads, self.key_dim, self.value_dim
        self.W_Q, self.b_Q = self._weights("Q", (q,), (heads, d_k))
        self.W_K, self.b_K = self._weights("K", (k,), (heads, d_k))
        self.W_V, self.b_V = self._weights("V", (v,), (heads, d_v))
        self.W_O, self.b_O = self._weights("O", (heads, d_v), (self.size or q,))

    def _weights(self, letter: str, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> Any:
        """A matrix and its bias, or 0."""
        named = {"name": f"W_{letter}", "initializer": fresh(self.kernel_initializer)}
        W = self.add_named_weight("kernel", inputs + outputs, **named)
        if not self.use_bias:
            return W, 0
        return W, self.add_named_weight("bias", outputs, name=f"b_{letter}")

    def queries(self, query: Any) -> Any:
        """The queries of all heads."""
        q, W_Q, b_Q = query, self.W_Q, self.b_Q
        return ops.einsum("...tc,ciu->...tiu", q, W_Q) + b_Q  # (1)

    def keys_and_values(self, value: Any, key: Any = None) -> tuple[Any, Any]:
        """The keys and values of all heads, which decoding computes once for each token."""
        v, k = value, value if key is None else key
        W_K, b_K = self.W_K, self.b_K
        W_V, b_V = self.W_V, self.b_V
        K = ops.einsum("...jc,ciu->...jiu", k, W_K) + b_K  # (2)
        V = ops.einsum("...jc,ciu->...jiu", v, W_V) + b_V  # (3)
        return K, V

    def attend(self, Q: Any, K: Any, V: Any, m: Any = None, **how: Any) -> tuple[Any, Any]:
        """What the queries find where `m`, if given, is True, and with which weights."""
        H, alpha = self._attention(Q, K, V, m, how)  # (4)
        W_O, b_O = self.W_O, self.b_O
        y = ops.einsum("...tiu,iuo->...to", H, W_O) + b_O  # (5)
        return y, alpha

    def _attention(self, Q: Any, K: Any, V: Any, m: Any, how: Any) -> tuple[Any, Any]:
        """The heads, in front of the places as dot-product attention wants them, and back."""
        q, v, k = (ops.swapaxes(x, -2, -3) for x in (Q, V, K))
        mask = None if m is None else [None, m]
        H, alpha = self.attention([q, v, k], mask=mask, return_attention_scores=True, **how)
        return ops.swapaxes(H, -2, -3), alpha

    def call(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """What each query finds, and the weights where they are asked for."""
        attending.sizes(self, *(None if x is None else x.shape for x in (query, value, key)))
        m = attending.of_heads(self, query_mask, (value_mask, key_mask), attention_mask)
        Q, (K, V) = self.queries(query), self.keys_and_values(value, key)
        how = {"training": training, "use_causal_mask": use_causal_mask}
        y, alpha = self.attend(Q, K, V, m, **how)
        return (y, alpha) if return_attention_scores else y

    def compute_output_shape(
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> Any:
        """One $y$ for each query."""
        return (*query_shape[:-1], self.size or query_shape[-1])

    def compute_output_spec(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        return_attention_scores: bool = False,
        **_: Any,
    ) -> Any:
        """One $y$ for each query, and a weight for each head, query and value."""
        shapes = [None if x is None else x.shape for x in (query, value, key)]
        attending.sizes(self, *shapes)
        y = keras.KerasTensor(self.compute_output_shape(*shapes), self.compute_dtype)
        places = (query.shape[0], self.num_heads, query.shape[1], value.shape[1])
        alpha = keras.KerasTensor(places, self.compute_dtype)
        return (y, alpha) if return_attention_scores else y

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("num_heads", "key_dim", "value_dim", "dropout", "use_bias", "seed")
        own = {name: getattr(self, name) for name in names} | {"output_shape": self.size}
        return {**super().get_config(), **own}
