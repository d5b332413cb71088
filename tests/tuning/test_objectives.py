"""What a sweep is judged by: directions, bounds, and what is measured of a trained model."""

import keras
import numpy as np
import pytest

from dlref.tuning.errors import SweepError
from dlref.tuning.trials.objectives import Bound, Latency, extra_metrics, parse_objectives

NO_BOUNDS = [
    "",
    "latency_ms",
    "latency_ms=100",
    "a<=b",
    "a<=nan",
    "a<=inf",
    "<=3",
    "a<=1<=2",
    "1<=a",
]


@pytest.mark.parametrize("text", NO_BOUNDS)
def test_what_is_no_bound(text):
    with pytest.raises(SweepError, match="--subject-to must be METRIC<=NUMBER") as error:
        Bound.parse(text)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("text", "below", "at", "above"),
    [
        ("a<=2", True, True, False),
        ("a < 2.0", True, False, False),
        ("a>=2", False, True, True),
        ("a >2e0", False, False, True),
    ],
)
def test_a_bound_holds(text, below, at, above):
    bound = Bound.parse(text)
    assert [bound.holds({"a": value}) for value in (1.0, 2.0, 3.0)] == [below, at, above]
    assert not bound.holds({"a": float("nan")}) and not bound.holds({"b": 1.0})


def test_a_bound_is_written_as_it_is_read():
    assert str(Bound.parse(" val_loss <= 1e5 ")) == "val_loss<=100000"
    assert Bound.parse(str(Bound.parse("a<0.1"))) == Bound.parse("a<0.1")


def test_an_objective_twice():
    with pytest.raises(SweepError, match="val_loss must be given once"):
        parse_objectives(["val_loss", "max:val_accuracy", "min:val_loss"])
    assert parse_objectives(["latency_ms", "parameters"]) == ["min:latency_ms", "min:parameters"]


def make_model(units, rate=0.5):
    layers = [keras.Input((4,)), keras.layers.Dense(units), keras.layers.Dropout(rate)]
    return keras.Sequential(layers)


def test_what_is_measured():
    metrics = extra_metrics(["val_loss", "parameters", "latency_ms"], np.zeros((9, 4), "float32"))
    model = make_model(3)
    assert metrics.keys() == {"parameters", "latency_ms"}
    assert metrics["parameters"](model) == 15
    assert 0.01 < metrics["latency_ms"](model) < 1000


def test_one_architecture_is_measured_once(monkeypatch):
    latency = Latency(np.zeros((9, 4), "float32"))
    measured = []
    monkeypatch.setattr(latency, "_measure", lambda model: measured.append(model) or 1.0)
    models = [make_model(3), make_model(3, rate=0.25), make_model(4), Subclassed(), Subclassed()]
    for model in models:
        latency(model)
    assert measured == [models[0], models[2], models[3], models[4]]


class Subclassed(keras.Model):
    """Its configuration does not say what it computes."""
