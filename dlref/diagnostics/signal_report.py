"""What becomes of a signal in a deep network, layer by layer."""

from dataclasses import dataclass

from dlref._text_table import text_table
from dlref.diagnostics.activation_report import ActivationStatistics

VANISHED, EXPLODED = 0.1, 10.0  # of the first layer's activations, or of the last layer's gradient


@dataclass(frozen=True)
class SignalPropagation:
    """The activations of each layer, and the gradients on their way back.

    Args:
        activations: mean, spread and shares of each layer.
        gradients: the standard deviation of dZ of each layer, for normal noise as the gradient of the output.
        factor: by which each layer multiplies the activations, equation (1); NaN if those of the first are all equal.
        gradient_factor: by which each layer multiplies the gradients on their way back, equation (2).
    """

    activations: ActivationStatistics
    gradients: tuple[float, ...]
    factor: float
    gradient_factor: float

    @property
    def verdict(self) -> str:
        """`"vanishing"`, `"exploding"`, `"dead"`, `"saturated"` or `"good"`."""
        steps = len(self.gradients) - 1
        through = [self.factor**steps, self.gradient_factor**steps]
        if any(left > EXPLODED for left in through):
            return "exploding"
        if any(not left >= VANISHED for left in through):  # NaN is nothing left
            return "vanishing"
        sick = [each.verdict for each in self.activations.layers if each.verdict != "good"]
        return sick[0] if sick else "good"

    def __str__(self) -> str:
        """A table for a terminal."""
        rows: list[tuple[str, ...]] = [("layer", "mean", "std", "dead or saturated", "std of dZ")]
        for each, gradient in zip(self.activations.layers, self.gradients, strict=True):
            share = f"{each.share:.0%} {each.kind}" if each.share == each.share else ""
            rows.append(
                (each.layer, f"{each.mean:.3g}", f"{each.std:.3g}", share, f"{gradient:.3g}")
            )
        lines = text_table(rows)
        return "\n".join(
            [
                *lines,
                f"Each layer multiplies the activations by {self.factor:.3g}, and on the way back the gradients by "
                f"{self.gradient_factor:.3g}: {self.verdict}.",
            ]
        )
