"""The mistakes that lectures, notes and implementations are known for: each a wrong version of an object of dlref.

The tests must catch every one of them; `check` names the one that a stranger's object behaves like. By object, the
words for the mistake, what stands once in its source, and what stands there instead.
"""

from dlref.conformance.mistakes import (
    by_hand,
    callbacks,
    diagnostics,
    functions,
    layers,
    optimizers,
    preprocessing,
    schedules,
    tuning,
)

AREAS = (
    by_hand,
    callbacks,
    diagnostics,
    functions,
    layers,
    optimizers,
    preprocessing,
    schedules,
    tuning,
)

KNOWN = {name: known for area in AREAS for name, known in area.KNOWN.items()}
