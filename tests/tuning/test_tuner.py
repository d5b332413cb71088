"""The tuners: keras-tuner's protocol, seeds, failures, and what is there after a search."""

import keras
import keras_tuner
import numpy as np
import optuna
import pytest

from dlref.tuning import CoarseToFine, RandomSearch, Search, log_uniform
from tests.populations.searching import Recorder

pytestmark = pytest.mark.filterwarnings("ignore:none of")  # one test asks for it
X = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4)
Y = np.arange(8) % 3


def search(build, directory, tuner=RandomSearch, **options):
    """Runs a search of three trials over tiny data and returns its tuner."""
    arguments = {"objective": "val_loss", "max_trials": 3, "seed": 0, "directory": directory}
    tuner = tuner(build, **{**arguments, **options})
    tuner.search(X, Y, validation_data=(X, Y), epochs=2, verbose=0)
    return tuner


def build(hp, **options):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.5), keras.layers.Dense(3)])
    optimizer = keras.optimizers.SGD(log_uniform(hp, "learning_rate", 0.01, 0.1))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss=loss, **options)
    return model


def eagerly(hp):
    """Trained alone, and fast."""
    return build(hp, run_eagerly=True)


both_ways = pytest.mark.parametrize("model", [build, eagerly], ids=["population", "alone"])


def statuses(tuner):
    return [trial.status for trial in tuner.oracle.trials.values()]


def scores(tuner):
    return [trial.score for trial in tuner.oracle.trials.values()]


@both_ways
def test_a_search_can_be_repeated(tmp_path, model):
    keras.utils.set_random_seed(1)
    first = scores(search(model, tmp_path / "a"))
    keras.utils.set_random_seed(2)
    assert scores(search(model, tmp_path / "b")) == first
    assert len(set(first)) == 3
    assert scores(search(model, tmp_path / "c", seed=1)) != first


@both_ways
def test_a_trial_can_be_replayed(tmp_path, model):
    """Nothing is recorded; the model has the weights of the best epoch."""
    tuner = search(model, tmp_path)
    before = scores(tuner)
    for number in (2, 0):
        found, result = tuner.replay(number, X, Y, validation_data=(X, Y), epochs=2, verbose=0)
        assert result.metrics["val_loss"] == pytest.approx(before[number], rel=1e-4)
        assert found.evaluate(X, Y, verbose=0) == pytest.approx(before[number], rel=1e-4)
    assert scores(tuner) == before
    with pytest.raises(KeyError):
        tuner.replay(3, X, Y)


@both_ways
def test_what_keras_tuner_gives_after_a_search(tmp_path, model, capsys):
    tuner = search(model, tmp_path)
    ranked = sorted(scores(tuner))
    assert [trial.score for trial in tuner.oracle.get_best_trials(9)] == ranked
    assert len(tuner.get_best_models(2)) == 2
    (best,) = tuner.get_best_models(1)
    assert best.evaluate(X, Y, verbose=0) == pytest.approx(ranked[0], rel=1e-5)
    (values,) = tuner.get_best_hyperparameters(1)
    assert values.values == tuner.oracle.get_best_trials(1)[0].hyperparameters.values
    assert isinstance(tuner.hypermodel.build(values), keras.Model)
    tuner.results_summary(2)
    printed = capsys.readouterr().out
    assert f"Score: {ranked[0]}" in printed and f"Score: {ranked[2]}" not in printed
    tuner.search_space_summary()
    assert "learning_rate" in capsys.readouterr().out


def test_a_tuner_is_found_again(tmp_path):
    first = scores(search(build, tmp_path))
    calls = []

    def counting(hp):
        calls.append(dict(hp.values))
        return build(hp)

    with pytest.warns(UserWarning, match="the model's code has changed"):
        second = search(counting, tmp_path)  # reloads; one model shows which space it has
    assert scores(second) == first and len(calls) == 1
    assert second.get_best_models(1)[0].evaluate(X, Y, verbose=0) == pytest.approx(
        min(first), rel=1e-5
    )
    third = search(build, tmp_path, max_trials=5)
    assert scores(third)[:3] == first and len(scores(third)) == 5
    fourth = search(build, tmp_path, overwrite=True, max_trials=2)
    assert len(scores(fourth)) == 2


def test_seed_none_draws_one_and_keeps_it(tmp_path):
    first = search(build, tmp_path, seed=None)
    again = search(build, tmp_path / "again", seed=first.oracle.seed)
    assert scores(again) == pytest.approx(scores(first), rel=1e-5)
    assert search(build, tmp_path, seed=None).oracle.seed == first.oracle.seed
    assert search(build, tmp_path / "other", seed=None).oracle.seed != first.oracle.seed


