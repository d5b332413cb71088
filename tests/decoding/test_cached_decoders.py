"""Decoding with a cache: equal to whole prefixes in any order, searches that find the same, dtypes, what is refused."""

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.compiling import in_programs
from dlref.conformance.row import precision
from dlref.decoding import beam_search, cached_decoders, greedy_search, score_sequence
from dlref.models import Transformer
from tests.errors.hostile import refuses
from tests.training import BACKEND

SOURCES = np.array([[3, 4, 8, 1, 2], [5, 1, 2, 0, 0]], "int32")
START, END = 1, 2


def transformer(**arguments: Any) -> keras.Model:
    """With weights large enough for one token to be far likelier than another."""
    small: Any = {"num_blocks": 2, "vector_size": 8, "intermediate_dim": 16, "num_heads": 2}
    model, rng = Transformer(9, 7, **small | arguments), np.random.default_rng(1)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(size=weight.shape))
    return model


@cache
def program(model: Any) -> Any:
    """All places of eight prefixes of eight tokens at once."""
    return in_programs(lambda source, target: model([source, target]), [model])


def whole(model: Any, source: Any) -> Any:
    """The log-probabilities that the model has for whole prefixes, filled up with padding, all places computed."""

    def after(prefixes: Any) -> np.ndarray:
        prefixes = np.array(prefixes)
        rows, places = prefixes.shape
        target = np.pad(prefixes, ((0, 8 - rows), (0, 8 - places)))
        given = (ops.convert_to_tensor(x, "int32") for x in (np.tile(source, (8, 1)), target))
        z = program(model)(*given)[:rows, places - 1]
        return ops.convert_to_numpy(ops.log_softmax(ops.cast(z, "float32")))

    return after


def in_another_order() -> list[list[list[int]]]:
    """Beams: two go on from the last of three, one is given up, one comes twice, and then all begin anew."""
    return [
        [[1]],
        [[1, 5], [1, 3], [1, 4]],
        [[1, 4, 2], [1, 5, 6], [1, 4, 3]],
        [[1, 5, 6, 1], [1, 4, 3, 0], [1, 4, 3, 5], [1, 4, 2, 2], [1, 4, 3, 5]],
        [[1, 4, 3, 0, 4], [1, 4, 3, 5, 3]],
        [[1, 4, 3, 0, 4], [1, 4, 3, 5, 3]],
        [[6, 4, 4], [1, 4, 3]],
        [[6, 4, 4, 1], [6, 4, 4, 2]],
        [[3]],
    ]


@pytest.mark.parametrize("eager", [True, False], ids=["eager", "compiled"])
def test_a_recomputation_finds_the_same(eager: bool) -> None:
    """Whatever order the prefixes come in, with padding in the source, and with token 0 in the target."""
    model = transformer()
    beams = [np.array(each) for each in in_another_order()]
    for source, after in zip(SOURCES, cached_decoders(model, SOURCES, 5), strict=True):
        expected = [whole(model, source)(prefixes) for prefixes in beams]
        with eagerly(eager):
            found = [after(prefixes) for prefixes in beams]
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-4)


@contextlib.contextmanager
def eagerly(eager: bool) -> Iterator[None]:
    """Nothing is compiled while it lasts, if that is wanted."""
    if BACKEND == "jax":
        import jax

        with jax.disable_jit(eager):
            yield
        return
    import tensorflow as tf

    tf.config.run_functions_eagerly(eager)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(False)


@pytest.mark.parametrize("width", [1, 5])
def test_searches_find_the_same(width: int) -> None:
    """Of each source, one after the other and back."""
    model = transformer()
    first, second = cached_decoders(model, SOURCES, 6)
    for source, after in ((SOURCES[0], first), (SOURCES[1], second), (SOURCES[0], first)):
        without = whole(model, source)
        found, expected = (beam_search(f, START, END, 6, width) for f in (after, without))
        assert [each.tokens for each in found] == [each.tokens for each in expected]
        scores, others = ([each.score for each in part] for part in (found, expected))
        assert scores == pytest.approx(others, abs=1e-4)
        greedy = greedy_search(after, START, END, 6)
        assert greedy.tokens == greedy_search(without, START, END, 6).tokens
        given = {"tokens": [3, 3, 6, END], "start_token": START, "end_token": END}
        scored = (score_sequence(f, **given).log_probability for f in (after, without))
        assert next(scored) == pytest.approx(next(scored), abs=1e-4)


def test_a_prefix_costs_one_place(monkeypatch: Any) -> None:
    """Of 8 tokens, 8 steps; without the rows of the cache there would be 36."""
    model, steps = transformer(), []
    after = cached_decoders(model, SOURCES[:1], 8)[0]
    step = after._step  # pyright: ignore[reportFunctionMemberAccess]
    monkeypatch.setattr(after, "_step", lambda *given: steps.append(1) or step(*given))
    beam_search(after, START, END, 8, 4, length_penalty=1)
    assert len(steps) <= 8
    before = len(steps)
    after([[1, 2, 3]])
    assert len(steps) == before + 3


def test_the_weights_are_those_of_now() -> None:
    """Of the decoder, also in a compiled program."""
    model = transformer()
    after = cached_decoders(model, SOURCES[:1], 3)[0]
    before = after([[1]])
    dense: Any = model.get_layer("logits")
    dense.bias.assign(np.arange(7.0))
    np.testing.assert_allclose(after([[1]]), whole(model, SOURCES[0])([[1]]), atol=1e-4)
    assert np.abs(after([[1]]) - before).max() > 0.1


def test_a_model_that_was_loaded(tmp_path: Any) -> None:
    model = transformer()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    one, other = (cached_decoders(m, SOURCES, 3)[1]([[1]]) for m in (model, loaded))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("policy", ["float16", "mixed_bfloat16"])
def test_half_precision(policy: str) -> None:
    with precision("float32"):
        keras.config.set_dtype_policy(policy)
        keras.utils.set_random_seed(0)
        model = Transformer(9, 7, 1, 8, 16, 2)
        after = cached_decoders(model, SOURCES, 3)[0]
        for prefix in ([[1]], [[1, 4]]):
            expected = whole(model, SOURCES[0])(np.array(prefix))
            np.testing.assert_allclose(after(prefix).astype("float32"), expected, atol=0.05)


def test_what_is_refused() -> None:
    name, model = "decoding.cached_decoders", transformer()
    refuses(name, "transformer", lambda: cached_decoders("model", SOURCES, 5))
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    assert "no layer" in refuses(name, "transformer", lambda: cached_decoders(other, SOURCES, 5))
    for sources in ([[1, 9]], [[-1]], [1, 2], [[1.0]], [[1], [1, 2]], "ab", [[]], None):
        refuses(name, "sources", lambda s=sources: cached_decoders(model, s, 5))
    lengths: tuple[Any, ...] = (0, 2.0, True, "5")
    for length in lengths:
        refuses(name, "max_length", lambda n=length: cached_decoders(model, SOURCES, n))
    after = cached_decoders(model, SOURCES, 2)[0]
    for prefixes in ([[1, 7]], [[1, 2, 3]], [1], [["a"]]):
        refuses(name, "prefixes", lambda p=prefixes: after(p))
