"""Coarse to fine: search the whole space, then zoom in.

Sources: DLS-C2W3-ko.
"""

from typing import Any

from dlref.tuning.samplers.sampler import CoarseToFineSampler
from dlref.tuning.tuner import Search


class CoarseToFine(Search):
    """Random search that zooms in: coarse trials first, then trials in the region of the best of them.

    Each hyperparameter is narrowed on its own scale.

    Args:
        *args: as in `Search`.
        coarse: the share of the trials that search the whole space. Defaults to 0.5.
        **kwargs: as in `Search`, except `sampler`.

    Example:
        >>> import keras
        >>> from dlref.tuning import CoarseToFine, log_uniform
        >>> def build(hp):
        ...     model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        ...     model.compile(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 1e-4, 0.1)), "mse")
        ...     return model
        >>> tuner = CoarseToFine(build, "val_loss", max_trials=8, seed=0, directory=getfixture("tmp_path"))
        >>> x, y = keras.ops.ones((8, 1)), keras.ops.ones((8, 1))
        >>> tuner.search(x, y, validation_data=(x, y), verbose=0)
        >>> [zoom["name"] for zoom in tuner.oracle.zooms]
        ['learning_rate']
    """

    def __init__(self, *args: Any, coarse: float = 0.5, **kwargs: Any) -> None:
        if "sampler" in kwargs:
            raise TypeError(
                "CoarseToFine: `sampler` must be left out, for it has its own; `Search` takes one. "
                f"Received: sampler={kwargs['sampler']!r}."
            )
        super().__init__(*args, sampler=CoarseToFineSampler(coarse), **kwargs)
