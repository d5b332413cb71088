"""What XLA compiles for JAX is kept on disk, so that the next search over the same models trains at once.

JAX itself finds a program again, by what it computes, how it was compiled, and the versions. On TensorFlow most of the
time goes into traces, which no file can hold.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

MOST = 1 << 30  # bytes; what was used least recently is removed
OFF = "DLREF_NO_CACHE"  # a variable of the environment that turns it off


@contextmanager
def kept_on_disk() -> Iterator[None]:
    """Within it, unless the user has chosen a directory for it, JAX keeps what it compiles in one of dlref."""
    directory = None
    if keras.backend.backend() == "jax" and not os.environ.get(OFF):
        import jax

        if not getattr(jax.config, "jax_compilation_cache_dir"):  # noqa: B009
            directory = _directory()
    if directory is None:
        yield
        return
    import jax
    from jax.experimental.compilation_cache.compilation_cache import reset_cache

    def update(settings: dict[str, Any]) -> None:
        for name, value in settings.items():
            jax.config.update(name, value)
        reset_cache()  # JAX reads them at the first compilation, and else never again

    settings = {
        "jax_compilation_cache_dir": str(directory),
        "jax_compilation_cache_max_size": MOST,
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": 0,
    }
    before = {name: getattr(jax.config, name) for name in settings}
    update(settings)
    try:
        yield
    finally:
        update(before)


def _directory() -> Path | None:
    """For processors like this one, which compiled code is made for; None if it cannot be written."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    try:
        directory = Path(home, "dlref", "jax", _processor())
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return directory if os.access(directory, os.W_OK | os.X_OK) else None
    except (OSError, RuntimeError):  # there is no home
        return None


def _processor() -> str:
    """A name for what the processor can do."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        known = next(line for line in lines if line.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        import platform

        known = repr(platform.uname())
    return hashlib.sha256(known.encode()).hexdigest()[:12]
