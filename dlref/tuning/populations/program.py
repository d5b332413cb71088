"""A training program for many models of one structure: `members` holds their variables, stacked along axis 0.

What one model does in a step is written once, on `keras.StatelessScope`; the backend's file vectorizes it over the
members, repeats it over the mini-batches, and compiles it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import keras
from keras import ops, tree

from dlref.optimizers.stateless import make_stateless
from dlref.tuning.populations.anatomy import Path, set_scalar
from dlref.tuning.populations.convolution import as_products
from dlref.tuning.populations.fitting import Fit
from dlref.tuning.populations.noise import Noise
from dlref.tuning.populations.scalar import Scalar, asks_for_signs

Members = dict[str, list[Any]]  # "trainable", "rest", "optimizer", "metrics"
MEANS = ("sum_over_batch_size", "mean")
DEV_BATCH = 512
CHUNK = 64  # most mini-batches in one call
Batch = tuple[Any, Any, Any]  # x, y, sample_weight or None


class Program:
    """The steps of one model, for members that differ in some scalars.

    Args:
        model: a compiled model; it is built, and lends its layers and its optimizer. Its own weights stay as they are.
        owners: where the scalars are held that the members differ in.
        batch: a few examples.
    """

    products = False  # whether convolutions are computed as products of matrices
    wide = False  # whether scalars come in float64
    loops = False  # whether members take turns within the program, instead of every operation being vectorized

    def __init__(
        self, model: keras.Model, owners: dict[Path, tuple[Any, Any]], batch: Batch
    ) -> None:
        model._symbolic_build(data_batch=batch)
        model.optimizer.build(model.trainable_variables)
        make_stateless(model.optimizer)
        self.model, self.owners, self.like = model, owners, batch
        self.noise = Noise(model, batch[0])
        self.variables = {
            "trainable": list(model.trainable_variables),
            "rest": list(model.non_trainable_variables),
            "optimizer": list(model.optimizer.variables),
            "metrics": list(model.metrics_variables),
        }

    @property
    def any_size(self) -> bool:
        """Whether the number of members may change without another trace or compilation."""
        return False

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Of the weights and the other variables of the model."""
        return [tuple(v.shape) for kind in ("trainable", "rest") for v in self.variables[kind]]

    def member(self) -> Members:
        """The variables of the model itself, its metrics reset."""
        with keras.StatelessScope() as scope:
            self.model.reset_metrics()
        return {
            kind: [_current(scope, v) for v in variables]
            for kind, variables in self.variables.items()
        }

    def train_step(
        self, member: Members, scalars: dict[str, Any], batch: Batch, numbers: Any
    ) -> Members:
        """One member's update on one mini-batch."""
        x, y, weight = batch
        model, kinds = self.model, ("trainable", "rest", "metrics")

        def loss_of(trainable: Any) -> Any:
            values = {**member, "trainable": trainable}
            with self._scope(values, kinds) as scope:
                y_pred = model(x, training=True)
                loss = model._compute_loss(x, y, y_pred, weight, training=True)
                model._loss_tracker.update_state(
                    loss, sample_weight=ops.shape(tree.flatten(x)[0])[0]
                )
                model.compute_metrics(x, y, y_pred, weight)
            return loss, {kind: self._after(scope, kind) for kind in kinds[1:]}

        with self._lent(scalars), self.noise.given(numbers, scalars["offsets"]):
            _, after, gradients = self.gradient(loss_of, member["trainable"])
            trainable, optimizer = model.optimizer.stateless_apply(
                member["optimizer"], gradients, member["trainable"]
            )
        return {"trainable": list(trainable), "optimizer": list(optimizer), **after}

    def test_step(self, member: Members, scalars: dict[str, Any], batch: Batch) -> list[Any]:
        """One member's metrics after one mini-batch of the development set."""
        x, y, weight = batch
        model = self.model
        with self._lent(scalars), self._scope(member, ("trainable", "rest", "metrics")) as scope:
            y_pred = model(x, training=False)
            loss = model._compute_loss(x, y, y_pred, weight, training=False)
            model._loss_tracker.update_state(loss, sample_weight=ops.shape(tree.flatten(x)[0])[0])
            model.compute_metrics(x, y, y_pred, weight)
        return self._after(scope, "metrics")

    def result(self, metrics: list[Any]) -> dict[str, Any]:
        """One member's logs."""
        with self._scope({"metrics": metrics}, ("metrics",)):
            return dict(self.model.get_metrics_result())

    def prepare(self, members: Members, scalars: dict[str, Any], data: list[Any], fit: Fit) -> None:
        """Begins to compile what training and evaluating these members needs, where that is done ahead."""

    def cancel(self) -> None:
        """Gives up what has not begun to be compiled."""

    def cannot_vectorize(self) -> bool:
        """Whether it is known beforehand that the members have to take turns."""
        return False

    def compiled(self, function: Any) -> Any:
        """A function as the backend runs it fastest once."""
        return function

    @staticmethod
    def select(where: Any, new: Any, old: Any) -> Any:
        """The members' variables `new` where it is true, `old` elsewhere."""

        def choose(a: Any, b: Any) -> Any:
            return ops.where(ops.reshape(where, [-1] + [1] * (len(a.shape) - 1)), a, b)

        return tree.map_structure(choose, new, old)

    def dev_batch_size(self, size: int) -> int:
        """Examples to evaluate at once: more than asked for, where that makes no difference to Keras' means."""
        model, metrics = self.model, self.model._compile_metrics
        losses = tree.flatten(model._compile_loss._user_loss)
        if metrics:
            losses += tree.flatten([metrics._user_metrics, metrics._user_weighted_metrics])
        plain = all(each is None or isinstance(each, str) or _is_mean(each) for each in losses)
        layers = model._flatten_layers(include_self=False)
        plain &= all(_is_known(v) and v.activity_regularizer is None for v in layers)
        return max(size, DEV_BATCH) if plain else size

    def gradient(self, loss_of: Any, trainable: list[Any]) -> tuple[Any, Any, Any]:
        """The loss, what it returns besides, and its gradients."""
        raise NotImplementedError

    def _scope(self, values: Members, kinds: tuple[str, ...]) -> keras.StatelessScope:
        pairs = [
            pair for kind in kinds for pair in zip(self.variables[kind], values[kind], strict=True)
        ]
        return keras.StatelessScope(pairs, collect_losses=True)

    def _after(self, scope: keras.StatelessScope, kind: str) -> list[Any]:
        return [_current(scope, v) for v in self.variables[kind]]

    @contextmanager
    def _lent(self, scalars: dict[str, Any]) -> Iterator[None]:
        """Within it the model has a member's scalars, and computes what can be vectorized."""
        before = {path: _get(owner) for path, owner in self.owners.items()}
        try:
            for value, (path, owner) in zip(scalars["values"], self.owners.items(), strict=True):
                if asks_for_signs(owner[0]):
                    single = isinstance(owner[0], keras.optimizers.schedules.LearningRateSchedule)
                    set_scalar(owner, Scalar(value, float(before[path]), single))
                else:
                    set_scalar(owner, ops.cast(value, keras.config.floatx()))
            with as_products(self.model) if self.products else nullcontext():
                yield
        finally:
            for path, owner in self.owners.items():
                set_scalar(owner, before[path])


def _is_known(thing: Any) -> bool:
    return type(thing).__module__.startswith(("keras.", "dlref."))


def _is_mean(thing: Any) -> bool:
    of = getattr(thing, "_fn", None) or getattr(thing, "fn", None)  # what is averaged
    known = _is_known(thing) and (of is None or of.__module__.startswith(("keras.", "dlref.")))
    return known and (isinstance(thing, keras.metrics.Metric) or thing.reduction in MEANS)


def _current(scope: keras.StatelessScope, variable: Any) -> Any:
    value = scope.get_current_value(variable)
    return variable.value if value is None else value


def _get(owner: tuple[Any, Any]) -> Any:
    holder, key = owner
    return holder[key] if isinstance(holder, dict) else getattr(holder, key)
