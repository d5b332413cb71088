"""The scripts of `benchmarks/wild`: each is what people write, and trains; and what is made of their times."""

import keras
import keras_tuner
import pytest

from benchmarks.wild import __main__ as wild
from benchmarks.wild import kinds

FEW = 8  # examples


def few(data):
    """The first of the data; a data set as it is, of which `fit` is to take one step."""
    if isinstance(data, tuple | list):
        return type(data)(few(part) for part in data)
    return data[:FEW] if hasattr(data, "shape") else data


@pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="takes a minute there; nothing in them is of a backend"
)
@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")  # people do
@pytest.mark.parametrize("name", kinds.scripts())
def test_a_script_trains(name):
    script, hp = kinds.load(name), keras_tuner.HyperParameters()
    own = isinstance(script.build, keras_tuner.HyperModel)
    model = script.build.build(hp) if own else script.build(hp)
    model.run_eagerly = True  # tracing would take longer
    given = {**script.fit(), "epochs": 1, "verbose": 0}
    if isinstance(given["x"], keras.utils.PyDataset) or not hasattr(given["x"], "shape"):
        given |= {"steps_per_epoch": 1, "shuffle": False}
        if not isinstance(given["validation_data"], tuple):
            given["validation_steps"] = 1
    given |= {key: few(given[key]) for key in ("x", "y", "validation_data") if key in given}
    history = script.build.fit(hp, model, **given) if own else model.fit(**given)
    assert len(hp.values) > 0
    assert len(history.history[getattr(script, "OBJECTIVE", "val_accuracy")]) == 1


def test_every_user_is_counted_once():
    assert sum(kind.users for kind in kinds.KINDS) == kinds.USERS
    found = kinds.scripts()
    assert sum(users for _, users in found.values()) == pytest.approx(kinds.USERS)
    assert len(found) == sum(len(kind.scripts) for kind in kinds.KINDS)


def test_the_summary_is_weighted_by_users():
    results = [
        {"ratio": 0.5, "users": 1, "together": 0.0},
        {"ratio": 4.0, "users": 2, "together": 1.0},
        {"ratio": 9.0, "users": 0, "together": 1.0},
        {"error": "no data", "users": 1},
    ]
    found = wild.summary(results)
    assert found["harmonic"] == pytest.approx(3 / (1 / 0.5 + 2 / 4))
    assert (found["users"], found["median"]) == (3, 4.0)
    assert (found["together"], found["slower"]) == pytest.approx((2 / 3, 1 / 3))
