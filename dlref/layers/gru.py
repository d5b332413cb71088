r"""Gated recurrent units: a memory cell that is replaced or kept.

Sources: Flowchart C5.

$$ s = W_x^\top x^{\langle t \rangle} + b \tag{1} $$
$$ \Gamma_u = \sigma(s_u + W_u^\top c^{\langle t-1 \rangle}) \tag{2} $$
$$ c^{\langle t \rangle} = \Gamma_u \tilde c^{\langle t \rangle} + (1 - \Gamma_u) c^{\langle t-1 \rangle} \tag{3} $$
$$ \Gamma_r = \sigma(s_r + W_r^\top c^{\langle t-1 \rangle}) \tag{4} $$
$$ \tilde c^{\langle t \rangle} = g(s_c + W_c^\top (\Gamma_r c^{\langle t-1 \rangle})) \tag{5} $$
$$ \tilde c^{\langle t \rangle} = g(s_c + W_c^\top c^{\langle t-1 \rangle}) \tag{6} $$

$x^{\langle t \rangle}$ is step $t$ of the `sequences`, of $n_x$ features; the memory $c$ has `units` entries, begins
at 0, and is the output $a$ too. $W_x$ is `kernel`, of shape $(n_x, 3 n_c)$, and $b$ `bias`: one product serves all
gates, and $s_u, s_r, s_c$ are its three parts; $W_u, W_r, W_c$ are those of `recurrent_kernel`, of shape
$(n_c, 3 n_c)$. $\Gamma_u$ is the update gate and $\Gamma_r$ the relevance gate; vectors are multiplied entry by entry.
`GRU` is the full unit, (1) to (5).
`SimplifiedGRU` is the one with which the lecture begins: it has no $\Gamma_r$, two parts in place of three, and the
candidate (6) in place of (5).

Differs from `keras.layers.GRU`: its update gate is $1 - \Gamma_u$, and with `reset_after=True`, the default, its
$\Gamma_r$ multiplies the product $W_c^\top c^{\langle t-1 \rangle}$, which has a bias of its own. It equals `GRU` with
`reset_after=False` and the weights and biases of the update gate negated, dropout in distribution.
"""

from typing import Any

import keras
from keras import ops

from dlref.layers.recurrent import Recurrent, RecurrentCell


class _GRUCell(RecurrentCell):
    """One step (1) to (5)."""

    gates = 3

    def call(self, inputs: Any, states: Any) -> tuple[Any, list[Any]]:
        """The next memory, which is the output too."""
        x, c_prev, W_x, b = inputs, states[0], self.kernel, self.b

        s = ops.matmul(x, W_x) + b  # (1)
        s_u, *rest = self.split(s)
        W_u, *matrices = self.split(self.recurrent_kernel)
        seen = self.dropped(c_prev)
        Gamma_u = self.update_gate(s_u, W_u, seen)
        c_tilde = self.candidate(rest, matrices, seen)
        c = Gamma_u * c_tilde + (1 - Gamma_u) * c_prev  # (3)
        return c, [c]

    def update_gate(self, s_u: Any, W_u: Any, c_prev: Any) -> Any:
        """Where the candidate replaces the memory."""
        sigmoid = self.sigmoid

        return sigmoid(s_u + ops.matmul(c_prev, W_u))  # (2)

    def candidate(self, s: list[Any], W: list[Any], c_prev: Any) -> Any:
        """What would replace the memory, from what is relevant of it."""
        g, sigmoid, (s_r, s_c), (W_r, W_c) = self.g, self.sigmoid, s, W

        Gamma_r = sigmoid(s_r + ops.matmul(c_prev, W_r))  # (4)
        return g(s_c + ops.matmul(Gamma_r * c_prev, W_c))  # (5)


class _SimplifiedGRUCell(_GRUCell):
    """One step without a relevance gate."""

    gates = 2

    def candidate(self, s: list[Any], W: list[Any], c_prev: Any) -> Any:
        """What would replace the memory, from all of it."""
        g, (s_c,), (W_c,) = self.g, s, W

        return g(s_c + ops.matmul(c_prev, W_c))  # (6)


