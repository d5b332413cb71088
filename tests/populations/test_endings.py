"""How trials end inside a population: each by itself, and then it costs nothing more."""

import keras
import keras_tuner
import numpy as np
import pytest
from optuna.pruners import ThresholdPruner

from dlref.callbacks import EarlyStopping
from dlref.tuning.errors import SweepError
from dlref.tuning.populations.training import compaction, population
from tests.populations.searching import (
    EAGERLY,
    Recorder,
    arguments,
    evaluated,
    fit,
    flowers,
    network,
    search,
    tolerance,
)


def build(hp):
    """With some learning rates it overfits, with some it learns nothing."""
    rate = hp.Choice("learning_rate", [1e-9, 0.03, 0.5, 2.0])
    hidden = keras.layers.Dense(8, activation="tanh")
    return network(hidden, optimizer=keras.optimizers.SGD(rate, momentum=0.9))


def diverging(hp):
    rate = hp.Choice("learning_rate", [0.03, 0.1, 1e20])
    return network(keras.layers.Dense(8), optimizer=keras.optimizers.SGD(rate))


@pytest.fixture
def sizes(monkeypatch):
    """How many members each epoch was trained with."""
    seen = []
    train_epoch = population.Population.train_epoch

    def seeing(self, check):
        seen.append(len(self.histories))
        return train_epoch(self, check)

    monkeypatch.setattr(compaction, "RECOMPILATION", -1.0)
    monkeypatch.setattr(population.Population, "train_epoch", seeing)
    return seen


STOPS = {
    "patience": {"monitor": "val_loss", "patience": 1},
    "whose direction Keras finds": {"monitor": "val_accuracy"},
    "restoring": {"monitor": "val_loss", "patience": 2, "restore_best_weights": True},
    "of so much": {"monitor": "loss", "min_delta": 0.02, "patience": 1},
    "from an epoch": {"monitor": "val_loss", "start_from_epoch": 3},
    "baseline": {"monitor": "accuracy", "baseline": 0.6, "mode": "max"},
}


LONGEST = 8  # epochs


@pytest.fixture
def float64():
    """For these learning rates amplify rounding."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")


@pytest.fixture(scope="module")
def whole():
    """What `fit` makes of trials that nothing stops, by learning rate."""
    return {}


def stop_early(directory, name, whole, kind=keras.callbacks.EarlyStopping):
    """How many epochs each trial had; checks its curves against `fit`, which the callback is told."""
    stop = kind(**STOPS[name])
    options = arguments(shuffle=False, epochs=LONGEST, callbacks=[stop])
    tuner, heard = search(build, directory, fit=options)
    assert heard.states == ["finished"] * 4
    for number, result in heard.results.items():
        key = number, tuner.oracle.load(number).hyperparameters["learning_rate"]
        if key not in whole:
            whole[key] = fit(build, tuner, number, epochs=LONGEST)
        length = epochs_until(kind(**STOPS[name]), whole[key])
        assert set(result.curves) == set(whole[key])
        for metric, curve in result.curves.items():
            assert curve == pytest.approx(whole[key][metric][:length], rel=1e-6), (number, metric)
    lengths = [len(curve) for curve in heard.curves()]
    assert len(set(lengths)) > 1
    return lengths


def epochs_until(stop, curves):
    """After how many epochs Keras' callback stops a training with these curves."""
    model = build(keras_tuner.HyperParameters())
    evaluated(model)  # now it has the metrics that the callback looks for
    stop.set_model(model)
    stop.on_train_begin()
    for epoch in range(LONGEST):
        stop.on_epoch_end(epoch, {metric: curve[epoch] for metric, curve in curves.items()})
        if model.stop_training:
            return epoch + 1
    return LONGEST


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", STOPS)
@pytest.mark.parametrize("kind", [keras.callbacks.EarlyStopping, EarlyStopping])
def test_early_stopping_is_that_of_each_trial(tmp_path, name, whole, kind):
    stop_early(tmp_path, name, whole, kind)


@pytest.mark.usefixtures("float64")
def test_what_has_stopped_costs_nothing_more(tmp_path, sizes, whole):
    lengths = stop_early(tmp_path, "patience", whole)
    alive = [sum(length > epoch for length in lengths) for epoch in range(max(lengths))]
    assert sizes == alive


