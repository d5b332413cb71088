"""A `HyperModel.fit` of the user's that only chooses the size of the mini-batches.

It is called before the training with a stand-in for the model, which takes down what `fit` is asked for.
"""

import dis
import inspect
from typing import Any

import keras

from dlref.tuning.errors import few
from dlref.tuning.populations.model.unsupported import Unsupported

MORE = "the hypermodel's own fit does more than to call fit"


class _StandIn:
    """A model that knows `fit` alone."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.history = keras.callbacks.History()

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        self.calls.append(_bound(args, kwargs))
        return self.history


def batch_size(hypermodel: Any, hp: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    """Of the mini-batches on which it trains a trial.

    Args:
        hypermodel: a `keras_tuner.HyperModel` with a `fit` of its own.
        hp: the trial's hyperparameters, some of which it may be the first to declare.
        args: the positional arguments of `search`.
        kwargs: its keywords.

    Raises:
        Unsupported: if it changes anything else, or does more than to call `fit` and return what that returns.
    """
    if not _trains_what_it_is_given(hypermodel.fit):
        raise Unsupported(MORE)
    callbacks = list(kwargs.get("callbacks") or [])  # keras-tuner always passes a list, its own
    model, given = _StandIn(), _bound(args, {**kwargs, "callbacks": callbacks})
    try:
        returned = hypermodel.fit(hp, model, *args, **{**kwargs, "callbacks": [*callbacks]})
    except Exception as error:  # it needs the model, or what it is trained to
        raise Unsupported(MORE) from error
    if len(model.calls) != 1 or returned is not model.history:
        raise Unsupported(MORE)
    (asked,) = model.calls
    changed = [name for name in asked if name != "batch_size" and not _same(asked, given, name)]
    if changed:
        raise Unsupported(f"the hypermodel's own fit changes {few(changed)}")
    return int(asked["batch_size"] or 32)


def _trains_what_it_is_given(fit: Any) -> bool:
    """Whether its code calls the `fit` of its model; one that trains models of its own is not tried."""
    code = getattr(fit, "__code__", None)
    if code is None or code.co_argcount < 3 or "fit" not in code.co_names:
        return False
    if {"build", "clone_model"} & {*code.co_names}:
        return False
    model = code.co_varnames[2]  # after the hypermodel and the hyperparameters
    used = [i.opname.partition("_")[0] for i in dis.get_instructions(code) if model in _names(i)]
    return "LOAD" in used and "STORE" not in used


def _names(instruction: dis.Instruction) -> tuple[Any, ...]:
    """Of the variables that it loads or stores, of which newer versions of Python take two at once."""
    found = instruction.argval
    return found if isinstance(found, tuple) else (found,)


def _bound(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    bound = inspect.signature(keras.Model.fit).bind(None, *args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def _same(asked: dict[str, Any], given: dict[str, Any], name: str) -> bool:
    one, other = asked[name], given[name]
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
    plain = isinstance(one, bool | int | float | str)
    return one is other or (plain and type(one) is type(other) and one == other)
