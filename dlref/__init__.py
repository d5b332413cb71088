"""Deep learning's lecture equations as Keras objects, each shown equal to the built-in, or where it differs."""

from dlref import (
    activations,
    averages,
    conformance,
    diagnostics,
    initializers,
    layers,
    losses,
    optimizers,
    preprocessing,
    regularizers,
    schedules,
    tuning,
)

__all__ = [
    "activations",
    "averages",
    "conformance",
    "diagnostics",
    "initializers",
    "layers",
    "losses",
    "optimizers",
    "preprocessing",
    "regularizers",
    "schedules",
    "tuning",
]
