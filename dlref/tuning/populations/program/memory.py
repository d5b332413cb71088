"""How many models fit into memory at once."""

import os
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
from keras import tree

if TYPE_CHECKING:
    from dlref.tuning.populations.program.fit_arguments import Fit

CGROUP = Path("/sys/fs/cgroup")
SHARE = 0.5  # of the memory that is free
COPIES = 4  # of the weights besides the optimizer's slots: themselves, the gradient, the best, a temporary


def capacity(program: Any, fit: "Fit") -> int:
    """Members for which there is memory, at least 1: an estimate, which a failed allocation halves."""
    return max(1, int(SHARE * available() / bytes_per_member(program, fit)))


def bytes_per_member(program: Any, fit: "Fit") -> int:
    """Bytes of one member: its variables, and twice what its layers put out for a mini-batch."""
    model = program.model
    weights = sum(prod(v.shape) for v in model.variables)
    slots = sum(prod(v.shape) for v in model.optimizer.variables)
    longest = max(size for a in tree.flatten(fit.train[0]) for size in (1, *a.shape[1:]))
    outputs = 0
    for layer in model._flatten_layers(include_self=False):
        for node in layer._inbound_nodes[
            -1:
        ]:  # a layer made outside of `build` has one in each model
            shapes = [x.shape[1:] for x in tree.flatten(node.output_tensors)]
            outputs += sum(prod(size or longest for size in shape) for shape in shapes)
    batch = max(fit.batch_size, fit.dev_batch_size)
    return 4 * (COPIES * weights + slots + 4 * batch * max(outputs, 1))


def available() -> int:
    """Bytes that are free on the accelerator, or of the machine's memory."""
    if keras.backend.backend() == "jax":
        import jax

        statistics = jax.local_devices()[0].memory_stats()
        if statistics and "bytes_limit" in statistics:
            return statistics["bytes_limit"] - statistics["bytes_in_use"]
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit, used = (CGROUP / name for name in ("memory.max", "memory.current"))
    if limit.is_file() and (bound := limit.read_text().strip()) != "max":  # of a container
        free = min(free, int(bound) - int(used.read_text()))
    return max(free, 0)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an allocation failed."""
    text = f"{type(error).__name__} {error}"
    return (
        isinstance(error, MemoryError)
        or "ResourceExhausted" in text
        or "RESOURCE_EXHAUSTED" in text
    )
