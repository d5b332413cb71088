"""What recurrent layers share: a cell computes one step, and `keras.layers.RNN` goes from step to step."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks

KINDS = ("initializer", "regularizer", "constraint")
DEFAULTS: dict[str, Any] = {
    **{f"{weight}_{kind}": None for weight in ("kernel", "recurrent", "bias") for kind in KINDS},
    "kernel_initializer": "glorot_uniform",
    "recurrent_initializer": "orthogonal",
    "bias_initializer": "zeros",
}
OBJECTS = {"activation", "recurrent_activation", *DEFAULTS}
FLAGS = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll")


class RecurrentCell(keras.layers.Layer):
    """One step of a recurrent layer.

    Args:
        arguments: those of the layer that one step needs.
        **kwargs: the keywords of `keras.layers.Layer`.
    """

    gates = 1  # each has a block of `units` columns in every matrix
    states = 1

    def __init__(self, arguments: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.arguments = arguments
        self.output_size = self.units = arguments["units"]
        self.state_size = [self.units] * self.states
        self.activation = arguments["activation"]
        self.recurrent_activation: Any = arguments.get("recurrent_activation")
        self.mask: Any = None  # of the state, while one sequence is read

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Makes the weights."""
        columns = self.gates * self.units
        self.kernel = self._weight("kernel", (input_shape[-1], columns))
        self.recurrent_kernel = self._weight("recurrent", (self.units, columns), "_kernel")
        self.bias = self._weight("bias", (columns,)) if self.arguments["use_bias"] else None

    def _weight(self, role: str, shape: Sequence[Any], suffix: str = "") -> Any:
        parts = {kind: self.arguments[f"{role}_{kind}"] for kind in KINDS}
        if role == "bias":
            parts["initializer"] = self.initial_bias
        return self.add_weight(name=role + suffix, shape=shape, **parts)

    def initial_bias(self, shape: Sequence[int], dtype: Any = None) -> Any:
        """Where the bias starts."""
        return self.arguments["bias_initializer"](shape, dtype)

    def g(self, z: Any) -> Any:
        """The activation, in the precision of z: on JAX Keras' tanh makes float32 of float64."""
        return ops.cast(self.activation(z), z.dtype)

    def sigmoid(self, z: Any) -> Any:
        """The activation of the gates, likewise."""
        return ops.cast(self.recurrent_activation(z), z.dtype)

    @property
    def b(self) -> Any:
        """The bias, or 0."""
        return 0 if self.bias is None else self.bias

    def split(self, columns: Any) -> list[Any]:
        """The blocks of the gates."""
        return ops.split(columns, self.gates, axis=-1)

    def dropped(self, state: Any) -> Any:
        """The state, without the units that dropout leaves out."""
        return state if self.mask is None else state * self.mask


class Recurrent(keras.layers.RNN):
    """Base of the recurrent layers.

    Args:
        seed: of dropout.
        **kwargs: what one step needs (`units`, `use_bias`, `activation`, `dropout` ...), `FLAGS`, and the keywords of
            `keras.layers.RNN`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.
    """

    cell_class: type[RecurrentCell]
    cell: RecurrentCell

    def __init__(self, seed: int | None, **kwargs: Any) -> None:
        arguments = {"units": _checks.integer(self, "units", kwargs.pop("units"), low=1)}
        for name in ("dropout", "recurrent_dropout"):
            arguments[name] = _checks.real(self, name, kwargs.pop(name), "[0, 1)")
        for name in {"use_bias", "unit_forget_bias"} & kwargs.keys():
            arguments[name] = _checks.boolean(self, name, kwargs.pop(name))
        objects = DEFAULTS | {name: kwargs.pop(name) for name in list(kwargs) if name in OBJECTS}
        for name, value in objects.items():
            arguments[name] = _checks.identified(self, name, value)
        flags = {name: _checks.boolean(self, name, kwargs.pop(name)) for name in FLAGS}
        seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        shared = {name: kwargs[name] for name in ("dtype", "trainable") if name in kwargs}
        super().__init__(self.cell_class(arguments, name="cell", **shared), **flags, **kwargs)
        for name, value in arguments.items():  # as attributes, as Keras' own layers have them
            setattr(self, name, value)
        self.seed, self.seed_generator = seed, keras.random.SeedGenerator(seed)
        self.input_spec = keras.layers.InputSpec(ndim=3)

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False
    ) -> Any:
        """Every step; what dropout leaves out is the same at all of them."""
        x = _checks.floating(self, "sequences", sequences)
        if x.shape[1] == 0:
            raise ValueError(
                f"{type(self).__name__}: sequences must have at least one step. "
                f"Received: sequences.shape={tuple(x.shape)}."
            )
        if training:
            batch = ops.shape(x)[0]
            x = x * self._kept("dropout", (batch, 1, x.shape[2]))
            self.cell.mask = self._kept("recurrent_dropout", (batch, self.cell.units))
        found = super().call(x, initial_state, mask, training)
        self.cell.mask = None
        return found

    def _kept(self, name: str, shape: Sequence[Any]) -> Any:
        """A mask of inverted dropout."""
        ones = ops.ones(shape, self.compute_dtype)
        return keras.random.dropout(ones, getattr(self, name), seed=self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = keras.layers.Layer.get_config(self) | self.cell.arguments | {"seed": self.seed}
        config |= {name: getattr(self, name) for name in (*FLAGS, "zero_output_for_mask")}
        for name in OBJECTS & config.keys():
            kind = name.rpartition("_")[2]
            config[name] = getattr(keras, f"{kind}s").serialize(config[name])
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The layer of these arguments."""
        del custom_objects
        return cls(**config)
