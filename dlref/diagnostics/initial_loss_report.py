"""What the loss of an untrained model says."""

from dataclasses import dataclass
from math import sqrt

from dlref.diagnostics.guessing import Guess

EXCESS = 1.5  # nats above ln C that outputs of ordinary size do not reach
ADVICE = {
    "good": "as it should be.",
    "high": "too high. The outputs start too large: draw smaller initial weights (He, Glorot), or normalize the "
    "inputs.",
    "low": "too low. The model has been trained before, or the inputs hold the labels.",
}


@dataclass(frozen=True)
class InitialLoss:
    """The loss of a model before training, beside that of guessing.

    Args:
        loss: of the data, equation (1).
        regularization: what regularizers add to it, and layers by `add_loss`.
        expected: the loss of guessing, equation (2), over all outputs; None where a loss is no cross-entropy.
        guesses: the classes and the weight of each output.
        examples: how many the loss is the mean of.
    """

    loss: float
    regularization: float
    expected: float | None
    guesses: tuple[Guess, ...]
    examples: int

    @property
    def cost(self) -> float:
        """All that an optimizer minimizes: the loss and the regularization."""
        return self.loss + self.regularization

    @property
    def verdict(self) -> str:
        """`"good"`, `"high"`, `"low"`, or `"not known"` where guessing has no price that is known."""
        if self.expected is None:
            return "not known"
        weight = sum(guess.weight for guess in self.guesses)
        return judged(self.loss, self.expected, self.examples, weight)

    def __str__(self) -> str:
        """Both losses, and what to do."""
        parts = f"cost {self.cost:.6g} = loss {self.loss:.6g} + regularization {self.regularization:.6g}"
        if self.expected is None:
            return f"{parts}\nNot every loss is a cross-entropy: what guessing would lose is not known."
        among = " and ".join(f"{guess.classes} classes" for guess in self.guesses)
        guessing = f"guessing among {among} loses {self.expected:.6g}"
        return f"{parts}\n{guessing}: the loss is {ADVICE[self.verdict]}"


def judged(loss: float, expected: float, examples: float, weight: float = 1.0) -> str:
    """`"high"`, `"low"` or `"good"`, with room for the noise of a mean over few examples."""
    noise = 2 / sqrt(examples)
    if loss > expected + weight * (EXCESS + noise):
        return "high"
    return "low" if loss < expected / 2 - weight * noise else "good"
