"""What a sweep is run on: a `build(hp)` of the user's file, and the arrays of a .npz file or a table."""

import hashlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import keras_tuner
import numpy as np

from dlref._compat.keras_tuner import get_hypermodel
from dlref._stored import reading
from dlref.tuning.command.read_table import is_table, read_table
from dlref.tuning.errors import SweepError

SPLIT = ("x_train", "y_train", "x_val", "y_val")
WHOLE = ("x", "y")
DEV_SHARE = 0.2


class Data(NamedTuple):
    """Training and development set; the first axis counts examples."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray

    def digest(self) -> str:
        """SHA-256 of the arrays' shapes, types and values."""
        digest = hashlib.sha256()
        for array in self:
            digest.update(f"{array.shape}{array.dtype}".encode() + array.tobytes())
        return digest.hexdigest()


def load_model(target: str) -> tuple[keras_tuner.HyperModel, str]:
    """The model of `"path/to/file.py:build"` and the SHA-256 of its file.

    Raises:
        SweepError: if there is no such file or function, or the file cannot be imported.
    """
    file, colon, name = target.rpartition(":")
    if not (file and colon and name):
        raise SweepError(
            f"{target!r} must be `digits` or FILE.py:FUNCTION, such as model.py:build."
        )
    found = load(target)
    if not (isinstance(found, keras_tuner.HyperModel) or callable(found)):
        raise SweepError(f"{file} must hold a function or keras_tuner.HyperModel named {name!r}.")
    return _hypermodel(target, found), digest_file(file)


def load(target: str) -> Any:
    """What `"path/to/file.py:NAME"` names.

    Raises:
        SweepError: if there is no such file or name, or the file cannot be imported.
    """
    file, colon, name = target.rpartition(":")
    if not colon or not file or not name:
        raise SweepError(f"{target!r} must be FILE.py:NAME, such as model.py:build.")
    path = Path(file)
    if not path.is_file():
        raise SweepError(f"{file} must be a Python file. There is no such file.")
    module = _import_file(path)
    if hasattr(module, name):
        return getattr(module, name)
    functions = [
        key
        for key, value in vars(module).items()
        if callable(value) and key[0] != "_" and getattr(value, "__module__", "") == module.__name__
    ]
    raise SweepError(
        f"{file} must hold a function, class or HyperModel named {name!r}. "
        f"It holds: {', '.join(functions) or 'no function'}."
    )


def digest_file(file: str) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def load_data(file: str, seed: int, target_column: str | None = None) -> Data:
    """The arrays x_train, y_train, x_val, y_val of a .npz file, or x, y, a fifth of which becomes the development set.

    Args:
        file: its name; what ends in .csv or .parquet is a table.
        seed: of the split.
        target_column: the column of a table that is y; the others are x.

    Raises:
        SweepError: if the file is missing, holds anything but numbers, lacks an array or the column, or shapes do not
            fit.
    """
    if not Path(file).is_file():
        raise SweepError(f"{file} must be a .npz, .csv or .parquet file. There is no such file.")
    if is_table(file):
        x, y = read_table(file, target_column)
        arrays = {"x": x, "y": y}
    elif target_column is not None:
        raise SweepError(
            f"{file} has no columns: leave out --target, which is for .csv and .parquet."
        )
    else:
        arrays = _read_npz(file)
    if all(name in arrays for name in SPLIT):
        data = Data(*(arrays[name] for name in SPLIT))
    elif all(name in arrays for name in WHOLE):
        data = _split(
            *(_check_array(file, name, arrays[name]) for name in WHOLE), file=file, seed=seed
        )
    else:
        raise SweepError(
            f"{file} must hold the arrays {', '.join(SPLIT)}, or x and y. "
            f"It holds: {', '.join(arrays) or 'nothing'}."
        )
    _check_data(file, data)
    return data


def _check_data(file: str, data: Data) -> None:
    for name, array in zip(SPLIT, data, strict=True):
        _check_array(file, name, array)
    _check_pair(file, "x_train", "y_train", data.x_train, data.y_train)
    _check_pair(file, "x_val", "y_val", data.x_val, data.y_val)
    for train, dev, name in ((data.x_train, data.x_val, "x"), (data.y_train, data.y_val, "y")):
        if train.shape[1:] != dev.shape[1:]:
            raise SweepError(
                f"{file}: {name}_train and {name}_val must have the same shape but for the first axis. "
                f"Received: {train.shape} and {dev.shape}."
            )


def _hypermodel(target: str, found: Any) -> keras_tuner.HyperModel:
    if isinstance(found, type):
        try:
            found = found()
        except (Exception, SystemExit) as error:
            raise SweepError(f"{target} fails: {type(error).__name__}: {error}") from error
    return get_hypermodel(found)


def _import_file(path: Path) -> ModuleType:
    sys.path.insert(0, str(path.resolve().parent))  # its neighbours, as for `python file.py`
    spec = importlib.util.spec_from_file_location(f"dlref_sweep_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SweepError(f"{path} must be a Python file, with a name that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise SweepError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _read_npz(file: str) -> dict[str, np.ndarray]:
    what = "a .npz archive of numbers, as numpy.savez writes it"
    with reading(file, what, SweepError), open(file, "rb") as stream:
        archive = np.load(stream, allow_pickle=False)
        if isinstance(archive, np.ndarray):
            raise ValueError("It is one array, as numpy.save writes it.")
        return {name: archive[name] for name in archive.files}


def _split(x: np.ndarray, y: np.ndarray, file: str, seed: int) -> Data:
    _check_pair(file, "x", "y", x, y)
    count = round(len(x) * DEV_SHARE)
    order = np.random.default_rng(seed).permutation(len(x))
    dev, train = order[:count], order[count:]
    return Data(x[train], y[train], x[dev], y[dev])


def _check_array(file: str, name: str, array: np.ndarray) -> np.ndarray:
    dtype = array.dtype
    if dtype.kind not in "biuf":
        raise SweepError(f"{file}: {name} must be an array of numbers. Received: type {dtype}.")
    if array.ndim == 0 or array.size == 0:
        raise SweepError(
            f"{file}: {name} must hold at least one example. Received: shape {array.shape}."
        )
    if not np.isfinite(array).all():
        raise SweepError(f"{file}: {name} must hold finite numbers. It holds NaN or infinity.")
    return array


def _check_pair(file: str, x_name: str, y_name: str, x: np.ndarray, y: np.ndarray) -> None:
    if len(x) != len(y):
        raise SweepError(
            f"{file}: {x_name} and {y_name} must have the same number of examples. "
            f"Received: {len(x)} and {len(y)}."
        )
