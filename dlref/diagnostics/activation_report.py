"""What the layers of a model return, as numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import Any

import keras

from dlref._text_table import text_table

KINDS = {"relu": "dead", "relu6": "dead", "tanh": "saturated", "sigmoid": "saturated"}
MOST = {"dead": 0.4, "saturated": 0.5}  # healthy networks have less
SHRUNK = 0.1  # tanh with Xavier comes to 0.4 in ten layers


@dataclass(frozen=True)
class LayerActivations:
    """The activations of one layer.

    Args:
        layer: its name.
        kind: `"dead"` or `"saturated"`, or None where the activation can be neither.
        share: of its units that are dead, or of its outputs that are saturated, equations (3) and (4).
        mean: of all activations, equation (1).
        std: their standard deviation, equation (2).
    """

    layer: str
    kind: str | None
    share: float = nan
    mean: float = nan
    std: float = nan

    @property
    def verdict(self) -> str:
        """`"good"`, or what too many units are: `"dead"`, `"saturated"`."""
        return self.kind if self.kind and self.share > MOST[self.kind] else "good"


@dataclass(frozen=True)
class ActivationStatistics:
    """The activations of a model.

    Args:
        layers: in the order in which they run, the output last.
        examples: how many were looked at.
        training: whether the model ran as in training.
    """

    layers: tuple[LayerActivations, ...]
    examples: int
    training: bool

    @property
    def shrinkage(self) -> float:
        """The standard deviation of the last hidden layer with an activation, relative to that of the first."""
        spread = [each.std for each in self.layers if each.kind]
        return spread[-1] / spread[0] if spread and spread[0] else nan

    @property
    def verdict(self) -> str:
        """`"dead"` or `"saturated"` if a layer is, `"shrinking"` if the spread falls below a tenth, else `"good"`."""
        sick = [each.verdict for each in self.layers if each.verdict != "good"]
        return sick[0] if sick else "shrinking" if self.shrinkage < SHRUNK else "good"

    def __str__(self) -> str:
        """A table for a terminal, and what to do."""
        rows = [("layer", "mean", "std", "dead", "saturated"), *map(_cells, self.layers)]
        lines = text_table(rows)
        mode = "in training" if self.training else "at test time"
        return "\n".join([*lines, f"{self.examples:,} examples, as {mode}.", *self._sentences()])

    def _sentences(self) -> Iterator[str]:
        names = {kind: [e.layer for e in self.layers if e.verdict == kind] for kind in MOST}
        if names["dead"]:
            yield (
                f"Too many dead units in {', '.join(names['dead'])}: they receive no gradient. Use He initialization, "
                "biases of 0 and a lower learning rate, or leaky ReLU."
            )
        if names["saturated"]:
            yield (
                f"Too many saturated outputs in {', '.join(names['saturated'])}: almost no gradient passes. Draw "
                "smaller initial weights (Xavier), or normalize the inputs or the layers."
            )
        if self.shrinkage < SHRUNK:
            yield (
                f"The spread shrinks to {self.shrinkage:.1e} of the first layer's, and so do the gradients. Draw "
                "larger initial weights: He for ReLU, Xavier for tanh."
            )


def kind_of(layer: Any) -> str | None:
    """What can be wrong with the activation of a layer: `"dead"`, `"saturated"`, or None."""
    if isinstance(layer, keras.layers.ReLU):
        return None if layer.negative_slope else "dead"
    if isinstance(layer, keras.layers.RNN):
        return None
    return KINDS.get(getattr(getattr(layer, "activation", None), "__name__", ""))


def _cells(each: LayerActivations) -> tuple[str, ...]:
    share = f"{each.share:.0%}"
    shares = [share if each.kind == kind else "" for kind in MOST]
    return (each.layer, f"{each.mean:.3g}", f"{each.std:.3g}", *shares)
