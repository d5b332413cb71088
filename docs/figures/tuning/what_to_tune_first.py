"""How much of the error's variance each hyperparameter explains, in two recorded random searches of 400 trials."""

import json
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import optuna

RECORDED = Path("docs/figures/tuning/priorities.json")
# The lecture's: first, second, third, and never.
PRIORITY = {
    "learning_rate": "1",
    **dict.fromkeys(("momentum", "hidden_units", "batch_size"), "2"),
    **dict.fromkeys(("layers", "decay_rate"), "3"),
    **dict.fromkeys(("beta_1", "beta_2", "epsilon"), "–"),
}


@cache
def importances() -> dict[str, list[dict[str, float]]]:
    """By fANOVA, of each search: of all trials, and of the better half."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    recorded, found = json.loads(RECORDED.read_text("utf-8")), {}
    for search in ("momentum", "adam"):
        names = [name.removeprefix("one_minus_") for name in recorded[search]["names"]]
        values, wrong = (np.array(recorded[search][key]) for key in ("values", "wrong"))
        half = wrong.argsort(kind="stable")[: len(wrong) // 2]
        parts = slice(None), half
        found[search] = [rated(names, values[part], wrong[part]) for part in parts]
    return found


def rated(names, values, wrong):
    ranks = values.argsort(0, kind="stable").argsort(0) / len(values)  # on no scale
    distribution = optuna.distributions.FloatDistribution(0, 1)
    study = optuna.create_study()
    for row, errors in zip(ranks, wrong, strict=True):
        params = dict(zip(names, map(float, row), strict=True))
        distributions = dict.fromkeys(names, distribution)
        trial = optuna.trial.create_trial(
            params=params, distributions=distributions, value=float(errors)
        )
        study.add_trial(trial)
    by_fanova = optuna.importance.FanovaImportanceEvaluator(n_trees=16, seed=0)
    return optuna.importance.get_param_importances(study, evaluator=by_fanova)


def draw(text):
    figure, panels = plt.subplots(1, 2, sharex=True)
    titles = text("network with momentum", "모멘텀을 쓴 신경망"), "Adam"
    words = text("all trials", "모든 시도"), text("the better half", "더 나은 절반")
    for axes, title, parts in zip(panels, titles, importances().values(), strict=True):
        names = list(parts[0])[::-1]
        places = np.arange(len(names))
        for part, word, at in zip(parts, words, (0.2, -0.2), strict=True):
            axes.barh(places + at, [part[name] for name in names], 0.38, label=word)
        labels = [f"{name.replace('_', ' ')} ({PRIORITY.get(name, '?')})" for name in names]
        axes.set_yticks(places, labels)
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel(text("importance", "중요도"))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure
