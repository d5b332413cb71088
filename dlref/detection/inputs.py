"""Boxes and scores as they come in: of the right shape, and where their numbers are known, boxes that there can be."""

from typing import Any

from keras import ops

from dlref import _checks

FORMS = {
    "corner": "finite boxes (x_1, y_1, x_2, y_2) with x_1 <= x_2 and y_1 <= y_2",
    "midpoint": "finite boxes (b_x, b_y, b_h, b_w) with b_h >= 0 and b_w >= 0",
}


def boxes(
    owner: str, argument: str, value: Any, form: str = "corner", rank: int = 1
) -> tuple[Any, str]:
    """Boxes in float32 at least, of shape (..., 4), and the dtype they had.

    Raises:
        TypeError: if `value` is no tensor of real numbers.
        ValueError: if the shape is another, or if the numbers are known and one box is not as `FORMS` says. In a
            compiled function they are not known, and pass.
    """
    tensor, dtype = _checks.at_least_float32(owner, argument, value)
    if len(tensor.shape) < rank or tensor.shape[-1] != 4:
        raise ValueError(
            f"{owner}: `{argument}` must have the shape ({'n, ' * (rank - 1)}4), with any axes before it. "
            f"Received: {argument}.shape={tuple(tensor.shape)}."
        )
    sizes = tensor[..., 2:] if form == "midpoint" else tensor[..., 2:] - tensor[..., :2]
    right = ops.all(ops.isfinite(tensor), -1) & ops.all(sizes >= 0, -1)
    if not known_to_fail(right):
        return tensor, dtype
    first = ops.convert_to_numpy(tensor)[~ops.convert_to_numpy(right)][0]
    raise ValueError(
        f"{owner}: `{argument}` must hold {FORMS[form]}. Received: {argument} with {first.tolist()}."
    )


def known_to_fail(right: Any) -> bool:
    """Whether one entry is known to be False; in a compiled function none is known."""
    try:
        return not bool(ops.all(right))
    except TypeError:
        return False
