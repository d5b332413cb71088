r"""Neural language model: the next word from the last four, by their embeddings and one hidden layer.

Sources: Flowchart C5; Bengio et al. 2003.

| | layer | outputs | parameters |
| --- | --- | --- | --- |
| (1) | embedding of 300 | 4 × 300 | 3,000,000 |
| (2) | one behind the other | 1200 | 0 |
| (3) | dense 100, tanh | 100 | 120,100 |
| (4) | dense 10,000, softmax | 10000 | 1,010,000 |

The four words share the matrix $E$ of (1). 4,130,100 parameters.

Equals the same four layers of `keras.layers`. Differs from the paper, where (4) may look at (2) as well.
"""

from typing import Any

import keras

from dlref import _checks


def NeuralLanguageModel(
    vocabulary_size: int = 10000,
    vector_size: int = 300,
    window: int = 4,
    units: int = 100,
    activation: Any = "tanh",
    classifier_activation: Any = "softmax",
    name: str = "neural_language_model",
) -> keras.Model:
    """The network that learns word vectors by telling the next word.

    Args:
        vocabulary_size: how many words there are, at least 1. Defaults to 10000.
        vector_size: how many entries a word's vector has, at least 1. Defaults to 300.
        window: how many words it looks at, at least 1. Defaults to 4.
        units: of the hidden layer, at least 1. Defaults to 100.
        activation: of (3), a function or its name. Defaults to "tanh".
        classifier_activation: of (4); None makes logits. Defaults to "softmax".
        name: the model's. Defaults to "neural_language_model".

    Returns:
        A functional Keras model, not compiled. Its inputs are numbers of words from 0 on, (batch, `window`), the last
        word last; its outputs, (batch, `vocabulary_size`), are for the word behind them.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is not allowed.

    Example:
        >>> model = NeuralLanguageModel(vocabulary_size=9, vector_size=2, window=3, units=4)
        >>> model(keras.ops.array([[5, 0, 8]])).shape == (1, 9)
        True
        >>> E = model.get_layer("embedding").embeddings
        >>> tuple(E.shape)
        (9, 2)
    """
    V, d, n, hidden = _sizes(vocabulary_size, vector_size, window, units)
    words = keras.Input((n,), dtype="int32")
    e = keras.layers.Embedding(V, d, name="embedding")(words)  # (1)
    x = keras.layers.Flatten(name="concatenation")(e)  # (2)
    a = keras.layers.Dense(hidden, activation, name="hidden")(x)  # (3)
    y = keras.layers.Dense(V, classifier_activation, name="output")(a)  # (4)
    return keras.Model(words, y, name=name)


def _sizes(*given: Any) -> list[int]:
    names = "vocabulary_size", "vector_size", "window", "units"
    return [
        _checks.integer("NeuralLanguageModel", name, size, 1)
        for name, size in zip(names, given, strict=True)
    ]
