r"""Siamese network: one network for two pictures, and a unit that says whether they show the same person.

Sources: Flowchart C4; Taigman et al. 2014.

$$ d_k = \left| f_k - g_k \right| \tag{1} $$
$$ \hat y = \sigma(\sum_k w_k\, d_k + b) \tag{2} $$

$f$ and $g$ are the embeddings of the two pictures, by the same network with the same weights. $w$ (`w`) and $b$ (`b`)
are learnt, with binary cross-entropy over pairs of pictures whose label is 1 for the same person and 0 otherwise.

Equals `keras.layers.Dense(1, "sigmoid")` of `keras.ops.absolute(f - g)`.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from dlref._absolute import absolute
from dlref.models.wrapping import Wrapping


@keras.saving.register_keras_serializable("dlref")
class SiameseNetwork(Wrapping):
    r"""Verification: the probability $\hat y$ that two pictures show the same person.

    Args:
        embedding: the Keras model that makes a vector of a picture. It keeps its weights, and shares them.
        **kwargs: the keywords of `keras.Model`.

    Call arguments:
        inputs: two batches of pictures, of which `embedding` makes vectors of shape (batch, units). The outputs have
            the shape (batch, 1).
        training: whether `embedding` is called in training mode. Defaults to None.

    Raises:
        TypeError: if `embedding` is no Keras model.
        ValueError: if there are not two inputs, or `embedding` puts out no vectors.

    Example:
        >>> network = SiameseNetwork(keras.Sequential([keras.Input((2,)), keras.layers.Rescaling(1.0)]))
        >>> x = keras.ops.ones((1, 2))
        >>> float(network([x, x])[0, 0])  # at distance 0, with b = 0
        0.5
    """

    HOLDS = "embedding"

    def __init__(self, embedding: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._hold(embedding)

    def build(self, input_shape: Any) -> None:
        """Makes a weight for each component of the embeddings, and the bias."""
        one, other = self._two(input_shape)
        shapes = [self.embedding.compute_output_shape(shape) for shape in (one, other)]
        if any(len(shape) != 2 or shape[-1] is None for shape in shapes):
            raise ValueError(
                f"SiameseNetwork: `embedding` must make a vector of each picture. It puts out {shapes[0]}."
            )
        self.w = self.add_weight((shapes[0][-1],), "glorot_uniform", name="w")
        self.b = self.add_weight((1,), "zeros", name="b")
        self.built = True

    def _two(self, inputs: Any) -> Sequence[Any]:
        if len(inputs) != 2:
            raise ValueError(
                f"SiameseNetwork: `inputs` must be two batches of pictures. Received: {len(inputs)} inputs."
            )
        return inputs

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """The probability for each pair."""
        f, g = (self.embedding(x, training=training) for x in self._two(inputs))
        w, b = self.w, self.b

        d = absolute(f - g)  # (1)
        y_hat = ops.sigmoid(ops.sum(w * d, -1, keepdims=True) + b)  # (2)
        return y_hat
