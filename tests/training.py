"""Models and data that the tests train."""

from functools import cache
from typing import Any

import keras
import numpy as np
from sklearn.datasets import load_digits

BACKEND = keras.backend.backend()


def digits(examples: int = 512) -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits, standardized, with one-hot labels."""
    x, y = load_digits(return_X_y=True)
    x = (x - x.mean(0)) / (x.std(0) + 1e-8)
    return x[:examples].astype("float32"), np.eye(10, dtype="float32")[y[:examples]]


def classifier(*hidden: Any) -> keras.Model:
    """64 inputs, the hidden layers, 10 classes."""
    return keras.Sequential(
        [keras.Input((64,)), *hidden, keras.layers.Dense(10, activation="softmax", dtype="float32")]
    )


def losses(model: keras.Model, epochs: int = 3, **kwargs: Any) -> list[float]:
    """The training loss of each epoch on the digits."""
    x, y = digits()
    return model.fit(x, y, epochs=epochs, batch_size=64, verbose=0, **kwargs).history["loss"]


def compile_function(function: Any) -> Any:
    """`function` of tensors as one compiled program."""
    if BACKEND == "tensorflow":
        import tensorflow as tf

        return tf.function(function, jit_compile=True)
    import jax

    return jax.jit(function)


@cache
def two_devices() -> Any:
    """A strategy over two virtual CPU devices: one for all tests, for TensorFlow's collectives outlive a strategy."""
    import tensorflow as tf

    devices = [device.name for device in tf.config.list_logical_devices("CPU")]
    return tf.distribute.MirroredStrategy(devices)
