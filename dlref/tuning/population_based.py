"""Population-based training: all models are trained at once, and the worst go on from the best.

Sources: Jaderberg et al., 2017, with the arguments of Ray Tune's `PopulationBasedTraining`; DLS-C2W3, whose panda and
caviar it is in one: many models in parallel, each looked after while it is trained.
"""

from collections.abc import Sequence
from typing import Any

import keras

from dlref._checks import integer, real, sequence
from dlref.tuning.populations.training.changeable import Changeable
from dlref.tuning.populations.training.exchange import Exchange
from dlref.tuning.populations.training.trainer import Trainer
from dlref.tuning.populations.training.trial_builder import TrialBuilder
from dlref.tuning.samplers.perturbation import Perturbation
from dlref.tuning.study import Result
from dlref.tuning.trials.keywords import refuse
from dlref.tuning.trials.lineage import Change, ancestry, values_in
from dlref.tuning.tuner import Search


class PopulationBased(Search):
    """Members that take over weights and hyperparameters from better ones while they are trained.

    A trial is a member of the population. It begins with random values. After every `perturbation_interval` epochs, the
    members with the worst objective each take over the weights, the state and the values of one of the best, and change
    those values that can change in training, such as the learning rate. So a trial may have a schedule.

    A member takes over only from members of its own population, whose models have one structure; their widths may
    differ, and are taken over too. One that diverges takes over at once, and goes on. A trial that no population can
    train is trained alone, and takes over nothing.

    Args:
        hypermodel: as in `Search`. At least one hyperparameter must be one that can change in training.
        objective: as in `Search`; one. That of the last epoch is compared.
        max_trials: members of the population, at least 2. Defaults to 10.
        seed: of all that is drawn. Defaults to `None`: one is drawn.
        perturbation_interval: epochs between two exchanges. Defaults to 1.
        quantile_fraction: share of the members that takes over, and of those taken over from, above 0 and at most 0.5.
            Defaults to 0.25.
        resample_probability: with which a value is drawn anew from the space, from 0 to 1. Defaults to 0.25.
        perturbation_factors: else it is multiplied by one of these, within its bounds. Defaults to (1.2, 0.8).
        **kwargs: the other arguments of `Search`, except `sampler`, `pruner` and `executions_per_trial`.

    Raises:
        TypeError, ValueError: if an argument is of a wrong type, out of range or not known.
        SweepError: (in `search`) if no hyperparameter can change in training.

    Example:
        >>> import keras
        >>> from dlref.tuning import PopulationBased, log_uniform
        >>> def build(hp):
        ...     model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        ...     model.compile(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 1e-4, 0.1)), "mse")
        ...     return model
        >>> tuner = PopulationBased(build, "val_loss", max_trials=4, seed=0, directory=getfixture("tmp_path"))
        >>> x, y = keras.ops.ones((8, 1)), keras.ops.ones((8, 1))
        >>> tuner.search(x, y, validation_data=(x, y), epochs=3, verbose=0)
        >>> sum(len(lineage) for lineage in tuner.oracle.lineages().values())  # one of four, after two epochs
        2
    """

    _lineages: dict[int, list[Change]]
    _recorded: dict[int, list[Change]] | None = None  # of the trials that are being replayed

    def __init__(
        self,
        hypermodel: Any = None,
        objective: Any = None,
        max_trials: int = 10,
        seed: int | None = None,
        perturbation_interval: int = 1,
        quantile_fraction: float = 0.25,
        resample_probability: float = 0.25,
        perturbation_factors: Sequence[float] = (1.2, 0.8),
        **kwargs: Any,
    ) -> None:
        why = "all members are random at first, and trained to the end, each once"
        refuse(self, kwargs, "sampler", "pruner", "executions_per_trial", why=why)
        if isinstance(objective, list) and len(objective) > 1:
            raise ValueError(
                f"PopulationBased: `objective` must be one. Received: objective={objective!r}."
            )
        self.plan = Perturbation(
            integer(self, "perturbation_interval", perturbation_interval, 1),
            real(self, "quantile_fraction", quantile_fraction, "(0, 0.5]"),
            real(self, "resample_probability", resample_probability, "[0, 1]"),
            self._factors(perturbation_factors),
        )
        integer(self, "max_trials", max_trials, 2)
        super().__init__(hypermodel, objective, max_trials, seed, **kwargs)

    def _factors(self, given: Any) -> tuple[float, ...]:
        found = sequence(self, "perturbation_factors", given)
        if not found:
            raise ValueError(
                "PopulationBased: `perturbation_factors` must hold a factor, such as 1.2. "
                f"Received: perturbation_factors={given!r}."
            )
        names = [f"perturbation_factors[{i}]" for i in range(len(found))]
        pairs = zip(names, found, strict=True)
        return tuple(real(self, name, each, "(0, inf)") for name, each in pairs)

    def replay(
        self, number: int, *fit_args: Any, **fit_kwargs: Any
    ) -> tuple[keras.Model | None, Result]:
        """Trains trial `number` once more, beside those that it took over from; nothing is recorded."""
        self._lineages = self.oracle.lineages()
        self._recorded = ancestry(self._lineages, int(number))
        try:
            return super().replay(number, *fit_args, **fit_kwargs)
        finally:
            self._recorded = None

    def ancestors(self, trial: Any) -> list[Any]:
        found = [self.oracle.load(number) for number in self._recorded or ()]
        for each in found:
            hp, lineage = each.hyperparameters, self._lineages[int(each.trial_id)]
            hp.values = dict(values_in(lineage, hp.values, -1))
        return found

    def _trainer(self, builder: TrialBuilder) -> Trainer:
        trainer = super()._trainer(builder)
        changeable = Changeable(builder, self.seed)
        lineages = self.oracle.lineages if self._recorded is None else dict
        exchange = Exchange(
            changeable, self.plan, self.seed, lineages, self._recorded, self.listener.note
        )
        trainer.hooks.variants, trainer.hooks.exchange = exchange.variants, exchange
        if self._recorded is not None:
            trainer.limit = None  # all in one population
        return trainer
