"""The hyperparameters that a `build(hp)` declares."""

from typing import Any

import keras_tuner

from dlref._compat.keras_tuner import get_hypermodel


def declared_space(hypermodel: Any, given: Any = None) -> keras_tuner.HyperParameters:
    """The hyperparameters that were given, and those that `hypermodel` declares for their default values."""
    hp = keras_tuner.HyperParameters() if given is None else given.copy()
    declare(get_hypermodel(hypermodel), hp)
    return hp


def declare(hypermodel: Any, hp: keras_tuner.HyperParameters) -> None:
    """Lets `hypermodel` declare its hyperparameters, as far as it gets."""
    try:
        hypermodel.build(hp)
    except (Exception, SystemExit):
        return  # What was declared until then is searched; each trial records its own failure.
