"""The search itself: what is drawn, how trials are seeded, how they end."""

import keras
import keras_tuner
import numpy as np
import pytest

from dlref.tuning import RandomSearch

X = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4)
Y = np.arange(8) % 3


def search(build, directory, **options):
    """Runs a search of three trials over tiny data and returns its tuner."""
    arguments = {"objective": "val_loss", "max_trials": 3, "seed": 0, "directory": directory}
    tuner = RandomSearch(build, **{**arguments, **options})
    tuner.search(X, Y, validation_data=(X, Y), epochs=2, verbose=0)
    return tuner


def build(hp, **options):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.5), keras.layers.Dense(3)])
    optimizer = keras.optimizers.SGD(hp.Float("learning_rate", 0.01, 0.1))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss=loss, run_eagerly=True, **options)
    return model


def statuses(tuner):
    return [trial.status for trial in tuner.oracle.trials.values()]


def scores(tuner):
    return [trial.score for trial in tuner.oracle.trials.values()]


def test_a_trial_can_be_repeated(tmp_path):
    keras.utils.set_random_seed(1)
    first = scores(search(build, tmp_path / "a"))
    keras.utils.set_random_seed(2)
    assert scores(search(build, tmp_path / "b")) == first
    assert len(set(first)) == 3
    assert scores(search(build, tmp_path / "c", seed=1)) != first


def test_executions_of_one_trial_differ(tmp_path):
    kernels = []

    def remember(hp):
        kernels.append(build(hp))
        return kernels[-1]

    search(remember, tmp_path, max_trials=1, executions_per_trial=2)
    first, second = (model.layers[-1].get_weights()[0] for model in kernels[-2:])
    assert not np.allclose(first, second)


class Counting(keras_tuner.HyperModel):
    """Its learning rate makes the loss NaN in the second batch of the first epoch."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def build(self, hp):
        model = build(hp)
        model.optimizer.learning_rate = float("nan")
        return model

    def fit(self, hp, model, *args, callbacks, **kwargs):
        count = keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: self.batches.append(batch)
        )
        return model.fit(*args, callbacks=[count, *callbacks], batch_size=1, **kwargs)


def test_a_diverged_trial_ends_at_that_batch(tmp_path):
    model = Counting()
    tuner = search(model, tmp_path)
    assert model.batches == [0, 1] * 3
    assert statuses(tuner) == ["FAILED"] * 3
    for trial in tuner.oracle.trials.values():
        assert trial.message == "diverged: loss was nan in epoch 1, batch 2"


class Returning(keras_tuner.HyperModel):
    def __init__(self, results):
        super().__init__()
        self.results = iter(results)

    def build(self, hp):
        return build(hp)

    def fit(self, hp, model, *args, **kwargs):
        return next(self.results)


@pytest.mark.parametrize("direction", ["min", "max"])
def test_only_finite_objectives_can_be_best(tmp_path, direction):
    nan, inf = float("nan"), float("inf")
    results = [{"val_loss": value} for value in (nan, inf, 2.0, -inf, 1.0)]
    objective = keras_tuner.Objective("val_loss", direction)
    tuner = search(Returning(results), tmp_path, objective=objective, max_trials=5)
    assert statuses(tuner) == ["FAILED", "FAILED", "COMPLETED", "FAILED", "COMPLETED"]
    best = [trial.score for trial in tuner.oracle.get_best_trials(5)]
    assert best == ([1.0, 2.0] if direction == "min" else [2.0, 1.0])


def test_a_fit_that_returns_nothing_ends_the_search(tmp_path):
    with pytest.raises(keras_tuner.errors.FatalTypeError, match="None"):
        search(Returning([None]), tmp_path)


def test_the_message_of_a_failure_holds_its_reason_and_its_traceback(tmp_path):
    def fails(hp):
        build(hp)
        raise KeyError("units \ud800")

    tuner = search(fails, tmp_path, max_trials=5)
    assert statuses(tuner) == ["FAILED"] * 5
    message = tuner.oracle.trials["0"].message
    assert message.startswith("KeyError: 'units ")
    assert "in fails" in message


def test_batch_size_is_given_to_fit(tmp_path):
    steps = []

    def sized(hp):
        hp.Choice("batch_size", [2, 4, 8])
        model = build(hp)
        train_step = model.train_step
        model.train_step = lambda data: steps.append(len(data[0])) or train_step(data)
        return model

    tuner = search(sized, tmp_path)
    sizes = [trial.hyperparameters["batch_size"] for trial in tuner.oracle.trials.values()]
    assert list(dict.fromkeys(steps)) == list(dict.fromkeys(sizes))
    assert len(set(sizes)) > 1


def test_the_best_model_is_loaded_with_its_weights(tmp_path):
    tuner = search(build, tmp_path)
    (model,) = tuner.get_best_models(1)
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(min(scores(tuner)), rel=1e-5)


def test_an_interrupted_search_goes_on_with_what_is_left(tmp_path):
    whole = scores(search(build, tmp_path / "whole"))

    class Stops(keras_tuner.HyperModel):
        """With a `fit` of its own, each trial is trained alone; the second one is interrupted."""

        trained: list[dict[str, float]] = []

        def build(self, hp):
            return build(hp)

        def fit(self, hp, model, *args, **kwargs):
            self.trained.append(dict(hp.values))
            if len(self.trained) == 2:
                raise KeyboardInterrupt
            return model.fit(*args, **kwargs)

    with pytest.raises(KeyboardInterrupt):
        search(Stops(), tmp_path / "parts")
    tuner = search(Stops(), tmp_path / "parts")
    assert len(scores(tuner)) == len(whole)
    assert Stops.trained[1] == Stops.trained[2] and len(Stops.trained) == 4
