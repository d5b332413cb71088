"""Each object equals its oracle: values to 1e-12 in float64, gradients to what central differences can tell."""

import keras
import numpy as np
import pytest

from dlref.conformance.row import distance, precision
from dlref.gradients import value_and_gradients
from tests.oracles import ORACLES
from tests.oracles.case import Case, slopes


def value_error(case: Case) -> float:
    with precision("float64"):
        ours = case.ours(*(np.array(x) for x in case.inputs))
        return distance(keras.ops.convert_to_numpy(ours), case.oracle(*case.inputs))


def gradient_error(case: Case) -> float:
    upstream = np.random.default_rng(0).normal(size=np.shape(case.oracle(*case.inputs)))
    with precision("float64"):
        _, *gradients = value_and_gradients(case.ours, case.inputs, upstream)
    expected = slopes(case.oracle, case.inputs, upstream)
    return max(map(distance, gradients, expected))


CASES = [
    pytest.param(case, id=f"{name}-{i}")
    for name, cases in ORACLES.items()
    for i, case in enumerate(cases)
]


@pytest.mark.parametrize("case", CASES)
def test_value(case: Case) -> None:
    assert value_error(case) <= 1e-12


@pytest.mark.parametrize("case", [p for p in CASES if p.values[0].gradients])
def test_gradient(case: Case) -> None:
    assert gradient_error(case) <= 1e-8
