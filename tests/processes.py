"""Real processes as a user of TensorFlow has them: without what developers install besides.

TensorFlow and Keras import JAX and matplotlib if they are there, a fifth of what a process needs to start.
"""

import contextlib
import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

import keras

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT, ROOT / "tests" / "lean"] if keras.backend.backend() == "tensorflow" else [ROOT]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, FOLDERS))}


@contextlib.contextmanager
def permissions() -> Iterator[None]:
    """Permissions hold for root too, who stays root: others may not enter a checkout below root's home."""
    header, sets = (ctypes.c_uint32 * 2)(0x20080522), (ctypes.c_uint32 * 6)()  # man 2 capset
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        assert libc.capget(header, sets) == 0
        effective, sets[0] = sets[0], sets[0] & ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        assert libc.capset(header, sets) == 0
    try:
        yield
    finally:
        if os.geteuid() == 0:
            sets[0] = effective
            assert libc.capset(header, sets) == 0
