"""Hostile arguments: each constructor and function names itself, the argument, what came and what is allowed."""

import inspect
import json
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from dlref import initializers, layers, losses, metrics, optimizers
from tests.errors.arguments import OBJECTS
from tests.errors.hostile import few, hostile, refuses, valid

pytestmark = pytest.mark.timeout(60)

ARGUMENTS = [
    pytest.param(name, argument, kind, id=f"{name}-{argument}")
    for name, (_, kinds) in OBJECTS.items()
    for argument, kind in kinds.items()
]
KEPT = (  # what a saved model holds
    keras.Layer,
    keras.Loss,
    keras.Metric,
    keras.Optimizer,
    keras.Regularizer,
    keras.Initializer,
    keras.optimizers.schedules.LearningRateSchedule,
)
arguments = pytest.mark.parametrize(("name", "argument", "kind"), ARGUMENTS)


@arguments
@few
@given(data=st.data())
def test_hostile_argument(name: str, argument: str, kind: str, data: st.DataObject) -> None:
    value = data.draw(hostile(kind))
    refuses(name, argument, lambda: OBJECTS[name][0](**{argument: value}))


@arguments
@few
@given(data=st.data())
def test_valid_argument(name: str, argument: str, kind: str, data: st.DataObject) -> None:
    value = data.draw(valid(kind))
    made = OBJECTS[name][0](**{argument: value})
    if isinstance(made, KEPT):
        config = json.loads(json.dumps(made.get_config()))
        copy = type(made).from_config(config)
        assert json.loads(json.dumps(copy.get_config())) == config
        if "real " in kind and value is not None:
            assert np.float32(config[argument]) == np.float32(value)


def test_every_argument_is_in_the_table() -> None:
    """A new argument that nobody tries out must not go unnoticed."""
    inputs = {
        "z",
        "values",
        "averages",
        "model",
        "embedding",
        "x",
        "arrays",
        "dtype",
        "kwargs",
        "kind",
        "log_probabilities",
        "texts",
        "pairs",
        "frequencies",
    }
    for name, (make, kinds) in OBJECTS.items():
        parameters = set(inspect.signature(getattr(make, "func", make)).parameters) - inputs
        if name != "layers.whole_set_statistics":  # made by a function of the table itself
            assert parameters <= kinds.keys(), name


@pytest.mark.parametrize("name", OBJECTS)
def test_unknown_argument(name: str) -> None:
    with pytest.raises((TypeError, ValueError), match="nonsense"):
        OBJECTS[name][0](nonsense=1)


@few
@given(data=st.data())
@pytest.mark.parametrize(
    ("name", "argument", "kind"),
    [a for a in ARGUMENTS if a.values[2].removeprefix("?").startswith("real ")],
)
def test_tensor_as_hyperparameter(name: str, argument: str, kind: str, data: st.DataObject) -> None:
    """As a population of models has one, and as `stateless_apply` passes one."""
    OBJECTS[name][0](**{argument: ops.convert_to_tensor(data.draw(st.floats(0.25, 0.75)))})


# Arguments that Keras checks: its messages name them, but not always the object.
KERAS_ARGUMENTS = [
    (layers.BatchNormalization, {"trainable": "yes"}, "trainable"),
    (layers.BatchNormalization, {"dtype": "nonsense"}, "nonsense"),
    (layers.BatchNormalization, {"name": 5}, "name"),
    (layers.Dropout, {"rate": 0.5, "activity_regularizer": "nonsense"}, "regularizer"),
    (losses.BinaryCrossentropy, {"reduction": "nonsense"}, "reduction"),
    (losses.CategoricalCrossentropy, {"dtype": 5}, "dtype"),
    (metrics.F1Score, {"dtype": "nonsense"}, "nonsense"),
    (optimizers.SGD, {"name": 5}, "name"),
    (optimizers.Adam, {"clipnorm": 1.0, "clipvalue": 1.0}, "clipnorm"),
    (initializers.HeNormal, {"seed": {"class_name": "nonsense"}}, "nonsense"),
]


@pytest.mark.parametrize(("make", "arguments", "word"), KERAS_ARGUMENTS)
def test_argument_that_keras_checks(make: Any, arguments: dict[str, Any], word: str) -> None:
    with pytest.raises((TypeError, ValueError), match=word):
        make(**arguments)
