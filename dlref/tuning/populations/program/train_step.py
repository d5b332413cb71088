"""What one mini-batch does to the members of a population.

Written twice: for one member, which the backend vectorizes, whatever the model; and for all members at once, where
`batched_model.py` has a form of every layer. Their losses and metrics are the model's own either way.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

import keras
from keras import ops, tree

from dlref._compat import keras as keras_src
from dlref.optimizers.stateless import make_stateless
from dlref.tuning.populations.model.scalar_tensor import lent
from dlref.tuning.populations.model.traversal import Path
from dlref.tuning.populations.program.batched_convolution import as_products
from dlref.tuning.populations.program.batched_layers import column
from dlref.tuning.populations.program.batched_model import Batched
from dlref.tuning.populations.program.dropout_masks import DropoutMasks
from dlref.tuning.populations.program.flat_weights import FlatWeights, Members, SeparateWeights
from dlref.tuning.populations.program.stacking import current

Scalars = dict[str, list[Any]]  # "values" and "offsets"
Batch = tuple[Any, Any, Any]  # x, y, sample_weight or None


class Steps:
    """The steps of one model, for members that differ in some scalars.

    Args:
        model: a compiled model; it is built, and lends its layers and its optimizer. Its own weights stay as they are.
        owners: where the scalars are held that the members differ in.
        batch: a few examples.
        loops: whether members take turns, instead of every operation being vectorized.
    """

    products = False  # whether convolutions are computed as products of matrices
    unmasks = False  # whether metrics see no mask in training, as in Keras' trainer

    def __init__(
        self, model: keras.Model, owners: dict[Path, tuple[Any, Any]], batch: Batch, loops: bool
    ) -> None:
        optimizer, built = model.optimizer, model.optimizer.built
        optimizer.built = True  # not yet: it may be built for packed weights
        # JAX warns of arrays in 64 bits, which its tensors do not have by default.
        tensors = tree.map_structure(
            lambda a: None if a is None else ops.convert_to_tensor(a), batch
        )
        model._symbolic_build(data_batch=tensors)
        optimizer.built = built
        make_stateless(optimizer)
        self.model, self.owners = model, owners
        self.dropout_masks = DropoutMasks(model, batch[0])
        self.loops = loops
        # None: the backend has to vectorize the model, the optimizer is built for each weight.
        self.batched: Any = None if loops else _if_possible(Batched, model, owners)
        packed = _if_possible(FlatWeights, model) if self.batched else None
        self.packing = packed or SeparateWeights(model)
        self.variables = {
            "trainable": list(model.trainable_variables),
            "rest": list(model.non_trainable_variables),
            "optimizer": list(optimizer.variables),
            "metrics": list(model.metrics_variables),
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
            losses, metrics = self._judged(values, scalars, batch, y_pred, training=True)
            return ops.sum(losses), {"rest": rest, "metrics": metrics}

        _, after, gradients = self.gradient(loss_of, self.packing.part(members["trainable"]))
        gradients = self.packing.join(gradients)
        return {**self.vectorized(self._update, members, scalars, gradients), **after}

    def test_all(self, members: Members, scalars: Scalars, batch: Batch) -> list[Any]:
        """The metrics of all members after one mini-batch of the development set."""
        if self.batched is None:
            return self.vectorized(
                lambda member, own: self.test_step(member, own, batch), members, scalars
            )
        members = {**members, "trainable": self.packing.part(members["trainable"])}
        y_pred, _ = self._forward(members, scalars, batch[0])
        return self._judged(members, scalars, batch, y_pred, training=False)[1]

    def train_step(self, member: Members, scalars: Scalars, batch: Batch, numbers: Any) -> Members:
        """One member's update on one mini-batch."""

        def loss_of(trainable: Any) -> Any:
            predict = partial(self.model, batch[0], training=True)
            return self._judge({**member, "trainable": trainable}, batch, predict, training=True)

        with self._lent(scalars), self.dropout_masks.given(numbers, scalars["offsets"]):
            _, after, gradients = self.gradient(loss_of, member["trainable"])
        return {**self._update(member, scalars, gradients), **after}

    def test_step(self, member: Members, scalars: Scalars, batch: Batch) -> list[Any]:
        """One member's metrics after one mini-batch of the development set."""
        with self._lent(scalars):
            predict = partial(self.model, batch[0], training=False)
            return self._judge(member, batch, predict, training=False)[1]["metrics"]

    def _judge(
        self, member: Members, batch: Batch, predict: Any, training: bool
    ) -> tuple[Any, Members]:
        """The loss of one member, and the variables that predicting and judging change."""
        x, y, weight = batch
        model, kinds = self.model, ("trainable", "rest", "metrics")
        with self._scope(member, kinds) as scope:
            y_pred = predict()
            loss = model._compute_loss(x, y, y_pred, weight, training=training)
            model._loss_tracker.update_state(loss, sample_weight=ops.shape(tree.flatten(x)[0])[0])
            if training and self.unmasks:
                tree.map_structure(lambda y: keras_src.set_keras_mask(y, None), y_pred)
            model.compute_metrics(x, y, y_pred, weight)
            if training:
                loss = model.optimizer.scale_loss(loss)  # which scales its gradients back
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
        variables = [*self.variables["trainable"], *self.variables["rest"]]
        arrays = [*members["trainable"], *members["rest"]]
        values = {id(v): array for v, array in zip(variables, arrays, strict=True)}
        pairs = zip(scalars["offsets"], numbers or (), strict=False)
        offsets = [column(offset, 1 + len(u.shape)) for offset, u in pairs]
        with self.dropout_masks.given(numbers, offsets):
            y_pred = self.batched(x, values, scalars["values"], training=numbers is not None)
        return y_pred, [values[id(v)] for v in self.variables["rest"]]

    def _judged(
        self, members: Members, scalars: Scalars, batch: Batch, y_pred: Any, training: bool
    ) -> tuple[Any, list[Any]]:
        """The losses and the metrics of all members."""
        # Keras computes some losses from what a softmax was given.
        outputs = enumerate(tree.flatten(y_pred))
        logits = {i: y._keras_logits for i, y in outputs if hasattr(y, "_keras_logits")}

        def judge(member: Members, own: Scalars, y_pred: Any, logits: Any) -> Any:
            for i, value in logits.items():
                tree.flatten(y_pred)[i]._keras_logits = value
            with self._lent(own):
                loss, after = self._judge(member, batch, lambda: y_pred, training)
            return loss, after["metrics"]

        return self.vectorized(judge, members, scalars, y_pred, logits)

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
        return [current(scope, v) for v in self.variables[kind]]

    @contextmanager
    def _lent(self, scalars: Scalars) -> Iterator[None]:
        """Within it the model has a member's scalars, and computes what can be vectorized."""
        products = as_products(self.model) if self.products else nullcontext()
        with lent(self.owners.values(), scalars["values"]), products:
            yield


def _if_possible(kind: Any, *args: Any) -> Any:
    try:
        return kind(*args)
    except NotImplementedError:
        return None
