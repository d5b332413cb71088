r"""Early stopping: end a training when a number that it reports has not become better for some epochs.

Sources: DLS-C2-blog; Flowchart C2. They describe it in words: stop where the dev error turns up.

$$ i = \left[\, d\, m + \delta < d\, b \,\right] \tag{1} $$
$$ w := (1 - r) (w + 1) \tag{2} $$
$$ s = \left[\, w \geq p \,\right] \tag{3} $$

$m$ is what `monitor` names, after an epoch, and $b$ the best of it so far. $d$ is 1 where less is better and -1 where
more is. $\delta$ (`delta`) is `min_delta`, $p$ is `patience`, and $w$ counts the epochs without improvement. $i$ says
whether $m$ is better, and then $b$ becomes $m$; $r$ says whether it is also better than `baseline`, where there is one.
The training stops after an epoch
that is not better, and for which $s$ is 1.

Equals `keras.callbacks.EarlyStopping`, but for NaN, which Keras takes for the best where it comes first, and for
numbers that are equal in float32, in which Keras compares them on TensorFlow.
"""

import math
from typing import Any

import keras

from dlref import _checks

_MODES = ("auto", "min", "max")


class EarlyStopping(keras.callbacks.Callback):
    r"""Stops the training when `monitor` has not become better for `patience` epochs.

    Args:
        monitor: the name of what is watched. Defaults to "val_loss".
        min_delta: $\delta \ge 0$, by how much at least it must become better to count. Defaults to 0.
        patience: $p$, the number of epochs without improvement after which training stops. Defaults to 0.
        verbose: 1 prints when it stops and which weights it restores. Defaults to 0.
        mode: "min" if less is better, "max" if more is, "auto" to find out: less of a loss, and of a metric what Keras
            says of it. Defaults to "auto".
        baseline: what must be beaten, too, for $w$ to begin anew. Defaults to None.
        restore_best_weights: whether the model gets the weights of the best epoch at the end. Defaults to False.
        start_from_epoch: the first epoch, from 0, that counts. Defaults to 0.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if it is outside its interval, if the training does not report `monitor`, or if `mode` is "auto"
            and Keras does not know whether more of it is better.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile(keras.optimizers.SGD(1.25), "mse")  # which steps further away each time
        >>> one = keras.ops.ones((1, 1))
        >>> stop = EarlyStopping("loss", patience=2)
        >>> history = model.fit(one, one, epochs=9, verbose=0, callbacks=[stop])
        >>> stop.best_epoch, stop.stopped_epoch
        (0, 2)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__()
        self.monitor = _checks.text(self, "monitor", monitor)
        self.min_delta = _checks.real(self, "min_delta", min_delta, "[0, inf)")
        self.patience = _checks.integer(self, "patience", patience, 0)
        self.verbose = _checks.integer(self, "verbose", verbose, 0, 1)
        self.mode = _checks.one_of(self, "mode", mode, _MODES)
        self.baseline = baseline
        if baseline is not None:
            self.baseline = _checks.real(self, "baseline", baseline, "(-inf, inf)")
        self.restore_best_weights = _checks.boolean(
            self, "restore_best_weights", restore_best_weights
        )
        self.start_from_epoch = _checks.integer(self, "start_from_epoch", start_from_epoch, 0)
        self.on_train_begin()

    def on_train_begin(self, logs: Any = None) -> None:
        """Begins anew."""
        self.wait, self.stopped_epoch, self.best_epoch = 0, 0, 0
        self.best: float | None = None
        self.best_weights: list[Any] | None = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Compares the epoch with the best."""
        m, logs = (logs or {}).get(self.monitor), logs or {}
        if m is None:
            raise ValueError(
                f"EarlyStopping: the training does not report `monitor`. Received: monitor={self.monitor!r}; reported: "
                f"{', '.join(logs)}."
            )
        if epoch < self.start_from_epoch:
            return
        d, delta, p, w = self._direction(), self.min_delta, self.patience, self.wait
        b = d * math.inf if self.best is None else self.best

        i = d * m + delta < d * b  # (1)
        r = i if self.baseline is None else i and d * m + delta < d * self.baseline
        w = (1 - r) * (w + 1)  # (2)
        s = w >= p  # (3)
        self.wait = int(w)
        if i:
            self.best, self.best_epoch = float(m), epoch
            self.best_weights = self.model.get_weights() if self.restore_best_weights else None
        elif s and epoch > 0:
            self.stopped_epoch, self.model.stop_training = epoch, True

    def on_train_end(self, logs: Any = None) -> None:
        """Restores the best weights, where it shall."""
        if self.verbose and self.stopped_epoch:
            print(f"epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if self.verbose:
                print(f"the model has the weights of epoch {self.best_epoch + 1}")
            self.model.set_weights(self.best_weights)

    def _direction(self) -> int:
        """1 where less is better, -1 where more is."""
        name = self.monitor.removeprefix("val_")
        if self.mode != "auto" or name == "loss":
            return -1 if self.mode == "max" else 1
        for metric in self.model.metrics:
            for each in [metric, *getattr(metric, "metrics", [])]:
                if each.name == name and hasattr(each, "_direction"):
                    return -1 if each._direction == "up" else 1
        raise ValueError(
            f"EarlyStopping: give `mode`, for Keras does not know whether more of {self.monitor} is better. "
            'Received: mode="auto".'
        )
