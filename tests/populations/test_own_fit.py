"""A `HyperModel` with a `fit` of its own: in populations if it only chooses the size of the mini-batches."""

import keras
import keras_tuner
import pytest

from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.training.own_fit import batch_size
from tests.populations.searching import arguments, fit, flowers, network, search, tolerance


class Sized(keras_tuner.HyperModel):
    """As in Keras Tuner's guide."""

    def build(self, hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        return network(keras.layers.Dense(4, "relu"), optimizer=keras.optimizers.SGD(rate))

    def fit(self, hp, model, *args, **kwargs):
        size = hp.Choice("batch", [10, 40])
        return model.fit(*args, batch_size=size, **kwargs)


def test_equals_fit(tmp_path):
    """With the size that was chosen, which is kept among the hyperparameters."""
    build = Sized().build
    tuner, heard = search(Sized(), tmp_path, 5, arguments(shuffle=False))
    sizes = [tuner.oracle.load(number).hyperparameters["batch"] for number in range(5)]
    assert set(sizes) == {10, 40} and len(heard.populations) == 2
    for number in (sizes.index(10), sizes.index(40)):
        curves = fit(build, tuner, number, batch_size=sizes[number])
        for name, curve in curves.items():
            assert heard.results[number].curves[name] == pytest.approx(curve, rel=tolerance())
    _, result = tuner.replay(0, **arguments(shuffle=False))
    assert result.curves["loss"] == pytest.approx(heard.results[0].curves["loss"], rel=tolerance())


def asked(function, *args, **kwargs):
    """What is made of a `fit` with these arguments of `search`."""
    hypermodel = type("Own", (Sized,), {"fit": function})()
    return batch_size(hypermodel, keras_tuner.HyperParameters(), args, kwargs)


def appending(self, hp, model, *args, callbacks, **kwargs):
    callbacks.append(keras.callbacks.EarlyStopping())
    return model.fit(*args, callbacks=callbacks, **kwargs)


def twice(self, hp, model, *args, **kwargs):
    model.fit(*args, **kwargs)
    return model.fit(*args, **kwargs)


MORE = "the hypermodel's own fit does more than to call fit"
REASONS = {
    "a number": (lambda self, hp, model, *a, **k: model.fit(*a, **k).history["loss"][-1], MORE),
    "another history": (
        lambda self, hp, model, *a, **k: model.fit(*a, **k) and {"loss": 1.0},
        MORE,
    ),
    "twice": (twice, MORE),
    "the model": (lambda self, hp, model, *a, **k: model.summary() or model.fit(*a, **k), MORE),
    "epochs": (
        lambda self, hp, model, *a, **k: model.fit(*a, **{**k, "epochs": 9}),
        "changes epochs",
    ),
    "data": (lambda self, hp, model, x, y, **k: model.fit(x / 2, y, **k), "changes x"),
    "callbacks": (appending, "changes callbacks"),
}


@pytest.mark.parametrize("name", REASONS)
def test_whatever_else_it_does_is_left_to_it(name):
    function, reason = REASONS[name]
    with pytest.raises(Unsupported, match=reason):
        asked(function, *flowers(), epochs=2)


def test_what_it_may_do():
    assert asked(lambda self, hp, model, *a, **k: model.fit(*a, **k), *flowers()) == 32
    assert asked(lambda self, hp, model, *a, **k: model.fit(*a, **k), *flowers(), batch_size=5) == 5
    dev, stop = flowers(50), keras.callbacks.EarlyStopping()
    given = {"validation_data": dev, "callbacks": [stop], "epochs": 3, "verbose": 0}
    assert (
        asked(
            lambda self, hp, model, *a, **k: model.fit(*a, batch_size=7, **k), *flowers(), **given
        )
        == 7
    )


def test_one_that_trains_models_of_its_own_is_called_once(tmp_path):
    """By the trial alone: what it does may take long, or happen once only."""
    calls = []

    class Own(Sized):
        def fit(self, hp, model, *args, **kwargs):
            calls.append(type(model))
            model = self.build(hp)
            return model.fit(*args, **kwargs)

    class Another(Sized):
        def fit(self, hp, model, *args, **kwargs):
            calls.append(type(model))
            return {"val_loss": 1.0}

    for number, kind in enumerate((Own, Another)):
        calls.clear()
        _, heard = search(kind(), tmp_path / str(number), 2, arguments(epochs=1))
        assert calls == [keras.Sequential] * 2 and heard.states == ["finished"] * 2
