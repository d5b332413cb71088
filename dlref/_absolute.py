"""The absolute value with one derivative at 0 on all backends."""

from typing import Any

from keras import ops


def absolute(x: Any) -> Any:
    """|x|, with 0 for its derivative at 0: of `ops.abs` that is 1 on JAX, which moves numbers away from 0."""
    return x * ops.sign(x)
