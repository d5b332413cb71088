r"""Long short-term memory: a memory cell that gates write, keep and read.

Sources: Flowchart C5.

$$ z = W_x^\top x^{\langle t \rangle} + W_a^\top a^{\langle t-1 \rangle} + b \tag{1} $$
$$ \tilde c^{\langle t \rangle} = g(z_c) \tag{2} $$
$$ \Gamma_u = \sigma(z_u) \tag{3} $$
$$ \Gamma_f = \sigma(z_f) \tag{4} $$
$$ \Gamma_o = \sigma(z_o) \tag{5} $$
$$ c^{\langle t \rangle} = \Gamma_u \tilde c^{\langle t \rangle} + \Gamma_f c^{\langle t-1 \rangle} \tag{6} $$
$$ a^{\langle t \rangle} = \Gamma_o g(c^{\langle t \rangle}) \tag{7} $$

$x^{\langle t \rangle}$ is step $t$ of the `sequences`, of $n_x$ features; the memory $c$ and the activation $a$ have
`units` entries and begin at 0. $W_x$ is `kernel`, of shape $(n_x, 4 n_a)$, $W_a$ `recurrent_kernel`, of shape
$(n_a, 4 n_a)$, and $b$ `bias`. One product serves all gates: $z_u, z_f, z_c, z_o$ are the four parts of $z$, in this
order, which is Keras'. The lecture has a product for each, as $W_u [a^{\langle t-1 \rangle}, x^{\langle t \rangle}]
+ b_u$. $\Gamma_u$ is the update gate, $\Gamma_f$ the forget gate, $\Gamma_o$ the output gate; vectors are
multiplied entry by entry.

Equals `keras.layers.LSTM`, dropout in distribution.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref.layers.recurrent import Recurrent, RecurrentCell


class _LSTMCell(RecurrentCell):
    """One step (1) to (7)."""

    gates, states = 4, 2

    def initial_bias(self, shape: Sequence[int], dtype: Any = None) -> Any:
        """Of the forget gate 1, so that the memory keeps what it has."""
        b = super().initial_bias(shape, dtype)
        if not self.arguments["unit_forget_bias"]:
            return b
        b_u, b_f, *rest = self.split(b)
        return ops.concatenate([b_u, ops.ones_like(b_f), *rest])

    def call(self, inputs: Any, states: Any) -> tuple[Any, list[Any]]:
        """The next activation, which is the output too, and the next memory."""
        g, sigmoid, W_x, W_a, b = (
            self.g,
            self.sigmoid,
            self.kernel,
            self.recurrent_kernel,
            self.b,
        )
        x, a_prev, c_prev = inputs, self.dropped(states[0]), states[1]

        z = ops.matmul(x, W_x) + ops.matmul(a_prev, W_a) + b  # (1)
        z_u, z_f, z_c, z_o = self.split(z)
        c_tilde = g(z_c)  # (2)
        Gamma_u = sigmoid(z_u)  # (3)
        Gamma_f = sigmoid(z_f)  # (4)
        Gamma_o = sigmoid(z_o)  # (5)
        c = Gamma_u * c_tilde + Gamma_f * c_prev  # (6)
        a = Gamma_o * g(c)  # (7)
        return a, [a, c]


@keras.saving.register_keras_serializable("dlref")
class LSTM(Recurrent):
    r"""Long short-term memory: gates decide what the memory takes in, what it keeps and what it shows, (1) to (7).

    Args:
        units: $n_a$, a positive integer: the size of the memory, and of the output.
        activation: $g$, a function or its name. Defaults to "tanh".
        recurrent_activation: $\sigma$ of the gates, a function or its name. Defaults to "sigmoid".
        use_bias: whether there is $b$. Defaults to True.
        unit_forget_bias: whether the bias of the forget gate begins at 1. Defaults to True.
        dropout: the share of the inputs that training leaves out, in [0, 1), the same at all steps. Defaults to 0.0.
        recurrent_dropout: the share of $a^{\langle t-1 \rangle}$ in (1) that is left out, likewise. Defaults to 0.0.
        return_sequences: whether to return $a^{\langle t \rangle}$ of every step, not of the last one alone. Defaults
            to False.
        return_state: whether to return the last $a$ and $c$ too. Defaults to False.
        go_backwards: whether to begin with the last step; outputs are then in that order. Defaults to False.
        stateful: whether a mini-batch begins with the states in which the one before ended. Defaults to False.
        unroll: whether to write out the steps in the program, in place of a loop. Defaults to False.
        seed: an integer from 0 to 4294967295, for repeatable dropout. Defaults to None.
        **kwargs: `kernel_initializer` ("glorot_uniform"), `recurrent_initializer` ("orthogonal"), `bias_initializer`
            ("zeros"), `kernel_regularizer` to `bias_constraint` (None), and the keywords of `keras.layers.RNN`.

    Call arguments:
        sequences: $x$, of shape (batch, steps, features).
        initial_state: $a^{\langle 0 \rangle}$ and $c^{\langle 0 \rangle}$, a list of two tensors of shape (batch,
            units). Defaults to zeros.
        mask: of shape (batch, steps), False for steps to pass over: states and output stay as they are.
        training: whether to drop units. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the sequences have no step.

    Example:
        >>> layer = LSTM(3)
        >>> layer.build((None, None, 2))
        >>> [tuple(weight.shape) for weight in layer.weights]  # 4 x (3 x (2 + 3) + 3) = 72 numbers
        [(2, 12), (3, 12), (12,)]
        >>> layer.get_weights()[2].tolist()  # the forget gates begin open
        [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """

    cell_class = _LSTMCell

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        *,
        unit_forget_bias: bool = True,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            seed,
            units=units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            unit_forget_bias=unit_forget_bias,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            **kwargs,
        )
