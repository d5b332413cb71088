"""What the babysitter knows of a run: plain numbers, from which `rules.py` draws its advice."""

from dataclasses import dataclass, field
from statistics import median

from dlref.diagnostics.activation_report import LayerActivations

ERRORS = (
    "accuracy",
    "acc",
    "sparse_categorical_accuracy",
    "categorical_accuracy",
    "binary_accuracy",
)


@dataclass(frozen=True)
class Subset:
    """What came of training a copy of the model on a few examples."""

    examples: int
    first: float
    last: float
    steps: int
    learned: bool


@dataclass
class Measurements:
    """A run so far."""

    classes: int = 0  # of a cross-entropy
    expected: float | None = None  # ln(classes), the loss of guessing
    first: float | None = None  # loss before the first update, without regularization
    count: float = 64.0  # examples in that mini-batch
    penalty: float = 0.0  # the regularization now
    rate: float = 0.0  # the learning rate
    step: int = 0  # updates so far
    loss: float | None = None  # of the last mini-batches
    stretches: list[float] = field(default_factory=list)  # mean loss per epoch, or 1000 batches
    ratios: list[float] = field(default_factory=list)  # update to weight, since the last change
    early: int = 0  # how many of them are of the first stretch, where updates may be large
    epochs: list[dict[str, float]] = field(default_factory=list)
    changed: int = 0  # epochs before the last change of a hyperparameter
    layers: list[LayerActivations] = field(default_factory=list)
    subset: Subset | None = None
    data_broken: bool = False  # NaN or infinite values in the inputs
    target: float = 0.0  # the error that is possible
    ended: bool = False

    @property
    def base(self) -> float | None:
        """What a model that has learned nothing loses."""
        known = [loss for loss in (self.first, self.expected) if loss is not None]
        return min(known) if known else None

    @property
    def ratio(self) -> float | None:
        """The update-to-weight ratio of late."""
        return median(self.ratios[-9:]) if len(self.ratios) >= 5 else None

    @property
    def later_ratio(self) -> float | None:
        """The same, the first stretch left out."""
        later = self.ratios[self.early :] if self.early else []
        return median(later[-9:]) if len(later) >= 3 else None

    @property
    def after_change(self) -> list[dict[str, float]]:
        """The whole epochs since a hyperparameter was last changed."""
        return self.epochs[self.changed :]

    def error(self, logs: dict[str, float], prefix: str = "") -> float | None:
        """1 - accuracy, where the model measures accuracy."""
        return next((1 - logs[prefix + name] for name in ERRORS if prefix + name in logs), None)

    def change(self, within_epoch: bool) -> None:
        """What came before says nothing about the hyperparameters of now."""
        self.stretches.clear()
        self.ratios.clear()
        self.early = 0
        self.changed = len(self.epochs) + within_epoch
