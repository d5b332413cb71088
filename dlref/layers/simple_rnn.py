r"""The recurrent network: one layer goes over a sequence, and passes on what it has seen.

Sources: Flowchart C5.

$$ a^{\langle t \rangle} = g(W_{ax}^\top x^{\langle t \rangle} + W_{aa}^\top a^{\langle t-1 \rangle} + b_a) \tag{1} $$

$x^{\langle t \rangle}$ is step $t$ of the `sequences`, of $n_x$ features, $a^{\langle t \rangle}$ the state of `units`
units, and $a^{\langle 0 \rangle}$ is 0. $W_{ax}$ is `kernel`, of shape $(n_x, n_a)$, $W_{aa}$ `recurrent_kernel`, of
shape $(n_a, n_a)$, and $b_a$ `bias`: the same at every step. As always in Keras, they are the transposed matrices of
the lecture.

Equals `keras.layers.SimpleRNN`, dropout in distribution.
"""

from typing import Any

import keras
from keras import ops

from dlref.layers.recurrent import Recurrent, RecurrentCell


class _SimpleRNNCell(RecurrentCell):
    """One step (1)."""

    def call(self, inputs: Any, states: Any) -> tuple[Any, list[Any]]:
        """The next state, which is the output too."""
        g, W_ax, W_aa, b_a = self.g, self.kernel, self.recurrent_kernel, self.b
        x, a_prev = inputs, self.dropped(states[0])

        a = g(ops.matmul(x, W_ax) + ops.matmul(a_prev, W_aa) + b_a)  # (1)
        return a, [a]


@keras.saving.register_keras_serializable("dlref")
class SimpleRNN(Recurrent):
    r"""The recurrent layer (1): each step sees the inputs and what the step before has put out.

    Args:
        units: $n_a$, a positive integer: the size of the state, and of the output.
        activation: $g$, a function or its name. Defaults to "tanh".
        use_bias: whether there is $b_a$. Defaults to True.
        dropout: the share of the inputs that training leaves out, in [0, 1), the same at all steps. Defaults to 0.0.
        recurrent_dropout: the share of the state that is left out in training, likewise. Defaults to 0.0.
        return_sequences: whether to return $a^{\langle t \rangle}$ of every step, not of the last one alone. Defaults
            to False.
        return_state: whether to return the last state too. Defaults to False.
        go_backwards: whether to begin with the last step; outputs are then in that order. Defaults to False.
        stateful: whether a mini-batch begins with the states in which the one before ended. Defaults to False.
        unroll: whether to write out the steps in the program, in place of a loop. Defaults to False.
        seed: an integer from 0 to 4294967295, for repeatable dropout. Defaults to None.
        **kwargs: `kernel_initializer` ("glorot_uniform"), `recurrent_initializer` ("orthogonal"), `bias_initializer`
            ("zeros"), `kernel_regularizer` to `bias_constraint` (None), and the keywords of `keras.layers.RNN`.

    Call arguments:
        sequences: $x$, of shape (batch, steps, features).
        initial_state: $a^{\langle 0 \rangle}$, a list of one tensor of shape (batch, units). Defaults to zeros.
        mask: of shape (batch, steps), False for steps to pass over: the state and the output stay as they are.
        training: whether to drop units. Defaults to False.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed, or the sequences have no step.

    Example:
        >>> half = keras.initializers.Constant(0.5)
        >>> layer = SimpleRNN(1, None, kernel_initializer="ones", recurrent_initializer=half, return_sequences=True)
        >>> a = layer(keras.ops.reshape([1.0, 1.0, 0.0, 0.0], (1, 4, 1)))
        >>> [float(each) for each in a[0, :, 0]]
        [1.0, 1.5, 0.75, 0.375]
    """

    cell_class = _SimpleRNNCell

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
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
