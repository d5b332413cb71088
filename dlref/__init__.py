"""Deep learning's lecture equations as Keras objects, each shown equal to the built-in, or where it differs."""

from dlref import (
    activations,
    averages,
    by_hand,
    callbacks,
    conformance,
    diagnostics,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    preprocessing,
    regularizers,
    schedules,
    tuning,
)

__all__ = [
    "activations",
    "averages",
    "callbacks",
    "by_hand",
    "conformance",
    "diagnostics",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "preprocessing",
    "regularizers",
    "schedules",
    "tuning",
]
