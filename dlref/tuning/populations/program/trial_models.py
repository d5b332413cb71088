"""Models taken apart before their training, and groups of them that one program can train."""

import hashlib
import random
import re
import types
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import keras
import numpy as np

from dlref.tuning.populations.model.external_state import ExternalState
from dlref.tuning.populations.model.fast_build import value
from dlref.tuning.populations.model.layouts import read_layouts
from dlref.tuning.populations.model.model_spec import ModelSpec, read_spec
from dlref.tuning.populations.model.traversal import Path
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program import padding
from dlref.tuning.populations.program.flat_weights import ALIKE

Arrays = list[np.ndarray]


@dataclass
class TrialModel:
    """One execution of one trial, before its training."""

    number: int
    execution: int
    key: str  # what its training is seeded with
    values: dict[str, Any]
    spec: ModelSpec
    trainable: Arrays
    rest: Arrays
    optimizer: (
        Arrays  # the variables there are before the first step: iterations, the learning rate
    )
    layouts: list[padding.Layout]  # of the trainable variables, and of the rest
    batch_size: int
    external_state: set[Hashable]  # what its model reads that is not its own

    @property
    def variables(self) -> Arrays:
        """As `layouts` has them."""
        return [*self.trainable, *self.rest]

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        return [array.shape for array in self.variables]

    @cached_property
    def place(self) -> tuple[Any, ...]:
        """Which trial and execution this is, and of what: the same in another process."""
        structure = [tuple(map(_described, entry)) for entry in self.spec.structure]
        made_of = repr((structure, self.spec.scalars, self.shapes))
        digest = hashlib.sha256(re.sub(" at 0x[0-9a-f]+", "", made_of).encode()).hexdigest()
        return self.number, self.execution, digest

    def offset(self, layer: int) -> float:
        """Where the trial's dropout masks begin, in [0, 1)."""
        return random.Random(f"{self.key}/dropout/{layer}").random()


@cache
def _code(code: types.CodeType) -> tuple[Any, ...]:
    return code.co_name, code.co_code, code.co_names, tuple(map(_described, code.co_consts))


def _described(part: Any) -> Any:
    """Without where code is, which its representation says in place of what it does."""
    if isinstance(part, frozenset):
        return sorted(map(repr, part))
    return _code(part) if isinstance(part, types.CodeType) else part


def read_trial_model(
    model: keras.Model, external_state: ExternalState, **identity: Any
) -> TrialModel:
    """Takes a compiled, built model apart.

    Raises:
        Unsupported: if it cannot be trained in a population.
    """
    check(model)
    spec, optimizer = read_spec(model), model.optimizer
    if optimizer.use_ema or type(optimizer) not in ALIKE:
        optimizer.build(model.trainable_variables)  # its variables need not start at 0
    return TrialModel(
        spec=spec,
        external_state=external_state.read_by(spec),
        trainable=[value(v) for v in model.trainable_variables],
        rest=[value(v) for v in model.non_trainable_variables],
        optimizer=[value(v) for v in optimizer.variables],
        layouts=read_layouts(model),
        **identity,
    )


def same_weights(one: TrialModel, other: TrialModel) -> bool:
    """Whether two models start from the same weights."""
    pairs = zip(one.variables, other.variables, strict=True)
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
    trial_models: Iterable[TrialModel], fixed: dict[Any, set[Path]], pad: bool = True
) -> list[list[TrialModel]]:
    """Groups of one structure and mini-batch size.

    Args:
        trial_models: what to group.
        fixed: of each structure the scalars that have to be equal within a group.
        pad: whether models of different widths share a group.
    """
    groups = defaultdict(list)
    for member in trial_models:
        same = tuple(
            member.spec.scalars[path]
            for path in sorted(fixed.get(member.spec.structure, ()), key=str)
        )
        widths = () if pad else tuple(member.shapes)
        key = member.spec.structure, member.batch_size, len(member.shapes), same, widths
        groups[key].append(member)
    return list(groups.values())


def varied(trial_models: list[TrialModel]) -> list[Path]:
    """The scalars in which models of one structure differ."""
    first, *others = (member.spec.scalars for member in trial_models)
    return [path for path in first if any(other[path] != first[path] for other in others)]


def widest(trial_models: list[TrialModel]) -> list[padding.Layout]:
    """The layout of each variable that holds those of all.

    Raises:
        Unsupported: if there is none.
    """
    try:
        each = zip(*(member.layouts for member in trial_models), strict=True)
        return [padding.widest(layouts) for layouts in each]
    except ValueError as error:
        raise Unsupported("padding: a layer's blocks are others in other models") from error
