"""Hyperparameters that are drawn as 1 - beta and shown as beta."""

from typing import Any

ONE_MINUS = "one_minus_"  # prefix of a hyperparameter that is stored as 1 - beta and shown as beta


def shown(name: str, value: Any) -> tuple[str, Any]:
    """The name and value to show: `one_minus_momentum` = 0.01 is `momentum` = 0.99."""
    scope, slash, last = name.rpartition("/")
    if last.startswith(ONE_MINUS) and isinstance(value, int | float):
        return scope + slash + last.removeprefix(ONE_MINUS), 1 - value
    return name, value
