"""The mini-batches of an epoch, in calls of a compiled program."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from dlref.tuning.populations.program.fit_arguments import Fit

CHUNK = 64  # most mini-batches in one call


def shuffled(fit: Fit, key: list[int]) -> np.ndarray:
    """The order of the examples in an epoch, a function of `key` if they are shuffled."""
    order = np.arange(fit.examples, dtype="int32")
    if not fit.shuffle:
        return order
    generator = np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))
    if fit.train_set is None:
        return generator.permutation(order)
    # Of the mini-batches alone, as `fit` does; a smaller one stays the last.
    whole = fit.examples // fit.batch_size * fit.batch_size
    rows = generator.permutation(order[:whole].reshape(-1, fit.batch_size))
    return np.concatenate([rows.ravel(), order[whole:]])


@dataclass(frozen=True)
class MiniBatches:
    """Consecutive mini-batches of one size.

    Attributes:
        rows: of the examples, (steps, size).
        numbers: for each dropout layer random numbers, (steps, size, ...).
        count: how many of the steps are to be taken.
        length: the steps of what is compiled for mini-batches of this size.
    """

    rows: np.ndarray
    numbers: list[np.ndarray]
    count: int
    length: int

    @property
    def size(self) -> int:
        """Examples in a mini-batch."""
        return self.rows.shape[1]

    def lengthened(self) -> "MiniBatches":
        """The same in arrays of `length` steps, so that one compiled program serves every call."""

        def longer(array: np.ndarray) -> np.ndarray:
            missing = self.length - len(array)
            return np.pad(array, [(0, missing)] + [(0, 0)] * (array.ndim - 1))

        return replace(self, rows=longer(self.rows), numbers=[longer(u) for u in self.numbers])


def mini_batches(
    order: np.ndarray, numbers: list[np.ndarray], steps: range, size: int
) -> Iterator[MiniBatches]:
    """The mini-batches `steps` of `order`, to which `numbers` belong: the whole ones, and the last, smaller one."""
    compiled = lengths(len(order), size)
    for part, part_size in parts(steps, len(order), size):
        rows = order[part.start * size :][: len(part) * part_size].reshape(len(part), part_size)
        mine = slice(part.start - steps.start, part.stop - steps.start)
        given = [u[mine, :part_size] for u in numbers]
        yield MiniBatches(rows, given, len(part), compiled[part_size])


def parts(steps: range, examples: int, size: int) -> list[tuple[range, int]]:
    """The whole mini-batches among `steps`, and the last, smaller one, each with its size."""
    whole = range(steps.start, min(steps.stop, examples // size))
    found = [(whole, size)] if whole else []
    if steps.stop > examples // size:
        found.append((range(steps.stop - 1, steps.stop), examples % size))
    return found


def lengths(examples: int, size: int) -> dict[int, int]:
    """For each size of mini-batch that there is, how many of them a call is compiled for."""
    whole, rest = divmod(examples, size)
    found = {size: min(CHUNK, whole)} if whole else {}
    return found | ({rest: 1} if rest else {})
