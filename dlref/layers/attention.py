r"""Attention: each query takes a weighted mean of the values, with weights that say how well it fits their keys.

Sources: Flowchart C5 (attention); Vaswani et al. 2017 (1); Bahdanau et al. 2015 (2 to 4).

Scaled dot products:

$$ e_{ij} = \frac{1}{\sqrt{d_k}} \sum_u Q_{iu} K_{ju} \tag{1} $$

or, with weights of its own, a network of one hidden layer:

$$ A = Q W_1 \tag{2} $$
$$ B = K W_2 \tag{3} $$
$$ e_{ij} = \sum_u v_u \tanh(A_{iu} + B_{ju}) \tag{4} $$

and of either:

$$ \alpha = m\, \operatorname{softmax}(e) \tag{5} $$
$$ c_{iu} = \sum_j \alpha_{ij} V_{ju} \tag{6} $$

$Q$, $K$ and $V$ are queries, keys and values, a row for each; $d_k$ is the size of a key. $m$ is 1 where a query may
look and 0 where the value is masked or lies in the future; there $e$ counts as $-\infty$. The weights $\alpha$ of a
query are a row that adds up to 1, or 0 throughout if it may look nowhere.

Differs from `keras.layers.Attention`, which does not divide by $\sqrt{d_k}$, and from `keras.layers.AdditiveAttention`,
which has no $W_1$ and $W_2$. Where a query may look nowhere both give it a mean of all values.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref._transposed import transposed
from dlref.layers import attending
from dlref.layers.attending import softmax, tanh


class _Attention(keras.layers.Layer):
    def __init__(self, dropout: float = 0.0, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dropout = _checks.real(self, "dropout", dropout, "[0, 1)")
        self.seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.supports_masking = True

    def _scores(self, q: Any, k: Any) -> Any:
        raise NotImplementedError

    def call(
        self,
        inputs: Sequence[Any],
        mask: Sequence[Any] | None = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """The mean of the values for each query, and its weights where they are asked for."""
        q, v, k = attending.parts(self, inputs)
        q_mask, v_mask = attending.masks(self, mask)
        e = self._scores(q, k)
        alpha = _weights(e, attending.where_to_look(e, v_mask, use_causal_mask))
        dropped = alpha
        if training and self.dropout:
            dropped = keras.random.dropout(alpha, self.dropout, seed=self.seed_generator)
        c = _means(dropped, v)
        if q_mask is not None:
            c = ops.where(ops.expand_dims(q_mask, -1), c, 0)
        return (c, dropped) if return_attention_scores else c

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of the queries."""
        return attending.masks(self, mask)[0]

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """A mean of the size of a value for each query."""
        q, v, _ = attending.parts(self, input_shape)
        return (*q[:-1], v[-1])

    def compute_output_spec(
        self,
        inputs: Sequence[Any],
        mask: Any = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """A mean for each query, and a weight for each query and value."""
        q, v, k = attending.parts(self, inputs)
        shape = self.compute_output_shape([q.shape, v.shape, k.shape])
        c = keras.KerasTensor(shape, self.compute_dtype)
        alpha = keras.KerasTensor((*q.shape[:-1], k.shape[-2]), self.compute_dtype)
        return (c, alpha) if return_attention_scores else c

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "dropout": self.dropout, "seed": self.seed}


@keras.saving.register_keras_serializable("dlref")
class DotProductAttention(_Attention):
    r"""Scaled dot-product attention, $e = Q K^\top / \sqrt{d_k}$.

    Args:
        dropout: the share of the weights that are left out in training, in [0, 1). Defaults to 0.0.
        seed: an integer from 0 to 4294967295, for repeatable dropout. Defaults to None.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: `[query, value]` or `[query, value, key]`, of shapes (batch, queries, size), (batch, values, any) and
            (batch, values, size). Without keys the values are the keys.
        mask: `[query_mask, value_mask]`, each of booleans or None, of shapes (batch, queries) and (batch, values).
        training: whether weights are left out. Defaults to False.
        return_attention_scores: whether the weights $\alpha$ are returned too. Defaults to False.
        use_causal_mask: whether a query sees no value behind its own place. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `dropout` or `seed` is outside its interval, or inputs or masks are no such lists.

    Example:
        >>> query, value = keras.ops.ones((1, 1, 4)), keras.ops.array([[[1.0] * 4, [3.0] * 4]])
        >>> c, alpha = DotProductAttention()([query, value], return_attention_scores=True)
        >>> [round(float(weight), 3) for weight in alpha[0, 0]]  # scores of 4/√4 and 12/√4
        [0.018, 0.982]
    """

    def _scores(self, q: Any, k: Any) -> Any:
        return _dot_products(q, k, attending.key_size(self, q, k))


@keras.saving.register_keras_serializable("dlref")
class AdditiveAttention(_Attention):
    r"""Bahdanau's attention, $e_{ij} = v^\top \tanh(W_1^\top q_i + W_2^\top k_j)$.

    Its weights are `W_1`, `W_2` and `v`, each drawn by Glorot's uniform initializer.

    Args:
        units: of the hidden layer, at least 1.
        dropout: the share of the weights that are left out in training, in [0, 1). Defaults to 0.0.
        seed: an integer from 0 to 4294967295, for repeatable dropout. Defaults to None.
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: as for `DotProductAttention`, with queries and keys of any sizes.
        mask: `[query_mask, value_mask]`, each of booleans or None, of shapes (batch, queries) and (batch, values).
        training: whether weights are left out. Defaults to False.
        return_attention_scores: whether the weights $\alpha$ are returned too. Defaults to False.
        use_causal_mask: whether a query sees no value behind its own place. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, or inputs or masks are no such lists.

    Example:
        >>> layer = AdditiveAttention(units=10)
        >>> layer([keras.ops.ones((2, 5, 3)), keras.ops.ones((2, 7, 4))]).shape == (2, 5, 4)
        True
    """

    def __init__(
        self, units: int, dropout: float = 0.0, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(dropout, seed, **kwargs)
        self.units = _checks.integer(self, "units", units, 1)

    def build(self, input_shape: Sequence[Sequence[int | None]]) -> None:
        """Makes the weights."""
        q, _, k = attending.parts(self, input_shape)
        for name, shape in (
            ("W_1", (q[-1], self.units)),
            ("W_2", (k[-1], self.units)),
            ("v", (self.units,)),
        ):
            setattr(self, name, self.add_weight(name=name, shape=shape))

    def _scores(self, q: Any, k: Any) -> Any:
        return _of_hidden_layer(q, k, self.W_1, self.W_2, self.v)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "units": self.units}


def _dot_products(Q: Any, K: Any, d_k: int) -> Any:
    return ops.matmul(Q / d_k**0.5, transposed(K))  # (1)


def _of_hidden_layer(Q: Any, K: Any, W_1: Any, W_2: Any, v: Any) -> Any:
    A = ops.matmul(Q, W_1)  # (2)
    B = ops.matmul(K, W_2)  # (3)
    return ops.matmul(tanh(A[..., :, None, :] + B[..., None, :, :]), v)  # (4)


def _weights(e: Any, m: Any) -> Any:
    if m is None:
        return softmax(e)
    e = ops.where(m, e, attending.LOWEST[keras.backend.standardize_dtype(e.dtype)])
    return ops.cast(m, e.dtype) * softmax(e)  # (5)


def _means(alpha: Any, v: Any) -> Any:
    return ops.matmul(alpha, v)  # (6)
