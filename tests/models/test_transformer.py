"""The transformer: counts of the paper, what padding and the future move, training, files, and what is refused."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.models import Transformer
from tests.training import compile_function

SMALL: Any = {"num_blocks": 2, "vector_size": 8, "intermediate_dim": 16, "num_heads": 2}
SOURCE = np.array([[3, 4, 8, 1, 2], [5, 1, 2, 0, 0]], "int32")
TARGET = np.array([[1, 4, 3, 6], [1, 2, 5, 0]], "int32")


def small(**arguments: Any) -> keras.Model:
    keras.utils.set_random_seed(0)
    return Transformer(9, 7, **SMALL | arguments)


def logits(model: Any, source: Any = SOURCE, target: Any = TARGET) -> np.ndarray:
    return ops.convert_to_numpy(model([source, target]))


def exchange(model: Any, layer: str, token: int) -> None:
    """Another embedding for a token."""
    table = model.get_layer(layer).embeddings
    moved = ops.convert_to_numpy(table).copy()
    moved[token] = moved[token] * 9 + 50
    table.assign(moved)


def test_of_the_paper() -> None:
    """Its base model: per block of d = 512 and d_ff = 2048, four matrices for each attention, two for the network."""
    d, d_ff, n, words = 512, 2048, 6, 50
    attention, network, norm = 4 * (d * d + d), 2 * d * d_ff + d_ff + d, 2 * d
    encoder, decoder = attention + network + 2 * norm, 2 * attention + network + 3 * norm
    model = Transformer(words, words)
    trained = n * (encoder + decoder) + 2 * words * d + words * d + words
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == trained
    assert n * (encoder + decoder) == 18_914_304 + 25_224_192
    assert model.get_layer("encoder_6").num_heads == 8
    dropped = ("encoder_1", "decoder_6"), ("source_dropout", "target_dropout")
    assert {model.get_layer(name).dropout for name in dropped[0]} == {0.1}
    assert {model.get_layer(name).rate for name in dropped[1]} == {0.1}


def test_the_embeddings_are_as_large_as_the_places() -> None:
    """At the start: √d times a variance of 1 / d is a variance of 1, and no two matrices are the same."""
    model = Transformer(500, 500, 1, 64, 8, 2)
    tables = [
        np.asarray(model.get_layer(f"{side}_embedding").embeddings) for side in ("source", "target")
    ]
    for table in tables:
        assert abs(table.std() * 8 - 1) < 0.05
    assert np.abs(tables[0] - tables[1]).max() > 0.1


@pytest.mark.parametrize("side", ["source", "target"])
def test_padding_moves_nothing(side: str) -> None:
    """Another embedding of it, and more of it: the logits of all tokens stay, to the last bit or to rounding."""
    model, own = small(), TARGET > 0
    before = logits(model)
    exchange(model, f"{side}_embedding", 0)
    np.testing.assert_array_equal(logits(model)[own], before[own])
    given = {"source": SOURCE, "target": TARGET}
    given[side] = np.pad(given[side], ((0, 0), (0, 3)))
    longer = logits(model, **given)[:, :4]
    np.testing.assert_allclose(longer[own], before[own], atol=1e-5)
    exchange(model, f"{side}_embedding", 1)  # and that of a word moves the others
    assert np.abs(logits(model) - before)[:, 1].max() > 0.01


def test_the_future_moves_nothing_before() -> None:
    model, other = small(), TARGET.copy()
    before, other[:, 2] = logits(model), 2
    after = logits(model, target=other)
    np.testing.assert_array_equal(after[:, :2], before[:, :2])
    assert np.abs(after - before)[0, 2:].max(-1).min() > 1e-4


def test_the_source_moves_every_place() -> None:
    model, other = small(), SOURCE.copy()
    other[:, 1] = 7
    assert np.abs(logits(model, other) - logits(model)).max(-1)[TARGET > 0].min() > 1e-4


def test_compiled() -> None:
    model = small()
    run: Any = compile_function(lambda source, target: model([source, target]))
    found = run(*(ops.convert_to_tensor(x) for x in (SOURCE, TARGET)))
    np.testing.assert_allclose(found, logits(model), rtol=1e-5, atol=1e-5)


def test_losses_leave_out_padding() -> None:
    """Of the target: what stands behind its end changes neither the loss nor the metric."""
    model = small(dropout=0.0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss, metrics=["sparse_categorical_accuracy"])
    wanted = np.array([[4, 3, 6, 2], [2, 5, 2, 0]])
    found = model.evaluate([SOURCE, TARGET], wanted, verbose=0)
    wanted[1, 3] = 4
    assert model.evaluate([SOURCE, TARGET], wanted, verbose=0) == found
    wanted[1, 2] = 4
    assert model.evaluate([SOURCE, TARGET], wanted, verbose=0) != found


def test_dropout_is_for_training() -> None:
    model = small(dropout=0.5)
    x = [ops.convert_to_tensor(each) for each in (SOURCE, TARGET)]
    np.testing.assert_array_equal(logits(model), model(x, training=False))
    assert np.abs(np.asarray(model(x, training=True)) - logits(model)).max() > 0.01


def test_saves_and_loads(tmp_path: Any) -> None:
    model = small()
    model.save(tmp_path / "model.keras")
    loaded: Any = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.name == "transformer"
    np.testing.assert_array_equal(logits(loaded), logits(model))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"source_vocabulary": 0}, ValueError, "Transformer: `source_vocabulary`"),
        ({"target_vocabulary": 2.0}, TypeError, "Transformer: `target_vocabulary`"),
        ({"num_blocks": 0}, ValueError, "Transformer: `num_blocks`"),
        ({"vector_size": 9}, ValueError, "Transformer: `vector_size` must be a multiple of num_heads=2"),
        ({"vector_size": True}, TypeError, "Transformer: `vector_size`"),
        ({"intermediate_dim": 0}, ValueError, "`intermediate_dim`"),
        ({"num_heads": 0}, ValueError, "Transformer: `num_heads`"),
        ({"num_heads": "2"}, TypeError, "Transformer: `num_heads`"),
        ({"dropout": 1.0}, ValueError, "Transformer: `dropout`"),
        ({"dropout": None}, TypeError, "Transformer: `dropout`"),
    ],
)  # fmt: skip
def test_bad_arguments(arguments: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        Transformer(**{"source_vocabulary": 9, "target_vocabulary": 7, **SMALL, **arguments})
