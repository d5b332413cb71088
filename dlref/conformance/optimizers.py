"""Rows of the optimizers.

Hyperparameters are dyadic: Keras passes Python floats through float32 on their way to a float64 variable, which changes
0.9 but not 0.875.
"""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import optimizers as ours
from dlref.compiling import applying
from dlref.conformance.row import Arrays, Row

_ALPHA, _BETA, _BETA_2, _EPSILON = 2.0**-6, 0.875, 0.9375, 2.0**-8
_SHAPES = ((4,), (3, 2), ())
STEPS = 24


def trajectory(optimizer: Any, steps: int = STEPS) -> Arrays:
    """Three parameters after each of 24 steps along given gradients, of which some entries stay 0 for a while."""
    rng = np.random.default_rng(0)
    dtype = keras.config.floatx()
    parameters = [keras.Variable(rng.normal(size=shape), dtype=dtype) for shape in _SHAPES]
    apply, seen = applying(optimizer, parameters), {}
    for t in range(steps):
        gradients = [rng.normal(size=shape) for shape in _SHAPES]
        gradients[0][:2] *= t >= STEPS // 2
        apply([ops.convert_to_tensor(g, dtype) for g in gradients])
        for shape, parameter in zip(_SHAPES, parameters, strict=True):
            name = f"parameter of shape {shape} after step {t + 1}"
            seen[name] = ops.convert_to_numpy(parameter)
    return seen


class AdamMovingEpsilon(keras.optimizers.Adam):
    """Keras' Adam with ε√(1 − β₂^t) for epsilon at step t."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        epsilon = self.epsilon
        t = ops.cast(self.iterations + 1, variable.dtype)
        self.epsilon = epsilon * ops.sqrt(1 - ops.convert_to_tensor(self.beta_2, t.dtype) ** t)
        super().update_step(gradient, variable, learning_rate)
        self.epsilon = epsilon


class RMSpropMovingEpsilon(keras.optimizers.RMSprop):
    """Keras' RMSprop with 2ε√s + ε² for epsilon: √(s + 2ε√s + ε²) = √s + ε."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        epsilon, s = self.epsilon, self._velocities[self._get_variable_index(variable)]
        s = self.rho * s + (1 - self.rho) * gradient**2
        self.epsilon = 2 * epsilon * ops.sqrt(s) + epsilon**2
        super().update_step(gradient, variable, learning_rate)
        self.epsilon = epsilon


class AdagradMovingEpsilon(keras.optimizers.Adagrad):
    """Keras' Adagrad with 2ε√s + ε² for epsilon."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        epsilon, s = self.epsilon, self._accumulators[self._get_variable_index(variable)]
        self.epsilon = 2 * epsilon * ops.sqrt(s + gradient**2) + epsilon**2
        super().update_step(gradient, variable, learning_rate)
        self.epsilon = epsilon


class SGDMovingMomentum(keras.optimizers.SGD):
    """Keras' SGD under a schedule with ρ α_t / α_(t−1) for momentum at step t."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        momentum, schedule = self.momentum, self._learning_rate
        before = ops.cast(schedule(ops.maximum(self.iterations - 1, 0)), variable.dtype)
        self.momentum = momentum * ops.cast(learning_rate, variable.dtype) / before
        super().update_step(gradient, variable, learning_rate)
        self.momentum = momentum


_DECAY = keras.optimizers.schedules.InverseTimeDecay(_ALPHA, 4, 0.5)
_FOLDED = (
    "Keras folds α into the velocity, so under a schedule past gradients keep the learning rate of "
    "their own step."
)

