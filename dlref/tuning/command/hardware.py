"""The machine a sweep runs on: which GPUs there are, what it trains on, and how much memory it takes."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

NO_GPU = ("", "-1", "NoDevFiles")


def gpus() -> list[str]:
    """The GPUs this process may use, named as in CUDA_VISIBLE_DEVICES, without starting TensorFlow or JAX.

    Example:
        >>> getfixture("monkeypatch").setenv("CUDA_VISIBLE_DEVICES", "2,5")
        >>> gpus()
        ['2', '5']
    """
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is not None:
        return [name for name in (part.strip() for part in named.split(",")) if name not in NO_GPU]
    query = ("nvidia-smi", "--query-gpu=index", "--format=csv,noheader")
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):  # there is no driver, or it hangs
        return []
    return done.stdout.split() if done.returncode == 0 else []


def device() -> str:
    """What Keras computes on here, such as `tensorflow on cpu, 2 cores`; starts the backend."""
    import keras

    found = keras.distribution.list_devices()
    kind = found[0].partition(":")[0] if found else "cpu"
    if kind == "cpu":
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return f"{keras.backend.backend()} on cpu, {cores} core{'s' * (cores != 1)}"
    return f"{keras.backend.backend()} on {found[0]}"


def memory() -> int:
    """Bytes of main memory that this process holds now."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # no Linux: the most it ever held; macOS counts in bytes
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
            1 if sys.platform == "darwin" else 1024
        )


def device_memory() -> int | None:
    """Bytes of the first GPU's memory that this process uses now, or None without a GPU."""
    jax: Any = sys.modules.get("jax")
    tensorflow: Any = sys.modules.get("tensorflow")
    import keras

    # Asked for "gpu", JAX raises where there is none.
    if not any(name.startswith("gpu") for name in keras.distribution.list_devices()):
        return None
    if keras.backend.backend() == "jax" and jax:
        return (jax.local_devices()[0].memory_stats() or {}).get("bytes_in_use")
    if keras.backend.backend() == "tensorflow" and tensorflow:
        return tensorflow.config.experimental.get_memory_info("GPU:0")["current"]
    return None


def readable(count: float) -> str:
    """A number of bytes for people: `1.5 GiB`."""
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} GiB"