def test_early_stopping_can_be_used_again(tmp_path):
    stop = keras.callbacks.EarlyStopping(patience=1)
    options = {"epochs": 8, "callbacks": [stop]}
    first, second = (
        search(build, tmp_path / n, fit=arguments(**options))[1].curves() for n in "ab"
    )
    assert first == second


def test_a_trial_that_diverges_ends_and_the_others_go_on(tmp_path, sizes):
    options = {"epochs": 4, "callbacks": [keras.callbacks.TerminateOnNaN()]}
    tuner, heard = search(diverging, tmp_path, 3, arguments(shuffle=False, **options))
    (lost,) = [n for n in range(3) if tuner.oracle.load(n).hyperparameters["learning_rate"] > 1]
    assert heard.states == ["diverged" if n == lost else "finished" for n in range(3)]
    result = heard.results[lost]
    assert result.message.startswith("diverged: loss was ") and " in epoch " in result.message
    for number in {0, 1, 2} - {lost}:
        curve = fit(diverging, tuner, number, epochs=4)["loss"]
        assert heard.results[number].curves["loss"] == pytest.approx(curve, rel=1e-4)
    length = len(result.curves["loss"])
    assert sizes == [3] * length + [2] * (4 - length)
    assert [trial.trial_id for trial in tuner.oracle.get_best_trials(3)].count(str(lost)) == 0


def alone(build):
    """Trained by `fit`, since the model says so."""

    class Own(keras_tuner.HyperModel):
        def build(self, hp):
            return build(hp)

        def fit(self, hp, model, *args, **kwargs):
            model.run_eagerly = EAGERLY
            return model.fit(*args, **kwargs)

    return Own()


@pytest.mark.parametrize("trained", ["in a population", "alone"])
@pytest.mark.parametrize("name", ["val_loss", "val_area", "val_accuracy"])
def test_a_trial_diverges_by_what_it_is_judged_by_too(tmp_path, name, trained):
    """An example of the development set is NaN: the training loss stays finite, and so does the accuracy."""

    def measured(hp):
        model = build(hp)
        metrics = [area] if name == "val_area" else ["accuracy"]
        model.compile(model.optimizer, model.loss, metrics=metrics)
        return model

    x_dev, y_dev = flowers(50)
    if name != "val_area":
        x_dev = np.where(np.arange(50)[:, None] == 7, np.nan, x_dev)
    made = measured if trained == "in a population" else alone(measured)
    objective = keras_tuner.Objective(name, "min" if name == "val_loss" else "max")
    given = arguments(validation_data=(x_dev, y_dev))
    _, heard = search(made, tmp_path, 2, given, objective=objective)
    assert heard.states == ["diverged"] * 2
    guilty = "val_area" if name == "val_area" else "val_loss"
    for result in heard.results.values():
        assert f"{guilty} was nan" in result.message and "epoch 1" in result.message
    assert not any("end" in result.message for result in heard.results.values())


def area(y, y_pred):
    return keras.ops.full(keras.ops.shape(y), float("nan"))


def with_f1(hp):
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, "softmax")])
    rate = hp.Float("learning_rate", 0.01, 0.1)
    model.compile(keras.optimizers.SGD(rate), "mse", metrics=[keras.metrics.F1Score()])
    return model


def one_hot(**options):
    (x, y), (x_dev, y_dev) = flowers(), flowers(50)
    given = {"x": x, "y": np.eye(3)[y], "validation_data": (x_dev, np.eye(3)[y_dev])}
    return arguments(**{**given, **options})


TRAINED = pytest.mark.parametrize("trained", [lambda build: build, alone], ids=["many", "alone"])


@TRAINED
def test_a_metric_of_each_class_is_a_curve_of_each_class(tmp_path, trained):
    given = one_hot(shuffle=False)
    tuner, heard = search(trained(with_f1), tmp_path, 2, given)
    curves = heard.results[1].curves
    expected = fit(with_f1, tuner, 1, **one_hot())["val_f1_score"]
    _, again = tuner.replay(1, **given)
    for i in range(3):
        curve = curves[f"val_f1_score[{i}]"]
        assert curve == pytest.approx([float(values[i]) for values in expected], rel=tolerance())
        assert again.curves[f"val_f1_score[{i}]"] == pytest.approx(curve)
    assert "f1_score" not in curves and set(heard.results[1].metrics) == set(curves)