ROWS = [
    Row(
        name="optimizers.SGD",
        builtin="keras.optimizers.SGD",
        source="CS231n-7; DLS-C2-blog",
        ours=partial(ours.SGD, _ALPHA),
        mapped=partial(keras.optimizers.SGD, _ALPHA),
        probe=trajectory,
        steps=STEPS,
    ),
    Row(
        name="optimizers.Momentum",
        builtin="keras.optimizers.SGD",
        source="DLS-C2-blog; Flowchart C2",
        ours=partial(ours.Momentum, _ALPHA, _BETA),
        mapped=partial(keras.optimizers.SGD, _ALPHA * (1 - _BETA), _BETA),
        mapping="learning_rate = α(1 − β), momentum = β, at constant α",
        unmapped=partial(keras.optimizers.SGD, _ALPHA, _BETA),
        sentence="Keras' velocity takes the whole gradient, not 1 − β of it: its steps are 1/(1 − β) times longer. "
        + _FOLDED,
        probe=trajectory,
        steps=STEPS,
    ),
    Row(
        name="optimizers.CS231nMomentum",
        builtin="keras.optimizers.SGD",
        source="CS231n-7",
        ours=partial(ours.CS231nMomentum, _ALPHA, _BETA),
        mapped=partial(keras.optimizers.SGD, _ALPHA, _BETA),
        mapping="momentum = ρ, at constant α",
        probe=trajectory,
        steps=STEPS,
    ),
    Row(
        name="optimizers.CS231nMomentum",
        builtin="keras.optimizers.SGD",
        source="CS231n-7",
        ours=partial(ours.CS231nMomentum, _DECAY, _BETA),
        mapped=lambda: SGDMovingMomentum(_DECAY, _BETA),
        mapping="under a schedule: momentum = ρ α_t / α_(t−1) at step t",
        unmapped=partial(keras.optimizers.SGD, _DECAY, _BETA),
        sentence=_FOLDED,
        probe=trajectory,
        steps=STEPS,
        modes=("eager",),  # Keras asks whether the momentum is 0, which a program cannot
    ),
    Row(
        name="optimizers.Nesterov",
        builtin="keras.optimizers.SGD",
        source="CS231n-7",
        ours=partial(ours.Nesterov, _ALPHA, _BETA),
        mapped=partial(keras.optimizers.SGD, _ALPHA, _BETA, nesterov=True),
        mapping="momentum = ρ, nesterov = True",
        probe=trajectory,
        steps=STEPS,
    ),
    Row(
        name="optimizers.AdaGrad",
        builtin="keras.optimizers.Adagrad",
        source="CS231n-7",
        ours=partial(ours.AdaGrad, _ALPHA, epsilon=_EPSILON),
        mapped=lambda: AdagradMovingEpsilon(_ALPHA, 0.0, _EPSILON),
        mapping="initial_accumulator_value = 0, epsilon = 2ε√s + ε² at each step",
        unmapped=partial(keras.optimizers.Adagrad, _ALPHA, epsilon=_EPSILON),
        sentence="Keras starts s at 0.1 and adds ε inside the root.",
        probe=trajectory,
        steps=STEPS,
    ),
    Row(
        name="optimizers.RMSProp",
        builtin="keras.optimizers.RMSprop",
        source="DLS-C2-blog; CS231n-7",
        ours=partial(ours.RMSProp, _ALPHA, _BETA, _EPSILON),
        mapped=lambda: RMSpropMovingEpsilon(_ALPHA, _BETA, epsilon=_EPSILON),
        mapping="rho = β, epsilon = 2ε√s + ε² at each step",
        unmapped=partial(keras.optimizers.RMSprop, _ALPHA, _BETA, epsilon=_EPSILON),
        sentence="Keras adds ε inside the root: RMSPropEpsilonInside.",
        probe=trajectory,
        steps=STEPS,
    ),
    Row(
        name="optimizers.RMSPropEpsilonInside",
        builtin="keras.optimizers.RMSprop",
        source="Flowchart C2",
        ours=partial(ours.RMSPropEpsilonInside, _ALPHA, _BETA, _EPSILON),
        mapped=partial(keras.optimizers.RMSprop, _ALPHA, _BETA, epsilon=_EPSILON),
        mapping="rho = β",
        probe=trajectory,
        steps=STEPS,
    ),
    Row(
        name="optimizers.Adam",
        builtin="keras.optimizers.Adam",
        source="DLS-C2-blog; Flowchart C2; CS231n-7",
        ours=partial(ours.Adam, _ALPHA, _BETA, _BETA_2, _EPSILON),
        mapped=lambda: AdamMovingEpsilon(_ALPHA, _BETA, _BETA_2, _EPSILON),
        mapping="epsilon = ε√(1 − β₂^t) at step t",
        unmapped=partial(keras.optimizers.Adam, _ALPHA, _BETA, _BETA_2, _EPSILON),
        sentence="Keras adds ε to √v before the correction: as if ε were ε/√(1 − β₂^t).",
        probe=trajectory,
        steps=STEPS,
    ),
]
