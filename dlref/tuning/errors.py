"""What goes wrong in a sweep and can be mended by the user, and how names are listed to them."""

import re
from collections.abc import Iterable

BOLD = re.compile(r"\x1b\[1m(.+?)\x1b\[0m", re.S)  # what a layer raised
AROUND = ("Detected at node", "File ", "<stack traces", "Node:", "[[", "Graph execution error")


class SweepError(ValueError):
    """Something the user can mend: a file that is missing, a directory that holds another sweep."""


class Damaged(SweepError):
    """What is stored is not what was written; whoever opened the storage says which one."""


def cause(error: BaseException) -> str:
    r"""What went wrong, in one line, without what Keras and TensorFlow say around it.

    Example:
        >>> cause(ValueError("Exception encountered when calling Net.call().\n\n\x1b[1mNo axis 7.\x1b[0m\n\nArguments"))
        'No axis 7.'
    """
    text = str(error)
    if inside := BOLD.search(text):
        text = inside[1].rpartition("Error encountered:")[2]
    found = ""
    for line in map(str.strip, text.splitlines()):
        if not line and found and not found.endswith(":"):
            break  # the first paragraph tells it
        if not line.startswith(AROUND):
            found = f"{found} {line}".strip()
    return re.sub(r" at 0x[0-9a-f]+", "", found) or type(error).__name__


def few(names: Iterable[str], most: int = 4) -> str:
    """Different names in one short line."""
    found = list(dict.fromkeys(names))
    shown = ", ".join(found[:most])
    return shown if len(found) <= most else f"{shown} and {len(found) - most} more"
