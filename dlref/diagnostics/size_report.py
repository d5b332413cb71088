"""What the sizes of a model's layers come from."""

from dataclasses import dataclass
from fractions import Fraction

from dlref._text_table import text_table
from dlref.diagnostics.network_layers import Filters

Axis = tuple[int, Fraction, int, int]  # n, p, f, s


@dataclass(frozen=True)
class LayerSize:
    """One layer.

    Args:
        name: of the layer.
        outputs: the shape of its outputs, without the mini-batch.
        sizes: for each axis that a window slides over n, p, f and s, and the size by (1).
        filters: the window of its filters, how many channels they reach over, whether they have a bias, and how many
            they are; None where (2) does not hold.
        parameters: how many parameters it has.
    """

    name: str
    outputs: tuple[int | None, ...]
    sizes: tuple[tuple[Axis, int], ...]
    filters: Filters | None
    parameters: int

    @property
    def size(self) -> str:
        """Formula (1) with its numbers; height and width once where they are alike."""
        return ", ".join(dict.fromkeys(_size(*axis, h) for axis, h in self.sizes))

    @property
    def count(self) -> str:
        """Formula (2) with its numbers, or the number alone."""
        if self.filters is None:
            return f"{self.parameters:,}"
        window, n_c, beta, m = self.filters
        weights = "·".join(map(str, (*window, n_c)))
        return f"({weights} + {beta})·{m} = {self.parameters:,}"


@dataclass(frozen=True)
class LayerSizes:
    """All layers of a model.

    Args:
        layers: each layer.
        parameters: how many parameters the model has; a layer that is used twice counts once.
    """

    layers: tuple[LayerSize, ...]
    parameters: int

    def __str__(self) -> str:
        """A table for a terminal."""
        rows = [("layer", "outputs", "size", "parameters")]
        rows += [(a.name, _shape(a.outputs), a.size, a.count) for a in self.layers]
        return "\n".join([*text_table(rows), f"{self.parameters:,} parameters"])


def _shape(outputs: tuple[int | None, ...]) -> str:
    return " × ".join("?" if n is None else str(n) for n in outputs)


def _size(n: int, p: Fraction, f: int, s: int, h: int) -> str:
    padding = f"2·{p}" if p.denominator == 1 else f"{2 * p}"
    return f"⌊({n} + {padding} − {f})/{s}⌋ + 1 = {h}"
