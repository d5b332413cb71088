"""What a layer needs that works channel by channel: weights per channel, and sums over everything else."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.layers.weighted import Weighted


class Channelwise(Weighted):
    """Base of the layers with one weight of each kind per channel.

    Args:
        axis: the axis of the channels.
        synchronized: whether sums run over all replicas of a `tf.distribute` strategy; TensorFlow only.
        **kwargs: `NAME_initializer`, `NAME_regularizer` and `NAME_constraint` for each weight `NAME`, and the keywords
            of `keras.layers.Layer`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if Keras knows no such initializer, regularizer or constraint, or the backend cannot synchronize.
    """

    def __init__(self, axis: int, *, synchronized: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = _checks.integer(self, "axis", axis)
        self.synchronized = _checks.boolean(self, "synchronized", synchronized)
        if synchronized and keras.backend.backend() != "tensorflow":
            raise ValueError(
                f"{type(self).__name__}: `synchronized=True` needs the TensorFlow backend. "
                f"Received: synchronized=True on the {keras.backend.backend()} backend."
            )
        self.supports_masking = True

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Learns which axis holds how many channels."""
        axis, rank = _checks.axis(self, self.axis, len(input_shape)), len(input_shape)
        channels = input_shape[axis]
        if rank < 2 or channels is None:
            raise ValueError(
                f"{type(self).__name__}: `inputs` must have rank 2 or more, and the number of channels along `axis` "
                f"must be known. Received: axis={self.axis}, inputs.shape={tuple(input_shape)}."
            )
        self.input_spec = keras.layers.InputSpec(ndim=rank, axes={axis: channels})
        self._channels = channels
        self._reduction_axes = [i for i in range(rank) if i != axis]
        self._broadcast_shape = (channels,) + (1,) * (rank - 1 - axis)

    def add_channel_weight(self, name: str, trainable: bool = True) -> Any:
        """A weight with one entry per channel."""
        shape = (self._channels,)
        return self.add_named_weight(name, shape, trainable=trainable, autocast=False)

    def per_channel(self, z: Any, weight: Any, missing: float = 0.0) -> Any:
        """`weight` in the dtype of `z`, to be broadcast against it; the constant `missing` if there is none."""
        if weight is None:
            return ops.full(self._broadcast_shape, missing, z.dtype)
        weight = ops.cast(weight, z.dtype)
        return (
            weight
            if len(self._broadcast_shape) == 1
            else ops.reshape(weight, self._broadcast_shape)
        )

    def assign(self, weight: Any, value: Any) -> None:
        """Sets a weight to a value that is broadcast against the inputs."""
        weight.assign(ops.cast(ops.reshape(value, weight.shape), weight.dtype))

    def counted(self, z: Any, mask: Any) -> tuple[Any, Any]:
        """The mask in the shape of `z`, if there is one, and $m$, the number of values that count in a channel."""
        if mask is None:
            m = math.prod(ops.shape(z)[i] for i in self._reduction_axes)
            m = ops.cast(1 if self.synchronized else m, z.dtype)
            return None, ops.maximum(m, 1)  # an empty mini-batch has mean 0, not 0/0
        mask = mask if hasattr(mask, "shape") else ops.convert_to_tensor(mask)
        if not _checks.broadcasts(mask.shape, z.shape[:-1]):
            raise ValueError(
                f"{type(self).__name__}: `mask` must have the shape of `inputs` without its last axis. "
                f"Received: mask.shape={tuple(mask.shape)}, inputs.shape={tuple(z.shape)}."
            )
        mask = ops.broadcast_to(ops.expand_dims(ops.cast(mask, "bool"), -1), ops.shape(z))
        m = self.sum(ops.ones_like(z), mask)
        return mask, ops.where(m > 0, m, 1)  # a channel without a value has mean 0, not 0/0

    def sum(self, x: Any, mask: Any) -> Any:
        """The sum over all axes but the channels', of what the mask leaves."""
        x = x if mask is None else ops.where(mask, x, 0)
        if self.synchronized:  # the mean over all replicas: a sum in proportion, as is m
            return ops.moments(x, self._reduction_axes, keepdims=True, synchronized=True)[0]
        return ops.sum(x, self._reduction_axes, keepdims=True)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> Sequence[int | None]:
        """The input's shape."""
        _checks.axis(self, self.axis, len(input_shape))
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {"axis": self.axis, "synchronized": self.synchronized}
        return {**super().get_config(), **config}
