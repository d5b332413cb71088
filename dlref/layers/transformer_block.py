"""What the blocks of a transformer share: their arguments, their parts, and dropout."""

from typing import Any

import keras

from dlref import _checks
from dlref.layers.layer_norm import LayerNorm
from dlref.layers.multi_head_attention import MultiHeadAttention
from dlref.layers.weighted import Weighted, fresh


class TransformerBlock(Weighted):
    """Base of the blocks, with a hidden layer `W_1`, `b_1` and the layer `W_2`, `b_2` behind it.

    Args:
        intermediate_dim: the units of the hidden layer.
        num_heads: of each attention.
        dropout: the share of entries, and of weights of attention, left out in training.
        activation: of the hidden layer.
        layer_norm_epsilon: of each normalization.
        seed: for repeatable dropout.
        kernel_initializer: where the matrices start.
        bias_initializer: where the biases start.
        **kwargs: the keywords of `keras.layers.Layer`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval.
    """

    def __init__(
        self,
        intermediate_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        activation: Any = "relu",
        layer_norm_epsilon: float = 1e-5,
        seed: int | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **kwargs: Any,
    ) -> None:
        self._starts = {
            "kernel_initializer": kernel_initializer,
            "bias_initializer": bias_initializer,
        }
        super().__init__(**self._starts, **kwargs)
        self.intermediate_dim = _checks.integer(self, "intermediate_dim", intermediate_dim, 1)
        self.num_heads = _checks.integer(self, "num_heads", num_heads, 1)
        self.dropout = _checks.real(self, "dropout", dropout, "[0, 1)")
        self.activation = _checks.identified(self, "activation", activation)
        self.layer_norm_epsilon = _checks.real(
            self, "layer_norm_epsilon", layer_norm_epsilon, "(0, inf)"
        )
        self.seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.supports_masking = True

    def attention_of(self, name: str, size: int) -> MultiHeadAttention:
        """An attention for vectors of a size, not yet built."""
        starts = {name: fresh(getattr(self, name)) for name in self._starts}
        options = {"dropout": self.dropout, "seed": self.seed, "dtype": self.dtype_policy}
        return MultiHeadAttention(
            self.num_heads, size // self.num_heads, name=name, **options, **starts
        )

    def norm(self, name: str, shape: Any) -> LayerNorm:
        """A normalization of such vectors."""
        made = LayerNorm(self.layer_norm_epsilon, dtype=self.dtype_policy, name=name)
        made.build(shape)
        return made

    def build_network(self, size: int) -> None:
        """Makes the weights of the network at each place."""
        self.W_1, self.b_1 = self._pair("1", size, self.intermediate_dim)
        self.W_2, self.b_2 = self._pair("2", self.intermediate_dim, size)

    def _pair(self, name: str, inputs: int, outputs: int) -> Any:
        drawn = fresh(self.kernel_initializer)
        W = self.add_named_weight("kernel", (inputs, outputs), name=f"W_{name}", initializer=drawn)
        return W, self.add_named_weight("bias", (outputs,), name=f"b_{name}")

    def fits(self, argument: str, shape: Any) -> None:
        """Refuses a shape that has not three axes, or a size that the heads do not divide.

        Raises:
            ValueError: if it is one.
        """
        if len(shape) != 3 or shape[2] is None or shape[2] % self.num_heads:
            raise ValueError(
                f"{type(self).__name__}: `{argument}` must have shape (batch, places, size), with a size that is a "
                f"multiple of num_heads={self.num_heads}. Received: {argument}.shape={tuple(shape)}."
            )

    def dropped(self, x: Any, training: bool) -> Any:
        """What dropout leaves of x."""
        if not training or not self.dropout:
            return x
        return keras.random.dropout(x, self.dropout, seed=self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("intermediate_dim", "num_heads", "dropout", "layer_norm_epsilon", "seed")
        own = {name: getattr(self, name) for name in names}
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), **own, "activation": activation}
