"""What layers have in common that hold two vectors of each word, as a target and as a context."""

from typing import Any

from dlref import _checks
from dlref.layers.weighted import Weighted


class TwoVectors(Weighted):
    """Base of `GloVe` and `SkipGram`: two tables, `target` and `context`."""

    def __init__(
        self,
        vocabulary_size: int,
        vector_size: int,
        target_initializer: Any = "uniform",
        context_initializer: Any = "uniform",
        **kwargs: Any,
    ) -> None:
        kwargs |= {
            "target_initializer": target_initializer,
            "context_initializer": context_initializer,
        }
        super().__init__(**kwargs)
        self.vocabulary_size = _checks.integer(self, "vocabulary_size", vocabulary_size, 1)
        self.vector_size = _checks.integer(self, "vector_size", vector_size, 1)

    def add_tables(self) -> None:
        """Makes the vectors, (`vocabulary_size`, `vector_size`) each."""
        shape = self.vocabulary_size, self.vector_size
        self.target = self.add_named_weight("target", shape)
        self.context = self.add_named_weight("context", shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("vocabulary_size", "vector_size")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
