"""The program on JAX: `vmap` over the members, a loop over the mini-batches, compiled for each size of population.

Compiling is most of the work of a short search, and much of it keeps one core busy: what is known to be needed is
compiled by threads, ahead of its use.
"""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import jax
import numpy as np

from dlref.tuning.populations.fitting import Fit
from dlref.tuning.populations.packing import Members
from dlref.tuning.populations.program import CHUNK, Program

COMPILERS = ThreadPoolExecutor(os.cpu_count(), "compiler")


class JaxProgram(Program):
    """`Program` on JAX."""

    products = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._train = jax.jit(self._train_steps, static_argnames="size", donate_argnums=0)
        self._test = jax.jit(self._test_steps, static_argnames="size")
        self._compiled: dict[tuple[Any, ...], Future[Any]] = {}
        self.select = jax.jit(self.select)
        self.results = jax.jit(jax.vmap(self.result))

    def compiled(self, function: Any) -> Any:
        return jax.jit(function)

    def prepare(self, members: Members, scalars: dict[str, Any], data: list[Any], fit: Fit) -> None:
        sizes = dict(_sizes(fit.examples, fit.batch_size))
        for size in sizes:
            self._compile_train(members, scalars, data[0], fit.examples, size, sizes[size])
        if fit.dev is not None:
            size = self.dev_batch_size(fit.dev_batch_size)
            for part, part_size in _dev_parts(data[1], size):
                self._compile_test(members, scalars, data[1], len(part) * part_size, part_size)

    def cancel(self) -> None:
        for future in self._compiled.values():
            future.cancel()

    def vectorized(self, function: Any, *stacked: Any) -> Any:
        return jax.vmap(function)(*stacked)

    def gradient(self, loss_of: Any, trainable: list[Any]) -> tuple[Any, Any, Any]:
        (loss, after), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable)
        return loss, after, gradients

    def train(
        self,
        members: Members,
        scalars: dict[str, Any],
        data: Any,
        order: np.ndarray,
        numbers: list[np.ndarray],
        steps: range,
        size: int,
    ) -> Members:
        """Trains all members on the mini-batches `steps` of `order`; `numbers` belong to these steps."""
        for part, part_size in _parts(steps, len(order), size):
            # Of one length always, so that one compiled program serves every call.
            length = dict(_sizes(len(order), size))[part_size]
            rows = order[part.start * size :][: length * part_size]
            rows = np.pad(rows, (0, length * part_size - len(rows)))
            mine = slice(part.start - steps.start, part.stop - steps.start)
            given = [_lengthen(u[mine, :part_size], length) for u in numbers]
            train = self._compile_train(members, scalars, data, len(order), part_size, length)
            members = train.result()(members, scalars, data, rows, given, np.int32(len(part)))
        return members

    def test(self, members: Members, scalars: dict[str, Any], data: Any, size: int) -> list[Any]:
        """The metrics' variables of all members after the development set."""
        metrics = members["metrics"]
        for part, part_size in _dev_parts(data, size):
            rows = np.arange(len(part) * part_size, dtype="int32") + part.start * size
            members = {**members, "metrics": metrics}
            test = self._compile_test(members, scalars, data, len(rows), part_size)
            metrics = test.result()(members, scalars, data, rows)
        return metrics

    def _compile_train(
        self, members: Members, scalars: Any, data: Any, examples: int, size: int, length: int
    ) -> Future[Any]:
        key = ("train", len(members["metrics"][0]), examples, size, length)
        if key not in self._compiled:
            rows = jax.ShapeDtypeStruct((length * size,), "int32")
            shapes = [(length, size, *shape) for shape in self.noise.shapes]
            numbers = [jax.ShapeDtypeStruct(shape, "float32") for shape in shapes]
            args = members, scalars, data, rows, numbers, np.int32(0)
            self._compiled[key] = COMPILERS.submit(self._train.lower(*args, size=size).compile)
        return self._compiled[key]

    def _compile_test(
        self, members: Members, scalars: Any, data: Any, count: int, size: int
    ) -> Future[Any]:
        key = ("test", len(members["metrics"][0]), len(jax.tree.leaves(data)[0]), size, count)
        if key not in self._compiled:
            args = members, scalars, data, jax.ShapeDtypeStruct((count,), "int32")
            self._compiled[key] = COMPILERS.submit(self._test.lower(*args, size=size).compile)
        return self._compiled[key]

    def _train_steps(
        self,
        members: Members,
        scalars: Any,
        data: Any,
        rows: Any,
        numbers: Any,
        count: Any,
        size: int,
    ) -> Members:
        def body(i: Any, members: Members) -> Members:
            batch = _take(data, rows, i, size)
            return self.train_all(members, scalars, batch, [u[i] for u in numbers])

        return self.in_rows(partial(jax.lax.fori_loop, 0, count, body), members)

    def _test_steps(self, members: Members, scalars: Any, data: Any, rows: Any, size: int) -> Any:
        def body(i: Any, metrics: list[Any]) -> list[Any]:
            members_now = {**members, "metrics": metrics}
            return self.test_all(members_now, scalars, _take(data, rows, i, size))

        return jax.lax.fori_loop(0, len(rows) // size, body, members["metrics"])


def _sizes(examples: int, size: int) -> list[tuple[int, int]]:
    """The sizes of mini-batches there are, and how many of each a call of the program is made for."""
    whole, rest = divmod(examples, size)
    found = [(size, min(CHUNK, whole))] if whole else []
    return found + ([(rest, 1)] if rest else [])


def _dev_parts(data: Any, size: int) -> list[tuple[range, int]]:
    examples = len(jax.tree.leaves(data)[0])
    return _parts(range(-(-examples // size)), examples, size)


def _lengthen(numbers: np.ndarray, length: int) -> np.ndarray:
    return np.pad(numbers, [(0, length - len(numbers))] + [(0, 0)] * (numbers.ndim - 1))


def _take(data: Any, rows: Any, i: Any, size: int) -> Any:
    chosen = jax.lax.dynamic_slice_in_dim(rows, i * size, size)
    return jax.tree.map(lambda a: a[chosen], data)


def _parts(steps: range, examples: int, size: int) -> list[tuple[range, int]]:
    """The whole mini-batches among `steps`, and the last, smaller one."""
    whole = range(steps.start, min(steps.stop, examples // size))
    parts = [(whole, size)] if whole else []
    if steps.stop > examples // size:
        parts.append((range(steps.stop - 1, steps.stop), examples % size))
    return parts
