"""What a wrapper needs that leaves something out at random: the rate and the seed."""

from typing import Any

import keras

from dlref import _checks


class RandomWrapper(keras.layers.Wrapper):
    """Base of the wrappers that draw.

    Args:
        layer: what is wrapped.
        rate: the probability of leaving out, in `interval`.
        seed: an integer from 0 to 4294967295, or None.
        **kwargs: the keywords of `keras.layers.Layer`.
    """

    interval = "[0, 1]"

    def __init__(self, layer: Any, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.rate = _checks.real(self, "rate", rate, self.interval)
        self.seed = seed if seed is None else _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.supports_masking = layer.supports_masking

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Of a copy: Keras takes the layer out of what it is given."""
        return super().from_config(dict(config), custom_objects)
