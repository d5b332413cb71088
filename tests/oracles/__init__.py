"""Oracles: what the lectures say, in plain NumPy and Python loops; dlref never imports them.

`ORACLES` maps the name of each object to its cases: the object as a function of arrays, and the lecture as one.
"""

from tests.oracles import (
    by_hand,
    callbacks,
    diagnostics,
    functions,
    layers,
    optimizers,
    preprocessing,
    scales,
    schedules,
)
from tests.oracles.case import Case

ORACLES: dict[str, list[Case]] = {
    **by_hand.ORACLES,
    **callbacks.ORACLES,
    **diagnostics.ORACLES,
    **functions.ORACLES,
    **layers.ORACLES,
    **optimizers.ORACLES,
    **preprocessing.ORACLES,
    **scales.ORACLES,
    **schedules.ORACLES,
}
