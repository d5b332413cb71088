"""The optimizers, one number at a time."""

import math

import keras
import numpy as np
from keras import ops

from dlref import optimizers, schedules
from tests.oracles.case import Case

STEPS, PARAMETERS = 30, 5
_rng = np.random.default_rng(7)
START = _rng.normal(size=PARAMETERS)
GRADIENTS = _rng.normal(size=(STEPS, PARAMETERS)) * 10.0 ** _rng.integers(-3, 2, PARAMETERS)
GRADIENTS[:10, 0] = 0.0  # an entry that waits for its first gradient


def each_parameter(rule):
    """The trajectory of a rule for one number: `rule(theta, gradients)` yields theta after each step."""

    def oracle(start, gradients):
        columns = [list(rule(float(start[i]), gradients[:, i])) for i in range(len(start))]
        return np.array(columns).T

    return oracle


def sgd(theta, gradients, alpha=0.05):
    for g in gradients:
        theta = theta - alpha * g
        yield theta


def momentum(theta, gradients, alpha=0.05, beta=0.9):
    v = 0.0
    for g in gradients:
        v = beta * v + (1 - beta) * g
        theta = theta - alpha * v
        yield theta


def decayed_momentum(theta, gradients, beta=0.9):
    v = 0.0
    for step, g in enumerate(gradients):
        alpha = 0.05 / (1 + 0.7 * (step // 4))
        v = beta * v + (1 - beta) * g
        theta = theta - alpha * v
        yield theta


def cs231n_momentum(theta, gradients, alpha=0.05, rho=0.9):
    v = 0.0
    for g in gradients:
        v = rho * v + g
        theta = theta - alpha * v
        yield theta


def nesterov(theta_tilde, gradients, alpha=0.05, rho=0.9):
    v = 0.0
    for g in gradients:
        old_v = v
        v = rho * v - alpha * g
        theta_tilde = theta_tilde - rho * old_v + (1 + rho) * v
        yield theta_tilde


def adagrad(theta, gradients, alpha=0.05, epsilon=1e-7):
    s = 0.0
    for g in gradients:
        s += g * g
        theta -= alpha * g / (math.sqrt(s) + epsilon)
        yield theta


def adagrad_from(theta, gradients, alpha=0.05, epsilon=0.01, start=0.3):
    s = start
    for g in gradients:
        s += g * g
        theta -= alpha * g / (math.sqrt(s) + epsilon)
        yield theta


def rmsprop(theta, gradients, alpha=0.05, beta=0.9, epsilon=1e-3):
    s = 0.0
    for g in gradients:
        s = beta * s + (1 - beta) * g * g
        theta -= alpha * g / (math.sqrt(s) + epsilon)
        yield theta


def rmsprop_epsilon_inside(theta, gradients, alpha=0.05, beta=0.9, epsilon=1e-3):
    s = 0.0
    for g in gradients:
        s = beta * s + (1 - beta) * g * g
        theta -= alpha * g / math.sqrt(s + epsilon)
        yield theta


def adam(theta, gradients, alpha=0.05, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        m_hat = m / (1 - beta_1**t)
        v_hat = v / (1 - beta_2**t)
        theta -= alpha * m_hat / (math.sqrt(v_hat) + epsilon)
        yield theta


def adam_large_epsilon(theta, gradients):
    return adam(theta, gradients, epsilon=1e-3)


def trajectory(make):
    """The parameters after each step of an optimizer of ours."""

    def ours(start, gradients):
        optimizer, parameter = make(), keras.Variable(start)
        seen = []
        for g in gradients:
            optimizer.apply([ops.convert_to_tensor(g)], [parameter])
            seen.append(ops.convert_to_numpy(parameter))
        return np.array(seen)

    return ours


def _case(make, rule):
    return Case(trajectory(make), each_parameter(rule), (START, GRADIENTS))


ORACLES = {
    "optimizers.SGD": [_case(lambda: optimizers.SGD(0.05), sgd)],
    "optimizers.Momentum": [
        _case(lambda: optimizers.Momentum(0.05), momentum),
        _case(
            lambda: optimizers.Momentum(schedules.InverseTimeDecay(0.05, 4, 0.7)), decayed_momentum
        ),
    ],
    "optimizers.CS231nMomentum": [_case(lambda: optimizers.CS231nMomentum(0.05), cs231n_momentum)],
    "optimizers.Nesterov": [_case(lambda: optimizers.Nesterov(0.05), nesterov)],
    "optimizers.AdaGrad": [
        _case(lambda: optimizers.AdaGrad(0.05), adagrad),
        _case(lambda: optimizers.AdaGrad(0.05, 0.3, 0.01), adagrad_from),
    ],
    "optimizers.RMSProp": [_case(lambda: optimizers.RMSProp(0.05, epsilon=1e-3), rmsprop)],
    "optimizers.RMSPropEpsilonInside": [
        _case(lambda: optimizers.RMSPropEpsilonInside(0.05, epsilon=1e-3), rmsprop_epsilon_inside)
    ],
    "optimizers.Adam": [
        _case(lambda: optimizers.Adam(0.05), adam),
        _case(lambda: optimizers.Adam(0.05, epsilon=1e-3), adam_large_epsilon),
    ],
}
