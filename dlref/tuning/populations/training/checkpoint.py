"""What is on disk of a population: its state as it goes on, and the best weights of what has ended.

Both are .npz files, of arrays and of one JSON text: nothing in them is unpickled. A file is written whole or not at
all.
"""

import json
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref._stored import reading
from dlref.tuning.errors import SweepError
from dlref.tuning.populations.program.padding import cut, padded, plain
from dlref.tuning.populations.program.trial_models import TrialModel
from dlref.tuning.populations.training import population_state
from dlref.tuning.populations.training.callbacks import can_go_on
from dlref.tuning.populations.training.population import Population
from dlref.tuning.populations.training.trial_history import TrialHistory
from dlref.tuning.storage.whole_files import written_whole

SHARE = 0.05  # of the time, what writing the state may cost


class Checkpoint:
    """The state of one population, written again and again.

    Args:
        path: of the .npz file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._next = 0.0

    def write(self, population: Population, always: bool = False) -> None:
        """Writes the state, unless callbacks have more of it, or the last time took too long for how long ago it is."""
        began = time.monotonic()
        if not can_go_on(population.fit.callbacks) or (began < self._next and not always):
            return
        arrays, meta = population_state.take(population)
        write(self.path, arrays, meta)
        now = time.monotonic()
        self._next = now + (now - began) / SHARE

    def remove(self) -> None:
        """Removes it: the population has ended."""
        self.path.unlink(missing_ok=True)


def write(path: Path, arrays: dict[str, Any], meta: Any) -> None:
    """Writes arrays and what JSON can hold."""
    text = np.frombuffer(json.dumps(meta).encode(), np.uint8)
    with written_whole(path) as temporary, open(temporary, "wb") as stream:
        np.savez(stream, json=text, **{k: ops.convert_to_numpy(v) for k, v in arrays.items()})


def restore(population: Population, directory: Path) -> bool:
    """Lets a population go on from the newest state in `directory` that holds its members."""
    for path in _newest_first(directory):
        try:
            with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as archive:
                population_state.restore(population, archive, json.loads(archive["json"].tobytes()))
                return True
        except Exception:
            continue  # of others, of another version, or damaged: the population starts anew
    return False


def together(trial_models: list[TrialModel], directory: Path) -> list[list[TrialModel]]:
    """Those that were interrupted together, and the others: what joins a population would start it anew."""
    left, found = trial_models, []
    for path in _newest_first(directory):
        try:
            with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as archive:
                histories = json.loads(archive["json"].tobytes())["courses"]
                places = {tuple(history["place"]) for history in histories}
        except Exception:
            continue
        found.append([trial_model for trial_model in left if trial_model.place in places])
        left = [trial_model for trial_model in left if trial_model.place not in places]
    return [part for part in [*found, left] if part]


def _newest_first(directory: Path) -> list[Path]:
    files = (path for path in directory.glob("*.npz") if path.is_file())
    return sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)


def write_weights(path: Path, histories: list[TrialHistory]) -> list[str]:
    """Writes the best weights of trials that have ended; returns `"file:place"` for each, "" without weights."""
    kept = [history for history in histories if history.weights]
    if kept:
        variables = zip(*(history.weights for history in kept), strict=True)
        stacked = {f"w{i}": _stack(arrays) for i, arrays in enumerate(variables)}
        write(path, stacked, [history.trial_model.number for history in kept])
    places = {id(history): f"{path.parent.name}/{path.name}:{i}" for i, history in enumerate(kept)}
    return [places.get(id(history), "") for history in histories]


def read_weights(
    directory: Path, reference: str, shapes: list[tuple[int, ...]]
) -> list[np.ndarray]:
    """The weights that `write_weights` wrote to `reference`, of a model of these shapes.

    Raises:
        SweepError: if the file is damaged.
    """
    name, _, place = reference.rpartition(":")
    path = directory / name
    with reading(path, "the weights of these trials", SweepError), open(path, "rb") as stream:
        with np.load(stream, allow_pickle=False) as archive:
            rows = [archive[f"w{i}"][int(place)] for i in range(len(shapes))]
        return [_of_shape(row, shape) for row, shape in zip(rows, shapes, strict=True)]


def _of_shape(row: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Without its padding."""
    if row.dtype.kind not in "fiub" or row.ndim != len(shape) or row.shape < shape:
        raise ValueError(f"an array of type {row.dtype} and shape {row.shape} is none of {shape}")
    return cut(row, plain(row.shape), plain(shape))


def _stack(arrays: tuple[np.ndarray, ...]) -> np.ndarray:
    shape = tuple(max(sizes) for sizes in zip(*(a.shape for a in arrays), strict=True))
    return np.stack([padded(a, plain(a.shape), plain(shape)) for a in arrays])


def variables(model: keras.Model) -> list[Any]:
    """What a file of weights holds of a model, in this order."""
    return [*model.trainable_variables, *model.non_trainable_variables]


def assign(model: keras.Model, values: list[np.ndarray]) -> None:
    """Gives a model what a file of weights holds of it."""
    for variable, value in zip(variables(model), values, strict=True):
        variable.assign(value)
