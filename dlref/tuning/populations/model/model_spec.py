"""What a compiled Keras model is made of: its structure, its scalars, and its variables.

Two models can be trained by one program if they have the same structure; the scalars in which they differ become inputs
of the program. A scalar is any Python float that the model, its layers, optimizer, schedules, regularizers, loss or
metrics hold as an attribute: a dropout rate, a momentum, lambda; in a schedule it is any number. Everything else
(integers, strings, functions, what they enclose and read, how the layers are connected) is structure.
"""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import keras

from dlref.tuning.populations.model.attributes import undecayed
from dlref.tuning.populations.model.traversal import Path, SharedObject, Traversal


@dataclass
class ModelSpec:
    """A model taken apart.

    Attributes:
        structure: equal for models that one program can train, the shapes of their variables aside.
        scalars: each float by the path to it.
        owners: the object (or dict) and the attribute (or key) that hold it.
        widths: units of each `Dense` and recurrent layer, and filters of each convolution.
        shared: what other models may hold or read, too.
    """

    structure: tuple[Any, ...]
    scalars: dict[Path, float]
    owners: dict[Path, tuple[Any, Any]]
    widths: tuple[int, ...]
    shared: dict[Hashable, SharedObject] = field(repr=False, default_factory=dict)

    def content(self, shared_object: SharedObject) -> dict[Path, Any]:
        """What something that the model holds is made of, by the path from there."""
        found = defaultdict(list)
        for path, *what in self.structure[shared_object.span]:
            if what[0] != "again":  # which number it has, depends on what the model holds besides
                found[path[shared_object.depth :]].append((*what, self.scalars.get(path)))
        return found


def read_spec(model: keras.Model) -> ModelSpec:
    """Takes a compiled model apart; it need not be built."""
    traversal = Traversal([*model.variables, *model.optimizer.variables])
    read = keras.config.floatx(), keras.config.epsilon(), keras.config.image_data_format()
    traversal.share(("keras", "config"), read, ("keras.config",), traversal.visit)
    traversal.visit(("model",), model)
    traversal.visit(("optimizer",), model.optimizer)
    loss, metrics = model._compile_loss, model._compile_metrics
    for path, value in (
        ("loss", loss and loss._user_loss),
        ("loss_weights", repr(loss and loss._user_loss_weights)),
        ("metrics", metrics and metrics._user_metrics),
        ("weighted_metrics", metrics and metrics._user_weighted_metrics),
        ("policy", str(keras.config.dtype_policy())),
        ("undecayed", undecayed(model)),
    ):
        traversal.visit((path,), value)
    return ModelSpec(
        tuple(traversal.structure),
        traversal.scalars,
        traversal.owners,
        tuple(traversal.widths),
        traversal.shared,
    )
