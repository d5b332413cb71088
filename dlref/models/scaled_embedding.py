"""Vectors of tokens, as a transformer takes them: √d times those of an embedding."""

from typing import Any

import keras


@keras.saving.register_keras_serializable("dlref")
class ScaledEmbedding(keras.layers.Embedding):
    """With a variance of 1 / d at the start, times √d, they are as large as the encoding of the places."""

    def call(self, inputs: Any) -> Any:
        """√d times the vectors."""
        return super().call(inputs) * self.output_dim**0.5
