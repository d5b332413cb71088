"""What was found of the units of a model's layers."""

from dataclasses import dataclass

from dlref._text_table import text_table

SAME = 1e-6  # what rounding of float32 makes of equal units


@dataclass(frozen=True)
class LayerUnits:
    """The units of one layer.

    Args:
        name: of the layer.
        units: how many it has.
        weights: how far their weights and biases are apart, equation (2).
        gradients: how far the gradients of these are apart.
    """

    name: str
    units: int
    weights: float
    gradients: float

    @property
    def verdict(self) -> str:
        """`"symmetric"` where nothing tells the units apart, else `"good"`."""
        same = self.units > 1 and max(self.weights, self.gradients) <= SAME
        return "symmetric" if same else "good"


@dataclass(frozen=True)
class SymmetricUnits:
    """The units of all layers that were looked at.

    Args:
        layers: each layer.
    """

    layers: tuple[LayerUnits, ...]

    @property
    def found(self) -> tuple[str, ...]:
        """The names of the layers whose units are symmetric."""
        return tuple(layer.name for layer in self.layers if layer.verdict == "symmetric")

    @property
    def verdict(self) -> str:
        """`"symmetric"` if there is such a layer, else `"good"`."""
        return "symmetric" if self.found else "good"

    def __str__(self) -> str:
        """A table for a terminal, and what to do."""
        heads = ("layer", "units", "weights apart", "gradients apart", "verdict")
        rows = [heads] + [
            (a.name, str(a.units), f"{a.weights:.1e}", f"{a.gradients:.1e}", a.verdict)
            for a in self.layers
        ]
        lines = text_table(rows)
        if self.found:
            lines.append(
                f"All units of {', '.join(self.found)} are equal and get equal gradients: they stay one unit. "
                'Initialize the weights with random numbers, such as kernel_initializer="he_normal".'
            )
        return "\n".join(lines)
