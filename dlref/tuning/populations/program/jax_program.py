"""The program on JAX: `vmap` over the members, a loop over the mini-batches, compiled for each size of population."""

from contextlib import AbstractContextManager
from typing import Any

import jax
import numpy as np

from dlref.tuning.populations.program.fit_arguments import Fit
from dlref.tuning.populations.program.flat_weights import Members
from dlref.tuning.populations.program.jax_compiler import AheadOfTime, options
from dlref.tuning.populations.program.mini_batches import MiniBatches, lengths, parts
from dlref.tuning.populations.program.program import Program
from dlref.tuning.populations.program.train_step import Scalars

SELDOM = 32  # mini-batches of a whole training: slower by less than what compiling them costs less


class JaxProgram(Program):
    """`Program` on JAX."""

    products, unmasks = True, True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        config: Any = jax.config
        self._device = config.jax_default_device
        self._train = AheadOfTime(self._train_steps, donated=(0,))
        self._test = AheadOfTime(self._test_steps)
        self.select: Any = AheadOfTime(self.select)
        self.results = AheadOfTime(jax.vmap(self.result))

    def compiled(self, function: Any) -> Any:
        return jax.jit(function, compiler_options=options(seldom=True))

    def prepare(
        self, members: Members, scalars: Scalars, data: list[Any], fit: Fit, early: bool = False
    ) -> None:
        kept = [members["trainable"], members["rest"]]
        count = len(members["metrics"][0])
        self.results.prepare(members["metrics"], seldom=True)
        self.select.prepare(jax.ShapeDtypeStruct((count,), bool), kept, kept, seldom=True)
        for size, length in lengths(fit.examples, fit.batch_size).items():
            seldom = length * fit.epochs <= SELDOM
            rows, *numbers = self._places(length, size)
            args = members, scalars, data[0], rows, numbers, np.int32(0)
            self._train.prepare(*args, seldom=seldom)
        if fit.dev is not None:
            for rows in _dev_rows(data[1], self.dev_batch_size(fit.dev_batch_size)):
                seldom = len(rows) * fit.epochs <= SELDOM
                self._test.prepare(members, scalars, data[1], rows, seldom=seldom)

    def placed(self) -> AbstractContextManager[Any]:
        return jax.default_device(self._device)

    def cancel(self) -> None:
        for function in (self._train, self._test, self.select, self.results):
            function.cancel()

    def _places(self, length: int, size: int) -> list[jax.ShapeDtypeStruct]:
        """Of the examples' rows and of the random numbers."""
        shapes = [("int32", ()), *(("float32", shape) for shape in self.dropout_masks.shapes)]
        return [jax.ShapeDtypeStruct((length, size, *shape), dtype) for dtype, shape in shapes]

    def vectorized(self, function: Any, *stacked: Any) -> Any:
        return jax.vmap(function)(*stacked)

    def gradient(self, loss_of: Any, trainable: list[Any]) -> tuple[Any, Any, Any]:
        (loss, after), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable)
        return loss, after, gradients

    def train_part(
        self, members: Members, scalars: Scalars, data: Any, batches: MiniBatches
    ) -> Members:
        full = batches.lengthened()
        return self._train(members, scalars, data, full.rows, full.numbers, np.int32(full.count))

    def test(self, members: Members, scalars: Scalars, data: Any, size: int) -> list[Any]:
        """The metrics' variables of all members after the development set."""
        for rows in _dev_rows(data, size):
            members = {**members, "metrics": self._test(members, scalars, data, rows)}
        return members["metrics"]

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
