"""Every optimizer, and every argument that gives it a state, in a population as in `keras.Model.fit`."""

import keras
import pytest

from dlref import optimizers
from dlref.tuning.populations.model.model_spec import read_spec
from tests.populations.searching import check_against_fit, network, search

NOT_ALONE = {"Optimizer", "LossScaleOptimizer", "MultiOptimizer"}  # wrap others
OPTIMIZERS = {
    f"{library.__name__}.{name}": kind
    for library in (keras.optimizers, optimizers)
    for name, kind in vars(library).items()
    if isinstance(kind, type) and issubclass(kind, keras.optimizers.Optimizer)
    if name not in NOT_ALONE
}
# Their update of a number depends on the shape of its weight, or on whether it is 0.
ONE_WIDTH = {"Adafactor", "Ftrl", "Muon", "ScheduleFreeAdamW"}
if keras.backend.backend() == "tensorflow":
    # Keras 3.15.1 computes something else eagerly, compiled, and on JAX; so it is left to `fit`, whichever that is.
    del OPTIMIZERS["keras.optimizers.ScheduleFreeAdamW"]


def adam(**arguments):
    return lambda rate: keras.optimizers.Adam(rate, **arguments)


def warmed_up(rate):
    schedule = keras.optimizers.schedules.CosineDecay(0.0, 10, warmup_target=rate, warmup_steps=3)
    return keras.optimizers.SGD(schedule, momentum=0.9)


ARGUMENTS = {
    "amsgrad": adam(amsgrad=True),
    "centered": lambda rate: keras.optimizers.RMSprop(rate, momentum=0.5, centered=True),
    "Nesterov": lambda rate: keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
    "warm-up": warmed_up,
    "average of weights": adam(use_ema=True, ema_momentum=0.9),
    "average of weights, written back": adam(use_ema=True, ema_overwrite_frequency=3),
    "clipped by norm": adam(clipnorm=0.1, epsilon=0.01),
    "clipped by value": adam(clipvalue=0.01, epsilon=0.01),
    "clipped by global norm": adam(global_clipnorm=0.1, epsilon=0.01),
    "accumulated": lambda rate: keras.optimizers.Nadam(rate, gradient_accumulation_steps=3),
    "scaled": adam(loss_scale_factor=8.0, weight_decay=0.1),
}


def searched(make, most=8):
    def build(hp):
        layer = keras.layers.Dense(hp.Int("units", 3, most), activation="relu")
        return network(layer, optimizer=make(hp.Float("learning_rate", 0.01, 0.1)))

    return build


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_with_nets_of_several_widths(tmp_path, name):
    kind = OPTIMIZERS[name]
    heard = check_against_fit(searched(kind), tmp_path, trials=2)
    assert heard.states == ["finished"] * 2
    one_width = kind.__name__ in ONE_WIDTH
    assert any("padded to " in line for line in heard.populations) != one_width, heard.notes


@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_argument_of_an_optimizer(tmp_path, name):
    heard = check_against_fit(searched(ARGUMENTS[name], most=3), tmp_path, trials=2)
    assert [line.partition(",")[0] for line in heard.populations] == ["2 trials"], heard.notes


@pytest.mark.parametrize("by", ["name", "variable"])
def test_weights_that_do_not_decay(tmp_path, by):
    def build(hp):
        model = network(keras.layers.Dense(3, bias_initializer="ones"))
        optimizer = keras.optimizers.AdamW(hp.Float("rate", 0.01, 0.1), weight_decay=1.0)
        excluded = {"var_names": ["bias"]} if by == "name" else {"var_list": [model.weights[1]]}
        optimizer.exclude_from_weight_decay(**excluded)
        model.compile(optimizer, model.loss)
        return model

    heard = check_against_fit(build, tmp_path, trials=2)
    assert [line.partition(",")[0] for line in heard.populations] == ["2 trials"], heard.notes


def test_weights_that_do_not_decay_are_structure():
    """Models that exclude other weights are no members of one population."""

    def structure(*excluded):
        model = network()
        if excluded:
            model.optimizer.exclude_from_weight_decay(var_names=list(excluded))
        return read_spec(model).structure

    assert structure("bias") == structure("bias") != structure("kernel")
    assert structure() not in (structure("bias"), structure("kernel"))


def test_several_optimizers_in_one_are_left_to_fit(tmp_path):
    def build(hp):
        model = network()
        optimizers = keras.optimizers.OptimizerMap(keras.optimizers.Adam())
        optimizers["dense"] = keras.optimizers.SGD(hp.Float("rate", 0.01, 0.1))
        model.compile(keras.optimizers.MultiOptimizer(optimizers), model.loss)
        return model

    _, heard = search(build, tmp_path, trials=1)
    assert heard.states == ["finished"], heard.results[0].message
    assert "one optimizer for some weights and another for others" in heard.notes[0]
