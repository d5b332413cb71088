"""The Keras models that callbacks see: each is lent a member's variables, and gives back what a callback has set."""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops, tree

from dlref.tuning.populations.program.flat_weights import SeparateWeights, Slot, read_slots
from dlref.tuning.populations.program.padding import Layout, cut, padded, plain
from dlref.tuning.populations.program.stacking import tensor


class MemberModels:
    """Those of a population.

    Args:
        population: a `Population` whose members' callbacks have models.
        whole: whether callbacks may look at more than the learning rate.
    """

    def __init__(self, population: Any, whole: bool) -> None:
        self._population, self._whole = population, whole
        program, optimizer = population.program, population.program.model.optimizer
        alone = (optimizer.iterations, optimizer._learning_rate)
        variables = program.variables["optimizer"]
        # Whose place in an optimizer does not depend on the weights that it is built for.
        self._scalars = [i for i, v in enumerate(variables) if any(v is one for one in alone)]
        self._slots: list[Slot] = [(None, "")] * len(variables)
        if whole and (population.padded or type(program.packing) is not SeparateWeights):
            self._slots = read_slots(optimizer, len(program.model.trainable_variables))
        self._lent: dict[int, list[np.ndarray]] = {}

    def lend(self) -> None:
        """Gives each model the variables of its member."""
        stacked, _ = self._stacked()
        for i, history in self._running():
            variables, layouts = self._variables(history)
            own = zip(stacked, layouts, strict=True)
            self._lent[i] = [cut(array[i], *pair) for array, pair in own]
            for variable, value in zip(variables, self._lent[i], strict=True):
                variable.assign(value)

    def take_back(self) -> None:
        """Gives the members what their callbacks have set."""
        changed = False
        stacked, members = self._stacked()
        for i, history in self._running():
            variables, layouts = self._variables(history)
            values = list(map(ops.convert_to_numpy, variables))
            if all(map(np.array_equal, values, self._lent[i])):
                continue
            changed = True
            for array, value, (wide, own) in zip(stacked, values, layouts, strict=True):
                array[i] = padded(value, own, wide)
        if changed:
            self._population.members = members()

    def _running(self) -> list[tuple[int, Any]]:
        histories = enumerate(self._population.histories)
        return [(i, history) for i, history in histories if history.status == "running"]

    def _variables(self, history: Any) -> tuple[list[Any], list[tuple[Layout, Layout]]]:
        """Those that are lent, each with its layout in the population and its own."""
        model, program = history.callbacks.model, self._population.program
        optimizer = model.optimizer.variables
        if not self._whole:
            scalars = [optimizer[i] for i in self._scalars]
            return scalars, [(plain(()), plain(()))] * len(scalars)
        pairs = list(zip(program.layouts, history.model.layouts, strict=True))
        slots = zip(optimizer, self._slots, strict=True)
        others = [
            (plain(v.shape), plain(v.shape)) if weight is None else pairs[weight]
            for v, (weight, _) in slots
        ]
        weights = [*model.trainable_variables, *model.non_trainable_variables]
        return [*weights, *optimizer], [*pairs, *others]

    def _stacked(self) -> tuple[list[np.ndarray], Callable[[], Any]]:
        """What is lent, of all members, and what makes members of it when it was written to."""
        members, packing = self._population.members, self._population.program.packing
        if not self._whole:
            optimizer = list(members["optimizer"])
            found = {i: np.array(optimizer[i]) for i in self._scalars}

            def changed() -> Any:
                tensors = {i: tensor(array) for i, array in found.items()}
                replaced = [tensors.get(i, value) for i, value in enumerate(optimizer)]
                return {**members, "optimizer": replaced}

            return [*found.values()], changed
        unpacked = tree.map_structure(
            np.array, packing.unpack(tree.map_structure(np.asarray, members))
        )
        arrays = [*unpacked["trainable"], *unpacked["rest"]]
        arrays += packing.in_order(unpacked["optimizer"], self._slots)
        return arrays, lambda: tree.map_structure(tensor, packing.pack(unpacked))
