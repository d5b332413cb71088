"""Which hyperparameters can change while a model is trained: those that a program takes as numbers of its members.

Such are a learning rate, a momentum, a dropout rate or a weight decay. What changes the structure of a model, the
shapes of its weights, their first values or the size of the mini-batches, cannot.
"""

from typing import Any

import numpy as np

from dlref.tuning.errors import SweepError, few
from dlref.tuning.populations.program.trial_models import TrialModel, same_weights

TRIES = 8  # values of a hyperparameter, to find out whether it can change


class Changeable:
    """Those of one search.

    Args:
        builder: a `TrialBuilder`, which builds the models of changed values.
        seed: of the search.
    """

    def __init__(self, builder: Any, seed: int) -> None:
        self._builder, self._seed = builder, seed
        self._variants: dict[Any, dict[str, TrialModel]] = {}  # by the structure of the model

    def variants(self, trial_models: list[TrialModel]) -> list[TrialModel]:
        """The first model with another value of each hyperparameter that can change.

        Raises:
            SweepError: if there is none.
        """
        return [*self._found(trial_models[0]).values()]

    def hyperparameters(self, trial_model: TrialModel, values: dict[str, Any]) -> list[Any]:
        """Those of keras-tuner that can change, where the others have these values."""
        found = self._found(trial_model)
        return [hp for hp in self._active(values) if hp.name in found]

    def model(self, trial_model: TrialModel, values: dict[str, Any]) -> TrialModel:
        """The model of a trial with other values, from the same seed."""
        return self._builder.variant(trial_model, values)

    def fits(self, population: Any, trial_model: TrialModel, values: dict[str, Any]) -> bool:
        """Whether a model may get these values within its population."""
        try:
            other = self.model(trial_model, values)
        except Exception:  # of the user's code, for which these values are none
            return False
        owners = population.program.owners.keys()
        return _alike(trial_model, other) and _differing(trial_model, other) <= owners

    def _found(self, first: TrialModel) -> dict[str, TrialModel]:
        structure = first.spec.structure
        if structure not in self._variants:
            tried = {hp.name: self._variant(first, hp) for hp in self._active(first.values)}
            found = {name: model for name, model in tried.items() if model}
            if not found:
                raise SweepError(
                    "PopulationBased: `hypermodel` must declare a hyperparameter that can change in training, such "
                    f"as a learning rate. Received: {few(tried) or 'none at all'}. Without one, take RandomSearch."
                )
            self._variants[structure] = found
        return self._variants[structure]

    def _variant(self, first: TrialModel, hp: Any) -> TrialModel | None:
        for i in range(TRIES):
            values = {**first.values, hp.name: hp.random_sample(f"{self._seed}/{hp.name}/{i}")}
            if values == first.values:
                continue
            try:
                other = self.model(first, values)
            except Exception:
                continue
            pairs = zip(first.optimizer, other.optimizer, strict=False)
            changes = _differing(first, other) or not all(np.array_equal(*pair) for pair in pairs)
            if changes and _alike(first, other) and same_weights(first, other):
                return other
        return None

    def _active(self, values: dict[str, Any]) -> list[Any]:
        """The hyperparameters that are declared where others have these values."""
        hp = self._builder.tuner.oracle.get_space()
        hp.values = dict(values)
        return [each for each in hp.space if each.name in values and hp.is_active(each)]


def _alike(one: TrialModel, other: TrialModel) -> bool:
    """Whether two models differ in scalars alone."""
    same = one.spec.structure == other.spec.structure and one.shapes == other.shapes
    return same and one.batch_size == other.batch_size


def _differing(one: TrialModel, other: TrialModel) -> set[Any]:
    return {p for p, value in one.spec.scalars.items() if other.spec.scalars.get(p) != value}
