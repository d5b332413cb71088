"""Files that are written whole or not at all; what a process that was killed has left of one is known, and removed."""

import contextlib
import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from dlref.tuning.errors import SweepError

BROKEN = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}  # no trial is to blame for these


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary file to write, which then takes the place of `path`; a reader never sees half of it.

    Raises:
        SweepError: if the disk is full or broken, or nothing may be written there.

    Example:
        >>> path = getfixture("tmp_path") / "settings.json"
        >>> with written_whole(path) as temporary:
        ...     _ = temporary.write_text("{}")
        >>> path.read_text(), len(list(path.parent.iterdir()))
        ('{}', 1)
    """
    temporary = path.with_name(f"{path.stem}.{socket.gethostname()}-{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise SweepError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(OSError):  # a disk that cannot be written at all
            temporary.unlink(missing_ok=True)


def remove_abandoned(directory: Path) -> None:
    """Removes the temporary files of processes of this machine that are no more."""
    mark = f".{socket.gethostname()}-"
    for path in directory.glob("*.tmp"):
        _, ours, process = path.stem.rpartition(mark)
        if ours and process.isdigit() and not _is_alive(int(process)):
            path.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    if os.name != "posix":  # elsewhere the call below may end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