def test_any_sampler_of_optuna(tmp_path):
    sampler = optuna.samplers.TPESampler(seed=0, n_startup_trials=2)
    tuner = search(build, tmp_path, Search, sampler=sampler, max_trials=6)
    assert statuses(tuner) == ["COMPLETED"] * 6
    rates = [trial.hyperparameters["learning_rate"] for trial in tuner.oracle.trials.values()]
    assert len(set(rates)) == 6 and all(0.01 <= rate <= 0.1 for rate in rates)


def test_names_are_what_they_stand_for(tmp_path):
    sampler = optuna.samplers.TPESampler(seed=0, n_startup_trials=4)
    objects = {"sampler": sampler, "pruner": optuna.pruners.HyperbandPruner(max_resource=9)}
    found = []
    for name, chosen in (
        ("names", {"sampler": "tpe", "pruner": "hyperband"}),
        ("objects", objects),
    ):
        options = {"max_trials": 24, "seed": 0, "directory": tmp_path / name, **chosen}
        tuner = Search(build, "val_loss", **options)
        tuner.search(X, Y, validation_data=(X, Y), epochs=9, verbose=0)
        found.append([(t.status, t.hyperparameters.values) for t in tuner.oracle.read()])
    assert found[0] == found[1]
    assert {status for status, _ in found[0]} == {"COMPLETED", "STOPPED"}


def test_a_grid_is_of_what_the_model_declares(tmp_path):
    def conditional(hp):
        with hp.conditional_scope("deep", [hp.Choice("deep", ["yes", "no"])]):
            hp.Int("layers", 2, 3)
        return build(hp)

    given = keras_tuner.HyperParameters()
    given.Choice("activation", ["relu", "tanh"])
    tuner = search(build, tmp_path, Search, sampler="grid", max_trials=6, hyperparameters=given)
    drawn = [trial.hyperparameters.values for trial in tuner.oracle.read()]
    points = {(v["activation"], round(v["learning_rate"], 4)) for v in drawn}
    assert points == {(a, rate) for a in ("relu", "tanh") for rate in (0.01, 0.0316, 0.1)}
    with pytest.raises(ValueError, match="grid: layers depends on another hyperparameter"):
        search(conditional, tmp_path / "conditional", Search, sampler="grid")
    assert not (tmp_path / "conditional").exists()


def test_coarse_to_fine_zooms_in(tmp_path):
    tuner = search(build, tmp_path, CoarseToFine, max_trials=16)
    (zoom,) = tuner.oracle.zooms
    rates = [trial.hyperparameters["learning_rate"] for trial in tuner.oracle.trials.values()]
    assert zoom["name"] == "learning_rate"
    assert max(rates[8:]) / min(rates[8:]) < max(rates[:8]) / min(rates[:8])
    assert statuses(tuner) == ["COMPLETED"] * 16


