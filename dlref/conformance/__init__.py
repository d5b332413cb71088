"""What each object of dlref must equal: one table, read by the tests, the documentation and `dlref verify`.

`check` compares anybody's Keras object with a row of it.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """`check`, imported when it is asked for, since it brings the whole table."""
    if name == "check":
        from dlref.conformance.checking import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
