"""The tests are tested: wrong versions of the library must fail both the conformance table and the oracles.

Two kinds: the mistakes that lectures, notes and implementations are known for, named; and every operator of every
numbered statement, exchanged. Mistakes in what is no equation fail a test of their own.
"""

import importlib
from functools import cache, partial
from typing import Any

import pytest

from dlref import initializers, layers, optimizers, schedules
from dlref.conformance.mistakes import KNOWN
from dlref.conformance.mutation import holding, mutated, statement_mutants
from dlref.conformance.row import Arrays, error, precision
from dlref.conformance.table import ROWS
from tests import test_public_api
from tests.layers import test_batch_normalization, test_dropout, test_whole_set_statistics
from tests.optimizers import test_optimizer
from tests.oracles import ORACLES
from tests.public import IDEAS
from tests.schedules import test_schedule
from tests.test_oracles import gradient_error, value_error

stateless = importlib.import_module("dlref.optimizers.stateless").Stateless
whole_set = importlib.import_module("dlref.layers.whole_set_statistics")


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
        layers.BatchNormalization.add_channel_weight, ", autocast=False", "",
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
        initializers.HeNormal.__init__, "seed=seed)", "seed=seed or 0)",
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
    with mutated(function, (old, new)), pytest.raises(AssertionError):
        test()


def places(name: str) -> list[int]:
    """Where the rows of an object stand in the table."""
    return [place for place, row in enumerate(ROWS) if row.name == name]


@cache
def built_in(place: int) -> Arrays:
    """What a row's built-in does, which no mistake in dlref changes: to be asked for before one is made."""
    row = ROWS[place]
    with precision(row.dtypes[0]):
        return row.probe(row.mapped())


def table_catches(name: str) -> bool:
    """Whether a row of the object fails, be it with an exception."""
    for place in places(name):
        row = ROWS[place]
        try:
            with precision(row.dtypes[0]):
                seen = row.probe(row.ours())
        except Exception:
            return True
        if not error(seen, built_in(place)) <= row.allowed(row.dtypes[0]):
            return True
    return False


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


def test_nothing_is_caught_without_a_mutant() -> None:
    """One with a built-in that differs, and one with gradients: test_verify and test_oracles look at them all."""
    assert not table_catches("optimizers.Adam")
    assert not oracle_catches("losses.BinaryCrossentropy")


_MISTAKES = [
    pytest.param(name, *change, id=f"{name}: {words}")
    for name, mistakes in KNOWN.items()
    for words, change in mistakes.items()
]


@pytest.mark.parametrize(("name", "old", "new"), _MISTAKES)
def test_known_mistake(name: str, old: str, new: str) -> None:
    for place in places(name):
        built_in(place)
    with mutated(holding(name, old), (old, new)):
        assert table_catches(name), "the conformance table does not see it"
        assert oracle_catches(name), "the oracle does not see it"


def _numbered_functions() -> dict[str, list[Any]]:
    """The functions with numbered statements, by the module they stand in."""
    found: dict[str, list[Any]] = {}
    for module in IDEAS:
        owned = [
            m for m in vars(module).values() if getattr(m, "__module__", None) == module.__name__
        ]
        methods = [v for m in owned if isinstance(m, type) for v in vars(m).values()]
        for function in [*owned, *methods]:
            if callable(function) and not isinstance(function, type) and _operators(function):
                found.setdefault(module.__name__, []).append(function)
    return found


@cache
def _operators(function: Any) -> list[tuple[str, str]]:
    """Its numbered statements, each with an operator exchanged; other slips are for test_equations."""
    found = statement_mutants(function)
    return list(dict.fromkeys(change for _, what, change in found if what.startswith("operator")))


_OPERATORS = [
    pytest.param(module, function, old, new, id=f"{module}: {new}")
    for module, functions_ in _numbered_functions().items()
    for function in functions_
    for old, new in _operators(function)
]


@pytest.mark.parametrize(("module", "function", "old", "new"), _OPERATORS)
def test_every_operator(module: str, function: Any, old: str, new: str) -> None:
    area = module.removeprefix("dlref.").split(".")[0]
    objects = [name for name in ORACLES if name.startswith(f"{area}.") and _stands_in(name, module)]
    with mutated(function, (old, new)):
        assert any(oracle_catches(name) for name in objects)


def _stands_in(name: str, module: str) -> bool:
    area, _, attribute = name.partition(".")
    return getattr(importlib.import_module(f"dlref.{area}"), attribute).__module__ == module


def test_the_operators_are_there() -> None:
    assert len(_OPERATORS) >= 90