class Counting(keras_tuner.HyperModel):
    """Its learning rate makes the loss NaN in the second batch of the first epoch."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def build(self, hp):
        model = eagerly(hp)
        model.optimizer.learning_rate = float("nan")
        return model

    def fit(self, hp, model, *args, callbacks, **kwargs):
        count = keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: self.batches.append(batch)
        )
        return model.fit(*args, callbacks=[count, *callbacks], batch_size=1, **kwargs)


def test_a_trial_alone_that_diverges_ends_at_that_batch(tmp_path):
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
        return eagerly(hp)

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


@pytest.mark.parametrize("error", [KeyError("units \ud800"), SystemExit("enough")])
def test_the_message_of_a_failure_holds_its_reason_and_its_traceback(tmp_path, error):
    def fails(hp):
        build(hp)
        raise error

    tuner = search(fails, tmp_path, max_trials=5)
    assert statuses(tuner) == ["FAILED"] * 5
    message = tuner.oracle.trials["0"].message
    assert message.startswith(f"{type(error).__name__}: ")
    assert "in fails" in message
    assert tuner.get_best_models(1) == []
    assert tuner.replay(0, X, Y)[1].message.startswith(f"{type(error).__name__}: ")


@both_ways
def test_some_values_may_fail(tmp_path, model):
    def sometimes(hp):
        if hp.Choice("kind", ["good", "bad"]) == "bad":
            raise ValueError("no")
        return model(hp)

    tuner = search(sometimes, tmp_path, max_trials=8)
    for trial in tuner.oracle.trials.values():
        good = trial.hyperparameters["kind"] == "good"
        assert trial.status == ("COMPLETED" if good else "FAILED")
    assert set(statuses(tuner)) == {"COMPLETED", "FAILED"}


@pytest.mark.parametrize(
    ("error", "runs"), [(ValueError("no"), 6), (keras_tuner.errors.FailedTrialError("too slow"), 3)]
)
def test_a_failed_trial_is_run_again_unless_it_says_that_it_has_failed(tmp_path, error, runs):
    seen = []

    class Failing(RandomSearch):
        def run_trial(self, trial, *args, **kwargs):
            seen.append(trial.trial_id)
            raise error

    tuner = search(eagerly, tmp_path, Failing, max_retries_per_trial=1)
    assert statuses(tuner) == ["FAILED"] * 3
    assert len(seen) == runs


def test_run_trial_may_report_to_the_oracle_and_return_nothing(tmp_path):
    class Reporting(RandomSearch):
        def run_trial(self, trial, *args, **kwargs):
            self.oracle.update_trial(trial.trial_id, {"val_loss": float(trial.trial_id)}, step=4)

    heard = Recorder()
    with pytest.deprecated_call(match="return the metrics"):
        tuner = search(eagerly, tmp_path, Reporting, listener=heard)
    assert heard.states == ["finished"] * 3
    assert statuses(tuner) == ["COMPLETED"] * 3
    assert scores(tuner) == [0.0, 1.0, 2.0]
    assert tuner.oracle.get_best_trials()[0].best_step == 4


@both_ways
def test_what_only_some_models_declare_is_drawn_and_kept(tmp_path, model):
    """As the units of each of a number of layers."""

    def deep(hp):
        built = model(hp)
        layers = [keras.Input((4,))]
        for i in range(hp.Int("layers", 1, 3)):
            layers.append(keras.layers.Dense(hp.Int(f"units_{i}", 1, 50)))
        deeper = keras.Sequential([*layers, keras.layers.Dense(3)])
        deeper.compile(built.optimizer, built.loss, run_eagerly=built.run_eagerly)
        return deeper

    tuner = search(deep, tmp_path, max_trials=6)
    drawn = []
    for trial in tuner.oracle.trials.values():
        values = trial.hyperparameters.values
        units = [values[f"units_{i}"] for i in range(values["layers"])]
        loaded = tuner.load_model(trial)
        assert [layer.units for layer in loaded.layers] == [*units, 3]
        assert loaded.evaluate(X, Y, verbose=0) == pytest.approx(trial.score, rel=1e-4)
        drawn += units[1:]
    assert len(set(drawn)) > 2
    assert "units_2" in tuner.oracle.get_space()


def test_a_fatal_error_ends_the_search(tmp_path):
    def fatal(hp):
        hp.Float("nothing", 0.0, 1.0)
        if hp.values and hp["nothing"] > 0:
            raise keras_tuner.errors.FatalValueError("stop all")
        return build(hp)

    with pytest.raises(keras_tuner.errors.FatalValueError, match="stop all"):
        search(fatal, tmp_path)


def test_too_many_failures_in_a_row_end_the_search(tmp_path):
    def fails(hp):
        build(hp)
        raise ValueError("no")

    with pytest.raises(RuntimeError, match="consecutive failures exceeded the limit of 2"):
        search(fails, tmp_path, max_consecutive_failed_trials=2)


@both_ways
def test_a_model_may_be_too_large(tmp_path, model):
    tuner = search(model, tmp_path, max_model_size=10)
    assert statuses(tuner) == ["FAILED"] * 3
    assert "15" in tuner.oracle.trials["0"].message.splitlines()[0]


def test_batch_size_is_given_to_fit(tmp_path):
    steps = []

    def sized(hp):
        hp.Choice("batch_size", [2, 4, 8])
        model = eagerly(hp)
        train_step = model.train_step
        model.train_step = lambda data: steps.append(len(data[0])) or train_step(data)
        return model

    tuner = search(sized, tmp_path)
    sizes = [trial.hyperparameters["batch_size"] for trial in tuner.oracle.trials.values()]
    assert list(dict.fromkeys(steps)) == list(dict.fromkeys(sizes))
    assert len(set(sizes)) > 1


def test_executions_of_one_trial_differ(tmp_path):
    kernels = []

    def remember(hp):
        kernels.append(eagerly(hp))
        return kernels[-1]

    search(remember, tmp_path, max_trials=1, executions_per_trial=2)
    first, second = (model.layers[-1].get_weights()[0] for model in kernels[-2:])
    assert not np.allclose(first, second)


@both_ways
def test_extra_metrics_are_of_the_best_model(tmp_path, model):
    measured = {"parameters": lambda m: m.count_params(), "loss_again": lambda m: loss_of(m)}
    heard = Recorder()
    search(model, tmp_path, extra_metrics=measured, listener=heard)
    for result in heard.results.values():
        assert result.metrics["parameters"] == 15
        assert result.metrics["loss_again"] == pytest.approx(result.metrics["val_loss"], rel=1e-5)


def loss_of(model):
    return model.evaluate(X, Y, verbose=0)


@both_ways
def test_the_listener_hears_of_every_epoch_and_trial(tmp_path, model):
    heard = Recorder()
    claimed = []
    heard.claimed = claimed.extend
    search(model, tmp_path, listener=heard)
    assert [trial.trial_id for trial in claimed] == ["0", "1", "2"]
    assert sorted(heard.results) == [0, 1, 2]
    epochs = sorted((number, epoch) for numbers, epoch in heard.epochs for number in numbers)
    assert epochs == [(number, epoch) for number in range(3) for epoch in (1, 2)]


def test_what_is_printed_by_default(tmp_path, capsys):
    def fails_once(hp):
        if hp.Choice("units", [1, 2, 3]) == 2:
            raise ValueError("no twos")
        return build(hp)

    given = {"validation_data": (X, Y), "epochs": 1}
    options = {"max_trials": 3, "seed": 4, "directory": tmp_path}
    RandomSearch(fails_once, "val_loss", **options).search(X, Y, **given)
    lines = capsys.readouterr().out.splitlines()
    assert "population 1: 2 trials, mini-batch 32" in lines
    assert sum(line.endswith(": ValueError: no twos") for line in lines) == 1
    assert 1 <= sum("val_loss" in line and "the best" in line for line in lines) <= 2
    RandomSearch(build, "val_loss", **options, overwrite=True).search(X, Y, **given, verbose=0)
    assert capsys.readouterr().out == ""


def test_that_nothing_succeeded_is_said(tmp_path):
    def fails(hp):
        build(hp)
        raise ValueError("as it should")

    with pytest.warns(UserWarning, match="none of 3 trials has succeeded; trial 0: ValueError: as"):
        search(fails, tmp_path)


@both_ways
def test_an_interrupted_trial_is_run_again_and_nothing_else(tmp_path, model):
    whole = scores(search(model, tmp_path / "whole", max_population=1))

    class Interrupting(Recorder):
        def check(self):
            if len(self.results) == 1:
                raise KeyboardInterrupt

    heard = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        search(model, tmp_path / "parts", listener=heard, max_population=1)
    assert list(heard.results) == [0]
    rest = Recorder()
    tuner = search(model, tmp_path / "parts", listener=rest, max_population=1)
    assert sorted(rest.results) == [1, 2]
    assert scores(tuner) == pytest.approx(whole, rel=1e-6)


def test_two_objectives(tmp_path):
    objective = [
        keras_tuner.Objective("val_loss", "min"),
        keras_tuner.Objective("val_accuracy", "max"),
    ]
    tuner = search(lambda hp: build(hp, metrics=["accuracy"]), tmp_path, objective=objective)
    assert statuses(tuner) == ["COMPLETED"] * 3
    assert len(tuner.oracle.get_best_trials(3)) == 3


def test_there_must_be_a_model(tmp_path):
    with pytest.raises(ValueError, match="Received `hypermodel=None`"):
        RandomSearch(objective="val_loss", directory=tmp_path)


def test_there_is_no_chief(tmp_path, monkeypatch):
    monkeypatch.setenv("KERASTUNER_ORACLE_IP", "127.0.0.1")
    monkeypatch.setenv("KERASTUNER_ORACLE_PORT", "8000")
    monkeypatch.setenv("KERASTUNER_TUNER_ID", "tuner0")
    with pytest.raises(ValueError, match="share a search. Received: '127.0.0.1'"):
        search(build, tmp_path)


def test_keras_tuner_does_not_go_on_from_another_search(tmp_path):
    search(build, tmp_path)
    with pytest.raises(RuntimeError, match="overwrite=True"):
        keras_tuner.RandomSearch(build, "val_loss", directory=tmp_path)
