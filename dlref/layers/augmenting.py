"""What a layer needs that changes images at random: the seed, and where height and width are."""

from collections.abc import Sequence
from typing import Any

import keras

from dlref import _checks


class Augmenting(keras.layers.Layer):
    """Base of these layers.

    Args:
        seed: an integer from 0 to 4294967295, or None.
        data_format: "channels_last", "channels_first" or None.
        **kwargs: the keywords of `keras.layers.Layer`.
    """

    def __init__(self, seed: int | None, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.data_format = _checks.data_format(self, data_format)
        self._axes = (-3, -2) if self.data_format == "channels_last" else (-2, -1)
        self.input_spec = keras.layers.InputSpec(min_ndim=3, max_ndim=4)
        self._build_at_init()

    def _random(self, shape: Sequence[int]) -> Any:
        """Uniform numbers in [0, 1), in float32 whatever the dtype of the images."""
        return keras.random.uniform(shape, dtype="float32", seed=self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "seed": self.seed, "data_format": self.data_format}
