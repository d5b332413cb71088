"""The conformance table, whole: what tests, documentation and `dlref verify` read."""

from dlref.conformance import (
    activations,
    averages,
    initializers,
    layers,
    losses,
    optimizers,
    regularizers,
    schedules,
    tuning,
)

_AREAS = (
    activations,
    losses,
    regularizers,
    initializers,
    averages,
    layers,
    optimizers,
    schedules,
    tuning,
)
ROWS = [row for area in _AREAS for row in area.ROWS]
