"""Keras objects as people write them from the equations, right and with one mistake each.

`MISTAKE` changes one place of the class, so that a test makes many wrong versions of one right object.
"""

from typing import Any

import keras
import numpy as np
from keras import ops


class MyAdam(keras.optimizers.Optimizer):
    MISTAKE = ""

    def __init__(
        self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ):
        super().__init__(learning_rate=lr)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps

    def build(self, variables: Any) -> None:
        if not self.built:
            super().build(variables)
            self.m = [self.add_variable_from_reference(v, name="m") for v in variables]
            self.v = [self.add_variable_from_reference(v, name="v") for v in variables]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        i = self._get_variable_index(variable)
        g, lr, b1, b2 = (
            ops.cast(x, variable.dtype) for x in (gradient, learning_rate, self.beta1, self.beta2)
        )
        t = ops.cast(self.iterations + (0 if self.MISTAKE == "t from 0" else 1), variable.dtype)
        square = ops.abs(g) if self.MISTAKE == "no square" else g * g
        self.m[i].assign(b1 * self.m[i] + (1 - b1) * g)
        self.v[i].assign(b2 * self.v[i] + (1 - b2) * square)
        m, v = self.m[i] / (1 - b1**t), self.v[i] / (1 - b2**t)
        if self.MISTAKE == "no correction":
            m, v = self.m[i], self.v[i]
        if self.MISTAKE == "v not corrected, epsilon inside":
            step = m / ops.sqrt(self.v[i] + self.eps)
        elif self.MISTAKE == "epsilon inside":
            step = m / ops.sqrt(v + self.eps)
        elif self.MISTAKE == "1 + beta_2^t":
            step = m / (ops.sqrt(self.v[i] / (1 + b2**t)) + self.eps)
        elif self.MISTAKE == "something else":
            step = m / (ops.sqrt(v) + self.eps) + ops.sign(g) / 8
        elif self.MISTAKE == "from the tenth step on":
            late = ops.cast(self.iterations >= 9, variable.dtype)
            step = (1 + late) * m / (ops.sqrt(v) + self.eps)
        else:
            step = m / (ops.sqrt(v) + self.eps)
        variable.assign_sub(lr * step)


class MyBatchNormalization(keras.layers.Layer):
    MISTAKE = ""

    def __init__(self, momentum: float = 0.99, epsilon: float = 1e-3, **kwargs: Any):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape: Any) -> None:
        n = (input_shape[-1],)
        self.shift = self.add_weight(shape=n, initializer="zeros", name="beta")
        self.scale = self.add_weight(shape=n, initializer="ones", name="gamma")
        self.mean = self.add_weight(shape=n, trainable=False, name="running_mean")
        self.variance = self.add_weight(shape=n, trainable=False, name="running_var")

    def call(self, x: Any, training: bool = False) -> Any:
        axes, rho = list(range(len(x.shape) - 1)), self.momentum
        mean, variance = self.mean, self.variance
        if training or self.MISTAKE == "batch at test time":
            mean, variance = ops.mean(x, axes), ops.var(x, axes)
            m = float(np.prod([x.shape[i] for i in axes]))
            if self.MISTAKE == "n - 1":
                variance = variance * m / (m - 1)
            averaged = (
                variance * m / (m - 1) if self.MISTAKE == "n - 1 in the average" else variance
            )
            if self.MISTAKE == "frozen mean":
                mean = ops.stop_gradient(mean)
        if training:
            self.mean.assign(rho * self.mean + (1 - rho) * mean)
            self.variance.assign(rho * self.variance + (1 - rho) * averaged)
        if self.MISTAKE == "epsilon outside":
            return self.scale * (x - mean) / (ops.sqrt(variance) + self.epsilon) + self.shift
        return self.scale * (x - mean) / ops.sqrt(variance + self.epsilon) + self.shift


class MyDropout(keras.layers.Layer):
    MISTAKE = ""

    def __init__(self, keep_prob: float, **kwargs: Any):
        super().__init__(**kwargs)
        self.keep_prob = keep_prob
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, x: Any, training: bool = False) -> Any:
        if not training and self.MISTAKE != "at test time too":
            return x * self.keep_prob if self.MISTAKE == "as first published" else x
        mask = keras.random.uniform(ops.shape(x), seed=self.seeds) < self.keep_prob
        kept = x * ops.cast(mask, x.dtype)
        if self.MISTAKE in ("not inverted", "as first published"):
            return kept
        return kept / (1 - self.keep_prob if self.MISTAKE == "by the rate" else self.keep_prob)


def wrong(student: type, mistake: str) -> type:
    """The class with one mistake in it."""
    return type(student.__name__, (student,), {"MISTAKE": mistake})


def instance() -> Any:
    return keras.optimizers.SGD(0.25, momentum=0.5)
