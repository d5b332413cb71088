"""The row of early stopping, on curves that are given."""

from typing import Any

import keras
import numpy as np

from dlref import callbacks as ours
from dlref.conformance.row import Arrays, Row

_CURVES = {
    "patience": ([3.0, 2.0, 2.5, 2.25, 2.125, 1.0], {"patience": 2}),
    "none": ([3.0, 2.0, 2.0, 1.0], {}),
    "of so much": ([3.0, 2.875, 2.0, 1.875, 1.75], {"patience": 2, "min_delta": 0.25}),
    "more is better": ([0.5, 0.75, 0.625, 0.75, 0.875], {"patience": 2, "mode": "max"}),
    "baseline": ([3.0, 2.0, 1.5, 1.25, 1.75, 1.0], {"patience": 3, "baseline": 1.0}),
    "from an epoch": ([1.0, 2.0, 3.0, 2.5, 2.75, 2.625], {"patience": 2, "start_from_epoch": 2}),
    "NaN later": ([3.0, np.nan, 2.0, np.nan, np.nan], {"patience": 2}),
    "NaN first": ([np.nan, 3.0, 2.0, 2.5, 2.25, 2.125], {"patience": 3}),
}


class _Numbers:
    """Stands for a model: its weights are the number of the epoch."""

    stop_training = False
    metrics: list[Any]

    def __init__(self) -> None:
        self.epoch, self.metrics = 0, []

    def get_weights(self) -> list[int]:
        return [self.epoch]

    def set_weights(self, weights: list[int]) -> None:
        (self.epoch,) = weights


def stopped(make: Any) -> Arrays:
    """Of each curve: when it was stopped, which epoch was the best, and whose weights the model has."""
    seen = {}
    for words, (curve, given) in _CURVES.items():
        model, callback = _Numbers(), make(words, restore_best_weights=True, **given)
        callback.set_model(model)
        callback.on_train_begin()
        for model.epoch, value in enumerate(curve):
            callback.on_epoch_end(model.epoch, {"val_loss": value})
            if model.stop_training:
                break
        callback.on_train_end()
        seen[words] = np.array(
            [callback.stopped_epoch, callback.best_epoch, callback.wait, model.epoch]
        )
    return seen


def _stopping(kind: Any, past_nan: bool = False) -> Any:
    def make(words: str, **given: Any) -> Any:
        later = {"start_from_epoch": 1} if past_nan and words == "NaN first" else {}
        return kind(**given, **later)

    return make


ROWS = [
    Row(
        name="callbacks.EarlyStopping",
        builtin="keras.callbacks.EarlyStopping",
        source="DLS-C2-blog; Flowchart C2",
        ours=lambda: _stopping(ours.EarlyStopping),
        mapped=lambda: _stopping(keras.callbacks.EarlyStopping, past_nan=True),
        mapping="start_from_epoch = the first epoch that does not end in NaN",
        unmapped=lambda: _stopping(keras.callbacks.EarlyStopping),
        sentence="Of a NaN that comes first Keras says that nothing later is better, and restores its weights.",
        probe=stopped,
        modes=("eager",),
        dtypes=("float64",),
    ),
]
