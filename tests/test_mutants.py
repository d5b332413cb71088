"""The tests are tested: wrong versions of the library must fail both the conformance table and the oracles.

Two kinds: the mistakes that lectures, notes and implementations are known for, named; and every operator of every
numbered statement, exchanged. Mistakes in what is no equation fail a test of their own.
"""

import importlib
import pkgutil
from functools import partial
from typing import Any

import pytest

import dlref
from dlref import layers, optimizers, schedules
from dlref.conformance.mutation import mutated, operator_mutants
from dlref.conformance.table import ROWS
from dlref.conformance.verify import check
from tests import test_public_api
from tests.layers import test_batch_normalization, test_dropout, test_whole_set_statistics
from tests.optimizers import test_optimizer
from tests.oracles import ORACLES
from tests.schedules import test_schedule
from tests.test_oracles import gradient_error, value_error

functions = {
    name: importlib.import_module(f"dlref.{name}")
    for name in ("activations", "averages", "initializers", "regularizers")
}
losses = dlref.losses
stateless = importlib.import_module("dlref.optimizers.stateless").Stateless
whole_set = importlib.import_module("dlref.layers.whole_set_statistics")
space = importlib.import_module("dlref.tuning.space")

KNOWN_MISTAKES = {
    "SGD ascends, as CS231n-7 prints it": (
        "optimizers.SGD", optimizers.SGD.update_step, "assign_sub(theta", "assign_add(theta"),
    "momentum without 1 - beta": (
        "optimizers.Momentum", optimizers.Momentum.update_step, "(1 - beta) * g", "g"),
    "CS231n momentum adds, as the notes print it": (
        "optimizers.CS231nMomentum", optimizers.CS231nMomentum.update_step, "assign_sub(theta", "assign_add(theta"),
    "CS231n momentum averages": (
        "optimizers.CS231nMomentum", optimizers.CS231nMomentum.update_step, "rho * v + g", "rho * v + (1 - rho) * g"),
    "Nesterov without the look ahead": (
        "optimizers.Nesterov", optimizers.Nesterov.update_step, "rho * v_next - alpha * g)", "v_next)"),
    "Nesterov's velocity changed too early": (
        "optimizers.Nesterov", optimizers.Nesterov.update_step, "v_next = rho * v", "v_next = v * rho * rho"),
    "AdaGrad averages": (
        "optimizers.AdaGrad", optimizers.AdaGrad.update_step, "assign_add(s, g**2)", "assign(s, 0.5 * s + 0.5 * g**2)"),
    "AdaGrad's epsilon inside the root": (
        "optimizers.AdaGrad", optimizers.AdaGrad.update_step, "ops.sqrt(s) + epsilon", "ops.sqrt(s + epsilon)"),
    "AdaGrad without the root": (
        "optimizers.AdaGrad", optimizers.AdaGrad.update_step, "ops.sqrt(s)", "s"),
    "RMSProp's epsilon inside the root": (
        "optimizers.RMSProp", optimizers.RMSProp.update_step, "ops.sqrt(s) + epsilon", "ops.sqrt(s + epsilon)"),
    "RMSProp's epsilon outside the root": (
        "optimizers.RMSPropEpsilonInside", optimizers.RMSPropEpsilonInside.update_step,
        "ops.sqrt(s + epsilon)", "(ops.sqrt(s) + epsilon)"),
    "RMSProp does not square": (
        "optimizers.RMSProp", optimizers.RMSProp.update_step, "g**2", "g"),
    "Adam's epsilon inside the root": (
        "optimizers.Adam", optimizers.Adam.update_step, "ops.sqrt(v_hat) + epsilon", "ops.sqrt(v_hat + epsilon)"),
    "Adam's epsilon before the correction, as in Keras": (
        "optimizers.Adam", optimizers.Adam.update_step,
        "ops.sqrt(v_hat) + epsilon", "ops.sqrt(v_hat) + epsilon / ops.sqrt(1 - beta_2**t)"),
    "Adam counts from 0, as CS231n-7 prints it": (
        "optimizers.Adam", optimizers.Adam.update_step, "ops.cast(self.t,", "ops.cast(self.t - 1,"),
    "Adam without the correction of m": (
        "optimizers.Adam", optimizers.Adam.update_step, "m / (1 - beta_1**t)", "m + 0"),
    "Adam without the correction of v": (
        "optimizers.Adam", optimizers.Adam.update_step, "v / (1 - beta_2**t)", "v + 0"),
    "Adam with beta_1 for beta_2": (
        "optimizers.Adam", optimizers.Adam.update_step, "beta_2 * v + (1 - beta_2)", "beta_1 * v + (1 - beta_1)"),
    "inverse time decay by step": (
        "schedules.InverseTimeDecay", schedules.InverseTimeDecay.__call__, "self.epoch(step)", "step"),
    "exponential decay from the first epoch on": (
        "schedules.ExponentialDecay", schedules.ExponentialDecay.__call__, "self.epoch(step)", "self.epoch(step) + 1"),
    "k / epoch, as Flowchart prints it": (
        "schedules.InverseSqrtDecay", schedules.InverseSqrtDecay.__call__, "ops.sqrt(t)", "t"),
    "inverse root from t = 0": (
        "schedules.InverseSqrtDecay", schedules.InverseSqrtDecay.__call__, "self.epoch(step) + 1", "self.epoch(step)"),
    "staircase drops each epoch": (
        "schedules.StaircaseDecay", schedules.StaircaseDecay.__call__, " // epochs_per_drop", ""),
    "manual decay one step late, as in Keras": (
        "schedules.ManualDecay", schedules.ManualDecay.__call__, "self.epoch(step)", "self.epoch(step - 1)"),
    "batch norm divides by m - 1": (
        "layers.BatchNormalization", layers.BatchNormalization.call,
        "self.sum((z - _centre(mu)) ** 2, mask) / m", "self.sum((z - _centre(mu)) ** 2, mask) / (m - 1)"),
    "batch norm's epsilon outside the root": (
        "layers.BatchNormalization", layers.BatchNormalization.call,
        "ops.sqrt(sigma2 + epsilon)", "(ops.sqrt(sigma2) + epsilon)"),
    "batch norm tests with the mini-batch": (
        "layers.BatchNormalization", layers.BatchNormalization.call, "training and self.trainable", "self.trainable"),
    "batch norm's average the wrong way round": (
        "layers.BatchNormalization", layers.BatchNormalization.call,
        "rho * mu_test + (1 - rho) * mu", "(1 - rho) * mu_test + rho * mu"),
    "batch norm averages the unbiased variance": (
        "layers.BatchNormalization", layers.BatchNormalization.call,
        "(1 - rho) * sigma2", "(1 - rho) * sigma2 * m / (m - 1)"),
    "batch norm ignores its mask": (
        "layers.BatchNormalization", layers.BatchNormalization.sum, "ops.where(mask, x, 0)", "x"),
    "batch norm's mask along the channels": (
        "layers.BatchNormalization", layers.BatchNormalization.counted, '"bool"), -1)', '"bool"), self.axis)'),
    "batch norm's gradient forgets that mu depends on z": (
        "layers.BatchNormalization", layers.BatchNormalization.call,
        "(beta - a * mu)", "(beta - a * ops.stop_gradient(mu))"),
    "batch norm's gradient forgets that sigma depends on z": (
        "layers.BatchNormalization", layers.BatchNormalization.call,
        "ops.sqrt(sigma2 + epsilon)", "ops.sqrt(ops.stop_gradient(sigma2) + epsilon)"),
    "dropout is not inverted": (
        "layers.Dropout", layers.Dropout.call, "a / keep_prob", "a"),
    "dropout drops what it should keep": (
        "layers.Dropout", layers.Dropout.call, "rand < 1 - self.rate", "rand < self.rate"),
    "dropout scales by the rate": (
        "layers.Dropout", layers.Dropout.call,
        "ops.convert_to_tensor(1 - self.rate, a.dtype)", "ops.convert_to_tensor(self.rate, a.dtype)"),
    "vanilla dropout does not scale at test time": (
        "layers.VanillaDropout", layers.VanillaDropout.call, "a * p", "a * 1"),
    "vanilla dropout adds p, as CS231n-7 prints it": (
        "layers.VanillaDropout", layers.VanillaDropout.call, "a * p", "a + p"),
    "the whole set's variance around 0": (
        "layers.whole_set_statistics", layers.whole_set_statistics, "(z - mu) ** 2", "z**2"),
    "tanh as a sigmoid": (
        "activations.tanh", functions["activations"].tanh, "-2 * sign * z", "-sign * z"),
    "leaky ReLU with Keras' slope": (
        "activations.leaky_relu", functions["activations"].leaky_relu, "a * z, z", "0.3 * z, z"),
    "ELU without - 1": (
        "activations.elu", functions["activations"].elu, "ops.expm1(", "ops.exp("),
    "softmax overflows": (
        "activations.softmax", functions["activations"].softmax, " - ops.max(z, axis, keepdims=True)", ""),
    "softmax divides by the largest": (
        "activations.softmax", functions["activations"].softmax, "t / ops.sum(t", "t / ops.max(t"),
    "hard min": (
        "activations.hard_max", functions["activations"].hard_max, "ops.argmax(", "ops.argmin("),
    "binary cross-entropy without the second term": (
        "losses.BinaryCrossentropy", losses.BinaryCrossentropy.call, " - (1 - y) * log_not_y_hat", ""),
    "binary cross-entropy summed": (
        "losses.BinaryCrossentropy", losses.BinaryCrossentropy.call, " / n", ""),
    "categorical cross-entropy over the examples": (
        "losses.CategoricalCrossentropy", losses.CategoricalCrossentropy.call,
        "-ops.sum(y * log_y_hat, self.axis)", "-ops.sum(y * log_y_hat, 0)"),
    "L2 without the half": (
        "regularizers.L2", functions["regularizers"].L2.__call__, "(2 * m)", "m"),
    "L2 without m": (
        "regularizers.L2", functions["regularizers"].L2.__call__, "(2 * m)", "2"),
    "L2 without the square, as DLS-C2-blog prints it": (
        "regularizers.L2", functions["regularizers"].L2.__call__, "ops.sum(w**2)", "ops.sqrt(ops.sum(w**2))"),
    "L1 without the half": (
        "regularizers.L1", functions["regularizers"].L1.__call__, "(2 * m)", "m"),
    "unhalved L1 halved": (
        "regularizers.UnhalvedL1", functions["regularizers"].UnhalvedL1.__call__, "/ m", "/ (2 * m)"),
    "He with 1 / n_in": (
        "initializers.HeNormal", functions["initializers"].HeNormal.__call__, "2 / n_in", "1 / n_in"),
    "Xavier by both fans, as Glorot": (
        "initializers.XavierNormal", functions["initializers"].XavierNormal.__call__,
        "1 / n_in", "2 / (n_in + shape[-1])"),
    "fan-in without the receptive field": (
        "initializers.HeNormal", functions["initializers"]._fan_in, "math.prod(shape[:-1])", "shape[-2]"),
    "the average without 1 - beta": (
        "averages.exponentially_weighted_average", functions["averages"].exponentially_weighted_average,
        "(1 - beta) * theta_t", "theta_t"),
    "bias correction from t = 0": (
        "averages.bias_correction", functions["averages"].bias_correction,
        "ops.arange(1, v.shape[0] + 1", "ops.arange(2, v.shape[0] + 2"),
    "alpha on a linear scale": (
        "tuning.log_uniform", space.log_uniform, 'sampling="log"', 'sampling="linear"'),
    "beta on keras-tuner's reverse_log": (
        "tuning.averaging_decay", space.averaging_decay, 'sampling="log"', 'sampling="reverse_log"'),
    "all whole numbers for powers of two": (
        "tuning.power_of_two", space.power_of_two, ', step=2, sampling="log"', ""),
}  # fmt: skip


