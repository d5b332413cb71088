"""Which hyperparameters matter: Optuna's evaluators, on a study in memory made of the sweep's records."""

import warnings
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import optuna
from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator

from dlref.tuning.report.plots import scores
from dlref.tuning.report.scales import Scale
from dlref.tuning.trials.records import Sweep, Trial

ENOUGH = 10  # finished trials; from fewer, no evaluator says anything
MOST_FANOVA = 200  # trials: its time grows with their square


@dataclass(frozen=True)
class Importance:
    """Shares that add up to 1, most important first; empty without enough trials."""

    ped_anova: dict[str, float] = field(default_factory=dict)
    fanova: dict[str, float] = field(default_factory=dict)
    fanova_trials: int = 0
    unrated: list[str] = field(default_factory=list)  # not all trials have them


def rate(sweep: Sweep, searched: list[Scale]) -> Importance:
    """The importance of each hyperparameter for the first objective.

    A hyperparameter that some finished trials lack (a conditional one) cannot be compared with the others.
    """
    trials = sweep.best
    found = {s.name: [s.at(trial) for trial in trials] for s in searched}
    unrated = [name for name, values in found.items() if None in values]
    rated = [s for s in searched if s.name not in unrated and len(set(found[s.name])) > 1]
    if len(trials) < ENOUGH or not rated or len(set(_costs(sweep))) < 2:
        return Importance(unrated=unrated)
    ranks = np.unique(_costs(sweep), return_inverse=True)[1]
    distributions = {s.name: s.distribution() for s in rated}
    frozen = [
        optuna.trial.create_trial(
            params={s.name: _exact(s, found[s.name][row]) for s in rated},
            distributions=distributions,
            value=float(ranks[row]),  # one outlier would explain everything
        )
        for row in range(len(trials))
    ]
    some = frozen[:: -(-len(frozen) // MOST_FANOVA)]  # from the best to the worst
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return Importance(
            _evaluate(frozen, PedAnovaImportanceEvaluator()),
            _evaluate(some, FanovaImportanceEvaluator(n_trees=32, seed=0)),
            len(some),
            unrated,
        )


def most_important(sweep: Sweep, searched: list[Scale], importance: Importance) -> list[Scale]:
    """All that were searched, most important first; where nothing is known, as declared."""
    order = list(importance.ped_anova)
    known = [scale for name in order for scale in searched if scale.name == name]
    return known + [scale for scale in searched if scale.name not in order]


def pairs(scales: list[Scale], trials: list[Trial]) -> list[tuple[Scale, Scale]]:
    """The pairs of the three first scales that enough trials have both of."""
    return [
        pair
        for pair in combinations(scales[:3], 2)
        if sum(all(s.at(t) is not None for s in pair) for t in trials) >= ENOUGH
    ]


def _costs(sweep: Sweep) -> list[float]:
    """The scores, the smallest best."""
    sign = -1 if sweep.settings.objective.startswith("max:") else 1
    return [sign * score for score in scores(sweep.best)]


def _exact(scale: Scale, at: float | None) -> float:
    """The coordinate, an int where Optuna wants one: of a range that has changed, the nearest."""
    return round(at or 0) if scale.discrete or scale.whole else float(at or 0)


def _evaluate(
    trials: list[optuna.trial.FrozenTrial],
    evaluator: optuna.importance.BaseImportanceEvaluator,
) -> dict[str, float]:
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        study = optuna.create_study()  # which minimizes
    finally:
        optuna.logging.set_verbosity(verbosity)
    study.add_trials(trials)
    rated = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(share) for name, share in rated.items()}
