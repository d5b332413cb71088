"""One trial, trained once more from its seed; nothing is recorded."""

from contextlib import closing
from typing import Any

import keras

from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.training.epochs import Refused
from dlref.tuning.populations.training.trainer import Trainer
from dlref.tuning.populations.training.trial_builder import TrialBuilder
from dlref.tuning.populations.training.trial_history import TrialHistory
from dlref.tuning.search import results
from dlref.tuning.study import Result


def in_populations(
    tuner: Any, trial: Any, builder: TrialBuilder, trainer: Trainer
) -> tuple[keras.Model | None, Result]:
    """The model with the weights of its best epoch, or None if it has none, and the result.

    Raises:
        Unsupported: if only `fit` can train it, or has.
    """
    histories: list[TrialHistory] = []
    if tuner.oracle.was_alone(trial.trial_id):  # `fit` draws other masks, and another order
        raise Unsupported("it was trained alone")
    try:
        trials = tuner.ancestors(trial)
        trial_models = [model for each in trials for model in builder.trial_models(each)]
    except Unsupported:
        raise
    except (Exception, SystemExit) as error:
        tuner.listener.check()
        return None, results.of_error(int(trial.trial_id), error)
    with closing(trainer.train([trial_models], builder.fits)) as all_ended:
        for ended in all_ended:
            if isinstance(ended, Refused):
                raise Unsupported(ended.reason)
            number = int(trial.trial_id)
            histories += [h for h in ended.histories if h.trial_model.number == number]
    result = results.of_trained(histories, tuner.epoch_objective, [""] * len(histories))
    best = next((h for h in histories if h.best_epoch == result.best_epoch and h.weights), None)
    model = tuner.with_weights(trial, best.weights) if best else None
    if model is not None:
        result.metrics.update(tuner.measure(model))
    return model, result
