"""An interrupted population goes on after its last epoch, and ends as if nothing had happened."""

import json
import pickle
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from dlref.tuning.populations.training import checkpoint, population_state
from tests.populations.searching import Recorder, arguments, evaluated, network, search

STOP = keras.callbacks.EarlyStopping("val_loss", min_delta=0.005, patience=2)
FIT = {"epochs": 6, "callbacks": [STOP]}
PROJECT = "untitled_project"


def build(hp):
    """Some diverge, some stop early."""
    rate = hp.Choice("learning_rate", [0.01, 0.03, 0.1, 0.3, 1e20])
    hp.Float("nothing", 0.0, 1.0)
    hidden = keras.layers.Dense(hp.Int("units", 3, 6), activation="relu")
    drop = keras.layers.Dropout(0.3)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    return network(hidden, drop, optimizer=optimizer)


class Interrupting(Recorder):
    """Ends the search when so many epochs are done and the next one begins."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def check(self):
        if self.epochs and self.epochs[-1][1] == self.epoch:
            raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def always_written(monkeypatch):
    monkeypatch.setattr(checkpoint, "SHARE", float("inf"))


def interrupt(directory, epoch=2, **options):
    """A search that is interrupted after an epoch; what its threads still do meanwhile is not written."""
    heard, write = Interrupting(epoch), checkpoint.Checkpoint.write
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(
            checkpoint.Checkpoint,
            "write",
            lambda self, population: population.epoch > epoch or write(self, population),
        )
        search(build, directory, fit=arguments(**FIT), listener=heard, **{"trials": 6, **options})
    assert files(directory)
    return heard


def go_on(directory, model=build, **options):
    return search(model, directory, fit=arguments(**FIT), **{"trials": 6, **options})[1]


def files(directory):
    return list((directory / PROJECT / "checkpoints").glob("*"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The results of a search that nothing interrupts."""
    keras.utils.set_random_seed(0)
    return go_on(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def half(tmp_path_factory):
    """The directory of a search that was interrupted after epoch 2."""
    directory = tmp_path_factory.mktemp("half")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoint, "SHARE", float("inf"))
        interrupt(directory)
    return directory


@pytest.fixture
def interrupted(half, tmp_path):
    """A copy of it."""
    shutil.copytree(half, tmp_path / "copy")
    return tmp_path / "copy"


def outcome(heard):
    return {
        n: (r.state, r.best_epoch, r.message, r.metrics, r.curves) for n, r in heard.results.items()
    }


def test_it_goes_on_after_the_last_epoch(tmp_path, whole):
    """The curves, the best epoch and the counters of EarlyStopping are those of a search without interruption."""
    first = interrupt(tmp_path)
    second = go_on(tmp_path)
    assert "goes on after epoch 2" in second.notes
    assert min(epoch for _, epoch in second.epochs) == 3
    assert first.results and not first.results.keys() & second.results.keys()
    both = outcome(first) | outcome(second)
    assert sorted(both) == list(range(6))
    for number, (*others, metrics, curves) in outcome(whole).items():
        assert both[number][:3] == tuple(others)
        assert both[number][3] == pytest.approx(metrics, rel=1e-6)
        for name, curve in curves.items():
            assert both[number][4][name] == pytest.approx(curve, rel=1e-6, nan_ok=True)
    lengths = {len(result.curves["loss"]) for result in whole.results.values()}
    assert len(lengths) > 2  # diverged, stopped early after the interruption, ran to the end


def test_nothing_is_left_when_all_have_ended(interrupted):
    tuner, _ = search(build, interrupted, 6, arguments(**FIT))
    assert files(interrupted) == []
    for trial in tuner.oracle.get_best_trials(6):
        score = evaluated(tuner.load_model(trial))[0]
        assert score == pytest.approx(trial.score, rel=1e-5)


def test_it_goes_on_beside_new_trials(tmp_path):
    """Those that were interrupted are not started again because others join them."""
    first = interrupt(tmp_path, trials=9, max_population=6)
    second = go_on(tmp_path, trials=9, max_population=6)
    assert "goes on after epoch 2" in second.notes
    numbers = {n for members, epoch in second.epochs if epoch <= 2 for n in members}
    assert numbers == {6, 7, 8}
    alone = go_on(tmp_path / "whole", trials=9, max_population=6)
    assert (outcome(first) | outcome(second)).keys() == alone.results.keys()
    for number, result in second.results.items():
        expected = alone.results[number].curves["loss"]
        assert result.curves["loss"] == pytest.approx(expected, rel=1e-6, nan_ok=True)


