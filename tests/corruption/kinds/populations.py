"""What a search keeps of its models: the state of a population, weights of trials, results at a rung."""

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any
from unittest import mock

import h5py
import keras
import numpy as np

from dlref.models.building import weighted
from dlref.tuning import Hyperband, RandomSearch
from dlref.tuning.populations.training import checkpoint, population_state
from dlref.tuning.populations.training.population import Population
from tests.corruption.kinds.kind import Kind, write_json
from tests.populations.searching import Recorder, arguments, network, search
from tests.tuning.studies import lecture_space

PROJECT = "untitled_project"
FIT = arguments(epochs=4, callbacks=[keras.callbacks.EarlyStopping("val_loss", patience=2)])


def build(hp: Any) -> Any:
    rate = hp.Choice("learning_rate", [0.01, 0.03, 0.1])
    alone = hp.Choice("trained", ["together", "alone"]) == "alone"
    hidden = keras.layers.Dense(hp.Int("units", 3, 6), activation="relu")
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    return network(hidden, optimizer=optimizer, run_eagerly=alone)


class _Interrupting(Recorder):
    def check(self) -> None:
        if self.epochs and self.epochs[-1][1] == 2:
            raise KeyboardInterrupt


class _Met(BaseException):
    """A population that is about to go on from its checkpoint."""

    def __init__(self, population: Population) -> None:
        self.population = population


def make_checkpoint(folder: Path) -> None:
    """A search that is interrupted after its second epoch."""
    with mock.patch.object(checkpoint, "SHARE", float("inf")):
        try:
            search(build, folder, trials=4, fit=FIT, listener=_Interrupting())
        except KeyboardInterrupt:
            pass
    (path,) = (folder / PROJECT / "checkpoints").glob("*.npz")
    path.rename(path.with_name("state.npz"))


@cache
def _population() -> tuple[Population, Any]:
    """One that would go on from the checkpoint, and its state before."""

    def meet(population: Population, directory: Path) -> bool:
        raise _Met(population)

    with TemporaryDirectory() as folder, mock.patch.object(checkpoint, "restore", meet):
        try:
            search(build, folder, trials=4, fit=FIT)
        except _Met as met:
            return met.population, population_state.take(met.population)
    raise AssertionError("no population was trained")


def read_checkpoint(folder: Path) -> Any:
    """Whether a population goes on, from where, and that it can be trained from there."""
    population, (arrays, meta) = _population()
    population_state.restore(population, arrays, json.loads(json.dumps(meta)))
    models = [history.trial_model for history in population.histories]
    directory = folder / PROJECT / "checkpoints"
    parts = checkpoint.together(models, directory)
    assert sum(map(len, parts)) == len(models)
    found = [checkpoint.restore(population, directory), _state(*population_state.take(population))]
    if population.epoch < population.fit.epochs:
        population.train_epoch(lambda: None)
        population.judge()
    return found


def checkpoint_says(folder: Path) -> list[Any]:
    """The population starts anew, which gives the same result later; or it goes on from what the file holds."""
    anew = [False, _state(*_population()[1])]
    try:
        with np.load(folder / PROJECT / "checkpoints" / "state.npz", allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files if name != "json"}
            meta = json.loads(archive["json"].tobytes())
        population, (own, _) = _population()
        places = [tuple(course["place"]) for course in meta["courses"]]
        rows = [places.index(history.trial_model.place) for history in population.histories]
        meta["courses"] = [meta["courses"][row] for row in rows]
        return [anew, [True, _state({name: arrays[name][rows] for name in own}, meta)]]
    except Exception:  # of this reader: then only the first is right
        return [anew]


def _state(arrays: dict[str, Any], meta: dict[str, Any]) -> Any:
    """The sum of each array, which no padding changes, and the epochs."""
    sums = [_sum(array) for array in arrays.values()]
    curves = [course["curves"] for course in meta["courses"]]
    return [sums, meta["epoch"], json.loads(json.dumps(curves))]


@cache
def _tuner() -> tuple[RandomSearch, dict[bool, Any]]:
    """A search that has ended, and of its trials one that was trained together with others, and one alone."""
    tuner, _ = search(build, Path(mkdtemp()), trials=6, fit=arguments(epochs=1))
    found = {bool(tuner.oracle.weights(n)): tuner.oracle.load(n) for n in range(6)}
    assert len(found) == 2
    return tuner, found


def make_weights(folder: Path) -> None:
    """The files of weights of two trials, and what a model is given."""
    tuner, found = _tuner()
    place = Path(tuner.project_dir) / tuner.oracle.weights(int(found[True].trial_id))[:-2]
    shutil.copy(place, folder / "weights.npz")
    alone = Path(tuner._get_checkpoint_fname(found[False].trial_id))
    shutil.copy(alone, folder / "trial.weights.h5")


