"""Arrays of a narrow network among wider ones: zeros after what they hold."""

import numpy as np


def padded(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """`array` with zeros after it along each axis."""
    if array.shape == shape:
        return array
    return np.pad(array, [(0, n - m) for n, m in zip(shape, array.shape, strict=True)])


def cut(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """What `padded` was given."""
    return array[tuple(slice(size) for size in shape)]


def is_padding(array: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether everything outside `shape` is zero still."""
    padding = np.ones(array.shape, bool)
    padding[tuple(slice(size) for size in shape)] = False
    return not np.any(array[padding])
