r"""Learning-rate decay as a callback: the learning rate is set before each epoch, or before each mini-batch.

Sources: DLS-C2-blog; Flowchart C2; CS231n-7. They print the decays; that a callback sets them is Keras'.

$$ \alpha := g(t) \tag{1} $$

$\alpha$ (`alpha`) is the learning rate of the optimizer, and $g$ (`g`) is `schedule`: a function that you write, or one
of `dlref.schedules` or `keras.optimizers.schedules`. $t$ (`t`) counts from 0: the epochs for a function that is asked
once an epoch, and else the updates of the weights.

Equals `keras.callbacks.LearningRateScheduler` for a function of the epoch, and an optimizer that was given a schedule
for a schedule that is asked before each mini-batch.
"""

import inspect
from collections.abc import Callable
from typing import Any

import keras

from dlref import _checks

_Schedule = keras.optimizers.schedules.LearningRateSchedule


class LearningRateScheduler(keras.callbacks.Callback):
    r"""Sets the learning rate while the model trains: $\alpha := g(t)$.

    The history gets a curve `learning_rate`, as with Keras' callback.

    Args:
        schedule: $g$. A schedule of dlref or Keras is called with the number of updates so far, which the optimizer
            counts and which is saved with it. A function is called with the number of the epoch, from 0, or of the
            update; one that needs two arguments gets the learning rate there is, too.
        verbose: 1 prints each learning rate that is set at the beginning of an epoch. Defaults to 0.
        update_freq: "epoch" or "batch": before which of them the learning rate is set. Defaults to "epoch".

    Raises:
        TypeError: if `schedule` cannot be called, `verbose` is no integer, or what `schedule` returns is no number.
        ValueError: if another argument is none of those allowed, if what `schedule` returns is negative or not finite,
            or if the learning rate of the model's optimizer is a schedule itself.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(), "mse")
        >>> halved = LearningRateScheduler(lambda epoch: 0.8 / 2**epoch)
        >>> one = keras.ops.ones((1, 1))
        >>> history = model.fit(one, one, epochs=3, verbose=0, callbacks=[halved]).history
        >>> [round(alpha, 6) for alpha in history["learning_rate"]]
        [0.8, 0.4, 0.2]
    """

    def __init__(
        self,
        schedule: Callable[..., Any],
        verbose: int = 0,
        update_freq: str = "epoch",
    ) -> None:
        super().__init__()
        if not callable(schedule):
            raise TypeError(
                f"LearningRateScheduler: `schedule` must be a function or a schedule. Received: schedule={schedule!r} "
                f"(type {type(schedule).__name__})."
            )
        self.schedule = schedule
        self.verbose = _checks.integer(self, "verbose", verbose, 0, 1)
        self.update_freq = _checks.one_of(self, "update_freq", update_freq, ("epoch", "batch"))

    def on_train_begin(self, logs: Any = None) -> None:
        """Looks at the optimizers."""
        for optimizer in self._optimizers():
            inner = getattr(optimizer, "inner_optimizer", optimizer)  # of one that scales the loss
            if not isinstance(inner._learning_rate, keras.Variable):
                raise ValueError(
                    "LearningRateScheduler: the learning rate of the optimizer is a schedule itself, and nothing else "
                    "can set it. Compile the model with a number, or leave this callback out. "
                    f"Received: {type(optimizer).__name__}(learning_rate={type(inner._learning_rate).__name__})."
                )

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Sets the learning rate of an epoch."""
        if self.update_freq == "epoch":
            self._set(epoch)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Sets the learning rate of a mini-batch."""
        if self.update_freq == "batch":
            self._set(None)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Puts the learning rate into the history."""
        for optimizer, name in self._named():
            (logs if logs is not None else {})[name] = _number(optimizer.learning_rate)

    def _set(self, epoch: int | None) -> None:
        if keras.backend.backend() == "jax":  # which keeps its state to itself while an epoch lasts
            self.model.jax_state_sync()
        g = self.schedule
        for optimizer, name in self._named():
            of_updates = isinstance(g, _Schedule) or epoch is None
            t = int(_number(optimizer.iterations)) if of_updates else epoch
            given = [] if _takes_one(g) else [_number(optimizer.learning_rate)]

            alpha = g(t, *given)  # (1)
            value = _number(alpha) if _checks.is_tensor(alpha) else alpha
            optimizer.learning_rate = _checks.real(self, f"schedule({t})", value, "[0, inf)")
            if self.verbose and epoch is not None:
                print(f"epoch {epoch + 1}: {name} {value}")

    def _optimizers(self) -> list[Any]:
        optimizer = self.model.optimizer
        return getattr(optimizer, "optimizers", [optimizer])

    def _named(self) -> list[tuple[Any, str]]:
        """Each optimizer, and what its curve is called."""
        optimizers = self._optimizers()
        if len(optimizers) == 1:
            return [(optimizers[0], "learning_rate")]
        return [(optimizer, f"learning_rate_{optimizer.name}") for optimizer in optimizers]


def _number(value: Any) -> float:
    return float(keras.ops.convert_to_numpy(value))


def _takes_one(function: Any) -> bool:
    """Whether a function needs no more than one argument; if Python cannot tell, it is taken for one that does."""
    try:
        inspect.signature(function).bind(0)
    except TypeError:
        return False
    except ValueError:
        return True
    return True
