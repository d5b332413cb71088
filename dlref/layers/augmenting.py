"""What a layer needs that changes images at random: the seed, where height and width are, and whose operations run."""

from collections.abc import Sequence
from typing import Any

import keras

from dlref import _checks
from dlref._compat.keras import DataLayer


class _Operations:
    """`keras.ops` on another backend than Keras'."""

    def __init__(self, backend: Any) -> None:
        self._modules = backend.numpy, backend

    def __getattr__(self, name: str) -> Any:
        return next(getattr(module, name) for module in self._modules if hasattr(module, name))


class Augmenting(DataLayer):
    """Base of these layers. A subclass computes with `self.ops`, which is TensorFlow's in a `tf.data` pipeline.

    Args:
        seed: an integer from 0 to 4294967295, or None.
        data_format: "channels_last", "channels_first" or None.
        **kwargs: the keywords of `keras.layers.Layer`.
    """

    def __init__(self, seed: int | None, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        self.seed_generator = self.generator = keras.random.SeedGenerator(self.seed)
        self.data_format = _checks.data_format(self, data_format)
        self._axes = (-3, -2) if self.data_format == "channels_last" else (-2, -1)
        self.input_spec = keras.layers.InputSpec(min_ndim=3, max_ndim=4)
        self._build_at_init()

    @property
    def _elsewhere(self) -> bool:
        """Whether another backend than Keras' runs: TensorFlow, in a `tf.data` pipeline."""
        return getattr(self.backend, "name", keras.backend.backend()) != keras.backend.backend()

    @property
    def ops(self) -> Any:
        """`keras.ops`, of the backend that runs."""
        return _Operations(self.backend) if self._elsewhere else keras.ops

    def _random(self, shape: Sequence[int]) -> Any:
        """Uniform numbers in [0, 1), in float32 whatever the dtype of the images."""
        draw, seed = keras.random.uniform, self.seed_generator
        if self._elsewhere:
            draw, seed = self.backend.random.uniform, self._get_seed_generator(self.backend.name)
        return draw(shape, dtype="float32", seed=seed)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "seed": self.seed, "data_format": self.data_format}
