"""What the calls of a network's layers cost."""

from dataclasses import dataclass

from dlref._text_table import text_table

Factors = tuple[int, tuple[int, ...], int, int]  # q, window, n_c, m


@dataclass(frozen=True)
class LayerCost:
    """One call of a layer.

    Args:
        name: of the layer.
        outputs: the shape of its outputs, without the mini-batch.
        factors: q, the window, n_c and m of (1); twice of a separable layer, none where nothing is multiplied.
        multiplications: how many, by (1); None if they are not known.
        separable: m, k and r of (2), where the call completes a depthwise separable convolution, else None.
    """

    name: str
    outputs: tuple[int | None, ...]
    factors: tuple[Factors, ...]
    multiplications: int | None
    separable: tuple[int, int, float] | None

    @property
    def count(self) -> str:
        """Formula (1) with its numbers, or the number alone; a question mark if it is not known."""
        if self.multiplications is None:
            return "?"
        products = ["·".join(map(str, (q, *window, n_c, m))) for q, window, n_c, m in self.factors]
        total = f"{self.multiplications:,}"
        return f"{' + '.join(products)} = {total}" if products else total

    @property
    def part(self) -> str:
        """Formula (2) with its numbers, or nothing."""
        if self.separable is None:
            return ""
        m, k, r = self.separable
        return f"1/{m} + 1/{k} = {r:.3f}"


@dataclass(frozen=True)
class Multiplications:
    """All calls of a network's layers.

    Args:
        layers: each call, in order.
    """

    layers: tuple[LayerCost, ...]

    @property
    def total(self) -> int:
        """All that are known."""
        return sum(layer.multiplications or 0 for layer in self.layers)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The layers that are left out of the total."""
        return tuple(layer.name for layer in self.layers if layer.multiplications is None)

    def __str__(self) -> str:
        """A table for a terminal, of the layers that multiply."""
        rows = [("layer", "outputs", "multiplications", "part of a full convolution")]
        rows += [
            (each.name, _shape(each.outputs), each.count, each.part)
            for each in self.layers
            if each.multiplications != 0
        ]
        without = f", without {', '.join(self.unknown)}" if self.unknown else ""
        table = text_table(rows if any(row[3] for row in rows[1:]) else [row[:3] for row in rows])
        return "\n".join([*table, f"{self.total:,} multiplications{without}"])


def _shape(outputs: tuple[int | None, ...]) -> str:
    return " × ".join("?" if n is None else str(n) for n in outputs)
