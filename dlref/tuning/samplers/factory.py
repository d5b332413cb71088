"""The searches and pruners that have a name, for `dlref sweep` and in Python.

Every search but `random` and `coarse-to-fine` is a sampler of Optuna, every pruner is Optuna's.
"""

import importlib.util
import math
import warnings
from typing import Any

from dlref.tuning.errors import SweepError
from dlref.tuning.samplers.sampler import CoarseToFineSampler, RandomSampler

OWN = {"random": RandomSampler, "coarse-to-fine": CoarseToFineSampler}
OPTUNAS = {
    **{"tpe": "TPESampler", "gp": "GPSampler", "cmaes": "CmaEsSampler", "qmc": "QMCSampler"},
    **{"grid": "GridSampler", "nsga2": "NSGAIISampler", "nsga3": "NSGAIIISampler"},
}
SEARCHES = (*OWN, *OPTUNAS)
POPULATION_BASED = "pbt"  # for the command; in Python it is a tuner of its own
PRUNERS = ("none", "median", "successive-halving", "hyperband")
WITHOUT_RESULTS = ("GridSampler", "BruteForceSampler", "QMCSampler", "RandomSampler")  # of Optuna
MOST, MOST_LEARNING, FEWEST_LEARNING = 256, 16, 4  # trials that are claimed at once
NEEDED = {"cmaes": "cmaes", "gp": "torch"}
ONE_OBJECTIVE = ("coarse-to-fine", "cmaes", POPULATION_BASED)


def check(search: Any, pruner: Any, objectives: int) -> None:
    """Checks the names of a search and a pruner before anything is built; objects may be anything.

    Raises:
        SweepError: if the search needs a package that is missing, or if either takes one objective only.
    """
    package = NEEDED.get(search) if isinstance(search, str) else None
    if package and importlib.util.find_spec(package) is None:
        raise SweepError(f"the search {search} needs the package {package}: pip install {package}")
    if objectives > 1 and search in ONE_OBJECTIVE:
        raise SweepError(f"the search {search} takes one objective. Received: {objectives}.")
    if objectives > 1 and pruner in PRUNERS[1:]:
        raise SweepError(f"the pruner {pruner} takes one objective. Received: {objectives}.")


def check_members(search: str, pruner: str, trials: int, executions: int) -> None:
    """Checks that a population that is trained by `"pbt"` has members, and keeps them to the end.

    Raises:
        SweepError: if not.
    """
    wrong = {
        f"takes no pruner, for what falls behind goes on from the best. Received: {pruner}.": pruner
        != "none",
        f"needs at least 2 trials. Received: {trials}.": trials < 2,
        f"trains each trial once. Received: {executions} executions per trial.": executions > 1,
    }
    for told in (
        text for text, is_wrong in wrong.items() if is_wrong and search == POPULATION_BASED
    ):
        raise SweepError(f"the search {POPULATION_BASED} {told}")


def check_plan(search: Any, trials: int | None, space: list[Any] | None) -> None:
    """Checks that it is known what is divided: the trials, and the hyperparameters of a grid.

    Raises:
        SweepError: if it is not, or a hyperparameter of a grid depends on another one.
    """
    if trials is None and (search == "grid" or isinstance(search, CoarseToFineSampler)):
        raise SweepError(f"`max_trials` must be a number for the search {search}. Received: None.")
    if search == "grid":
        if space is None:
            raise SweepError("`hyperparameters` must be given for the search grid. Received: None.")
        grid(space, trials or 0)


def make_pruner(name: str, epochs: int | None = None) -> Any:
    """The pruner of Optuna with that name, or None.

    Args:
        name: one of `PRUNERS`.
        epochs: of each trial, which Hyperband divides. Defaults to `None`: as many as the first that finishes has.
    """
    from optuna import pruners

    if name == "median":
        return pruners.MedianPruner()
    if name == "successive-halving":
        return pruners.SuccessiveHalvingPruner()
    if name == "hyperband":
        return pruners.HyperbandPruner(max_resource=epochs or "auto")
    return None


def make_sampler(name: str, seed: int, trials: int, space: list[Any]) -> Any:
    """The sampler of Optuna with that name.

    Args:
        name: one of `OPTUNAS`.
        seed: of the values drawn.
        trials: of the sweep; a grid has about as many points.
        space: the hyperparameters of keras-tuner, of which a grid is made.
    """
    from optuna import exceptions, samplers

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", exceptions.ExperimentalWarning)
        if name == "grid":
            return samplers.GridSampler(grid(space, trials), seed=seed)
        models = name in ("tpe", "gp")  # Optuna's first ten trials would be random
        options = {"n_startup_trials": min(10, first_trials(trials))} if models else {}
        return getattr(samplers, OPTUNAS[name])(seed=seed, **options)


def first_trials(trials: int | None) -> int:
    """How many trials a sampler draws before it knows a result: a fifth of them."""
    return FEWEST_LEARNING if trials is None else max(1, min(MOST_LEARNING, trials // 5))


def learns(sampler: Any) -> bool:
    """Whether a sampler, or one that has this name, chooses by results."""
    if isinstance(sampler, str | None):
        name = OPTUNAS.get(sampler or "random", "RandomSampler")
    else:
        name = type(sampler).__name__
    return name not in WITHOUT_RESULTS and not getattr(sampler, "counter_based", False)


def at_once(sampler: Any, trials: int | None) -> int:
    """How many trials are claimed at once: few of a sampler that learns, which are to know many results."""
    return max(FEWEST_LEARNING, first_trials(trials)) if learns(sampler) else MOST


def early(sampler: Any, trials: int | None) -> float:
    """How many trials may be drawn before the first result."""
    if not learns(sampler):
        return math.inf
    return getattr(sampler, "initial_points", None) or first_trials(trials)


def grid(space: list[Any], trials: int) -> dict[str, list[Any]]:
    """The same number of values of each hyperparameter, evenly on its own scale, and about `trials` points in all.

    Raises:
        SweepError: if a hyperparameter depends on another one.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> _ = hp.Float("learning_rate", 0.01, 1.0, sampling="log"), hp.Boolean("nesterov")
        >>> grid(hp.space, trials=6)
        {'learning_rate': [0.01, 0.1, 1.0], 'nesterov': [False, True]}
    """
    if conditional := [hp.name for hp in space if hp.conditions]:
        raise SweepError(f"the search grid: {conditional[0]} depends on another hyperparameter.")
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
