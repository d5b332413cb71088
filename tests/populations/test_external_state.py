"""What `build` changes outside of the model, and the model reads there: no trial gets another's value."""

import sys
from collections import deque
from functools import partial
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import ops

from dlref.tuning.populations.model.external_state import ExternalState
from dlref.tuning.populations.model.model_spec import read_spec
from dlref.tuning.populations.model.unsupported import Unsupported
from tests.populations.searching import arguments, check_against_fit, network, search
from tests.tuning import models

SETTINGS = {"factor": 1.0, "deep": [{"factor": 1.0}], "kind": "relu"}
BUILT = []
QUEUE = deque(maxlen=9)
ARRAY = np.ones(3, "float32")
SPACE = SimpleNamespace(factor=1.0)
FACTOR = 1.0


class Held:
    factor = 1.0
    __slots__ = ("own",)

    def __init__(self):
        self.own = 1.0

    def times(self, x):
        return x * self.own

    @classmethod
    def by_class(cls, x):
        return x * cls.factor

    @property
    def doubled(self):
        return 2 * self.factor


class Kind:
    factor = 1.0


HELD = Held()
WEIGHT = keras.Variable(1.0, trainable=False, name="outside")


def set_global(value):
    global FACTOR
    FACTOR = value


def helper(x):
    return x * SETTINGS["factor"]


def nested(x):
    def inner(y):
        return helper(y)

    return [inner(y) for y in (x,)][0]


class Reads(keras.layers.Layer):
    """Its `call` reads a global."""

    def call(self, x):
        return x * SETTINGS["factor"]


class Given(keras.layers.Layer):
    """Reads an attribute of what it is given."""

    def __init__(self, held):
        super().__init__()
        self.held = held

    def call(self, x):
        return self.held.times(x) if isinstance(self.held, Held) else x * self.held.factor


KEPT = SimpleNamespace(factor=1.0)
OUTSIDE = {
    "dict": (lambda v: SETTINGS.update(factor=v), lambda x: x * SETTINGS["factor"]),
    "list in a dict": (
        lambda v: SETTINGS["deep"][0].update(factor=v),
        lambda x: x * SETTINGS["deep"][0]["factor"],
    ),
    "text": (
        lambda v: SETTINGS.update(kind="tanh" if v > 1 else "sigmoid"),
        lambda x: keras.activations.get(SETTINGS["kind"])(x),
    ),
    "deque": (lambda v: QUEUE.extend([v] * 9), lambda x: x * QUEUE[-1]),
    "array": (lambda v: ARRAY.fill(v), lambda x: x * ARRAY[0]),
    "namespace": (lambda v: setattr(SPACE, "factor", v), lambda x: x * SPACE.factor),
    "global": (set_global, lambda x: x * FACTOR),
    "slot": (lambda v: setattr(HELD, "own", v), HELD.times),
    "class": (lambda v: setattr(Held, "factor", v), Held.by_class),
    "property": (lambda v: setattr(Held, "factor", v), lambda x: x * HELD.doubled),
    "class by name": (lambda v: setattr(Kind, "factor", v), lambda x: x * Kind.factor),
    "helper": (lambda v: SETTINGS.update(factor=v), helper),
    "nested": (lambda v: SETTINGS.update(factor=v), nested),
    "module": (
        lambda v: setattr(models, "BAD_TEXT", "tanh" if v > 1 else "relu"),
        lambda x: keras.activations.get(models.BAD_TEXT)(x),
    ),
    "variable": (lambda v: WEIGHT.assign(v), lambda x: x * ops.cast(WEIGHT.value, x.dtype)),
    "epsilon of Keras": (
        lambda v: keras.config.set_epsilon(1e-7 * v),
        lambda x: x + keras.config.epsilon(),
    ),
    "default": (lambda v: ARRAY.fill(v), lambda x, a=ARRAY: x * a[0]),
}


def loss_of(read):
    return lambda y, z: ops.mean(ops.square(ops.cast(y, z.dtype) - read(z)[:, 0]))


def found(*models):
    """What of the outside `build` has changed, as the last of its models reads it."""
    external_state = ExternalState()
    read = [external_state.read_by(read_spec(model())) for model in models]
    assert len({external_state.changed(each) for each in read}) == 1
    return external_state.changed(read[-1])


@pytest.mark.parametrize("change, read", OUTSIDE.values(), ids=OUTSIDE)
def test_what_build_changes_is_seen(change, read):
    def build(factor):
        change(factor)
        return network(loss=loss_of(read))

    assert found(partial(build, 0.5), partial(build, 2.0))
    assert not found(partial(build, 2.0), partial(build, 2.0))


def test_what_is_read_by_no_name_is_not_trained_with_others():
    for read in (lambda x: x * sys.modules[__name__].FACTOR, lambda x: x * globals()["FACTOR"]):
        with pytest.raises(Unsupported, match="is not in its code"):
            read_spec(network(loss=loss_of(read)))


@pytest.mark.parametrize("name", ["dict", "text", "variable"])
def test_loss_that_reads_what_build_changes(name, tmp_path):
    change, read = OUTSIDE[name]

    def build(hp):
        change(hp.Float("factor", 0.5, 2.0))
        return network(loss=loss_of(read), metrics=[])

    check_against_fit(build, tmp_path, 2)


def reads(layer):
    """A search over what a layer reads."""

    def build(hp):
        factor = hp.Float("factor", 0.5, 2.0)
        return network(keras.layers.Dense(4), layer(factor), keras.layers.Dense(5))

    return build


def global_of_a_layer(factor):
    SETTINGS["factor"] = factor
    return Reads()


def object_of_a_layer(factor):
    KEPT.factor = factor
    return Given(KEPT)


def slots_of_a_layer(factor):
    HELD.own = factor
    return Given(HELD)


LAYERS = [global_of_a_layer, object_of_a_layer, slots_of_a_layer]


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_that_reads_what_build_changes(layer, tmp_path):
    heard = check_against_fit(reads(layer), tmp_path, 2)
    assert not heard.populations and "outside of the model" in heard.notes[0]


def test_what_was_trained_alone_is_repeated_alone(tmp_path):
    """Where `fit` draws other masks, and the examples in another order, than a population."""

    def build(hp):
        SETTINGS["factor"] = hp.Float("factor", 0.5, 2.0)
        return network(Reads(), keras.layers.Dense(4), keras.layers.Dropout(0.5))

    tuner, heard = search(build, tmp_path, 2)
    _, again = tuner.replay(1, **arguments())
    assert again.curves["loss"] == pytest.approx(heard.results[1].curves["loss"], rel=1e-6)


def test_closure_over_what_build_changes(tmp_path):
    settings = {"kind": "tanh"}

    def build(hp):
        settings["kind"] = hp.Choice("kind", ["tanh", "relu", "sigmoid"])
        return network(keras.layers.Dense(4, activation=lambda x: of(settings)(x)))

    def of(found):
        return keras.activations.get(found["kind"])

    heard = check_against_fit(build, tmp_path, 2)
    assert not heard.populations


def test_what_no_model_reads_keeps_none_alone(tmp_path):
    """Such as a list of all that were built."""

    def build(hp):
        BUILT.append(hp.Float("learning_rate", 0.01, 0.1))
        sgd = keras.optimizers.SGD(BUILT[-1])
        return network(Reads(), loss=loss_of(nested), metrics=[], optimizer=sgd)

    heard = check_against_fit(build, tmp_path)
    assert heard.populations == ["3 trials, mini-batch 32"]
