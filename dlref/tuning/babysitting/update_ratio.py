"""How far one update moves the weights, against how large they are: about a thousandth in a healthy run (CS231n)."""

from typing import Any

import keras
import numpy as np
from keras import ops

MOST = 12  # matrices; of a deeper model, evenly spread over its depth


class UpdateRatio:
    r"""Measures $\lVert \Delta W \rVert / \lVert W \rVert$ of one update, the median over the matrices of a model.

    Args:
        model: a built and compiled Keras model.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
        >>> model.compile(keras.optimizers.SGD(0.01), "mse")
        >>> ratio = UpdateRatio(model)
        >>> ratio.start()
        >>> _ = model.train_on_batch(np.ones((1, 1)), np.zeros((1, 1)))
        >>> round(ratio.finish(), 3)  # the gradient is 2
        0.02
    """

    def __init__(self, model: keras.Model) -> None:
        matrices = [v for v in model.trainable_variables if len(v.shape) > 1]
        self.model = model
        self.matrices = matrices[:: -(-len(matrices) // MOST)] if matrices else []
        self.before: list[np.ndarray] | None = None
        self.step = 0

    def start(self) -> None:
        """Keeps the weights before an update."""
        self.before = [_copy(w) for w in self.matrices]
        self.step = self._iterations()

    def finish(self) -> float | None:
        """The ratio; None while gradients are still accumulated, or where there is no matrix."""
        updates = self._iterations() - self.step
        if self.before is None or updates < 1:
            return None
        before, self.before = self.before, None
        with np.errstate(all="ignore"):  # a diverged run
            ratios = [
                np.linalg.norm(_copy(w) - old) / np.linalg.norm(old) / updates
                for w, old in zip(self.matrices, before, strict=True)
                if old.any()
            ]
            return float(np.median(ratios)) if ratios else None

    def _iterations(self) -> int:
        return int(ops.convert_to_numpy(self.model.optimizer.iterations))


def _copy(variable: Any) -> np.ndarray:
    return np.array(ops.convert_to_numpy(variable.value), "float32")
