"""The files that living workers hold locked: the kernel frees a lock the moment its process ends."""

import contextlib
import os
import socket
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: heartbeats alone
    fcntl = None


def take(file: int) -> bool:
    """Locks an open file for this process; whether that could be done."""
    assert fcntl is not None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody holds it, or this file system knows no locks
        return False
    return True


def place_of(directory: Path) -> str:
    """The same text for processes that see each other's locks: one kernel, one directory."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        boot = socket.gethostname()
    found = directory.stat()
    return f"{boot}:{found.st_dev}:{found.st_ino}"


def any_alive(directory: Path) -> bool:
    """Whether a worker of this machine, in another process or this one, holds a lock in the directory."""
    for path in directory.glob("*.lock") if fcntl is not None else ():
        try:
            file = os.open(path, os.O_RDWR)
        except OSError:
            continue
        taken = take(file)
        os.close(file)
        if not taken:
            return True
    return False


def remove_free_locks(directory: Path) -> None:
    """Removes the lock files that dead workers of this machine have left in the directory."""
    place = place_of(directory).encode() if directory.is_dir() else b""
    for path in directory.glob("*.lock") if fcntl is not None else ():
        with contextlib.suppress(OSError):  # another process has just removed it
            file = os.open(path, os.O_RDWR)
            try:
                if os.read(file, len(place) + 1) == place and take(file):
                    path.unlink(missing_ok=True)
            finally:
                os.close(file)