@TRAINED
@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("val_f1_score", {}, r"val_f1_score\[2\].* Choose one class"),
        ("val_precision", {}, "one of the values the model reports: .*f1_score"),
        ("val_loss", {"validation_data": None}, "need validation_data or validation_split"),
    ],
)
def test_an_objective_that_no_model_reports_ends_the_search(tmp_path, trained, name, options, told):
    heard = Recorder()
    objective = keras_tuner.Objective(name, "max")
    with pytest.raises(SweepError, match=told):
        search(
            trained(with_f1), tmp_path, 3, one_hot(**options), objective=objective, listener=heard
        )
    assert heard.results == {} and {n for numbers, _ in heard.epochs for n in numbers} <= {0}


def test_curves_of_every_second_epoch(tmp_path):
    """What `fit` reports of the development set then has fewer values than the rest."""
    given = one_hot(validation_freq=2, epochs=4)
    _, heard = search(with_f1, tmp_path, 1, given, objective="loss")
    lengths = {name: len(curve) for name, curve in heard.results[0].curves.items()}
    assert heard.states == ["finished"] and lengths["f1_score[0]"] == 4
    assert lengths["val_f1_score[0]"] == lengths["val_loss"] == 2


@TRAINED
def test_one_class_is_an_objective(tmp_path, trained):
    objective = keras_tuner.Objective("val_f1_score[2]", "max")
    _, heard = search(trained(with_f1), tmp_path, 2, one_hot(), objective=objective)
    for result in heard.results.values():
        curve = result.curves["val_f1_score[2]"]
        assert result.best_epoch == int(np.argmax(curve)) and len(curve) == 3


def test_a_later_trial_without_the_objective_fails_after_an_epoch(tmp_path):
    first = []

    def build(hp):
        x = hp.Float("x", 0.0, 1.0, default=0.5)
        first.extend([x] if x != 0.5 and not first else [])
        return network(metrics=["accuracy"] if x in (0.5, *first) else [])

    objective = keras_tuner.Objective("val_accuracy", "max")
    _, heard = search(build, tmp_path, 3, objective=objective, max_population=1)
    assert heard.states == ["finished", "failed", "failed"]
    assert "'val_accuracy' must be one of the values" in heard.results[1].message
    assert ([1], 2) not in heard.epochs


def test_all_may_diverge(tmp_path):
    def lost(hp):
        return network(optimizer=keras.optimizers.SGD(hp.Float("learning_rate", 1e37, 1e38)))

    tuner, heard = search(lost, tmp_path)
    assert heard.states == ["diverged"] * 4
    assert tuner.oracle.get_best_trials(4) == [] == tuner.get_best_models(1)


@pytest.mark.parametrize("direction", ["min", "max"])
def test_the_best_epoch_is_kept(tmp_path, direction):
    """Learning rates that are too large: the last epoch is not the best."""
    objective = keras_tuner.Objective("val_loss", direction)
    given = arguments(epochs=6)
    tuner, heard = search(build, tmp_path, 4, given, objective=objective)
    pick = min if direction == "min" else max
    for number, result in heard.results.items():
        curve = result.curves["val_loss"]
        assert curve[result.best_epoch] == pick(curve) == result.metrics["val_loss"]
        trial = tuner.oracle.load(number)
        assert (trial.score, trial.best_step) == (pick(curve), curve.index(pick(curve)))
        values = evaluated(tuner.load_model(trial))
        expected = [result.metrics["val_loss"], result.metrics["val_accuracy"]]
        assert values == pytest.approx(expected, rel=1e-5)
    assert any(result.best_epoch != 5 for result in heard.results.values())
    assert any(result.best_epoch == 5 for result in heard.results.values())


def test_a_pruner_stops_trials(tmp_path, sizes):
    given = arguments(epochs=6)
    whole = search(build, tmp_path / "whole", fit=given)[1].curves("val_loss")
    limit = sum(sorted(max(curve[1:-1]) for curve in whole)[1:3]) / 2  # stops two of four
    pruner = ThresholdPruner(upper=limit, n_warmup_steps=1)
    _, heard = search(build, tmp_path / "pruned", fit=given, pruner=pruner)
    assert sorted(heard.states) == ["finished", "finished", "pruned", "pruned"]
    for number, curve in enumerate(whole):
        result = heard.results[number]
        epochs = next((i + 1 for i in range(1, 5) if curve[i] > limit), 6)
        assert result.curves["val_loss"] == pytest.approx(curve[:epochs], rel=1e-3)
        assert result.message == ("" if epochs == 6 else f"pruned: after epoch {epochs}")
    assert sizes[6:][0] == 4 and sizes[-1] == 2
