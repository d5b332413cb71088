"""Models taken apart before their training, and groups of them that one program can train."""

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np

from dlref.tuning.populations.model.fast_build import value
from dlref.tuning.populations.model.global_state import Outside
from dlref.tuning.populations.model.structure import Anatomy, dissect
from dlref.tuning.populations.model.traversal import Path
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.flat_weights import ALIKE

Arrays = list[np.ndarray]


@dataclass
class Specimen:
    """One execution of one trial, before its training."""

    number: int
    execution: int
    key: str  # what its training is seeded with
    values: dict[str, Any]
    anatomy: Anatomy
    trainable: Arrays
    rest: Arrays
    optimizer: (
        Arrays  # the variables there are before the first step: iterations, the learning rate
    )
    batch_size: int
    outside: set[Hashable]  # what its model reads that is not its own

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        return [array.shape for array in (*self.trainable, *self.rest)]

    @cached_property
    def place(self) -> tuple[Any, ...]:
        """Which trial and execution this is, and of what: the same in another process."""
        made_of = repr((self.anatomy.structure, self.anatomy.scalars, self.shapes))
        digest = hashlib.sha256(re.sub(" at 0x[0-9a-f]+", "", made_of).encode()).hexdigest()
        return self.number, self.execution, digest

    def offset(self, layer: int) -> float:
        """Where the trial's dropout masks begin, in [0, 1)."""
        return random.Random(f"{self.key}/dropout/{layer}").random()


def take_apart(model: keras.Model, outside: Outside, **identity: Any) -> Specimen:
    """Takes a compiled, built model apart.

    Raises:
        Unsupported: if it cannot be trained in a population.
    """
    check(model)
    anatomy, optimizer = dissect(model), model.optimizer
    if optimizer.use_ema or type(optimizer) not in ALIKE:
        optimizer.build(model.trainable_variables)  # its variables need not start at 0
    return Specimen(
        anatomy=anatomy,
        outside=outside.read_by(anatomy),
        trainable=[value(v) for v in model.trainable_variables],
        rest=[value(v) for v in model.non_trainable_variables],
        optimizer=[value(v) for v in optimizer.variables],
        **identity,
    )


def same_weights(one: Specimen, other: Specimen) -> bool:
    """Whether two models start from the same weights."""
    pairs = zip([*one.trainable, *one.rest], [*other.trainable, *other.rest], strict=True)
    return one.shapes == other.shapes and all(np.array_equal(a, b) for a, b in pairs)


def check(model: keras.Model) -> None:
    """Raises `Unsupported` if only `model.fit` can train the model."""
    for method in (
        "train_step",
        "test_step",
        "fit",
        "evaluate",
        "make_train_function",
        "make_test_function",
    ):
        if getattr(type(model), method) is not getattr(keras.Model, method):
            raise Unsupported(f"the model has its own {method}")
    if not getattr(model, "compiled", False) or model._compile_loss is None:
        raise Unsupported("the model is not compiled with a loss")
    if model.run_eagerly:
        raise Unsupported("the model runs eagerly")
    if not model.built:
        raise Unsupported("it cannot be built from the shapes of x alone: give it an `Input`")
    if not model.trainable_variables:
        raise Unsupported("the model has no trainable weights")
    if isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer):
        raise Unsupported("the optimizer scales the loss")
    name = type(model.optimizer).__name__
    if name == "MultiOptimizer":
        raise Unsupported("there is one optimizer for some weights and another for others")
    if name == "ScheduleFreeAdamW" and keras.backend.backend() == "tensorflow":
        # It keeps a reference to a variable, assigns to that, and takes what it then holds for the value before.
        raise Unsupported("ScheduleFreeAdamW computes on TensorFlow what only `fit` can repeat")
    if callable(model.optimizer._learning_rate) and not isinstance(
        model.optimizer._learning_rate,
        keras.Variable | keras.optimizers.schedules.LearningRateSchedule,
    ):
        raise Unsupported("the learning rate is a function")


def group(
    specimens: Iterable[Specimen], fixed: dict[Any, set[Path]], pad: bool = True
) -> list[list[Specimen]]:
    """Groups of one structure and mini-batch size.

    Args:
        specimens: what to group.
        fixed: of each structure the scalars that have to be equal within a group.
        pad: whether models of different widths share a group.
    """
    groups = defaultdict(list)
    for s in specimens:
        same = tuple(
            s.anatomy.scalars[path] for path in sorted(fixed.get(s.anatomy.structure, ()), key=str)
        )
        widths = () if pad else tuple(s.shapes)
        groups[s.anatomy.structure, s.batch_size, len(s.shapes), same, widths].append(s)
    return list(groups.values())


def varied(specimens: list[Specimen]) -> list[Path]:
    """The scalars in which models of one structure differ."""
    first, *others = (s.anatomy.scalars for s in specimens)
    return [path for path in first if any(other[path] != first[path] for other in others)]


def widest(specimens: list[Specimen]) -> list[tuple[int, ...]]:
    """The shape of each variable that holds those of all."""
    return [
        tuple(max(sizes) for sizes in zip(*shapes, strict=True))
        for shapes in zip(*(s.shapes for s in specimens), strict=True)
    ]


def padded(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """`array` with zeros after it along each axis."""
    if array.shape == shape:
        return array
    return np.pad(array, [(0, n - m) for n, m in zip(shape, array.shape, strict=True)])


def cut(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """What `padded` was given."""
    return array[tuple(slice(size) for size in shape)]


def is_padding(array: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether everything outside `shape` is zero still."""
    outside = np.ones(array.shape, bool)
    outside[tuple(slice(size) for size in shape)] = False
    return not np.any(array[outside])
