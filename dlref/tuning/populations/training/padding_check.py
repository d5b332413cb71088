"""Whether the zeros that pad a narrow network stay zero while it trains."""

from typing import Any

from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.flat_weights import Members
from dlref.tuning.populations.program.padding import is_padding
from dlref.tuning.populations.program.stacking import variables
from dlref.tuning.populations.training.trial_history import TrialHistory


def check_padding(program: Any, members: Members, histories: list[TrialHistory]) -> None:
    """Raises `Unsupported` if a unit that pads a narrow net does not stay zero."""
    arrays = variables(program, members["trainable"], members["rest"])
    for i, history in enumerate(histories):
        if history.status == "diverged":
            continue  # 0 times infinity is no number
        layouts = zip(arrays, program.layouts, history.model.layouts, strict=True)
        for array, wide, layout in layouts:
            if layout != wide and not is_padding(array[i], wide, layout):
                raise Unsupported("padding changes these models")
