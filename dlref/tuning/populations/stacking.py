"""The variables of many models along one axis."""

from typing import Any

import numpy as np
from keras import ops

from dlref.tuning.populations.program import Members
from dlref.tuning.populations.specimen import Specimen, padded


def stack(program: Any, specimens: list[Specimen]) -> Members:
    """The variables of all specimens, padded to the shapes of the program's model."""
    count, template = len(specimens), program.member()
    members: Members = {
        kind: [
            ops.convert_to_tensor(
                np.stack([padded(getattr(s, kind)[i], tuple(v.shape)) for s in specimens])
            )
            for i, v in enumerate(template[kind])
        ]
        for kind in ("trainable", "rest")
    }
    known = len(specimens[0].optimizer)
    members["optimizer"] = [
        ops.convert_to_tensor(np.stack([s.optimizer[i] for s in specimens]))
        if i < known
        else tile(v, count)
        for i, v in enumerate(template["optimizer"])
    ]
    members["metrics"] = [tile(v, count) for v in template["metrics"]]
    return members


def tile(value: Any, count: int) -> Any:
    """The same value `count` times."""
    return ops.convert_to_tensor(np.repeat(np.asarray(value)[None], count, axis=0))


def tensor(array: Any) -> Any:
    """A tensor of the backend; None stays None."""
    return None if array is None else ops.convert_to_tensor(array)
