"""Functions that JAX compiles in threads, ahead of their use, for each shape of what they are given.

Compiling is most of the work of a short search, and much of it keeps one core busy. What runs seldom is not optimized
on a CPU: XLA then takes a quarter of the time, and the program four times as long. On a GPU, XLA does not try which of
its kernels are fastest: a search then took half as long.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import jax

from dlref.tuning.populations.program.threads import KERAS

COMPILERS = ThreadPoolExecutor(os.cpu_count(), "compiler")
OPTIMIZED = 1  # what is compiled at higher levels is not faster
SELDOM = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}


def options(seldom: bool) -> dict[str, Any]:
    """What XLA is told of how to compile."""
    of_kind = {
        "cpu": SELDOM if seldom else {"xla_backend_optimization_level": OPTIMIZED},
        "gpu": {"xla_gpu_autotune_level": 0},
    }
    return of_kind.get(jax.default_backend(), {})


class AheadOfTime:
    """A function that is compiled ahead.

    Args:
        function: of arrays, to be compiled.
        donated: positions of the arguments that a call may use up.
    """

    def __init__(self, function: Callable[..., Any], donated: tuple[int, ...] = ()) -> None:
        self._function = jax.jit(function, donate_argnums=donated)
        self._compiled: dict[tuple[Any, ...], Future[Any]] = {}

    def prepare(self, *args: Any, seldom: bool = False) -> Future[Any]:
        """Begins to compile it for arguments of these shapes; `seldom`: it will run a few times."""
        shapes = tuple(leaf.shape for leaf in jax.tree.leaves(args))
        if shapes not in self._compiled:
            with KERAS:
                if shapes not in self._compiled:  # by another thread meanwhile
                    compile_ = self._function.lower(*args).compile
                    self._compiled[shapes] = COMPILERS.submit(compile_, options(seldom))
        return self._compiled[shapes]

    def __call__(self, *args: Any) -> Any:
        return self.prepare(*args).result()(*args)

    def cancel(self) -> None:
        """Gives up what has not begun to be compiled."""
        for future in self._compiled.values():
            future.cancel()
