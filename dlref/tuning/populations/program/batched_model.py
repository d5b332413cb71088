"""A model of usual layers, computed for all members at once, layer by layer as `batched_layers.py` has them.

A model with anything else in it is left to the backend.
"""

from collections.abc import Callable
from typing import Any

import keras
from keras import layers, ops, tree

from dlref._compat import keras as keras_src
from dlref.tuning.populations.model.scalar_tensor import lent
from dlref.tuning.populations.model.traversal import Path
from dlref.tuning.populations.program import batched_recurrent
from dlref.tuning.populations.program.batched_layers import SCALARS, Values, batched_layer, column


class Batched:
    """A model of usual layers.

    Args:
        model: a built model.
        owners: where the scalars are held that the members differ in.

    Raises:
        NotImplementedError: if it has other layers.
    """

    def __init__(self, model: Any, owners: dict[Path, tuple[Any, Any]]) -> None:
        self._graph = getattr(model, "_functional", None) or model
        depths = getattr(self._graph, "_nodes_by_depth", {}).values()
        nodes = [node for depth in depths for node in depth]
        called = [node for node in nodes if not isinstance(node.operation, layers.InputLayer)]
        self._forms = {id(node.operation): batched_layer(node.operation) for node in called}
        single = all(map(_has_single_input, called))
        masked = any(
            keras_src.get_keras_mask(y) is not None
            for y in tree.flatten(getattr(self._graph, "outputs", []))
        )
        varied = [o for o, _ in owners.values() if isinstance(o, keras.Operation)]
        subclassed = not type(model).__module__.startswith("keras.")
        if (
            subclassed
            or masked
            or not called
            or not single
            or any(type(o) not in SCALARS for o in varied)
        ):
            raise NotImplementedError("there is no form of this model")
        # Of the layers: those of the loss, the optimizer and the like are lent to one member after the other.
        self._owners = {i: o for i, o in enumerate(owners.values()) if id(o[0]) in self._forms}

    def __call__(self, x: Any, values: Values, scalars: list[Any], training: bool) -> Any:
        """What the model puts out; `values` become what the layers make of them."""

        def computed(operation: Any) -> Callable[[Any], Any]:
            form = self._forms[id(operation)]

            def compute(x: Any, *others: Any, mask: Any = None, **defaults: Any) -> Any:
                others += () if mask is None else (mask,)
                return form(operation, x, values, training, *others)

            return compute

        columns = [
            column(scalars[i], 1 + len(layer.output.shape))
            for i, (layer, _) in self._owners.items()
        ]
        with lent(self._owners.values(), columns):
            inputs = self._graph._standardize_inputs(x)
            return self._graph._run_through_graph([ops.expand_dims(a, 0) for a in inputs], computed)


def _has_single_input(node: Any) -> bool:
    """Whether an operation is called with one tensor, and at most with a mask that it has a form for."""
    args, kwargs = node.arguments.args, node.arguments.kwargs
    given = {name for name, value in kwargs.items() if value is not None and value is not False}
    masked = keras_src.get_keras_mask(node.input_tensors[0]) is not None
    expected = {"mask"} if masked and type(node.operation) in batched_recurrent.FORMS else set()
    return given == expected and all(type(a) in (int, float) for a in args[1:])
