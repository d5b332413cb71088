"""keras-tuner's hyperparameters as Optuna's distributions, and all values of a finite space."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import keras_tuner
from keras_tuner.engine import hyperparameters as hp_types
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)


def distribution(hp: Any) -> BaseDistribution | None:
    """The distribution of a hyperparameter; None for one that is fixed.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> _ = hp.Float("learning_rate", 1e-4, 1.0, sampling="log"), hp.Int("layers", 2, 4)
        >>> [distribution(each) for each in hp.space]
        [FloatDistribution(high=1.0, log=True, low=0.0001, step=None), IntDistribution(high=4, ...)]
    """
    if isinstance(hp, hp_types.Fixed):
        return None
    if isinstance(hp, hp_types.Boolean):
        return CategoricalDistribution([False, True])
    if isinstance(hp, hp_types.Choice):
        return CategoricalDistribution(hp.values)
    steps = hp.step if isinstance(hp, hp_types.Float) or hp.sampling != "linear" else None
    if steps is not None and hp.sampling != "linear":
        return CategoricalDistribution(finite_values(hp) or [])
    if isinstance(hp, hp_types.Float):
        high = hp.max_value
        if hp.step is not None:  # Optuna's last value is the highest, exactly
            count = hp._get_n_values() - 1
            high = float(Decimal(str(hp.min_value)) + count * Decimal(str(hp.step)))
        return FloatDistribution(hp.min_value, high, log=hp.sampling == "log", step=hp.step)
    if hp.sampling == "log":
        return IntDistribution(hp.min_value, hp.max_value, log=True)
    step = hp.step or 1
    last = hp.min_value + (hp.max_value - hp.min_value) // step * step
    return IntDistribution(hp.min_value, last, step=step)


def params(hyperparameters: Any) -> dict[str, tuple[Any, BaseDistribution]]:
    """The values of a trial, with their distributions, under the names Optuna shows."""
    found = {}
    names = param_names(hyperparameters.space)
    for hp, name in zip(hyperparameters.space, names, strict=True):
        known = hp.name in hyperparameters.values and hyperparameters.is_active(hp)
        kind = distribution(hp) if known else None
        if kind is not None:
            value = hyperparameters.values[hp.name]
            if kind._contains(_internal(kind, value)):
                found[name] = (value, kind)
    return found


def param_names(space: list[Any]) -> list[str]:
    """Each hyperparameter's name; one that is declared twice is told apart by its conditions."""
    names = [hp.name for hp in space]
    return [
        f"{hp.name} [{_describe(hp.conditions)}]" if names.count(hp.name) > 1 else hp.name
        for hp in space
    ]


def finite_values(hp: Any) -> list[Any] | None:
    """All values of a hyperparameter, or None if it is continuous."""
    if isinstance(hp, hp_types.Fixed):
        return [hp.value]
    if isinstance(hp, hp_types.Boolean):
        return [False, True]
    if isinstance(hp, hp_types.Choice):
        return list(hp.values)
    if hp.min_value == hp.max_value:
        return [hp.min_value]
    if hp.step is not None:
        convert = int if isinstance(hp, hp_types.Int) else float
        return [convert(hp._get_value_by_index(i)) for i in range(hp._get_n_values())]
    if isinstance(hp, hp_types.Int):
        return list(range(hp.min_value, hp.max_value + 1))
    return None


def size(space: list[Any]) -> float:
    """At most so many different values the space has; infinity if it is continuous."""
    total = 1.0
    for hp in space:
        if isinstance(hp, hp_types.Int) and hp.step in (None, 1):
            total *= hp.max_value - hp.min_value + 1
        else:
            values = finite_values(hp)
            total *= float("inf") if values is None else len(values)
    return total


def combinations(
    space: Sequence[Any], values: Callable[[Any], Iterable[Any] | None] = finite_values
) -> Iterator[dict[str, Any]]:
    """All combinations of values of a space; a hyperparameter is there only where its conditions hold.

    Args:
        space: the hyperparameters; the last one changes fastest.
        values: those of a hyperparameter. Defaults to all that it has, if they are finitely many.
    """
    return _combine(keras_tuner.HyperParameters(), space, 0, values)


def _combine(
    known: Any, space: Sequence[Any], index: int, values: Callable[[Any], Iterable[Any] | None]
) -> Iterator[dict[str, Any]]:
    if index == len(space):
        yield dict(known.values)
        return
    hp = space[index]
    if not known.is_active(hp) or hp.name in known.values:
        yield from _combine(known, space, index + 1, values)
        return
    for value in values(hp) or ():
        known.values[hp.name] = value
        yield from _combine(known, space, index + 1, values)
    known.values.pop(hp.name, None)


def _internal(kind: BaseDistribution, value: Any) -> float:
    try:
        return kind.to_internal_repr(value)
    except ValueError:  # a value that is none of the choices any more
        return float("nan")


def _describe(conditions: list[Any]) -> str:
    found = [f"{c.name}={'|'.join(map(str, c.values))}" for c in conditions]
    return ", ".join(found) or "always"
