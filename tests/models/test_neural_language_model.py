"""The neural language model: the lecture's counts, what moves the outputs, what it learns, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.metrics import Perplexity
from dlref.models import NeuralLanguageModel
from tests.training import compile_function

WORDS = np.array([[1, 2, 3], [4, 4, 0], [5, 1, 1]], "int32")


def small(**arguments: Any) -> keras.Model:
    keras.utils.set_random_seed(0)
    return NeuralLanguageModel(6, 4, **{"window": 3, "units": 5, **arguments})


def after(model: Any, words: Any = WORDS) -> np.ndarray:
    return ops.convert_to_numpy(model(words))


def test_of_the_lecture() -> None:
    """10,000 words of 300 entries, of which the last four are 1,200 inputs."""
    model = NeuralLanguageModel()
    kernels = [tuple(w.shape) for w in model.trainable_variables if len(w.shape) > 1]
    assert kernels == [(10_000, 300), (1_200, 100), (100, 10_000)]
    assert model.count_params() == 3_000_000 + 1_200 * 100 + 100 + 100 * 10_000 + 10_000
    assert model.input_shape == (None, 4) and model.output_shape == (None, 10_000)


@pytest.mark.parametrize("window", [1, 3, 7])
def test_the_vocabulary_and_the_window(window: int) -> None:
    """One matrix of words, however many are looked at."""
    model = small(window=window)
    assert model.count_params() == 6 * 4 + (4 * window + 1) * 5 + (5 + 1) * 6
    assert after(model, np.zeros((2, window), "int32")).shape == (2, 6)


def test_each_place_moves_the_outputs_and_their_order_counts() -> None:
    model = small()
    before = after(model)
    for place in range(3):
        other = WORDS.copy()
        other[:, place] = (other[:, place] + 1) % 6
        assert np.abs(after(model, other) - before).max(-1).min() > 1e-5
    assert np.abs(after(model, WORDS[:1, ::-1].copy()) - before[:1]).max() > 1e-5


def test_a_word_has_one_vector_at_all_places() -> None:
    """Two words with the vectors exchanged are the two words exchanged; others do not move."""
    model = small()
    before = after(model, np.array([[1, 2, 1], [3, 4, 5]]))
    table = model.get_layer("embedding").embeddings
    table.assign(ops.convert_to_numpy(table)[[0, 2, 1, 3, 4, 5]])
    np.testing.assert_array_equal(after(model, np.array([[2, 1, 2], [3, 4, 5]])), before)


def test_probabilities_and_logits() -> None:
    probabilities, logits = after(small()), after(small(classifier_activation=None))
    np.testing.assert_allclose(probabilities.sum(-1), 1, rtol=1e-6)
    np.testing.assert_allclose(probabilities, ops.softmax(logits), rtol=1e-5)
    with_relu = after(small(activation="relu"))
    assert np.abs(with_relu - probabilities).max() > 1e-5


def test_compiled() -> None:
    model = small()
    run: Any = compile_function(lambda words: model(words))
    np.testing.assert_allclose(run(ops.convert_to_tensor(WORDS)), after(model), rtol=1e-5)


def test_learns_what_stands_three_words_apart(tmp_path: Any) -> None:
    """1 2 3 1 2 4 and so on: only the word before "1 2" tells what comes, which trigrams do not see."""
    text = np.tile([1, 2, 3, 1, 2, 4], 60)
    x, y = np.lib.stride_tricks.sliding_window_view(text[:-1], 3), text[3:]
    model = small(units=8)
    metric = Perplexity()
    model.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy", metrics=[metric])
    history = model.fit(x, y, epochs=8, verbose=0).history["perplexity"]
    assert history[-1] < 1.1 < history[0]
    model.save(tmp_path / "model.keras")
    loaded: Any = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.name == "neural_language_model"
    np.testing.assert_array_equal(after(loaded, x[:9]), after(model, x[:9]))
    assert after(model, np.array([[3, 1, 2], [4, 1, 2]])).argmax(-1).tolist() == [4, 3]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"vocabulary_size": 0}, ValueError, "NeuralLanguageModel: `vocabulary_size`"),
        ({"vocabulary_size": "9"}, TypeError, "NeuralLanguageModel: `vocabulary_size`"),
        ({"vector_size": 2.0}, TypeError, "NeuralLanguageModel: `vector_size`"),
        ({"vector_size": -1}, ValueError, "NeuralLanguageModel: `vector_size`"),
        ({"window": 0}, ValueError, "NeuralLanguageModel: `window`"),
        ({"window": None}, TypeError, "NeuralLanguageModel: `window`"),
        ({"units": 0}, ValueError, "NeuralLanguageModel: `units`"),
        ({"units": True}, TypeError, "NeuralLanguageModel: `units`"),
        ({"activation": "tanhh"}, ValueError, "activation"),
        ({"classifier_activation": "maximum"}, ValueError, "activation"),
    ],
)
def test_bad_arguments(arguments: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        NeuralLanguageModel(**arguments)
