r"""Sliding windows: the simplest region proposals, all windows of some sizes, a stride apart.

Source: Flowchart C4.

$$ n_y = \left\lfloor \frac{H - h}{s} \right\rfloor + 1 \tag{1} $$
$$ n_x = \left\lfloor \frac{W - w}{s} \right\rfloor + 1 \tag{2} $$
$$ x_1 = s\, i \tag{3} $$
$$ y_1 = s\, j \tag{4} $$
$$ x_2 = x_1 + w \tag{5} $$
$$ y_2 = y_1 + h \tag{6} $$

$H$ and $W$ are the height and the width of the picture, $h$ and $w$ those of a window, and $s$ is the stride, all in
pixels. $n_y$ windows fit below one another and $n_x$ beside one another; $j$ is the row of a window and $i$ its column,
from 0. A window has the corners $(x_1, y_1)$ and $(x_2, y_2)$. What is left on the right and below, less than a stride,
is in no window.

Equals the places of `keras.ops.image.extract_patches` with `padding="valid"`, which cuts the windows out.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks


def sliding_windows(image_size: Any, window_sizes: Any, strides: Any) -> Any:
    r"""All windows of a picture, size by size, each from left to right and then down.

    Args:
        image_size: $(H, W)$, integers.
        window_sizes: of each size $(h, w)$, or an integer for a square; none larger than the picture.
        strides: $s$, an integer of at least 1 for each size, or one for all.

    Returns:
        Boxes $(x_1, y_1, x_2, y_2)$ of shape $(n, 4)$, in `keras.config.floatx()`.

    Raises:
        TypeError: if a size or a stride is no integer.
        ValueError: if a size is larger than the picture or smaller than 1, a stride is smaller than 1, or there are
            not as many strides as sizes.

    Example:
        >>> windows = sliding_windows((4, 6), window_sizes=[(4, 3), 4], strides=[2, 1])
        >>> [[int(side) for side in window] for window in windows]
        [[0, 0, 3, 4], [2, 0, 5, 4], [0, 0, 4, 4], [1, 0, 5, 4], [2, 0, 6, 4]]
    """
    name = "sliding_windows"
    H, W = _sides("image_size", image_size)
    sizes = _checks.sequence(name, "window_sizes", window_sizes)
    sizes = [_sides("window_sizes", n if _several(n) else (n, n), H, W) for n in sizes]
    if not sizes:
        raise ValueError(f"{name}: `window_sizes` must hold at least one size. Received: [].")
    one_each = _several(strides)
    strides = _checks.sequence(name, "strides", strides) if one_each else [strides] * len(sizes)
    if len(strides) != len(sizes):
        raise ValueError(
            f"{name}: `strides` must be one for all sizes, or one for each of {len(sizes)}. "
            f"Received: strides={strides}."
        )
    strides = [_checks.integer(name, "strides", s, 1) for s in strides]
    windows = [_windows(H, W, h, w, s) for (h, w), s in zip(sizes, strides, strict=True)]
    return ops.cast(ops.concatenate(windows), keras.config.floatx())


def _windows(H: int, W: int, h: int, w: int, s: int) -> Any:
    """The windows of one size, row by row."""
    n_y = (H - h) // s + 1  # (1)
    n_x = (W - w) // s + 1  # (2)
    place = ops.arange(n_y * n_x, dtype="int32")
    j, i = place // n_x, place % n_x
    x_1 = s * i  # (3)
    y_1 = s * j  # (4)
    x_2 = x_1 + w  # (5)
    y_2 = y_1 + h  # (6)
    return ops.stack([x_1, y_1, x_2, y_2], -1)


def _several(value: Any) -> bool:
    return isinstance(value, list | tuple) or bool(getattr(value, "ndim", 0))


def _sides(argument: str, value: Any, *largest: int) -> tuple[int, int]:
    """The height and the width, at least 1 each, and at most `largest` where that is given."""
    owner = "sliding_windows"
    sides = _checks.sequence(owner, argument, value)
    if len(sides) != 2:
        raise ValueError(
            f"{owner}: `{argument}` must be (height, width). Received: {argument}={value}."
        )
    bounds = largest or (None, None)
    height, width = (
        _checks.integer(owner, argument, side, 1, most)
        for side, most in zip(sides, bounds, strict=True)
    )
    return height, width
