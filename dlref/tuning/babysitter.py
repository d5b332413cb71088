"""The babysitter: one model, watched as it trains, its hyperparameters changed while it runs.

Sources: DLS-C2W3 ("Pandas vs. Caviar": who has not the computers to train many models looks after one, day by day);
CS231n-6 (babysitting the learning process: the first loss, a tiny subset, the learning rate, NaN).
"""

import os
from typing import Any

import keras

from dlref import _checks
from dlref.tuning.babysitting.event_log import EventLog
from dlref.tuning.babysitting.run_directory import RunDirectory
from dlref.tuning.babysitting.session import Options, Session

LANGUAGES = ("en", "ko")


class Babysitter(keras.callbacks.Callback):
    r"""Watches a run, says in plain words what is wrong, and changes hyperparameters while it runs.

    Checked are the first loss against $\ln C$, whether a copy of the model can learn a few examples by heart, a
    learning rate that is too low, too high, or makes the loss NaN, dead ReLU units, saturated tanh and sigmoid units,
    the size of the updates against the weights (about $10^{-3}$), and bias and variance. A finding is not repeated
    until it changes. If nothing is wrong, nothing is printed.

    From another terminal, `dlref babysit DIRECTORY` shows the run, `--list` what can be set, and
    `--set learning_rate=0.01` sets it. A change takes effect from the next mini-batch on, on TensorFlow and JAX
    alike. The compiled training function holds everything but a learning rate without a schedule as a constant;
    changing such a constant makes Keras compile the function anew, once. Setting the learning rate ends its schedule.
    The directory keeps every change, and `babysitter.html` plots them.

    Args:
        directory: where the run is kept, made if it is missing.
        data: inputs and labels of the training set, `(x, y)`, as arrays or nested arrays; a few of them are looked at.
            Defaults to None: then units are not looked at and no subset is tried.
        language: of the advice, "en" or "ko". Defaults to "en".
        every: number of mini-batches between two measurements. Defaults to None: as often as 3 % of the time allows.
        subset: examples that a copy of the model should learn by heart. Defaults to 20.
        check_subset: whether to try that before the training. Defaults to None: only once the loss does not fall.
        target_error: the error rate that is possible, such as a person's. Defaults to 0.0.
        stop_on_nan: whether to end a run whose loss is NaN or infinite. Defaults to True.
        overwrite: whether to remove an earlier run in the directory. Defaults to False.
        verbose: whether to print advice. Defaults to True.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, or the directory holds an earlier run.

    Example:
        >>> import numpy as np
        >>> x, y = np.eye(4), np.ones((4, 1))
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(100.0), "mse")
        >>> babysitter = Babysitter(getfixture("tmp_path") / "run", data=(x, y), verbose=False)
        >>> _ = model.fit(x, y, batch_size=1, epochs=20, verbose=0, callbacks=[babysitter])
        >>> print(babysitter.advice[0])
        The loss became ... the run has diverged. The learning rate 100 is too high; start again with 10. ...
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        data: Any = None,
        language: str = "en",
        every: int | None = None,
        subset: int = 20,
        check_subset: bool | None = None,
        target_error: float = 0.0,
        stop_on_nan: bool = True,
        overwrite: bool = False,
        verbose: bool = True,
    ) -> None:
        super().__init__()
        if not isinstance(directory, str | os.PathLike):
            _checks.text(self, "directory", directory)
        if language not in LANGUAGES:
            raise ValueError(
                f"Babysitter: `language` must be 'en' or 'ko'. Received: language={language!r}."
            )
        if data is not None:
            _check_data(data)
        if check_subset is not None:
            _checks.boolean(self, "check_subset", check_subset)
            if data is None:
                raise ValueError(
                    "Babysitter: `data` must be given for the check of a subset. "
                    f"Received: data=None, check_subset={check_subset}."
                )
        self.options = Options(
            data=data,
            every=every if every is None else _checks.integer(self, "every", every, 1),
            subset=_checks.integer(self, "subset", subset, 1),
            check_subset=check_subset,
            target_error=_checks.real(self, "target_error", target_error, "[0, 1]"),
            stop_on_nan=_checks.boolean(self, "stop_on_nan", stop_on_nan),
        )
        run = RunDirectory(directory, _checks.boolean(self, "overwrite", overwrite))
        self.event_log = EventLog(run, language, _checks.boolean(self, "verbose", verbose))

    @property
    def advice(self) -> list[str]:
        """The advice that holds now, the most serious first."""
        state = self.event_log.state
        return [entry[state["language"]] for entry in state["advice"]]

    def on_train_begin(self, logs: Any = None) -> None:
        """Opens the directory."""
        self.session = Session(self.model, self.event_log, self.options)
        self.session.begin(self.params.get("epochs"))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Resets the metrics."""
        self.session.begin_epoch(epoch + 1)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Measures, and carries out commands. At the end of a batch Keras would have to wait for its result."""
        if self.session.is_due():
            _ = self.model  # on JAX, this brings the variables up to date
            self.session.between_batches()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Judges the epoch."""
        _ = self.model
        self.session.end_epoch({name: float(value) for name, value in (logs or {}).items()})

    def on_train_end(self, logs: Any = None) -> None:
        """Judges the run, and draws the page."""
        self.session.end()


def _check_data(data: Any) -> None:
    allowed = "Babysitter: `data` must be a pair (x, y) of arrays"
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(f"{allowed}, or None. Received: data of type {type(data).__name__}.")
    leaves = keras.tree.flatten(list(data))
    for leaf in leaves:
        if not hasattr(leaf, "shape") or not len(leaf.shape):
            raise TypeError(
                f"{allowed}, or None. Received: an entry of type {type(leaf).__name__}."
            )
    sizes = {int(leaf.shape[0]) for leaf in leaves}
    if len(sizes) != 1 or sizes == {0}:
        raise ValueError(f"{allowed} with as many examples. Received: {sorted(sizes)} examples.")
