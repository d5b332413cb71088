"""What the constructors of tuners and studies take: checked before anything is made, or deleted."""

import inspect
import math
import os
import reprlib
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any

import keras
import keras_tuner
import sqlalchemy
from keras.tree import flatten
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler
from optuna.storages import RDBStorage

from dlref._checks import boolean, integer, real, sequence
from dlref._compat.keras_tuner import create_objective
from dlref.tuning.errors import SweepError
from dlref.tuning.listener import Listener
from dlref.tuning.samplers.factory import PRUNERS, SEARCHES
from dlref.tuning.samplers.sampler import RandomSampler
from dlref.tuning.storage.storage import parse
from dlref.tuning.trials.keywords import by_name
from dlref.tuning.trials.objectives import Bound

# Of the object, the argument's name and its value, which it returns as it is kept.
Check = Callable[[Any, str, Any], Any]


def checks_arguments(constructor: Callable[..., None]) -> Callable[..., None]:
    """A constructor whose arguments are checked first; it gets them as they are kept.

    Raises:
        TypeError, ValueError: if there is no such argument, or it must not have this value.

    Example:
        >>> from dlref.tuning.study import Study
        >>> Study("val_loss", sampler="tree")
        Traceback (most recent call last):
            ...
        ValueError: Study: `sampler` must be one of random, ..., or None. Received: sampler='tree' (type str).
    """
    signature = inspect.signature(constructor)

    @wraps(constructor)
    def checking(self: Any, *args: Any, **kwargs: Any) -> None:
        given = by_name(signature, self, args, kwargs, known=CHECKS)
        for name, value in given.items():
            given[name] = CHECKS[name](self, name, value)
        constructor(self, **given)

    return checking


def _refuse(owner: Any, name: str, value: Any, allowed: str) -> None:
    error = ValueError if isinstance(value, str) else TypeError
    raise error(
        f"{type(owner).__name__}: `{name}` must be {allowed}. "
        f"Received: {name}={reprlib.repr(value)} (type {type(value).__name__})."
    )


def _optional(allowed: str, holds: Callable[[Any], bool]) -> Check:
    """Checks that a value is None, or that something holds of it."""

    def check(owner: Any, name: str, value: Any) -> Any:
        if value is not None and not holds(value):
            _refuse(owner, name, value, f"{allowed}, or None")
        return value

    return check


def _word(words: tuple[str, ...], kind: type, *others: type) -> Check:
    def holds(value: Any) -> bool:
        return value in words if isinstance(value, str) else isinstance(value, (kind, *others))

    return _optional(f"one of {', '.join(words)}, an object of Optuna's {kind.__name__}", holds)


def _instance(allowed: str, *kinds: type) -> Check:
    return _optional(allowed, lambda value: isinstance(value, kinds))


def _integer(low: int | None = None) -> Check:
    return lambda owner, name, value: value if value is None else integer(owner, name, value, low)


def _is_builder(value: Any) -> bool:
    if isinstance(value, type) and issubclass(value, keras_tuner.HyperModel):
        return False  # it has to be called
    builds = callable(value) and not isinstance(value, keras.Model)
    return isinstance(value, keras_tuner.HyperModel) or builds


def _are_measures(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(name, str) and callable(measure) for name, measure in value.items()
    )


def _is_objective(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(part, str | keras_tuner.Objective) for part in parts or [None]):
        return False
    try:
        return all(create_objective(part).direction in ("min", "max") for part in parts)
    except Exception:  # keras-tuner looks for the word in Keras
        return False


def _known(kinds: Any, get: Callable[[Any], Any], *others: str) -> Callable[[Any], bool]:
    """Whether a value is of these kinds and Keras knows all in it: names, functions and objects."""

    def holds(value: Any) -> bool:
        try:
            known = (leaf is None or leaf in others or get(leaf) for leaf in flatten(value))
            return isinstance(value, kinds) and all(known)
        except (AttributeError, TypeError, ValueError):
            return False

    return holds


def _storage(owner: Any, name: str, value: Any) -> Any:
    database = getattr(value, "_backend", value)  # Optuna keeps a cache in front of one
    if isinstance(database, RDBStorage):
        value = database.url
    if isinstance(value, sqlalchemy.URL):
        value = value.render_as_string(hide_password=False)
    if isinstance(value, str):
        try:
            parse(value)
        except SweepError as error:
            raise SweepError(f"{type(owner).__name__}: {error}") from None
    elif value is not None and not isinstance(value, Path):
        url = "the URL of a database such as sqlite:///study.sqlite3"
        _refuse(owner, name, value, f"{url}, Optuna's RDBStorage, whose URL is taken, or None")
    return value


def _bounds(owner: Any, name: str, value: Any) -> Any:
    for bound in sequence(owner, name, value):
        try:
            Bound.parse(bound)
        except (SweepError, TypeError):
            _refuse(owner, name, value, 'a list of bounds such as "latency_ms<=100"')
    return value


def _failures(owner: Any, name: str, value: Any) -> Any:
    return (
        value if isinstance(value, float) and value == math.inf else integer(owner, name, value, 1)
    )


_OBJECTIVE = (
    'a metric such as "val_loss", a keras_tuner.Objective("val_loss", "min"), a list of these'
)
_OPTIMIZER = _known(str | keras.Optimizer, keras.optimizers.get)
_LOSS = _known(object, keras.losses.get, "crossentropy", "ce")
_METRICS = _known(list | tuple | dict, keras.metrics.get, "acc")
CHECKS: dict[str, Check] = {
    "hypermodel": _optional("a function build(hp), an object of HyperModel", _is_builder),
    "objective": _optional(_OBJECTIVE, _is_objective),
    "max_trials": _integer(1),
    "seed": _integer(),
    "sampler": _word(SEARCHES, BaseSampler, RandomSampler),
    "pruner": _word(PRUNERS, BasePruner),
    "storage": _storage,
    "listener": _instance("a dlref.tuning.listener.Listener", Listener),
    "extra_metrics": _optional("a dictionary of functions of the trained model", _are_measures),
    "max_population": _integer(1),
    "share": partial(real, interval="(0, 1]"),
    "hyperparameters": _instance("a keras_tuner.HyperParameters", keras_tuner.HyperParameters),
    "allow_new_entries": boolean,
    "tune_new_entries": boolean,
    "max_retries_per_trial": partial(integer, low=0),
    "max_consecutive_failed_trials": _failures,
    "subject_to": _bounds,
    "directory": _instance("the path of a folder", str, os.PathLike),
    "project_name": _instance("a string", str),
    "overwrite": boolean,
    "executions_per_trial": partial(integer, low=1),
    "max_model_size": _integer(1),
    "optimizer": _optional("the name of an optimizer, a keras.Optimizer", _OPTIMIZER),
    "loss": _optional("a loss that `compile` takes", _LOSS),
    "metrics": _optional("a list of metrics that `compile` takes", _METRICS),
    "distribution_strategy": _optional("a tf.distribute.Strategy", lambda v: hasattr(v, "scope")),
    "tuner_id": _instance("a string", str),
    "logger": lambda owner, name, value: value,  # keras-tuner says that it is not used any more
}
