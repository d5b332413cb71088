"""What makes a group: everything but the numbers that can differ in one program; nothing that differs is missed."""

from functools import partial

import keras
import pytest

from dlref.tuning.populations.model.external_state import ExternalState
from dlref.tuning.populations.model.model_spec import read_spec
from dlref.tuning.populations.program.trial_models import read_trial_model
from tests.populations.searching import network

FACTOR = 1.0


def functional(middle):
    """A functional model with `middle` between two layers."""
    inputs = keras.Input((6,))
    outputs = keras.layers.Dense(3)(middle(keras.layers.Dense(5)(inputs)))
    model = keras.Model(inputs, outputs)
    model.compile("sgd", "mse")
    return model


def closure(a, b):
    def enclosing(x):
        return x * (a or 1.0) - (b or 1.0)

    return enclosing


def of_a_global(x):
    return x * FACTOR


def with_global(value):
    global FACTOR
    FACTOR = value
    return functional(keras.layers.Lambda(of_a_global))


class Slots:
    """Keeps what it is made of without a `__dict__`."""

    __slots__ = ("factor",)

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return x * self.factor


class Scales(keras.layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return x * self.factor


def local_class(value):
    class Local(keras.layers.Layer):
        def call(self, x):
            return x * value

    return functional(Local())


def dense(**options):
    return network(keras.layers.Dense(5, **options))


def sgd(**options):
    return network(optimizer=keras.optimizers.SGD(**options))


def frozen(trainable):
    model = network(keras.layers.Dense(5), keras.layers.Dense(4))
    model.layers[0].trainable = trainable
    return model


STRUCTURE = {
    "activation": lambda v: dense(activation="relu" if v > 0.5 else "tanh"),
    "layers": lambda v: network(*[keras.layers.Dense(4) for _ in range(int(v * 4))]),
    "bias": lambda v: dense(use_bias=v > 0.5),
    "optimizer": lambda v: network(optimizer="adam" if v > 0.5 else "sgd"),
    "Nesterov": lambda v: sgd(nesterov=v > 0.5),
    "loss": lambda v: network(loss="mse" if v > 0.5 else "mae"),
    "loss weights": lambda v: network(loss_weights=[v]),
    "metrics": lambda v: network(metrics=["accuracy"] if v > 0.5 else []),
    "k of a metric": lambda v: network(
        metrics=[keras.metrics.SparseTopKCategoricalAccuracy(k=int(v * 4))]
    ),
    "trainable": lambda v: frozen(v > 0.5),
    "dtype": lambda v: dense(dtype="float16" if v > 0.5 else "float32"),
    "order of inputs": lambda v: functional(
        lambda h: keras.layers.Subtract()([h, 2 * h] if v > 0.5 else [2 * h, h])
    ),
    "number in a functional model": lambda v: functional(lambda h: h * v),
    "axis of an operation": lambda v: functional(lambda h: keras.ops.flip(h, axis=int(v > 0.5))),
    "integer of an operation": lambda v: functional(lambda h: keras.ops.roll(h, int(v * 4))),
    "lambda": lambda v: functional(keras.layers.Lambda(lambda x: x * v)),
    "default of a lambda": lambda v: functional(keras.layers.Lambda(lambda x, v=v: x * v)),
    "which is enclosed": lambda v: functional(
        keras.layers.Lambda(closure(None, 2.0) if v > 0.5 else closure(2.0, None))
    ),
    "global": with_global,
    "local class": local_class,
    "loss in a closure": lambda v: network(loss=lambda y, p: keras.ops.mean(p**2) * v),
    "piecewise schedule": lambda v: sgd(
        learning_rate=keras.optimizers.schedules.PiecewiseConstantDecay([4], [v, v / 2])
    ),
    "whether it is 0": lambda v: sgd(momentum=0.0 if v > 0.5 else 0.9),
    "1 and True": lambda v: functional(Scales(1 if v > 0.5 else True)),
}
SCALARS = {
    "learning rate": (lambda v: sgd(learning_rate=v), 0),
    "momentum": (lambda v: sgd(momentum=v), 1),
    "schedule": (
        lambda v: sgd(learning_rate=keras.optimizers.schedules.CosineDecay(v, int(100 * v))),
        2,
    ),
    "clipping": (lambda v: sgd(clipnorm=v), 1),
    "weight decay": (lambda v: network(optimizer=keras.optimizers.AdamW(weight_decay=v)), 1),
    "L1": (lambda v: dense(kernel_regularizer=keras.regularizers.L1(v)), 1),
    "L1 and L2": (lambda v: dense(kernel_regularizer=keras.regularizers.L1L2(v, v)), 2),
    "activity": (lambda v: dense(activity_regularizer=keras.regularizers.L2(v)), 1),
    "constraint": (lambda v: dense(kernel_constraint=keras.constraints.MaxNorm(v)), 1),
    "nested": (lambda v: network(keras.Sequential([keras.layers.Dropout(v)])), 1),
    "custom layer": (lambda v: functional(Scales(v)), 1),
    "slots": (lambda v: functional(keras.layers.Lambda(Slots(v))), 1),
    "of a lambda": (
        lambda v: functional(keras.layers.Lambda(lambda x, v: x * v, arguments={"v": v})),
        1,
    ),
    "partial": (
        lambda v: dense(activation=partial(keras.activations.leaky_relu, negative_slope=v)),
        1,
    ),
    "operation": (lambda v: functional(lambda h: keras.ops.clip(h, -v, v)), 2),
    "loss": (lambda v: network(loss=keras.losses.Huber(v)), 1),
    "initializer": (
        lambda v: dense(kernel_initializer=keras.initializers.RandomNormal(stddev=v)),
        0,
    ),
    "width": (lambda v: network(keras.layers.Dense(int(8 * v))), 0),
}


@pytest.mark.parametrize("name", STRUCTURE)
def test_what_is_structure_makes_groups(name):
    build = STRUCTURE[name]
    one = read_spec(build(0.25))  # the model is gone when the next is made, maybe at its address
    assert read_spec(build(0.75)).structure != one.structure


@pytest.mark.parametrize("name", SCALARS)
def test_scalars_differ_within_a_group(name):
    build, count = SCALARS[name]
    one, other = read_spec(build(0.25)), read_spec(build(0.75))
    assert one.structure == other.structure
    assert sum(one.scalars[path] != value for path, value in other.scalars.items()) == count


@pytest.mark.parametrize(
    "metric", [keras.metrics.AUC, keras.metrics.Recall, keras.metrics.MeanSquaredError]
)
def test_metrics_keep_what_tells_no_models_apart(metric):
    one, other = (read_spec(network(metrics=[metric(name="m")])) for _ in range(2))
    assert one.structure == other.structure


def test_a_trial_is_known_by_the_same_place_in_another_process(monkeypatch):
    """Keras writes an id, which is an address, on each function that it exports."""
    identity = {"number": 0, "execution": 0, "key": "0/0/0", "batch_size": 32}
    places = []
    for address in (1, 2):
        for function in (keras.activations.relu, keras.losses.mean_squared_error):
            assert isinstance(vars(function)["_api_export_symbol_id"], int)
            monkeypatch.setattr(function, "_api_export_symbol_id", address)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "relu")])
        model.compile("sgd", "mse")
        found = read_trial_model(model, ExternalState(), values={}, **identity)
        places.append(found.place)
    assert places[0] == places[1]
