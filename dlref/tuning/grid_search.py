"""Grid search: every combination of the values.

Sources: DLS-C2W3-ko, which advises against it: 25 points of two hyperparameters try five values of each.
"""

import math
from typing import Any

from dlref.tuning.samplers.grid import GridSampler
from dlref.tuning.trials.keywords import refuse
from dlref.tuning.tuner import Search


class GridSearch(Search):
    """Every combination of the hyperparameters' values, with the arguments of `keras_tuner.GridSearch`.

    A range without a step has ten values, and its default. `Search(sampler="grid")` instead divides such ranges so that
    the grid has about `max_trials` points.

    Args:
        hypermodel: as in `Search`.
        objective: as in `Search`.
        max_trials: most trials. Defaults to `None`: all combinations.
        seed: of the initial weights and of the order of the examples; the combinations do not depend on it. Defaults
            to `None`: one is drawn.
        hyperparameters: declared beforehand. Defaults to `None`.
        tune_new_entries: whether what `hypermodel` declares besides is searched too. Defaults to True.
        allow_new_entries: whether it may declare others. Defaults to True.
        max_retries_per_trial: how often a trial that failed is run again. Defaults to 0.
        max_consecutive_failed_trials: failures in a row that stop the search. Defaults to infinity.
        **kwargs: the other arguments of `Search`, except `sampler`.

    Raises:
        TypeError, ValueError: if an argument is of a wrong type, out of range or not known.

    Example:
        >>> import keras
        >>> from dlref.tuning import GridSearch
        >>> def build(hp):
        ...     model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(hp.Choice("units", [1, 2]))])
        ...     model.compile(keras.optimizers.SGD(hp.Choice("learning_rate", [0.1, 0.01])), "mse")
        ...     return model
        >>> tuner = GridSearch(build, "val_loss", seed=0, directory=getfixture("tmp_path"))
        >>> x, y = keras.ops.ones((8, 1)), keras.ops.ones((8, 1))
        >>> tuner.search(x, y, validation_data=(x, y), verbose=0)
        >>> [tuple(trial.hyperparameters.values.values()) for trial in tuner.oracle.trials.values()]
        [(1, 0.1), (1, 0.01), (2, 0.1), (2, 0.01)]
    """

    def __init__(
        self,
        hypermodel: Any = None,
        objective: Any = None,
        max_trials: int | None = None,
        seed: int | None = None,
        hyperparameters: Any = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: float = math.inf,
        **kwargs: Any,
    ) -> None:
        refuse(self, kwargs, "sampler", why="it tries every combination")
        super().__init__(
            hypermodel,
            objective,
            max_trials,
            seed,
            GridSampler(),
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
            **kwargs,
        )
