"""The variables of many models along one axis."""

from typing import Any

import numpy as np
from keras import ops

from dlref.tuning.populations.course import Course
from dlref.tuning.populations.noise import Unsupported
from dlref.tuning.populations.packing import Members
from dlref.tuning.populations.specimen import Specimen, cut, is_padding, padded


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


def filled(items: list[Any], size: int) -> list[Any]:
    """Copies of the first after the others, until there are so many."""
    return items + items[:1] * (size - len(items))


def resized(array: np.ndarray, like: Any) -> Any:
    """A tensor of the shape of `like`, with other zeros as padding.

    Raises:
        ValueError: if it has another number of axes.
    """
    shape = tuple(like.shape)
    if array.ndim != len(shape) or len(array) != shape[0]:
        raise ValueError("the array is of something else")
    return ops.convert_to_tensor(padded(cut(array, shape), shape), like.dtype)


def tile(value: Any, count: int) -> Any:
    """The same value `count` times."""
    return ops.convert_to_tensor(np.repeat(np.asarray(value)[None], count, axis=0))


def tensor(array: Any) -> Any:
    """A tensor of the backend; None stays None."""
    return None if array is None else ops.convert_to_tensor(array)


def check_padding(members: Members, courses: list[Course]) -> None:
    """Raises `Unsupported` if a unit that pads a narrow net does not stay zero."""
    arrays = [np.asarray(a) for a in (*members["trainable"], *members["rest"])]
    for i, course in enumerate(courses):
        if course.status == "diverged":
            continue  # 0 times infinity is no number
        for array, shape in zip(arrays, course.specimen.shapes, strict=True):
            if array[i].shape != shape and not is_padding(array[i], shape):
                raise Unsupported("padding changes these models")
