"""The cost J of a Keras model as a function of all its parameters in one vector."""

import contextlib
from typing import Any
from unittest import mock

import keras
import numpy as np
from keras import ops, tree

from dlref.diagnostics.double_precision import values
from dlref.diagnostics.recording import recording
from dlref.gradients import value_and_gradients

NARROW = ("float16", "bfloat16", "float32")


class Cost:
    """J(theta), in the precision of the moment; nothing in the model changes.

    Whatever else J depends on is as it is in the model each time: the seeds, so that dropout draws the same masks, and
    the averages of batch normalization.

    Args:
        owner: the diagnosis, for its errors.
        model: a built Keras model, compiled or not.
        data: x, y and the weights of the examples or None, as arrays.
        loss: stands for the loss that the model is compiled with, where it is not None.
        training: whether the model runs as in training.
    """

    def __init__(
        self, owner: str, model: Any, data: tuple[Any, Any, Any], loss: Any, training: bool
    ) -> None:
        self.owner, self.model, self.training = owner, model, training
        self.own = type(model).compute_loss is not keras.Model.compute_loss
        self.examples = len(tree.flatten(data[0])[0])
        self.data = tree.map_structure(_tensor, data)
        self.parameters = list(model.trainable_variables)
        self.rest = values(model.non_trainable_variables)
        given, names = model._compile_loss, getattr(model, "output_names", None)
        if loss is not None:
            self.loss: Any = _compiled(loss, None, names)
        elif given is not None:  # anew, since the model's may still have to be built
            weights = given._user_loss_weights
            self.loss = _compiled(given._user_loss, weights, given.output_names)
        else:
            self.loss = None
        if self.loss is not None and data[1] is None:
            raise ValueError(f"{owner}: `y` must be given for a loss. Received: y=None.")
        self.sizes = [int(np.prod(v.shape)) for v in self.parameters]

    @property
    def start(self) -> np.ndarray:
        """The parameters of the model."""
        values = [ops.convert_to_numpy(ops.cast(v.value, v.dtype)) for v in self.parameters]
        return np.concatenate([np.ravel(value) for value in values])

    def label(self, place: int) -> str:
        """The parameter at a place of the vector: `dense/kernel[3, 0]`."""
        which = int(np.searchsorted(np.cumsum(self.sizes), place, side="right"))
        variable = self.parameters[which]
        index = np.unravel_index(place - sum(self.sizes[:which]), variable.shape)
        return f"{variable.path}{[int(i) for i in index]}" if index else variable.path

    def __call__(self, theta: Any) -> Any:
        """The cost."""
        return self.parts(theta)[0]

    def parts(self, theta: Any = None) -> tuple[Any, Any, Any]:
        """The cost, what regularization adds to it, and the predictions; at the model's own parameters without any."""
        x, y, weights = self.data
        with mock.patch.object(self.model, "_compile_loss", self.loss), self._at(theta):
            y_pred = self.model(x, training=self.training)
            if self.loss is None and not self.own and not self.model.losses:
                raise ValueError(
                    f"{self.owner}: the model must have a loss. Compile it with one, or give `loss`, such as "
                    'loss="mse". Received: a model without a loss, and loss=None.'
                )
            cost = self.model._compute_loss(x, y, y_pred, weights, training=self.training)
            return cost, sum(self.model.losses), y_pred

    def gradient(self, theta: Any) -> np.ndarray:
        """By the backend's differentiation; what runs backward reads the weights in a scope, too."""
        with self._at(theta):
            return value_and_gradients(self, [theta], 1.0)[1]

    def _at(self, theta: Any) -> keras.StatelessScope:
        """Within it the model has the parameters theta."""
        if theta is None:
            own = [(v, v.value) for v in self.parameters]
            return keras.StatelessScope([*own, *self.rest], collect_losses=True)
        parts = zip(self.parameters, self.sizes, np.cumsum(self.sizes).tolist(), strict=True)
        given = [(v, ops.reshape(theta[end - size : end], v.shape)) for v, size, end in parts]
        return keras.StatelessScope([*given, *self.rest], collect_losses=True)

    def look(self, theta: Any) -> tuple[float, list[str], list[str]]:
        """The cost, what returns something else for the same inputs the next time, and what is not in float64."""
        layers = list(self.model._flatten_layers())
        with recording(layers) as first:
            cost = self(theta)
        with recording(layers) as second:
            again = self(theta)
        changed, narrow = [], []
        for one, other in zip(first, second, strict=False):
            outputs = _arrays(one.outputs)
            if _equal(_arrays(one.inputs), _arrays(other.inputs)):
                changed += [one.layer] * (not _equal(outputs, _arrays(other.outputs)))
            narrow += [one.layer.name] * any(a.dtype.name in NARROW for a in outputs)
        random = [layer.name for layer in changed if not _inside(layer, changed)]
        if not random and not _equal(_arrays(cost), _arrays(again)):
            random = ["the loss"]
        if ops.convert_to_numpy(cost).dtype.name in NARROW:
            narrow.append("the loss")
        return self.number(cost), list(dict.fromkeys(random)), list(dict.fromkeys(narrow))

    def number(self, cost: Any) -> float:
        """The cost as a number; an error where it is none."""
        value = ops.convert_to_numpy(cost)
        if value.shape:
            raise ValueError(
                f"{self.owner}: the loss must be one number for all examples. Received: an array of shape "
                f'{value.shape}. Let it be reduced: reduction="sum_over_batch_size".'
            )
        if not np.isfinite(value):
            raise ValueError(
                f"{self.owner}: the cost at the model's weights must be finite. Received: {value}. Look for labels "
                "outside the classes, for the logarithm of 0, and for weights that are NaN."
            )
        return float(value)


def _compiled(loss: Any, weights: Any, names: Any) -> Any:
    """A loss as a model with outputs of these names has it after `compile`."""
    model: Any = keras.Model()
    model.output_names = names
    model.compile(loss=loss, loss_weights=weights)
    return model._compile_loss


def _tensor(a: Any) -> Any:
    """In the default precision, where it has a fraction."""
    if a is None:
        return None
    return ops.convert_to_tensor(a, keras.config.floatx() if a.dtype.kind == "f" else None)


def _inside(layer: Any, layers: list[Any]) -> bool:
    """Whether one of `layers` is a part of `layer`."""
    return any(part in layers for part in layer._flatten_layers(include_self=False))


def _arrays(values: Any) -> list[np.ndarray]:
    """The tensors that are known now; those of a loop that is traced are not."""
    arrays = []
    for value in tree.flatten(values):
        with contextlib.suppress(Exception):
            if ops.is_tensor(value):
                arrays.append(ops.convert_to_numpy(value))
    return arrays


def _equal(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    """Whether nothing but the order of a sum tells them apart."""
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True)
        for a, b in zip(one, other, strict=False)
    )
