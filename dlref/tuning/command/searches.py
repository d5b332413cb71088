"""The searches and pruners that `dlref sweep` knows by name.

Every search but `random` and `coarse-to-fine` is a sampler of Optuna, every pruner is Optuna's.
"""

import importlib.util
import math
import warnings
from typing import Any

from dlref.tuning.errors import SweepError

NEEDED = {"cmaes": "cmaes", "gp": "torch"}
ONE_OBJECTIVE = ("coarse-to-fine", "cmaes")


def check(search: str, pruner: str, objectives: int) -> None:
    """Checks a search and a pruner before anything is built.

    Raises:
        SweepError: if the search needs a package that is missing, or if either takes one objective only.
    """
    package = NEEDED.get(search)
    if package and importlib.util.find_spec(package) is None:
        raise SweepError(f"--search {search} needs the package {package}: pip install {package}")
    if objectives > 1 and search in ONE_OBJECTIVE:
        raise SweepError(f"--search {search} takes one --objective. Received: {objectives}.")
    if objectives > 1 and pruner != "none":
        raise SweepError(f"--pruner {pruner} takes one --objective. Received: {objectives}.")


def make_pruner(name: str, epochs: int) -> Any:
    """The pruner of Optuna with that name, or None."""
    from optuna import pruners

    if name == "median":
        return pruners.MedianPruner()
    if name == "successive-halving":
        return pruners.SuccessiveHalvingPruner()
    if name == "hyperband":
        return pruners.HyperbandPruner(max_resource=epochs)
    return None


def make_sampler(name: str, seed: int, trials: int, space: list[Any]) -> Any:
    """The sampler of Optuna with that name.

    Args:
        name: `tpe`, `gp`, `cmaes`, `qmc`, `grid`, `nsga2` or `nsga3`.
        seed: of the values drawn.
        trials: of the sweep; a grid has about as many points.
        space: the hyperparameters of keras-tuner, of which a grid is made.
    """
    from optuna import exceptions, samplers

    makers = {
        "tpe": samplers.TPESampler,
        "gp": samplers.GPSampler,
        "cmaes": samplers.CmaEsSampler,
        "qmc": samplers.QMCSampler,
        "nsga2": samplers.NSGAIISampler,
        "nsga3": samplers.NSGAIIISampler,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", exceptions.ExperimentalWarning)
        if name == "grid":
            return samplers.GridSampler(grid(space, trials), seed=seed)
        return makers[name](seed=seed)


def grid(space: list[Any], trials: int) -> dict[str, list[Any]]:
    """The same number of values of each hyperparameter, evenly on its own scale, and about `trials` points in all.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> _ = hp.Float("learning_rate", 0.01, 1.0, sampling="log"), hp.Boolean("nesterov")
        >>> grid(hp.space, trials=6)
        {'learning_rate': [0.01, 0.1, 1.0], 'nesterov': [False, True]}
    """
    if conditional := [hp.name for hp in space if hp.conditions]:
        raise SweepError(f"--search grid: {conditional[0]} depends on another hyperparameter.")
    sizes: dict[str, int] = {}
    left = [hp for hp in space if type(hp).__name__ != "Fixed"]
    for hp in sorted(left, key=_count):  # those with few values leave more to the others
        share = (trials / math.prod(sizes.values())) ** (1 / (len(left) - len(sizes)))
        sizes[hp.name] = int(min(_count(hp), max(1, math.floor(share + 1e-9))))
    return {hp.name: _spread(hp, sizes[hp.name]) for hp in left}


def _count(hp: Any) -> float:
    if type(hp).__name__ in ("Choice", "Boolean"):
        return len(list(hp.values))
    if type(hp).__name__ == "Float" and hp.step is None:
        return math.inf
    return len({hp.prob_to_value((i + 0.5) / 10_000) for i in range(10_000)})


def _spread(hp: Any, count: int) -> list[Any]:
    shares = [0.5] if count == 1 else [i / (count - 1) for i in range(count)]
    values = [hp.prob_to_value(share) for share in shares]
    if type(hp).__name__ == "Float" and hp.step is None:
        values = [min(max(float(f"{v:.12g}"), hp.min_value), hp.max_value) for v in values]
    return list(dict.fromkeys(values))
