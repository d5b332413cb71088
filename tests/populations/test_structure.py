"""What makes a group: everything but the numbers that can differ in one program; nothing that differs is missed."""

from functools import partial

import keras
import keras_tuner
import numpy as np
import pytest

from dlref import losses
from dlref.tuning.populations.anatomy import dissect
from tests.populations.searching import (
    arguments,
    check_against_fit,
    network,
    search,
)

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
    """Keeps what it is made of where nobody looks."""

    __slots__ = ("factor",)

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return x * self.factor


class Decides(keras.layers.Layer):
    """A Python number decides in Python how it computes."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return 2 * x if self.factor > 0.5 else x


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
    "slots": lambda v: functional(keras.layers.Lambda(Slots(v))),
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
    one = dissect(build(0.25))  # the model is gone when the next is made, maybe at its address
    assert dissect(build(0.75)).structure != one.structure


@pytest.mark.parametrize("name", SCALARS)
def test_scalars_differ_within_a_group(name):
    build, count = SCALARS[name]
    one, other = dissect(build(0.25)), dissect(build(0.75))
    assert one.structure == other.structure
    assert sum(one.scalars[path] != value for path, value in other.scalars.items()) == count


@pytest.mark.parametrize(
    "metric", [keras.metrics.AUC, keras.metrics.Recall, keras.metrics.MeanSquaredError]
)
def test_metrics_keep_what_tells_no_models_apart(metric):
    one, other = (dissect(network(metrics=[metric(name="m")])) for _ in range(2))
    assert one.structure == other.structure


class Searched(keras_tuner.HyperModel):
    """A layer that takes one of two factors, and mini-batches of two sizes."""

    def __init__(self, make, loss=None):
        super().__init__()
        self.make, self.loss = make, loss

    def __call__(self, hp):
        return self.build(hp)

    def build(self, hp):
        factor = hp.Choice("factor", [0.25, 0.75])
        rate = hp.Float("learning_rate", 0.01, 0.1)
        options = {"loss": self.loss(factor), "classes": 1} if self.loss else {}
        layers = [keras.layers.Dense(5), self.make(factor)] if self.make else []
        return network(*layers, optimizer=keras.optimizers.SGD(rate, momentum=0.5), **options)


def scaled_loss(factor):
    def loss(y, p):
        return factor * keras.ops.mean(keras.ops.square(p), axis=-1)

    return loss


@pytest.mark.parametrize(
    "model, populations",
    [
        pytest.param(Searched(Scales), 1, id="scalar"),
        pytest.param(Searched(Decides), 2, id="decides in Python"),
        pytest.param(Searched(lambda v: keras.layers.Lambda(lambda x: x * v)), 2, id="lambda"),
        pytest.param(Searched(lambda v: keras.layers.ReLU(negative_slope=v)), 2, id="refuses"),
        pytest.param(Searched(None, scaled_loss), 2, id="loss"),
        pytest.param(Searched(None, lambda v: keras.losses.Huber(v)), 1, id="scalar of a loss"),
        pytest.param(
            Searched(None, lambda v: keras.losses.BinaryCrossentropy(True, label_smoothing=v)),
            1,
            id="scalar that is compared with 0",
        ),
    ],
)
def test_every_group_equals_fit(tmp_path, model, populations):
    heard = check_against_fit(model, tmp_path, trials=4)
    assert heard.states == ["finished"] * 4
    assert len({result.population for result in heard.results.values()}) == populations


class Sizes(Searched):
    """What is learnt about one group holds for the groups that were made before it was learnt."""

    def build(self, hp):
        hp.Choice("batch_size", [16, 50])
        return super().build(hp)


def test_a_scalar_that_decides_is_fixed_in_every_group(tmp_path):
    tuner, heard = search(Sizes(Decides), tmp_path, trials=8, fit=arguments(shuffle=False))
    assert sum("one population for each value of factor" in note for note in heard.notes) == 1
    values = [tuner.oracle.load(number).hyperparameters.values for number in range(8)]
    groups = {(v["batch_size"], v["factor"]): set() for v in values}
    for number, v in enumerate(values):
        groups[v["batch_size"], v["factor"]].add(heard.results[number].population)
        _, result = tuner.replay(number, **arguments(shuffle=False))
        assert heard.results[number].curves["loss"] == pytest.approx(result.curves["loss"], 1e-4)
    assert [len(group) for group in groups.values()] == [1] * 4


def test_a_class_of_its_own_in_each_model_means_training_alone(tmp_path):
    """Nobody can know that two classes are the same; the reason is told."""

    def build(hp):
        return local_class_of_flowers(hp.Float("factor", 0.1, 1.0))

    _, heard = search(build, tmp_path, trials=2)
    assert heard.states == ["finished"] * 2
    assert "trained alone: the model is another each time it is built" in heard.notes[-1]


def local_class_of_flowers(factor):
    class Local(keras.layers.Layer):
        def call(self, x):
            return x * factor

    return network(Local())


def test_dlref_losses_are_means_too(tmp_path):
    """So that the development set may be evaluated in larger mini-batches."""

    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
        model.compile(keras.optimizers.SGD(rate), losses.BinaryCrossentropy())
        return model

    x, y = arguments()["x"], (arguments()["y"][:, None] > 0).astype("float32")
    check_against_fit(build, tmp_path, x=x, y=y, validation_data=(x[:70], y[:70]))


def test_what_depends_on_the_size_of_a_batch_is_evaluated_in_that_size(tmp_path):
    def largest(y, p):
        return keras.ops.max(p)

    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        hidden = keras.layers.Dense(4, activity_regularizer=keras.regularizers.L2(0.01))
        return network(hidden, optimizer=keras.optimizers.SGD(rate), metrics=[largest])

    heard = check_against_fit(build, tmp_path)
    assert np.shape(heard.curves("val_largest")) == (3, 3)
