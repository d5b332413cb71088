"""Bayesian optimization: what has been tried tells where to try next.

Sources: DLS-C2W3-ko names random search and coarse to fine; the lecture leaves this one to the libraries.
"""

import math
from typing import Any

from dlref.tuning.samplers.factory import first_trials
from dlref.tuning.samplers.gaussian_process import GaussianProcessSampler
from dlref.tuning.trials.keywords import refuse
from dlref.tuning.tuner import Search


class BayesianOptimization(Search):
    """A Gaussian process chooses each trial, with the arguments of `keras_tuner.BayesianOptimization`.

    Args:
        hypermodel: as in `Search`.
        objective: as in `Search`; one.
        max_trials: number of trials. Defaults to 10.
        num_initial_points: so many random trials finish before the process is asked, and are trained together.
            Defaults to `None`: a fifth of `max_trials`, at most 16.
        alpha: the noise that the process expects, as a variance of scores whose variance is 1. Defaults to 1e-4.
        beta: the higher, the more it explores. Defaults to 2.6.
        seed: of all that is drawn. Defaults to `None`: one is drawn.
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
        >>> from dlref.tuning import BayesianOptimization, log_uniform
        >>> def build(hp):
        ...     model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        ...     model.compile(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 1e-4, 0.1)), "mse")
        ...     return model
        >>> tuner = BayesianOptimization(build, "val_loss", max_trials=5, seed=0, directory=getfixture("tmp_path"))
        >>> x, y = keras.ops.ones((8, 1)), keras.ops.ones((8, 1))
        >>> tuner.search(x, y, validation_data=(x, y), verbose=0)
        >>> len(tuner.oracle.get_best_trials(9))
        5
    """

    def __init__(
        self,
        hypermodel: Any = None,
        objective: Any = None,
        max_trials: int = 10,
        num_initial_points: int | None = None,
        alpha: float = 1e-4,
        beta: float = 2.6,
        seed: int | None = None,
        hyperparameters: Any = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: float = math.inf,
        **kwargs: Any,
    ) -> None:
        refuse(self, kwargs, "sampler", why="it has its own")
        if isinstance(objective, list) and len(objective) > 1:
            raise ValueError(
                f"BayesianOptimization: `objective` must be one. Received: objective={objective!r}."
            )
        points = num_initial_points
        if points is None and isinstance(max_trials, int | None):  # of another type `Search` tells
            points = first_trials(max_trials)
        super().__init__(
            hypermodel,
            objective,
            max_trials,
            seed,
            GaussianProcessSampler(1 if points is None else points, alpha, beta, owner=self),
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
            **kwargs,
        )
