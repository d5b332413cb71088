"""Callbacks in a population: each member's see its own epochs, logs and model, as with `fit`."""

import csv
from pathlib import Path

import keras
import numpy as np
import pytest

from dlref.callbacks import LearningRateScheduler
from dlref.tuning.populations.training import checkpoint
from tests.populations.searching import (
    arguments,
    evaluated,
    fit,
    flowers,
    network,
    search,
)
from tests.populations.test_checkpoints import Interrupting

own = keras.callbacks


def build(hp):
    """Of two widths, one of which is padded."""
    rate = hp.Choice("learning_rate", [0.01, 0.03, 0.1])
    hidden = keras.layers.Dense(hp.Int("units", 3, 6), activation="tanh")
    return network(hidden, optimizer=keras.optimizers.Adam(rate))


def scheduled(hp):
    rate = keras.optimizers.schedules.ExponentialDecay(hp.Float("rate", 0.01, 0.1), 2, 0.8)
    return network(keras.layers.Dense(4), optimizer=keras.optimizers.SGD(rate, momentum=0.9))


def told_apart(hp):
    """Its optimizer does not train all weights as one row."""
    optimizer = keras.optimizers.Adam(hp.Float("rate", 0.01, 0.1), clipnorm=1.0)
    return network(keras.layers.Dense(hp.Int("units", 3, 6)), optimizer=optimizer)


