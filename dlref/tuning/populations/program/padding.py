"""Arrays of a narrow network among wider ones: zeros after what they hold, in each block of an axis.

An axis may be made of blocks: the gates of an LSTM stand side by side in its kernel, and behind `Flatten` the rows of a
kernel are those of one place after the other. A layout has for each axis the lengths whose product is its own: (n,), or
(gates, units).
"""

from collections.abc import Iterable
from itertools import chain
from math import prod

import numpy as np

Layout = tuple[tuple[int, ...], ...]


def plain(shape: Iterable[int]) -> Layout:
    """The layout without blocks."""
    return tuple((n,) for n in shape)


def shape_of(layout: Layout) -> tuple[int, ...]:
    """The shape of an array."""
    return tuple(map(prod, layout))


def widest(layouts: Iterable[Layout]) -> Layout:
    """What holds arrays of all these layouts.

    Raises:
        ValueError: if their axes are made of different numbers of blocks.
    """
    return tuple(tuple(map(max, zip(*axes, strict=True))) for axes in zip(*layouts, strict=True))


def padded(array: np.ndarray, layout: Layout, wide: Layout) -> np.ndarray:
    """`array` with zeros after each of its blocks."""
    if layout == wide:
        return array
    blocks, among = _lengths(layout), _lengths(wide)
    more = [(0, n - m) for n, m in zip(among, blocks, strict=True)]
    return np.pad(array.reshape(blocks), more).reshape(shape_of(wide))


def cut(array: np.ndarray, wide: Layout, layout: Layout) -> np.ndarray:
    """What `padded` was given."""
    return array.reshape(_lengths(wide))[_inside(layout)].reshape(shape_of(layout))


def is_padding(array: np.ndarray, wide: Layout, layout: Layout) -> bool:
    """Whether everything that was padded is zero still."""
    padding = np.ones(_lengths(wide), bool)
    padding[_inside(layout)] = False
    return not np.any(array.reshape(padding.shape)[padding])


def _lengths(layout: Layout) -> tuple[int, ...]:
    return tuple(chain.from_iterable(layout))


def _inside(layout: Layout) -> tuple[slice, ...]:
    return tuple(map(slice, _lengths(layout)))
