"""Which layers of a model are trained and which are frozen."""

from dataclasses import dataclass

from dlref._text_table import text_table

ADVICE = {
    ("little", "similar"): "Train the classifier on what the model makes of the inputs.",
    ("little", "different"): (
        "The hardest cell of the table: the last features may be of no use here. Try classifiers on the outputs of "
        "earlier layers, too, or find more data."
    ),
    ("much", "similar"): "Train the classifier first, then these layers at a small learning rate.",
    (
        "much",
        "different",
    ): "Start from these weights rather than random ones, and train many of them.",
}


@dataclass(frozen=True)
class LayerState:
    """One layer.

    Args:
        name: of the layer.
        trainable: whether it is trained.
        parameters: how many numbers its weights hold.
        normalizes: whether it is batch normalization.
    """

    name: str
    trainable: bool
    parameters: int
    normalizes: bool


@dataclass(frozen=True)
class FrozenLayers:
    """All layers with weights, from the inputs on.

    Args:
        layers: each layer.
        data: how much data there are, "little" or "much".
        domain: what they are like, "similar" or "different".
        compiled: whether the model was compiled before.
    """

    layers: tuple[LayerState, ...]
    data: str
    domain: str
    compiled: bool

    @property
    def trained(self) -> tuple[str, ...]:
        """The names of the layers that are trained."""
        return tuple(layer.name for layer in self.layers if layer.trainable)

    @property
    def frozen(self) -> tuple[str, ...]:
        """The names of the layers that are frozen."""
        return tuple(layer.name for layer in self.layers if not layer.trainable)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to do, and what to watch."""
        notes = [ADVICE[self.data, self.domain]]
        if self.compiled:
            notes.append("Compile the model again: what has been fitted keeps the old setting.")
        kept = [layer.name for layer in self.layers if layer.normalizes and not layer.trainable]
        if kept:
            notes.append(
                f"Frozen batch normalization ({', '.join(kept)}) uses the mean and variance of the old data, "
                + "in training too"
                + ("; different data may have others." if self.domain == "different" else ".")
            )
        return tuple(notes)

    def __str__(self) -> str:
        """A table for a terminal, and the notes."""
        rows = [("layer", "parameters", "state")] + [
            (a.name, f"{a.parameters:,}", "trained" if a.trainable else "frozen")
            for a in self.layers
        ]
        total = sum(a.parameters for a in self.layers)
        trained = sum(a.parameters for a in self.layers if a.trainable)
        lines = text_table(rows)
        lines.append(f"{trained:,} of {total:,} parameters are trained.")
        return "\n".join([*lines, *self.notes])
