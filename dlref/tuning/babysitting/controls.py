"""The hyperparameters of a compiled model that can be changed while it trains.

- `learning_rate`, and `learning_rate.decay_rate` and the like of a schedule;
- every number among the optimizer's arguments: `momentum`, `beta_1`, `weight_decay`, `clipnorm`, ...;
- the floats among a layer's arguments: `dropout.rate`, `batch_normalization.momentum`; a layer of a model within the
  model is `inner.dropout.rate`;
- the strengths of regularizers: `dense.kernel_regularizer.l2`.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import keras

from dlref import _checks
from dlref.schedules import ManualDecay

MAY_BE_NONE = ("weight_decay", "clipnorm", "global_clipnorm", "clipvalue")
SWITCHES = {"ema_momentum": "use_ema", "renorm_momentum": "renorm"}  # without which they do nothing
INTERVALS = {
    "learning_rate": "[0, inf)",
    "initial_learning_rate": "[0, inf)",
    "momentum": "[0, 1]",
    "beta_1": "[0, 1)",
    "beta_2": "[0, 1)",
    "rho": "[0, 1)",
    "epsilon": "(0, inf)",
    "weight_decay": "[0, inf)",
    "clipnorm": "(0, inf)",
    "global_clipnorm": "(0, inf)",
    "clipvalue": "(0, inf)",
    "ema_momentum": "[0, 1]",
    "rate": "[0, 1]",
    "l1": "[0, inf)",
    "l2": "[0, inf)",
    "strength": "[0, inf)",
}  # of what Keras' constructors let pass; they check the rest themselves


@dataclass(frozen=True)
class Control:
    """One hyperparameter: how to read it, and how to prepare a change, which checks the value."""

    read: Callable[[], Any]
    prepare: Callable[[Any], Callable[[], None]]
    retraces: bool = True  # the compiled functions hold its value as a constant


def controls(model: keras.Model) -> dict[str, Control]:
    """What can be set, by name.

    Example:
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5, name="drop")])
        >>> model.compile(keras.optimizers.SGD(0.1))
        >>> [name for name in controls(model) if "." in name or name == "learning_rate"]
        ['learning_rate', 'drop.rate']
    """
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    found = {"learning_rate": _learning_rate(optimizer)}
    schedule = optimizer._learning_rate
    if isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        config = _config(schedule)
        for name in _numbers(schedule, config, whole=True):
            found[f"learning_rate.{name}"] = _attribute(schedule, name, config)
    config = _config(optimizer)
    for name in _numbers(optimizer, config, whole=True):
        if name != "learning_rate":
            found[name] = _attribute(optimizer, name, config)
    for path, layer in _layers(model):
        found |= {f"{path}.{name}": control for name, control in _of_layer(layer)}
    return found


def retrace(model: keras.Model) -> None:
    """Lets Keras compile anew: `fit` takes the training function from the model before every batch.

    Merely removing it would break the loop over batches, which makes one only where an epoch starts.
    """
    model.make_train_function(force=True)
    model.test_function = model.predict_function = None


def _learning_rate(optimizer: Any) -> Control:
    variable = isinstance(optimizer._learning_rate, keras.Variable)

    def prepare(value: Any) -> Callable[[], None]:
        alpha = _checks.real(optimizer, "learning_rate", value, "[0, inf)", keras.config.floatx())
        made = alpha if variable else ManualDecay([], [alpha], 1)  # the schedule ends here
        return lambda: setattr(optimizer, "learning_rate", made)

    return Control(lambda: float(optimizer.learning_rate), prepare, retraces=not variable)


def _of_layer(layer: Any) -> Iterator[tuple[str, Control]]:
    try:
        config = _config(layer)
    except NotImplementedError:  # a layer of the user's
        config = {}
    for name in _numbers(layer, config):
        yield name, _attribute(layer, name, config)
    for key, regularizer in list(vars(layer).items()):
        if key.endswith("_regularizer") and isinstance(regularizer, keras.regularizers.Regularizer):
            config = _config(regularizer)
            for name in _numbers(regularizer, config):
                yield f"{key.lstrip('_')}.{name}", _attribute(regularizer, name, config)


def _layers(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for layer in model._layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer, f"{prefix}{layer.name}.")
        elif not isinstance(layer, keras.layers.InputLayer):
            yield prefix + layer.name, layer
            yield from _layers(layer, f"{prefix}{layer.name}.")  # what a wrapper holds


def _numbers(owner: Any, config: dict[str, Any], whole: bool = False) -> Iterator[str]:
    """The arguments that are numbers, whole ones too if `whole`, and that the object keeps under their own names."""
    for name, value in config.items():
        if not config.get(SWITCHES.get(name, ""), True):
            continue
        kinds = (int, float) if whole or name in INTERVALS else float
        if isinstance(value, kinds) and not isinstance(value, bool) and _read(owner, name) == value:
            yield name
        elif value is None and name in MAY_BE_NONE and getattr(owner, name, 0.0) is None:
            yield name


def _attribute(owner: Any, name: str, config: dict[str, Any]) -> Control:
    """`config` is what the object's variables were made for."""

    def prepare(value: Any) -> Callable[[], None]:
        whole = isinstance(config[name], int) and name not in INTERVALS
        if value is None and name not in MAY_BE_NONE:
            raise ValueError(f"{type(owner).__name__}: `{name}` must be a number. Received: none.")
        if value is not None and whole:
            value = _checks.integer(owner, name, int(value) if value == int(value) else value, 0)
        elif value is not None:
            value = _checks.real(owner, name, value, INTERVALS.get(name, "(-inf, inf)"))
        changed = _made(owner, _config(owner) | {name: value})
        if _variables(changed) > _variables(_made(owner, config)):
            raise ValueError(
                f"{type(owner).__name__}: `{name}` must stay {config[name]} in this run: "
                f"another value needs variables that were not made. Received: {name}={value}."
            )
        return lambda: setattr(owner, name, getattr(changed, name))

    return Control(lambda: _read(owner, name), prepare)


def _read(owner: Any, name: str) -> Any:
    value: Any = getattr(owner, name, None)
    return float(value) if _checks.is_tensor(value) else value


def _config(owner: Any) -> dict[str, Any]:
    """The arguments; a learning rate may be a function that cannot be read again, and judges nothing else."""
    with warnings.catch_warnings(action="ignore"):  # that a function is written down
        config = owner.get_config()
    return config | {"learning_rate": 0.01} if "learning_rate" in config else config


def _made(owner: Any, config: dict[str, Any]) -> Any:
    """An object like `owner`: its constructor judges the arguments."""
    return type(owner).from_config(config)


def _variables(made: Any) -> int:
    """How many variables it holds; an optimizer, for each variable of the model."""
    if isinstance(made, keras.optimizers.Optimizer):
        made.build([keras.Variable([0.0])])
    return len(getattr(made, "variables", ()))


def parse(name: str, text: str) -> Any:
    """The value that a word of the command line stands for: a finite number, or None for `none`.

    Example:
        >>> parse("clipnorm", "1e-3"), parse("clipnorm", "none")
        (0.001, None)
    """
    if text.lower() == "none":
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise ValueError(f"`{name}` must be a finite number, or none. Received: {name}={text}.")
    return number
