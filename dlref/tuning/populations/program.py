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
from dlref.tuning.populations.batched import Batched, column
from dlref.tuning.populations.convolution import as_products
from dlref.tuning.populations.fitting import Fit
from dlref.tuning.populations.noise import Noise
from dlref.tuning.populations.packing import Packing
from dlref.tuning.populations.scalar import stand_in

Members = dict[str, list[Any]]  # "trainable", "rest", "optimizer", "metrics"
MEANS = ("sum_over_batch_size", "mean")
DEV_BATCH = 512
CHUNK = 64  # most mini-batches in one call
Scalars = dict[str, list[Any]]  # "values" and "offsets"
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
        built, model.optimizer.built = model.optimizer.built, True  # not yet: maybe for packed weights
        model._symbolic_build(data_batch=batch)
        model.optimizer.built = built
        make_stateless(model.optimizer)
        self.model, self.owners, self.like = model, owners, batch
        self.noise = Noise(model, batch[0])
        self.batched, self.packing = _batched(model, owners)
        self.variables = {
            "trainable": list(model.trainable_variables),
            "rest": list(model.non_trainable_variables),
            "optimizer": list((self.packing or model.optimizer).variables),
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

    def train_all(self, members: Members, scalars: Scalars, batch: Batch, numbers: Any) -> Members:
        """The update of all members on one mini-batch."""
        if self.batched is None:
            return self.vectorized(
                lambda member, own: self.train_step(member, own, batch, numbers), members, scalars
            )

        def loss_of(trainable: Any) -> Any:
            values = {**members, "trainable": trainable}
            y_pred, rest = self._forward(values, scalars, batch[0], numbers)
            losses, metrics = self._judged(values, scalars, batch, y_pred)
            return ops.sum(losses), {"rest": rest, "metrics": metrics}

        packing = self.packing
        weights = packing.weights(*members["trainable"]) if packing else members["trainable"]
        _, after, gradients = self.gradient(loss_of, weights)
        if packing:
            gradients = [packing.row(gradients)]
        return {**self.vectorized(self._update, members, scalars, gradients), **after}

    def test_all(self, members: Members, scalars: Scalars, batch: Batch) -> list[Any]:
        """The metrics of all members after one mini-batch of the development set."""
        if self.batched is None:
            return self.vectorized(
                lambda member, own: self.test_step(member, own, batch), members, scalars
            )
        y_pred, _ = self._forward(members, scalars, batch[0])
        return self._judged(members, scalars, batch, y_pred)[1]

    def train_step(self, member: Members, scalars: Scalars, batch: Batch, numbers: Any) -> Members:
        """One member's update on one mini-batch."""

        def loss_of(trainable: Any) -> Any:
            return self._judge(
                {**member, "trainable": trainable}, batch, lambda: self.model(batch[0], training=True)
            )

        with self._lent(scalars), self.noise.given(numbers, scalars["offsets"]):
            _, after, gradients = self.gradient(loss_of, member["trainable"])
        return {**self._update(member, scalars, gradients), **after}

    def test_step(self, member: Members, scalars: Scalars, batch: Batch) -> list[Any]:
        """One member's metrics after one mini-batch of the development set."""
        with self._lent(scalars):
            predict = lambda: self.model(batch[0], training=False)
            return self._judge(member, batch, predict, training=False)[1]["metrics"]

    def _judge(
        self, member: Members, batch: Batch, predict: Any, training: bool = True
    ) -> tuple[Any, Members]:
        """The loss of one member, and the variables that predicting and judging change."""
        x, y, weight = batch
        model, kinds = self.model, ("trainable", "rest", "metrics")
        with self._scope(member, kinds) as scope:
            y_pred = predict()
            loss = model._compute_loss(x, y, y_pred, weight, training=training)
            model._loss_tracker.update_state(loss, sample_weight=ops.shape(tree.flatten(x)[0])[0])
            model.compute_metrics(x, y, y_pred, weight)
        return loss, {kind: self._after(scope, kind) for kind in kinds[1:]}

    def _update(self, member: Members, scalars: Scalars, gradients: list[Any]) -> Members:
        with self._lent(scalars):
            trainable, optimizer = self.model.optimizer.stateless_apply(
                member["optimizer"], gradients, member["trainable"]
            )
        return {"trainable": list(trainable), "optimizer": list(optimizer)}

    def _forward(
        self, members: Members, scalars: Scalars, x: Any, numbers: Any = None
    ) -> tuple[Any, list[Any]]:
        """What all members put out, and their variables that this changes; in training if there are `numbers`."""
        training = numbers is not None
        kinds = ("trainable", "rest")
        values = {
            id(v): value
            for kind in kinds
            for v, value in zip(self.variables[kind], members[kind], strict=True)
        }
        offsets = [
            column(a, 1 + len(u.shape)) for a, u in zip(scalars["offsets"], numbers or (), strict=False)
        ]
        with self.noise.given(numbers, offsets):
            y_pred = self.batched(x, values, scalars["values"], training)
        return y_pred, [values[id(v)] for v in self.variables["rest"]]

    def _judged(
        self, members: Members, scalars: Scalars, batch: Batch, y_pred: Any
    ) -> tuple[Any, list[Any]]:
        """The losses and the metrics of all members."""
        # Keras computes some losses from what a softmax was given.
        logits = {
            i: y._keras_logits
            for i, y in enumerate(tree.flatten(y_pred))
            if hasattr(y, "_keras_logits")
        }

        def judge(member: Members, own: Scalars, y_pred: Any, logits: Any) -> Any:
            for i, value in logits.items():
                tree.flatten(y_pred)[i]._keras_logits = value
            with self._lent(own):
                loss, after = self._judge(member, batch, lambda: y_pred)
            return loss, after["metrics"]

        return self.vectorized(judge, members, scalars, y_pred, logits)

    def result(self, metrics: list[Any]) -> dict[str, Any]:
        """One member's logs."""
        with self._scope({"metrics": metrics}, ("metrics",)):
            return dict(self.model.get_metrics_result())

    def prepare(self, members: Members, scalars: Scalars, data: list[Any], fit: Fit) -> None:
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

    def pack(self, members: Members) -> Members:
        """The members as `train_all` takes them."""
        return self.packing.pack(members) if self.packing else members

    def unpack(self, members: Members) -> Members:
        """The members as they were before they were packed."""
        return self.packing.unpack(members) if self.packing else members

    def vectorized(self, function: Any, *stacked: Any) -> Any:
        """`function` of each member's share of what is stacked."""
        raise NotImplementedError

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
    def _lent(self, scalars: Scalars) -> Iterator[None]:
        """Within it the model has a member's scalars, and computes what can be vectorized."""
        before = {path: _get(owner) for path, owner in self.owners.items()}
        try:
            for value, (path, owner) in zip(scalars["values"], self.owners.items(), strict=True):
                set_scalar(owner, stand_in(owner[0], value, float(before[path])))
            with as_products(self.model) if self.products else nullcontext():
                yield
        finally:
            for path, owner in self.owners.items():
                set_scalar(owner, before[path])


def _batched(model: keras.Model, owners: Any) -> tuple[Batched | None, Packing | None]:
    """The model for all members at once, and its weights as one row, if there is a form of it."""
    batched = packing = None
    try:
        batched = Batched(model, owners)
        packing = Packing(model)
    except NotImplementedError:
        model.optimizer.build(model.trainable_variables)
    return batched, packing


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
