"""Data that come in mini-batches: a `PyDataset`, a `tf.data.Dataset`, a generator.

A population reads them anew for each epoch, by Keras' own iterator: once for all members, which meet the mini-batches
that `fit` would give to one.
"""

import threading
import types
from textwrap import shorten
from typing import Any

import keras
import numpy as np
from keras import tree

from dlref._compat import keras as keras_src
from dlref.tuning.errors import cause
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program import memory

COPIES = 4  # of the data: as they are read, joined, on the device, and those of another population
LONGEST = 100  # letters of an error in a reason
Arrays = tuple[Any, Any, Any]  # x, y and the examples' weights or None


def kind_of(data: Any) -> str:
    """What a data set that comes in mini-batches is called; "" for all else."""
    if isinstance(data, keras.utils.PyDataset):
        return "PyDataset"
    if isinstance(data, types.GeneratorType):
        return "generator"
    return "tf.data.Dataset" if hasattr(data, "element_spec") else ""


class DataSet:
    """A data set that `fit` reads in mini-batches.

    Args:
        data: the data set.
        steps: mini-batches in an epoch. None: as many as there are.
        class_weight: as in `fit`. Defaults to `None`.
        evaluated: whether it is the development set, which begins anew in each epoch. Defaults to False.

    Attributes:
        first: the arrays of the first epoch.
        batch_size: examples in a mini-batch; the last may be smaller.
        shuffled: whether `fit` may change the order of the mini-batches.

    Raises:
        Unsupported: if its mini-batches cannot be put together, or cannot be read.
    """

    def __init__(
        self, data: Any, steps: int | None, class_weight: Any = None, evaluated: bool = False
    ) -> None:
        self.name, self.evaluated = kind_of(data), evaluated
        self.arguments = {"x": data, "steps_per_epoch": steps, "class_weight": class_weight}
        self.shuffled = isinstance(data, keras.utils.PyDataset) and data.num_batches is not None
        ends = self.shuffled or (hasattr(data, "cardinality") and int(data.cardinality()) != -1)
        if keras_src.EpochIterator is None:
            raise Unsupported(f"a {self.name} is left to Keras")
        if not steps and not ends:
            raise Unsupported(f"the {self.name} has no end, and its steps are not given")
        self.lock = threading.Lock()  # its own code may not bear two threads
        self.examples = self.batch_size = 0
        # A generator that was begun has to be gone on with.
        self._unused: Reader | None = Reader(self)
        self.first = self._unused.epoch(0)

    def reader(self) -> "Reader":
        """For one training."""
        with self.lock:
            found, self._unused = self._unused, None
        return found or Reader(self)


class Reader:
    """Reads a data set as `fit` does, epoch after epoch.

    Args:
        data_set: what to read.
    """

    def __init__(self, data_set: DataSet) -> None:
        self.data_set = data_set
        self._epochs = 0
        self._iterator: Any = None
        self._last: Any = None

    def epoch(self, number: int) -> Arrays:
        """The arrays of an epoch, counted from 0; those before it are passed over, of the last it has a copy.

        Raises:
            Unsupported: if they cannot be read, or are not like those of the first epoch.
        """
        while self._epochs <= number or self._last is None:
            with self.data_set.lock:
                self._last = self._read()
            self._epochs += 1
        return self._last

    def _read(self) -> Arrays:
        name, steps = self.data_set.name, self.data_set.arguments["steps_per_epoch"]
        try:
            batches = self._batches()
        except Unsupported:
            raise
        except Exception as error:
            found = shorten(cause(error), LONGEST, placeholder=" ...")
            raise Unsupported(f"the {name} cannot be read ({found})") from error
        if not batches or (steps and len(batches) < steps):
            of = f" of {steps}" if steps else ""
            raise Unsupported(
                f"the {name} ended in epoch {self._epochs + 1} after {len(batches)}{of} mini-batches"
            )
        sizes = [len(tree.flatten(batch)[0]) for batch in batches]
        if {*sizes[:-1]} - {sizes[0]} or sizes[-1] > sizes[0]:
            raise Unsupported(f"the mini-batches of the {name} have different sizes")
        try:
            joined = tree.map_structure(
                lambda *parts: None if parts[0] is None else np.concatenate(parts), *batches
            )
        except ValueError as error:
            raise Unsupported(f"the examples of the {name} have different shapes") from error
        known, found = self.data_set, (sum(sizes), sizes[0])
        if known.examples and found != (known.examples, known.batch_size):
            epoch = self._epochs + 1
            raise Unsupported(f"the {name} has another length in epoch {epoch} than before")
        known.examples, known.batch_size = found
        return joined

    def _batches(self) -> list[Arrays]:
        new = self._iterator is None
        self._iterator = self._iterator or keras_src.EpochIterator(**self.data_set.arguments)
        if new or self.data_set.evaluated:  # before `fit` trains, and whenever it evaluates
            self._iterator.reset()
        left, found = memory.SHARE * memory.available() / COPIES, []
        for _, _, buffer in self._iterator:
            for batch in buffer:
                found.append(arrays(*keras.utils.unpack_x_y_sample_weight(batch)))
                left -= sum(a.nbytes for a in tree.flatten(found[-1]) if a is not None)
            if left < 0:
                raise Unsupported(f"the {self.data_set.name} does not fit into memory")
        return found


def arrays(x: Any, y: Any, weight: Any = None) -> Arrays:
    """The data as NumPy's arrays, in the types that `fit` gives to a model.

    Raises:
        Unsupported: if they are none.
    """
    data = (x, y, weight)
    leaves = [leaf for leaf in tree.flatten(data) if leaf is not None]
    if y is None or not all(hasattr(leaf, "shape") and np.ndim(leaf) for leaf in leaves):
        raise Unsupported("the data are not arrays of x and y")
    if len({len(leaf) for leaf in leaves}) > 1:
        raise Unsupported("the arrays have different lengths")  # fit says it in Keras' words
    return tree.map_structure(lambda leaf: None if leaf is None else _array(leaf), data)


def _array(leaf: Any) -> np.ndarray:
    array = keras.ops.convert_to_numpy(leaf)
    if array.dtype.kind not in "biuf":
        raise Unsupported(f"the data are of type {array.dtype}")
    return array.astype(keras.config.floatx()) if array.dtype.kind == "f" else array
