r"""A block of the transformer's encoder: every place looks at all places, and then is changed by itself.

Sources: Flowchart C5 (transformer); Vaswani et al. 2017.

$$ m = x + \operatorname{MultiHead}(x, x, x) \tag{1} $$
$$ a = \operatorname{LayerNorm}(m) \tag{2} $$
$$ h = g(W_1^\top a + b_1) \tag{3} $$
$$ f = a + W_2^\top h + b_2 \tag{4} $$
$$ y = \operatorname{LayerNorm}(f) \tag{5} $$

$x$ (`inputs`) are the vectors of a sequence, of $d$ entries each; $y$ has their shape. $\operatorname{MultiHead}$ is
`dlref.layers.MultiHeadAttention`, with heads of $d / h$ entries. (3) and (4) are a network of one hidden layer with
`intermediate_dim` units and the activation $g$, the same at every place; dropout leaves out entries of its output, and
of that of the heads. $\operatorname{LayerNorm}(z) = \gamma \frac{z - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta$, with
the mean and the variance of the entries of each vector; (2) and (5) have weights of their own.

Nothing built in is such a block. It equals `keras.layers.MultiHeadAttention`, `LayerNormalization` and `Dense` put
together in the same way.
"""

from typing import Any

import keras
from keras import ops

from dlref.layers.transformer_block import TransformerBlock


@keras.saving.register_keras_serializable("dlref")
class TransformerEncoder(TransformerBlock):
    r"""A block of the encoder, (1) to (5): attention of a sequence to itself, then a network at each place.

    Args:
        intermediate_dim: the units of the hidden layer, at least 1.
        num_heads: $h$, at least 1, a divisor of $d$.
        dropout: the share of entries, and of weights of attention, left out in training, in [0, 1). Defaults to 0.0.
        activation: $g$, a function or its name. Defaults to "relu".
        layer_norm_epsilon: $\epsilon$, above 0. Defaults to 1e-5.
        seed: an integer from 0 to 4294967295, for repeatable dropout. Defaults to None.
        kernel_initializer: where the matrices start. Defaults to "glorot_uniform".
        bias_initializer: where the biases start, but for $\beta$. Defaults to "zeros".
        **kwargs: the keywords of `keras.layers.Layer`.

    Call arguments:
        inputs: $x$, of shape (batch, places, size).
        mask: of shape (batch, places), False for padding, at which no place looks. Without it the mask that comes along
            with the inputs.
        training: whether dropout leaves something out. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, the inputs have not three axes, or the size of a vector is
            no multiple of `num_heads`.

    Example:
        >>> layer = TransformerEncoder(intermediate_dim=2048, num_heads=8)
        >>> layer.build((None, None, 512))
        >>> layer.count_params()  # of attention 1,050,624, of the network 2,099,712, of the two norms 2,048
        3152384
    """

    def build(self, input_shape: Any) -> None:
        """Makes the weights."""
        self.fits("inputs", input_shape)
        self.build_network(input_shape[2])
        self.attention = self.attention_of("attention", input_shape[2])
        self.attention.build(input_shape, input_shape)
        self.norm_1 = self.norm("norm_1", input_shape)
        self.norm_2 = self.norm("norm_2", input_shape)

    def call(self, inputs: Any, mask: Any = None, training: bool = False) -> Any:
        """The vectors, each with what it has found at the others."""
        x, g, W_1, W_2 = inputs, self.activation, self.W_1, self.W_2
        b_1, b_2 = self.b_1, self.b_2
        masks = {"query_mask": mask, "value_mask": mask, "key_mask": mask}
        heads = self.attention(x, x, **masks, training=training)
        m = x + self.dropped(heads, training)  # (1)
        a = self.norm_1(m)  # (2)
        h = g(ops.matmul(a, W_1) + b_1)  # (3)
        f = a + self.dropped(ops.matmul(h, W_2) + b_2, training)  # (4)
        return self.norm_2(f)  # (5)

    def compute_output_spec(self, inputs: Any, mask: Any = None, training: bool = False) -> Any:
        """As the vectors."""
        self.fits("inputs", inputs.shape)
        return keras.KerasTensor(inputs.shape, self.compute_dtype)
