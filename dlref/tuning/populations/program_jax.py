"""The program on JAX: `vmap` over the members, a loop over the mini-batches, compiled for each size of population.

Compiling is most of the work of a short search, and much of it keeps one core busy: what is known to be needed is
compiled by threads, ahead of its use.
"""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import jax
import numpy as np

from dlref.tuning.populations.fitting import Fit
from dlref.tuning.populations.mini_batches import MiniBatches, lengths, parts
from dlref.tuning.populations.packing import Members
from dlref.tuning.populations.program import Program
from dlref.tuning.populations.steps import Scalars

COMPILERS = ThreadPoolExecutor(os.cpu_count(), "compiler")


class JaxProgram(Program):
    """`Program` on JAX."""

    products = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._train = jax.jit(self._train_steps, donate_argnums=0)
        self._test = jax.jit(self._test_steps)
        self._compiled: dict[tuple[Any, ...], Future[Any]] = {}
        self.select = jax.jit(self.select)
        self.results = jax.jit(jax.vmap(self.result))

    def compiled(self, function: Any) -> Any:
        return jax.jit(function)

    def prepare(self, members: Members, scalars: Scalars, data: list[Any], fit: Fit) -> None:
        for size, length in lengths(fit.examples, fit.batch_size).items():
            self._ready_to_train(members, scalars, data[0], (length, size))
        if fit.dev is not None:
            for rows in _dev_rows(data[1], self.dev_batch_size(fit.dev_batch_size)):
                self._ready_to_test(members, scalars, data[1], rows)

    def cancel(self) -> None:
        for future in self._compiled.values():
            future.cancel()

    def vectorized(self, function: Any, *stacked: Any) -> Any:
        return jax.vmap(function)(*stacked)

    def gradient(self, loss_of: Any, trainable: list[Any]) -> tuple[Any, Any, Any]:
        (loss, after), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable)
        return loss, after, gradients

    def train_part(
        self, members: Members, scalars: Scalars, data: Any, batches: MiniBatches
    ) -> Members:
        full = batches.lengthened()
        train = self._ready_to_train(members, scalars, data, full.rows.shape).result()
        return train(members, scalars, data, full.rows, full.numbers, np.int32(full.count))

    def test(self, members: Members, scalars: Scalars, data: Any, size: int) -> list[Any]:
        """The metrics' variables of all members after the development set."""
        for rows in _dev_rows(data, size):
            test = self._ready_to_test(members, scalars, data, rows).result()
            members = {**members, "metrics": test(members, scalars, data, rows)}
        return members["metrics"]

    def _ready_to_train(
        self, members: Members, scalars: Scalars, data: Any, places: tuple[int, ...]
    ) -> Future[Any]:
        rows = jax.ShapeDtypeStruct(places, "int32")
        shapes = [(*places, *shape) for shape in self.noise.shapes]
        numbers = [jax.ShapeDtypeStruct(shape, "float32") for shape in shapes]
        return self._compile("_train", members, scalars, data, rows, numbers, np.int32(0))

    def _ready_to_test(
        self, members: Members, scalars: Scalars, data: Any, rows: Any
    ) -> Future[Any]:
        return self._compile("_test", members, scalars, data, rows)

    def _compile(self, name: str, members: Members, *args: Any) -> Future[Any]:
        _, data, rows, *_ = args
        key = (name, len(members["metrics"][0]), len(jax.tree.leaves(data)[0]), rows.shape)
        if key not in self._compiled:
            lowered = getattr(self, name).lower(members, *args)
            self._compiled[key] = COMPILERS.submit(lowered.compile)
        return self._compiled[key]

    def _train_steps(
        self, members: Members, scalars: Scalars, data: Any, rows: Any, numbers: Any, count: Any
    ) -> Members:
        def body(i: Any, members: Members) -> Members:
            batch = jax.tree.map(lambda a: a[rows[i]], data)
            return self.train_all(members, scalars, batch, [u[i] for u in numbers])

        return jax.lax.fori_loop(0, count, body, members)

    def _test_steps(self, members: Members, scalars: Scalars, data: Any, rows: Any) -> list[Any]:
        def body(i: Any, metrics: list[Any]) -> list[Any]:
            batch = jax.tree.map(lambda a: a[rows[i]], data)
            return self.test_all({**members, "metrics": metrics}, scalars, batch)

        return jax.lax.fori_loop(0, len(rows), body, members["metrics"])


def _dev_rows(data: Any, size: int) -> list[np.ndarray]:
    examples = len(jax.tree.leaves(data)[0])
    rows = np.arange(examples, dtype="int32")
    return [
        rows[part.start * size :][: len(part) * part_size].reshape(len(part), part_size)
        for part, part_size in parts(range(-(-examples // size)), examples, size)
    ]
