"""Deep learning's lecture equations as Keras objects, each proved equal to, or different from, the built-in."""

from dlref import (
    activations,
    averages,
    initializers,
    layers,
    losses,
    optimizers,
    regularizers,
    schedules,
)

__all__ = [
    "activations",
    "averages",
    "initializers",
    "layers",
    "losses",
    "optimizers",
    "regularizers",
    "schedules",
]
