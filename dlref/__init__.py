"""Deep learning's lecture equations as Keras objects, each proved equal to, or different from, the built-in."""

from dlref import (
    activations,
    averages,
    conformance,
    initializers,
    layers,
    losses,
    optimizers,
    regularizers,
    schedules,
    tuning,
)

__all__ = [
    "activations",
    "averages",
    "conformance",
    "initializers",
    "layers",
    "losses",
    "optimizers",
    "regularizers",
    "schedules",
    "tuning",
]
