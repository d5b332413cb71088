"""What goes wrong in a sweep and can be mended by the user, and how names are listed to them."""

from collections.abc import Iterable


class SweepError(ValueError):
    """Something the user can mend: a file that is missing, a directory that holds another sweep."""


class Damaged(SweepError):
    """What is stored is not what was written; whoever opened the storage says which one."""


def few(names: Iterable[str], most: int = 4) -> str:
    """Different names in one short line."""
    found = list(dict.fromkeys(names))
    shown = ", ".join(found[:most])
    return shown if len(found) <= most else f"{shown} and {len(found) - most} more"
