"""The variables of many models along one axis."""

from typing import Any

import keras
import numpy as np
from keras import ops, tree

from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.flat_weights import Members
from dlref.tuning.populations.program.padding import padded, plain
from dlref.tuning.populations.program.trial_models import TrialModel


def stack(program: Any, trial_models: list[TrialModel]) -> Members:
    """The variables of all members, padded to those of the program's model.

    Raises:
        Unsupported: if variables of an optimizer would have to be padded in blocks.
    """
    count, template = len(trial_models), program.member()
    known = len(trial_models[0].optimizer)
    stacked = [
        np.stack([padded(each.variables[i], each.layouts[i], wide) for each in trial_models])
        for i, wide in enumerate(program.layouts)
    ]
    border = len(template["trainable"])
    members: Members = {"trainable": stacked[:border], "rest": stacked[border:]}
    members["optimizer"] = [
        _padded_state([member.optimizer[i] for member in trial_models], v, program)
        if i < known
        else _repeated(v, count)
        for i, v in enumerate(template["optimizer"])
    ]
    members["metrics"] = [_repeated(v, count) for v in template["metrics"]]
    members["trainable"] = program.packing.join(members["trainable"], np)
    return tree.map_structure(tensor, members)


def _padded_state(states: list[np.ndarray], like: Any, program: Any) -> np.ndarray:
    """A variable of the optimizer, which may be one for a weight."""
    shape = tuple(like.shape)
    if program.has_blocks and any(state.shape != shape for state in states):
        raise Unsupported("padding: the optimizer's variables would be in blocks")
    return np.stack([padded(state, plain(state.shape), plain(shape)) for state in states])


def stack_scalars(program: Any, trial_models: list[TrialModel]) -> dict[str, list[Any]]:
    """What the members differ in besides their variables: the scalars, and where their dropout masks begin."""
    values = [[member.spec.scalars[path] for member in trial_models] for path in program.owners]
    layers = range(len(program.dropout_masks.layers))
    offsets = [[member.offset(i) for member in trial_models] for i in layers]
    dtype = "float64" if program.wide else keras.config.floatx()
    return {
        "values": [tensor(np.asarray(v, dtype)) for v in values],
        "offsets": [tensor(np.asarray(v, "float32")) for v in offsets],
    }


def variables(program: Any, trainable: list[Any], rest: list[Any]) -> list[np.ndarray]:
    """The weights and the other variables of all members, as the model has them."""
    return [*program.packing.part(list(map(np.asarray, trainable)), np), *map(np.asarray, rest)]


def filled(items: list[Any], size: int) -> list[Any]:
    """Copies of the first after the others, until there are so many."""
    return items + items[:1] * (size - len(items))


def tile(value: Any, count: int) -> Any:
    """The same value `count` times."""
    return tensor(_repeated(value, count))


def _repeated(value: Any, count: int) -> np.ndarray:
    return np.repeat(np.asarray(value)[None], count, axis=0)


def tensor(array: Any) -> Any:
    """A tensor of the backend; None stays None."""
    if array is None:
        return None
    # Told its type, JAX does not compile a program for each shape; of 64 bits it would warn.
    told = array.dtype.itemsize < 8
    return ops.convert_to_tensor(array, array.dtype if told else None)


def current(scope: keras.StatelessScope, variable: Any) -> Any:
    """The value of a variable in a scope, its own outside of it."""
    value = scope.get_current_value(variable)
    return variable.value if value is None else value
