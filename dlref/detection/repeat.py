"""A step that is repeated until nothing is left to do, in compiled functions too."""

from collections.abc import Callable
from typing import Any

from keras import ops


def repeat(unfinished: Callable[..., Any], step: Callable[..., Any], state: Any) -> Any:
    """`ops.while_loop`; where the numbers are known a loop of Python, since JAX compiles the other at each call."""
    try:
        going = bool(unfinished(*state))
    except TypeError:  # they are known only when the program runs
        return ops.while_loop(unfinished, step, state)
    while going:
        state = step(*state)
        going = bool(unfinished(*state))
    return state