def _read_trial(together: bool) -> Callable[[Path], Any]:
    """The sum of each variable of a trial's model."""

    def read(folder: Path) -> Any:
        tuner, found = _tuner()
        reference = tuner.oracle.weights
        with (
            mock.patch.object(
                tuner.oracle,
                "weights",
                lambda n: reference(n) and f"weights.npz:{reference(n)[-1]}",
            ),
            mock.patch.object(
                tuner, "_get_checkpoint_fname", lambda trial: str(folder / "trial.weights.h5")
            ),
            mock.patch.object(RandomSearch, "project_dir", str(folder)),
        ):
            model = tuner.load_model(found[together])
        return _sums(model)

    return read


def _sums(model: keras.Model) -> list[str]:
    return sorted(_sum(array) for array in model.get_weights())


def _sum(array: Any) -> str:
    return f"{np.sum(np.asarray(array, float)):.5g}"


def _hdf5_says(name: str) -> Callable[[Path], list[Any]]:
    """The sum of each array."""

    def says(folder: Path) -> list[Any]:
        found: list[Any] = []
        with h5py.File(folder / name) as file:
            file.visititems(lambda _, item: found.append(item))  # what it returns would end it
            arrays = [item for item in found if hasattr(item, "shape")]
            sums = [_sum(item) for item in arrays if "optimizer" not in item.name]
        return [sorted(sums)]

    return says


def weights_say(folder: Path) -> list[Any]:
    """Numbers that a whole file holds are taken, whatever they are."""
    tuner, found = _tuner()
    row = int(tuner.oracle.weights(int(found[True].trial_id))[-1])
    with np.load(folder / "weights.npz", allow_pickle=False) as archive:
        arrays = [archive[f"w{i}"][row] for i in range(len({*archive.files}) - 1)]
    return [sorted(map(_sum, arrays))]


@cache
def _network() -> keras.Model:
    keras.utils.set_random_seed(0)
    return network(keras.layers.Dense(4), keras.layers.BatchNormalization())


def make_pretrained(folder: Path) -> None:
    _network().save_weights(folder / "model.weights.h5")


def read_pretrained(folder: Path) -> Any:
    """What `weights=FILE` of a network does."""
    return _sums(weighted(_network(), folder / "model.weights.h5", None))  # type: ignore[arg-type]


def make_rung(folder: Path) -> None:
    curves = {"loss": [1.0, 0.5], "val_loss": [1.5, 1.0]}
    result = {"number": 3, "state": "finished", "curves": curves, "metrics": {"val_loss": 1.0}}
    write_json(folder / PROJECT / "checkpoints" / "rung-3.json", [2, {**result, "best_epoch": 1}])


@cache
def _hyperband() -> Hyperband:
    space = {"hyperparameters": lecture_space(), "tune_new_entries": False}
    return Hyperband(build, "val_loss", max_epochs=9, seed=0, directory=mkdtemp(), **space)


def read_rung(folder: Path) -> Any:
    """How far a trial had come, and its curve."""
    with mock.patch.object(Hyperband, "project_dir", str(folder / PROJECT)):
        reached, result = _hyperband()._left_at_rung(3)
    return [reached, result and result.state, result and _hyperband()._curve(result, reached)]


def rung_says(folder: Path) -> list[Any]:
    """The trial begins anew, or what the file holds."""
    anew = [0, None, None]
    try:
        reached, result = json.loads(
            (folder / PROJECT / "checkpoints" / "rung-3.json").read_text("utf-8")
        )
        return [anew, [reached, result["state"], result["curves"]["val_loss"]]]
    except Exception:  # of this reader
        return [anew]


KINDS = (
    Kind(
        *("checkpoint of a population", f"{PROJECT}/checkpoints/state.npz", "npz"),
        *(make_checkpoint, read_checkpoint, checkpoint_says),
    ),
    Kind(
        *("weights of a population", "weights.npz", "npz"),
        *(make_weights, _read_trial(together=True), weights_say),
    ),
    Kind(
        *("weights of a trial", "trial.weights.h5", "hdf5"),
        *(make_weights, _read_trial(together=False), _hdf5_says("trial.weights.h5")),
    ),
    Kind(
        *("pretrained weights", "model.weights.h5", "hdf5"),
        *(make_pretrained, read_pretrained, _hdf5_says("model.weights.h5")),
    ),
    Kind(
        *("trial at a rung", f"{PROJECT}/checkpoints/rung-3.json", "json"),
        *(make_rung, read_rung, rung_says),
    ),
)
