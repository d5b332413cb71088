"""The decays, epoch by epoch."""

import math

import numpy as np
from keras import ops

from dlref import schedules
from tests.oracles.case import Case

STEPS = np.arange(95)


def by_epoch(rule, steps_per_epoch):
    """`rule(epoch)` at each step, counting the epochs in a loop as training goes through them."""

    def oracle(steps):
        epoch, seen = 0, []
        for step in steps:
            if step and step % steps_per_epoch == 0:
                epoch += 1
            seen.append(rule(epoch))
        return np.array(seen)

    return oracle


def staircase(epoch, alpha=0.3):
    for drop in range(epoch):
        if (drop + 1) % 3 == 0:
            alpha = alpha / 2
    return alpha


def manual(epoch):
    if epoch < 2:
        return 0.3
    return 0.1 if epoch < 5 else 0.04


def learning_rates(schedule):
    return lambda steps: np.array([ops.convert_to_numpy(schedule(int(step))) for step in steps])


def _case(schedule, rule, steps_per_epoch):
    return Case(learning_rates(schedule), by_epoch(rule, steps_per_epoch), (STEPS,))


ORACLES = {
    "schedules.InverseTimeDecay": [
        _case(schedules.InverseTimeDecay(0.3, 7, 0.9), lambda epoch: 0.3 / (1 + 0.9 * epoch), 7)
    ],
    "schedules.ExponentialDecay": [
        _case(schedules.ExponentialDecay(0.3, 7), lambda epoch: 0.95**epoch * 0.3, 7)
    ],
    "schedules.InverseSqrtDecay": [
        _case(schedules.InverseSqrtDecay(0.3, 7), lambda epoch: 0.3 / math.sqrt(epoch + 1), 7),
        _case(schedules.InverseSqrtDecay(0.3), lambda t: 0.3 / math.sqrt(t + 1), 1),
    ],
    "schedules.StaircaseDecay": [_case(schedules.StaircaseDecay(0.3, 7, 3), staircase, 7)],
    "schedules.ManualDecay": [_case(schedules.ManualDecay([2, 5], [0.3, 0.1, 0.04], 7), manual, 7)],
}