class Halved(own.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.optimizer.learning_rate = self.model.optimizer.learning_rate / 2


class Clipped(own.Callback):
    """Changes weights, and what the optimizer remembers."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.set_weights([np.clip(w, -0.3, 0.3) for w in self.model.get_weights()])
        for variable in self.model.optimizer.variables[2:]:
            variable.assign(variable / 2)


class Evaluated(own.Callback):
    """Puts into the logs what the model and its optimizer hold."""

    def on_epoch_end(self, epoch, logs):
        logs["own_output"] = float(keras.ops.mean(self.model(flowers(50)[0])[:, 0]))
        slots = map(np.asarray, self.model.optimizer.variables)
        logs["own_slots"] = float(sum(np.abs(slot).sum() for slot in slots))
        logs["own_params"] = float(self.params["epochs"] * self.params["steps"])


class Enough(own.Callback):
    def on_epoch_end(self, epoch, logs):
        self.model.stop_training = logs["val_loss"] < 1.02


def faster(epoch, rate):
    return rate * 1.5


COMPARED = {
    "a plateau": (build, lambda: [own.ReduceLROnPlateau(patience=1, min_delta=0.05, factor=0.3)]),
    "a schedule": (build, lambda: [own.LearningRateScheduler(faster)]),
    "a schedule of ours": (build, lambda: [LearningRateScheduler(lambda epoch: 0.1 / 2**epoch)]),
    "other weights": (build, lambda: [Clipped(), Evaluated()]),
    "separate weights": (told_apart, lambda: [Clipped(), Evaluated()]),
    "its own model": (scheduled, lambda: [Evaluated()]),
    "functions": (
        build,
        lambda: [
            own.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(twice=2 * epoch)),
            Enough(),
        ],
    ),
    "one after the other": (
        build,
        lambda: [Halved(), own.EarlyStopping("val_accuracy"), Evaluated()],
    ),
}


@pytest.mark.parametrize("name", COMPARED)
def test_a_member_is_as_fit_makes_it(tmp_path, name):
    model, make = COMPARED[name]
    options = {"epochs": 4, "shuffle": False}
    tuner, heard = search(model, tmp_path, 3, arguments(callbacks=make(), **options))
    assert heard.states == ["finished"] * 3 and len(heard.populations) == 1, heard.notes
    for number in range(2):
        curves = fit(model, tuner, number, callbacks=make(), epochs=4)
        assert heard.results[number].curves.keys() == curves.keys()
        for metric, curve in curves.items():
            assert heard.results[number].curves[metric] == pytest.approx(curve, rel=2e-4), (
                number,
                metric,
            )


def test_files(tmp_path):
    """That of the trial which ended last is left, whole; nobody sees a mixture of two."""
    best, log, all_of_them = (tmp_path / name for name in ("best.keras", "log.csv", "every"))
    pattern = str(all_of_them / "{epoch}.weights.h5")
    callbacks = [
        own.ModelCheckpoint(best, save_best_only=True),
        own.ModelCheckpoint(pattern, save_weights_only=True),
        own.CSVLogger(log),
    ]
    tuner, heard = search(build, tmp_path, 4, arguments(callbacks=callbacks))
    assert len(heard.populations) == 1
    last = heard.results[max(heard.results)]
    with open(log) as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["val_loss"]) for row in rows] == last.curves["val_loss"]
    saved = keras.saving.load_model(best)
    assert evaluated(saved)[0] == pytest.approx(min(last.curves["val_loss"]), rel=1e-4)
    assert int(saved.optimizer.iterations) == 4 * (last.best_epoch + 1)
    assert sorted(path.name for path in all_of_them.iterdir()) == [
        f"{epoch}.weights.h5" for epoch in (1, 2, 3)
    ]
    assert not Path(tuner.project_dir, "callbacks").exists()


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="as Keras Tuner does there")
def test_tensorboard(tmp_path):
    """Each trial has a directory of its own, as with Keras Tuner, and its curves are in it."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorflow import make_ndarray

    callbacks = [own.TensorBoard(tmp_path / "logs", histogram_freq=1)]
    _, heard = search(build, tmp_path, 3, arguments(callbacks=callbacks))
    assert len(heard.populations) == 1
    for number, result in heard.results.items():
        found = EventAccumulator(str(tmp_path / "logs" / str(number) / "execution0/validation"))
        found.Reload()
        protos = [event.tensor_proto for event in found.Tensors("epoch_loss")]
        values = [float(make_ndarray(proto)) for proto in protos]
        assert values == pytest.approx(result.curves["val_loss"])


class Picky(own.Callback):
    def on_epoch_end(self, epoch, logs):
        if epoch == 1 and float(self.model.optimizer.learning_rate) > 0.05:
            raise RuntimeError("it is too fast for me")


def test_one_that_raises_ends_its_own_trial(tmp_path):
    tuner, heard = search(build, tmp_path, 6, arguments(callbacks=[Picky()]))
    for number, result in heard.results.items():
        fast = tuner.oracle.load(number).hyperparameters["learning_rate"] > 0.05
        assert result.state == ("failed" if fast else "finished")
        assert result.message.startswith("RuntimeError: it is too fast for me" if fast else "")
    assert {*heard.states} == {"failed", "finished"}


class OfBatches(own.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class OfTests(own.Callback):
    def on_test_begin(self, logs=None):
        pass


class Louder(own.CSVLogger):
    pass


class Stiff(own.Callback):
    def __deepcopy__(self, memo):
        raise TypeError("there is only one of me")


class Dropped(own.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.layers[0].rate = 0.9


ALONE = {
    "mini-batches": (OfBatches, "OfBatches, whose on_train_batch_end is called within an epoch"),
    "evaluations": (OfTests, "OfTests, whose on_test_begin is called within an epoch"),
    "a function of batches": (
        lambda: own.LambdaCallback(on_train_batch_end=lambda batch, logs: None),
        "LambdaCallback, whose on_train_batch_end is called within an epoch",
    ),
    "a checkpoint within an epoch": (
        lambda: own.ModelCheckpoint("no.keras", save_freq=2),
        "ModelCheckpoint, whose on_train_batch_end is called within an epoch",
    ),
    "a log of its own": (lambda: Louder("no.csv"), "Louder, whose file only one trial may write"),
    "another rate of dropout": (Dropped, "a callback changes more than weights"),
}


def dropping(hp):
    return network(keras.layers.Dropout(0.1), optimizer=keras.optimizers.SGD(hp.Float("r", 0.1, 1)))


@pytest.mark.parametrize("name", ALONE)
def test_what_is_left_to_fit(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    make, reason = ALONE[name]
    _, heard = search(dropping, tmp_path, 2, arguments(epochs=2, callbacks=[make()]))
    (note,) = [note for note in heard.notes if "alone" in note]
    assert note.startswith("2 of 2 trials are trained alone: ") and reason in note
    assert heard.states == ["finished"] * 2


def test_one_that_cannot_be_copied_is_told_in_keras_tuners_words(tmp_path):
    with pytest.raises(Exception, match="deep.?cop"):
        search(build, tmp_path, 2, arguments(callbacks=[Stiff()]))


KEPT = {
    "of Keras": (
        lambda directory: [
            own.ReduceLROnPlateau(patience=1, min_delta=0.05, factor=0.3),
            own.LearningRateScheduler(faster),
            own.ModelCheckpoint(directory / "best.keras", save_best_only=True),
            own.CSVLogger(directory / "log.csv"),
        ],
        2,
    ),
    "of one's own": (lambda directory: [Halved()], 1),
}


@pytest.mark.parametrize("name", KEPT)
def test_an_interrupted_search_goes_on(tmp_path, monkeypatch, name):
    """From its last epoch, if what the callbacks count with can be kept; else from the first."""
    monkeypatch.setattr(checkpoint, "SHARE", float("inf"))
    make, begins = KEPT[name]

    def run(directory, **options):
        directory.mkdir(exist_ok=True)
        given = arguments(callbacks=make(directory), epochs=5)
        return search(build, directory, 3, given, **options)[1]

    whole = run(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "cut", listener=Interrupting(2))
    heard = run(tmp_path / "cut")
    assert min(epoch for _, epoch in heard.epochs) == begins
    for number, result in whole.results.items():
        assert heard.results[number].state == "finished"
        for metric, curve in result.curves.items():
            assert heard.results[number].curves[metric] == pytest.approx(curve, rel=1e-5)
    if begins > 1:
        logs = [(tmp_path / place / "log.csv").read_text() for place in ("whole", "cut")]
        assert logs[0].count("\n") == logs[1].count("\n") == 6
        models = [keras.saving.load_model(tmp_path / p / "best.keras") for p in ("whole", "cut")]
        assert evaluated(models[0])[0] == pytest.approx(evaluated(models[1])[0], rel=1e-5)


def test_a_trial_is_repeated_with_its_callbacks(tmp_path):
    given = arguments(callbacks=[Halved(), Enough()])
    tuner, heard = search(build, tmp_path, 3, given)
    _, again = tuner.replay(1, **given)
    assert again.curves["loss"] == pytest.approx(heard.results[1].curves["loss"], rel=1e-6)
    assert again.population == ""


def test_more_than_one_execution(tmp_path):
    given = arguments(callbacks=[Halved()])
    _, heard = search(build, tmp_path, 2, given, executions_per_trial=2)
    assert heard.states == ["finished"] * 2
    assert heard.populations == ["4 trials, mini-batch 32"]
