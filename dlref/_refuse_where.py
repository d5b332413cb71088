"""Entries of a tensor that are wrong: an error, where they can be known."""

from typing import Any

from keras import ops


def refuse_where(wrong: Any, message: str) -> None:
    """Raises `ValueError(message)` if an entry of `wrong` is True; not in a compiled function, where none is known."""
    try:
        known = bool(ops.any(wrong))
    except Exception:  # each backend has its own for what is not known yet
        return
    if known:
        raise ValueError(message)
