"""Rows of the schedules."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import schedules as ours
from dlref.compiling import compiled, is_compiled
from dlref.conformance.row import Arrays, Row

_keras = keras.optimizers.schedules
_ALPHA, _STEPS = 0.125, 10


def learning_rates(schedule: Any) -> Arrays:
    """The learning rate of each of the first 120 steps: 12 epochs."""
    steps: Iterable[Any] = range(12 * _STEPS)
    if is_compiled() and isinstance(schedule, _keras.LearningRateSchedule):
        steps, schedule = (ops.convert_to_tensor(n, "int32") for n in steps), compiled(schedule)
    rates = (float(ops.convert_to_numpy(schedule(step))) for step in steps)
    return {f"learning rate of step {step}": np.array(rate) for step, rate in enumerate(rates)}


_FLOAT32 = "Keras computes in float32, whatever the precision."

ROWS = [
    Row(
        name="schedules.InverseTimeDecay",
        builtin="keras.optimizers.schedules.InverseTimeDecay",
        source="DLS-C2-blog; Flowchart C2",
        ours=partial(ours.InverseTimeDecay, _ALPHA, _STEPS, 0.5),
        mapped=partial(_keras.InverseTimeDecay, _ALPHA, _STEPS, 0.5, staircase=True),
        mapping="decay_steps = steps_per_epoch, staircase = True",
        unmapped=partial(_keras.InverseTimeDecay, _ALPHA, _STEPS, 0.5),
        sentence="Without staircase=True Keras counts fractions of an epoch. " + _FLOAT32,
        probe=learning_rates,
        computes={"any": "float32"},
    ),
    Row(
        name="schedules.ExponentialDecay",
        builtin="keras.optimizers.schedules.ExponentialDecay",
        source="DLS-C2-blog; Flowchart C2",
        ours=partial(ours.ExponentialDecay, _ALPHA, _STEPS, 0.75),
        mapped=partial(_keras.ExponentialDecay, _ALPHA, _STEPS, 0.75, staircase=True),
        mapping="decay_steps = steps_per_epoch, staircase = True",
        unmapped=partial(_keras.ExponentialDecay, _ALPHA, _STEPS, 0.75),
        sentence="Without staircase=True Keras counts fractions of an epoch. " + _FLOAT32,
        probe=learning_rates,
        computes={"any": "float32"},
    ),
    Row(
        name="schedules.InverseSqrtDecay",
        builtin="numpy.power",
        source="DLS-C2-blog; Flowchart C2",
        ours=partial(ours.InverseSqrtDecay, _ALPHA),
        mapped=lambda: lambda step: _ALPHA * np.power(step + 1.0, -0.5),
        mapping="k · numpy.power(t, −0.5), t the mini-batch",
        sentence="Keras has no built-in of this form.",
        probe=learning_rates,
    ),
    Row(
        name="schedules.InverseSqrtDecay",
        builtin="numpy.power",
        source="DLS-C2-blog; Flowchart C2",
        ours=partial(ours.InverseSqrtDecay, _ALPHA, _STEPS),
        mapped=lambda: lambda step: _ALPHA * np.power(step // _STEPS + 1.0, -0.5),
        mapping="k · numpy.power(t, −0.5), t the epoch",
        sentence="Keras has no built-in of this form.",
        probe=learning_rates,
    ),
    Row(
        name="schedules.StaircaseDecay",
        builtin="keras.optimizers.schedules.ExponentialDecay",
        source="DLS-C2-blog; Flowchart C2",
        ours=partial(ours.StaircaseDecay, _ALPHA, _STEPS, 3),
        mapped=partial(_keras.ExponentialDecay, _ALPHA, 3 * _STEPS, 0.5, staircase=True),
        mapping="decay_steps = steps_per_epoch · epochs_per_drop, decay_rate = factor, staircase = True",
        sentence=_FLOAT32,
        probe=learning_rates,
        computes={"any": "float32"},
    ),
    Row(
        name="schedules.ManualDecay",
        builtin="keras.optimizers.schedules.PiecewiseConstantDecay",
        source="DLS-C2-blog; Flowchart C2",
        ours=partial(ours.ManualDecay, [2, 5], [0.5, 0.25, 0.0625], _STEPS),
        mapped=partial(
            _keras.PiecewiseConstantDecay, [2 * _STEPS - 1, 5 * _STEPS - 1], [0.5, 0.25, 0.0625]
        ),
        mapping="boundaries = steps_per_epoch · e − 1",
        unmapped=partial(
            _keras.PiecewiseConstantDecay, [2 * _STEPS, 5 * _STEPS], [0.5, 0.25, 0.0625]
        ),
        sentence="Keras gives the boundary itself to the stretch before. " + _FLOAT32,
        probe=learning_rates,
        computes={"any": "float32"},
    ),
]