_every_order = test_optimizer.test_every_order_of_operations_is_keras
_accumulated = {"gradient_accumulation_steps": 2, "clipvalue": 0.5}
_dropped = test_dropout.test_what_is_dropped_is_0_whatever_it_was

MISTAKES_OF_NO_EQUATION = {
    "weight decay after the update": (
        stateless._backend_apply_gradients,
        "        self._apply_weight_decay(parameters)\n"
        "        self._backend_update_step(grads, parameters, self.learning_rate)\n",
        "        self._backend_update_step(grads, parameters, self.learning_rate)\n"
        "        self._apply_weight_decay(parameters)\n",
        partial(_every_order, {"weight_decay": 0.01}, optimizers.Adam)),
    "the sum of accumulated gradients clipped": (
        stateless._backend_apply_gradients, "for g in sums]", "for g in self._clip_gradients(sums)]",
        partial(_every_order, _accumulated, optimizers.Adam)),
    "each accumulated gradient clipped": (
        stateless._backend_apply_gradients, "zip(grads, accumulators", "zip(self._clip_gradients(grads), accumulators",
        partial(_every_order, _accumulated, optimizers.Adam)),
    "batch norm's weights in half precision": (
        layers.BatchNormalization.add_channel_weight, "autocast=False, ", "",
        partial(test_batch_normalization.test_mixed_precision_rounds_the_output_alone, "mixed_float16")),
    "a dropped NaN leaks": (
        layers.Dropout.call, "ops.where(d, a / keep_prob, 0)", "a / keep_prob * ops.cast(d, a.dtype)",
        partial(_dropped, layers.Dropout, float("nan"))),
    "a dropped infinity leaks": (
        layers.VanillaDropout.call, "ops.where(d, a, 0)", "a * ops.cast(d, a.dtype)",
        partial(_dropped, layers.VanillaDropout, float("inf"))),
    "layers in the order they were made": (
        whole_set._in_order_of_calls, "list(dict.fromkeys(called))", "[n for n in layers if n in called]",
        test_whole_set_statistics.test_layers_in_the_order_of_their_calls),
    "initializers without a seed draw the same": (
        functions["initializers"].HeNormal.__init__, "seed=seed)", "seed=seed or 0)",
        partial(test_public_api.test_without_a_seed_each_draws_its_own, "initializers.HeNormal")),
    "AdaGrad's config forgets its start": (
        optimizers.AdaGrad.get_config, "self.initial_accumulator_value,", "0.0,",
        partial(test_public_api.test_each_argument_counts_and_is_kept,
                "optimizers.AdaGrad", "initial_accumulator_value", "real [0, inf)")),
    "epochs counted in float32": (
        schedules.InverseTimeDecay.epoch, ", self.steps_per_epoch)", ", float(self.steps_per_epoch))",
        partial(test_schedule.test_epochs_that_float32_cannot_count, schedules.InverseTimeDecay(0.2, 4))),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES_OF_NO_EQUATION)
