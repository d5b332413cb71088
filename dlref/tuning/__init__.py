"""Hyperparameter search: the scales of the lectures, and a random search that can be repeated."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlref.tuning.space import averaging_decay, log_uniform, power_of_two
    from dlref.tuning.tuner import RandomSearch

__all__ = ["RandomSearch", "averaging_decay", "log_uniform", "power_of_two"]


def __getattr__(name: str) -> Any:
    # A report is written, and `dlref --help` answers, without importing Keras.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(
        import_module(f"{__name__}.{'tuner' if name == 'RandomSearch' else 'space'}"), name
    )
