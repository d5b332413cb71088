"""Layer normalization with weights, a part of a transformer's blocks."""

from typing import Any

import keras
from keras import ops


class LayerNorm(keras.layers.Layer):
    """Each vector with a mean of 0 and a variance of 1, times `gamma`, plus `beta`.

    As `keras.layers.LayerNormalization`, which computes float64 in float32 on JAX.
    """

    def __init__(self, epsilon: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape: Any) -> None:
        """Makes the weights."""
        self.gamma = self.add_weight(name="gamma", shape=input_shape[-1:], initializer="ones")
        self.beta = self.add_weight(name="beta", shape=input_shape[-1:], initializer="zeros")

    def call(self, inputs: Any) -> Any:
        """The vectors, normalized; in half precision the mean and the variance are of float32."""
        half = keras.backend.standardize_dtype(inputs.dtype).endswith("float16")
        z = ops.cast(inputs, "float32") if half else inputs
        size = z.shape[-1]
        z = z - ops.sum(z, -1, keepdims=True) / size
        variance = ops.sum(z**2, -1, keepdims=True) / size
        z = ops.cast(z * ops.rsqrt(variance + self.epsilon), inputs.dtype)
        return self.gamma * z + self.beta