def test_mistake_of_no_equation(mistake: str) -> None:
    function, old, new, test = MISTAKES_OF_NO_EQUATION[mistake]
    with mutated(function, old, new), pytest.raises(AssertionError):
        test()


def table_catches(name: str) -> bool:
    return any(check(row).failure for row in ROWS if row.name == name)


def oracle_catches(name: str) -> bool:
    """Whether a case of the oracle fails, be it with an exception."""
    for case in ORACLES[name]:
        try:
            if not value_error(case) <= 1e-12:
                return True
            if case.gradients and not gradient_error(case) <= 1e-8:
                return True
        except Exception:
            return True
    return False


@pytest.mark.parametrize("name", ORACLES)
def test_nothing_is_caught_without_a_mutant(name: str) -> None:
    assert not table_catches(name)
    assert not oracle_catches(name)


@pytest.mark.parametrize("mistake", KNOWN_MISTAKES)
def test_known_mistake(mistake: str) -> None:
    name, function, old, new = KNOWN_MISTAKES[mistake]
    with mutated(function, old, new):
        assert table_catches(name), f"the conformance table does not see: {mistake}"
        assert oracle_catches(name), f"the oracle does not see: {mistake}"


def _numbered_functions() -> dict[str, list[Any]]:
    """The functions with numbered statements, by the module they stand in."""
    found: dict[str, list[Any]] = {}
    for module in pkgutil.walk_packages(dlref.__path__, "dlref."):
        members = (
            vars(importlib.import_module(module.name)).values()
            if _holds_equations(module.name)
            else ()
        )
        owned = [m for m in members if getattr(m, "__module__", None) == module.name]
        methods = [v for m in owned if isinstance(m, type) for v in vars(m).values()]
        for function in [*owned, *methods]:
            if callable(function) and not isinstance(function, type) and operator_mutants(function):
                found.setdefault(module.name, []).append(function)
    return found


def _holds_equations(module: str) -> bool:
    return (
        not module.startswith(("dlref.conformance", "dlref.tuning"))
        or module == "dlref.tuning.space"
    )


_OPERATORS = [
    pytest.param(module, function, old, new, id=f"{module}: {new}")
    for module, functions_ in _numbered_functions().items()
    for function in functions_
    for old, new in operator_mutants(function)
]


@pytest.mark.parametrize(("module", "function", "old", "new"), _OPERATORS)
def test_every_operator(module: str, function: Any, old: str, new: str) -> None:
    area = module.removeprefix("dlref.").split(".")[0]
    objects = [name for name in ORACLES if name.startswith(f"{area}.") and _stands_in(name, module)]
    with mutated(function, old, new):
        assert any(oracle_catches(name) for name in objects)


def _stands_in(name: str, module: str) -> bool:
    area, _, attribute = name.partition(".")
    return getattr(importlib.import_module(f"dlref.{area}"), attribute).__module__ == module


def test_the_operators_are_there() -> None:
    assert len(_OPERATORS) >= 90
