r"""Snapshot ensemble: several models out of one training, whose learning rate falls to 0 again and again.

Source: CS231n-7, which names it. The equation is that of Huang and others, *Snapshot Ensembles: Train 1, get M for
free* (2017).

$$ \alpha = \frac{\alpha_0}{2} \left( \cos\left( \frac{\pi\, c}{C} \right) + 1 \right) \tag{1} $$

$C$ (`C`) is how many updates a cycle has and $c$ (`c`) how many of them are over, from 0. $\alpha$ is the learning rate
of the next update; it begins each cycle with $\alpha_0$ (`alpha_0`), `initial_learning_rate`. At the end of a cycle
the weights are kept.

The learning rate equals `keras.optimizers.schedules.CosineDecayRestarts` with `t_mul=1.0`. Nothing in Keras keeps the
weights in memory; `dlref.ensembles.Ensemble` averages what the models predict.
"""

import math
from typing import Any

import keras

from dlref import _checks
from dlref.callbacks.learning_rate_scheduler import LearningRateScheduler
from dlref.ensembles import Ensemble


class SnapshotEnsemble(LearningRateScheduler):
    r"""Lets the learning rate fall from $\alpha_0$ to 0 in each cycle, and keeps the weights at its end.

    `snapshots` holds them, a list of arrays for each cycle that is over, as `model.get_weights()` returns them. They
    are on the CPU. A training that begins with epoch 0 begins anew; one with `initial_epoch` adds to them. Choose
    `epochs` of `fit` as a multiple of `epochs_per_cycle`: a cycle that is not finished leaves no snapshot.

    Args:
        initial_learning_rate: $\alpha_0 > 0$.
        epochs_per_cycle: how many epochs a cycle has, at least 1.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if it is outside its interval, if the learning rate of the model's optimizer is a schedule itself,
            or if it is unknown how many mini-batches an epoch has.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(), "mse")
        >>> snapshots = SnapshotEnsemble(0.1, epochs_per_cycle=2)
        >>> one = keras.ops.ones((1, 1))
        >>> history = model.fit(one, one, epochs=4, verbose=0, callbacks=[snapshots]).history
        >>> [round(alpha, 6) for alpha in history["learning_rate"]]
        [0.1, 0.05, 0.1, 0.05]
        >>> len(snapshots.ensemble().models)
        2
    """

    def __init__(self, initial_learning_rate: float, epochs_per_cycle: int) -> None:
        super().__init__(self._cosine, update_freq="batch")
        self.initial_learning_rate = _checks.real(
            self, "initial_learning_rate", initial_learning_rate, "(0, inf)"
        )
        self.epochs_per_cycle = _checks.integer(self, "epochs_per_cycle", epochs_per_cycle, 1)
        self.snapshots: list[list[Any]] = []
        self._done = 0  # updates of the epochs that are over

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begins anew with epoch 0."""
        if epoch == 0:
            self.snapshots = []
        if not self.params.get("steps"):
            raise ValueError(
                "SnapshotEnsemble: it must be known how many mini-batches an epoch has. Give `fit` the argument "
                "`steps_per_epoch`. Received: data of unknown length."
            )
        self._done = epoch * self.params["steps"]

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Sets the learning rate of a mini-batch."""
        self._set(self._done + batch)

    def _cosine(self, t: int) -> float:
        alpha_0, C = self.initial_learning_rate, self.epochs_per_cycle * self.params["steps"]
        c = t % C

        return alpha_0 / 2 * (math.cos(math.pi * c / C) + 1)  # (1)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keeps the weights at the end of a cycle."""
        super().on_epoch_end(epoch, logs)
        if (epoch + 1) % self.epochs_per_cycle == 0:
            self.snapshots.append(self.model.get_weights())

    def ensemble(self, last: int | None = None) -> Ensemble:
        """The snapshots as one model that averages what they predict.

        Args:
            last: how many of them, the last ones. Defaults to None: all.

        Raises:
            TypeError: if `last` is not an integer.
            ValueError: if there are not so many snapshots, or none.
        """
        count = len(self.snapshots)
        if not count:
            raise ValueError(
                "SnapshotEnsemble: no cycle has ended. Train for at least "
                f"`epochs_per_cycle` epochs. Received: epochs_per_cycle={self.epochs_per_cycle}."
            )
        last = count if last is None else _checks.integer(self, "last", last, 1, count)
        models = [keras.models.clone_model(self.model) for _ in range(last)]
        for model, weights in zip(models, self.snapshots[-last:], strict=True):
            model.set_weights(weights)
        return Ensemble(models)