def test_it_can_be_interrupted_again(interrupted, whole):
    again = interrupt(interrupted, epoch=4)
    assert "goes on after epoch 2" in again.notes
    last = go_on(interrupted)
    assert "goes on after epoch 4" in last.notes
    for number, result in last.results.items():
        expected = whole.results[number].curves["loss"]
        assert result.curves["loss"] == pytest.approx(expected, rel=1e-6, nan_ok=True)


CHANGED = {
    "another activation": lambda hp: network(
        keras.layers.Dense(hp.Int("units", 3, 6), activation="tanh"),
        keras.layers.Dropout(0.3),
        optimizer=keras.optimizers.SGD(rate(hp), momentum=0.9),
    ),
    "another momentum": lambda hp: network(
        keras.layers.Dense(hp.Int("units", 3, 6), activation="relu"),
        keras.layers.Dropout(0.3),
        optimizer=keras.optimizers.SGD(rate(hp), momentum=0.8),
    ),
}


def rate(hp):
    hp.Float("nothing", 0.0, 1.0)
    return hp.Choice("learning_rate", [0.01, 0.03, 0.1, 0.3, 1e20])


@pytest.mark.parametrize("name", CHANGED)
def test_another_model_does_not_go_on_from_it(interrupted, name):
    with pytest.warns(UserWarning, match="the model's code has changed"):
        heard = go_on(interrupted, CHANGED[name])
    assert not any("goes on" in note for note in heard.notes)
    assert min(epoch for _, epoch in heard.epochs) == 1


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    """Bytes anywhere: in the ends of the archive, in its names, in its arrays."""
    data = bytearray(path.read_bytes())
    for place in np.random.default_rng(0).integers(0, len(data), 200):
        data[place] ^= 255
    path.write_bytes(data)


def rewrite(path, change):
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    meta = json.loads(arrays.pop("json").tobytes())
    meta = change(arrays, meta) or meta
    checkpoint.write(path, arrays, meta)


def forget(key):
    def change(arrays, meta):
        for history in meta["courses"]:
            del history[key]

    return lambda path: rewrite(path, change)


class Evil:
    """Leaves a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def mark(path):
    return path.with_name("unpickled")


def pickled(place):
    def change(path):
        with np.load(path) as archive:
            arrays = {name: archive[name] for name in archive.files}
        evil = np.array([Evil(mark(path))], object)
        np.savez(path, allow_pickle=True, **{**arrays, place: evil})

    return change


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("hello"),
    "truncated": truncate,
    "flipped": flip,
    "a list": lambda path: rewrite(path, lambda arrays, meta: [1, 2]),
    "of another version": lambda path: rewrite(path, lambda arrays, meta: {"version": 2}),
    "without curves": forget("curves"),
    "without callbacks": forget("callbacks"),
    "without an array": lambda path: rewrite(path, lambda arrays, meta: arrays.clear()),
    "of other shapes": lambda path: rewrite(
        path, lambda arrays, meta: arrays.update(a0=np.zeros((6, 2))) or None
    ),
    "pickled": lambda path: path.write_bytes(pickle.dumps(Evil(mark(path)))),
    "a pickled text": pickled("json"),
    "a pickled array": pickled("a0"),
}


def everything(population):
    """All that a state could change."""
    arrays, meta = population_state.take(population)
    return [np.array(array).tobytes() for array in arrays.values()], json.dumps(meta)


def test_what_is_damaged_is_left_alone(interrupted, whole, monkeypatch):
    """Nothing of it is unpickled, and it changes nothing: the population starts anew."""
    (path,) = files(interrupted)
    sound, restore, outcomes = path.read_bytes(), checkpoint.restore, {}

    def with_damage(population, directory):
        before, trial_models = everything(population), [c.trial_model for c in population.histories]
        for name, damage in DAMAGE.items():
            path.write_bytes(sound)
            damage(path)
            parts = checkpoint.together(trial_models, directory)
            restored = restore(population, directory)
            outcomes[name] = (sum(map(len, parts)), restored, everything(population) == before)
        return restore(population, directory)

    monkeypatch.setattr(checkpoint, "restore", with_damage)
    heard = go_on(interrupted)
    assert outcomes == dict.fromkeys(DAMAGE, (len(heard.results), False, True))
    assert not mark(path).exists()
    assert not any("goes on" in note for note in heard.notes)
    for number, result in heard.results.items():
        expected = whole.results[number].curves["loss"]
        assert result.curves["loss"] == pytest.approx(expected, rel=1e-6, nan_ok=True)