@keras.saving.register_keras_serializable("dlref")
class GRU(Recurrent):
    r"""Gated recurrent units with an update and a relevance gate, (1) to (5).

    Args:
        units: $n_c$, a positive integer: the size of the memory, which is the output too.
        activation: $g$, a function or its name. Defaults to "tanh".
        recurrent_activation: $\sigma$ of the gates, a function or its name. Defaults to "sigmoid".
        use_bias: whether there is $b$. Defaults to True.
        dropout: the share of the inputs that training leaves out, in [0, 1), the same at all steps. Defaults to 0.0.
        recurrent_dropout: the share of the memory that gates and candidate do not see, likewise. Defaults to 0.0.
        return_sequences: whether to return $c^{\langle t \rangle}$ of every step, not of the last one alone. Defaults
            to False.
        return_state: whether to return the last memory too. Defaults to False.
        go_backwards: whether to begin with the last step; outputs are then in that order. Defaults to False.
        stateful: whether a mini-batch begins with the memory with which the one before ended. Defaults to False.
        unroll: whether to write out the steps in the program, in place of a loop. Defaults to False.
        seed: an integer from 0 to 4294967295, for repeatable dropout. Defaults to None.
        **kwargs: `kernel_initializer` ("glorot_uniform"), `recurrent_initializer` ("orthogonal"), `bias_initializer`
            ("zeros"), `kernel_regularizer` to `bias_constraint` (None), and the keywords of `keras.layers.RNN`.

    Call arguments:
        sequences: $x$, of shape (batch, steps, features).
        initial_state: $c^{\langle 0 \rangle}$, a list of one tensor of shape (batch, units). Defaults to zeros.
        mask: of shape (batch, steps), False for steps to pass over: memory and output stay as they are.
        training: whether to drop units. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the sequences have no step.

    Example:
        >>> layer = GRU(4)
        >>> layer.build((None, None, 3))
        >>> layer.count_params()  # 3 x (4 x (3 + 4) + 4); keras.layers.GRU has two biases, 108 numbers
        96
    """

    cell_class = _GRUCell

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        *,
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
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            **kwargs,
        )


@keras.saving.register_keras_serializable("dlref")
class SimplifiedGRU(GRU):
    r"""Gated recurrent units with an update gate alone, (1), (2), (6) and (3).

    Args:
        units: $n_c$, a positive integer: the size of the memory, which is the output too.
        activation: $g$, a function or its name. Defaults to "tanh".
        recurrent_activation: $\sigma$ of the gate, a function or its name. Defaults to "sigmoid".
        use_bias: whether there is $b$. Defaults to True.
        dropout: the share of the inputs that training leaves out, in [0, 1), the same at all steps. Defaults to 0.0.
        recurrent_dropout: the share of the memory that gate and candidate do not see, likewise. Defaults to 0.0.
        return_sequences: whether to return $c^{\langle t \rangle}$ of every step, not of the last one alone. Defaults
            to False.
        return_state: whether to return the last memory too. Defaults to False.
        go_backwards: whether to begin with the last step; outputs are then in that order. Defaults to False.
        stateful: whether a mini-batch begins with the memory with which the one before ended. Defaults to False.
        unroll: whether to write out the steps in the program, in place of a loop. Defaults to False.
        seed: an integer from 0 to 4294967295, for repeatable dropout. Defaults to None.
        **kwargs: `kernel_initializer` ("glorot_uniform"), `recurrent_initializer` ("orthogonal"), `bias_initializer`
            ("zeros"), `kernel_regularizer` to `bias_constraint` (None), and the keywords of `keras.layers.RNN`.

    Call arguments:
        sequences: $x$, of shape (batch, steps, features).
        initial_state: $c^{\langle 0 \rangle}$, a list of one tensor of shape (batch, units). Defaults to zeros.
        mask: of shape (batch, steps), False for steps to pass over: memory and output stay as they are.
        training: whether to drop units. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the sequences have no step.

    Example:
        >>> layer = SimplifiedGRU(1, None, kernel_initializer="ones", recurrent_initializer="zeros")
        >>> float(layer(1000 * keras.ops.ones((1, 1, 1)))[0, 0])  # an open gate: the candidate
        1000.0
        >>> float(layer(-1000 * keras.ops.ones((1, 1, 1)))[0, 0])  # a shut one: the memory, 0
        0.0
    """

    cell_class = _SimplifiedGRUCell
