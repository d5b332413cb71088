"""Hyperparameter search: the scales of the lectures, populations of models, and studies that survive a crash."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlref.tuning.babysitter import Babysitter
    from dlref.tuning.bayesian_optimization import BayesianOptimization
    from dlref.tuning.coarse_to_fine import CoarseToFine
    from dlref.tuning.grid_search import GridSearch
    from dlref.tuning.hyperband import Hyperband
    from dlref.tuning.population_based import PopulationBased
    from dlref.tuning.random_search import RandomSearch
    from dlref.tuning.space import averaging_decay, log_uniform, power_of_two
    from dlref.tuning.tuner import Search

PLACES = {
    "Babysitter": "babysitter",
    "BayesianOptimization": "bayesian_optimization",
    "CoarseToFine": "coarse_to_fine",
    "GridSearch": "grid_search",
    "Hyperband": "hyperband",
    "PopulationBased": "population_based",
    "RandomSearch": "random_search",
    "Search": "tuner",
    "averaging_decay": "space",
    "log_uniform": "space",
    "power_of_two": "space",
}

__all__ = [
    "Babysitter",
    "BayesianOptimization",
    "CoarseToFine",
    "GridSearch",
    "Hyperband",
    "PopulationBased",
    "RandomSearch",
    "Search",
    "averaging_decay",
    "log_uniform",
    "power_of_two",
]


def __getattr__(name: str) -> Any:
    # A report is written, and `dlref --help` answers, without importing Keras.
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)
