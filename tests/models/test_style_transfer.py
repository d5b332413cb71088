"""Style transfer: any model and size, seeds, both kinds of optimizers, what is refused; and the recorded example."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.models import VGG16, content_cost, gram_matrix, style_cost, style_transfer
from dlref.optimizers import LBFGS, Newton
from tests import examples
from tests.errors.hostile import refuses

ROOT = Path(__file__).parents[2]
RECORD = json.loads((ROOT / "docs/figures/models/style_transfer.json").read_text("utf-8"))
CONTENT, STYLE = (keras.random.uniform((8, n, 3), seed=n) for n in (9, 12))
FEW = {"content_layer": "second", "style_layers": ["first", "second"], "steps": 3}


@pytest.fixture(scope="module")
def model() -> Any:
    keras.utils.set_random_seed(0)
    inputs = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(4, 3, activation="relu", name="first")(inputs)
    x = keras.layers.BatchNormalization(name="normalized")(x)
    x = keras.layers.Conv2D(4, 3, activation="relu", name="second")(x)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(keras.layers.Dropout(0.5)(x))
    return keras.Model(inputs, x)


def test_the_model_stays_as_it_is(model: Any) -> None:
    before = [np.array(w) for w in model.weights]
    first, again = (style_transfer(model, CONTENT, STYLE, **FEW) for _ in range(2))
    assert all(map(np.array_equal, before, model.weights))
    assert first[1] == again[1] and np.array_equal(first[0], again[0])


def test_names_have_equal_weights(model: Any) -> None:
    given = {**FEW, "style_layers": {"first": 0.5, "second": 0.5}}
    assert (
        style_transfer(model, CONTENT, STYLE, **given)[1]
        == (style_transfer(model, CONTENT, STYLE, **FEW)[1])
    )


def test_noise_has_a_seed(model: Any) -> None:
    one, again, other = (
        style_transfer(model, CONTENT, STYLE, **FEW, start="noise", seed=seed)[0]
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one, again) and not np.array_equal(one, other)
    drawn = style_transfer(
        model, CONTENT, STYLE, **{**FEW, "steps": 0}, start="noise", value_range=(-3, 5), seed=0
    )[0]
    assert -3 <= drawn.min() < -2 and 4 < drawn.max() <= 5 and drawn.shape == (8, 9, 3)


def test_its_own_style_costs_nothing(model: Any) -> None:
    for optimizer in (keras.optimizers.SGD(1.0), LBFGS()):
        picture, costs = style_transfer(model, CONTENT, CONTENT, **FEW, optimizer=optimizer)
        assert np.allclose(picture, CONTENT, atol=1e-3) and np.max(list(costs.values())) < 1e-6


def test_lbfgs_descends(model: Any) -> None:
    optimizer = LBFGS(max_iterations=6)
    picture, costs = style_transfer(model, CONTENT, STYLE, **FEW, optimizer=optimizer)
    assert len(costs["cost"]) == 7 and np.all(np.diff(costs["cost"]) < 0)
    assert picture.min() >= 0 and picture.max() <= 1
    total = np.array(costs["content_cost"]) + 1000 * np.array(costs["style_cost"])
    np.testing.assert_allclose(costs["cost"], total, rtol=1e-5)


def test_vgg16_and_the_pictures_it_wants() -> None:
    """Blue, green and red have each a range of their own, which steps of 100 do not leave."""
    prepare = keras.applications.vgg16.preprocess_input
    black, white = prepare(np.stack([np.zeros((1, 3)), np.full((1, 3), 255.0)]))[:, 0]
    pictures = (255 * keras.random.uniform((32, 32, 3), seed=seed) for seed in (0, 1))
    content, style = (prepare(np.array(picture)) for picture in pictures)
    network = VGG16(include_top=False, input_shape=(32, 32, 3), width=1 / 32)
    picture, _ = style_transfer(
        *(network, content, style, "block4_conv2", ["block1_conv1", "block2_conv1"]),
        steps=1,
        optimizer=keras.optimizers.Adam(100.0),
        value_range=(black, white),
    )
    assert np.all((picture >= black.astype("float32")) & (picture <= white.astype("float32")))
    assert np.any(picture == black.astype("float32")) and np.any(picture == white.astype("float32"))


def test_one_program_for_all_steps() -> None:
    calls = []

    class Counted(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            calls.append(1)
            return 2 * x

    inputs = keras.Input((None, None, 3))
    counting = keras.Model(inputs, Counted(name="counted")(inputs))
    traced = []
    for steps in (1, 6):
        calls.clear()
        style_transfer(counting, CONTENT, STYLE, "counted", ["counted"], steps=steps)
        traced.append(len(calls))
    assert traced[0] == traced[1]


def test_half_precision_does_not_overflow() -> None:
    a = ops.full((200, 200, 2), 3, dtype="float16")
    assert np.array_equal(gram_matrix(a), np.full((2, 2), 360_000.0))
    assert float(content_cost(a, 0 * a)) == 360_000 and float(style_cost(a, a)) == 0


def test_a_batch_is_each_of_its_pictures() -> None:
    a, b = (keras.random.normal((2, 3, 4, 5), seed=seed) for seed in (0, 1))
    for cost in (content_cost, style_cost):
        each = [cost(*pair) for pair in zip(a, b, strict=True)]
        np.testing.assert_allclose(cost(a, b), each, rtol=1e-6)


NAN = np.full((8, 9, 3), np.nan)
WRONG = [
    ("model", "vgg16"),
    ("model", keras.layers.ReLU()),
    ("content", np.ones((8, 9))),
    ("content", np.ones((1, 8, 9, 3))),
    ("content", np.ones((8, 9, 4))),
    ("content", 255 * np.ones((8, 9, 3))),
    ("content", NAN),
    ("content", "picture"),
    ("style", NAN),
    ("style", None),
    ("style_layers", []),
    ("style_layers", "first"),
    ("style_layers", ["first", "first"]),
    ("style_layers", {"first": -1.0}),
    ("style_layers", {"first": "1"}),
    ("alpha", -1.0),
    ("alpha", None),
    ("beta", float("inf")),
    ("beta", "1"),
    ("start", "random"),
    ("start", 0),
    ("steps", -1),
    ("steps", 1.5),
    ("optimizer", "adam"),
    ("optimizer", Newton()),
    ("value_range", 1),
    ("value_range", (1.0,)),
    ("value_range", (1.0, 1.0)),
    ("value_range", (0.0, float("nan"))),
    ("value_range", ([0.0, 0], [1.0, 1])),
    ("value_range", (0.0, [1.0, 1, 1])),
    ("value_range", ("0", "1")),
    ("seed", -1),
    ("seed", 0.5),
]


@pytest.mark.parametrize(("argument", "wrong"), WRONG, ids=lambda value: repr(value)[:30])
def test_what_is_refused(argument: str, wrong: Any, model: Any) -> None:
    given = {"model": model, "content": CONTENT, "style": STYLE, **FEW, argument: wrong}
    refuses("style_transfer", argument, lambda: style_transfer(**given))


@pytest.mark.parametrize(
    ("layer", "says"), [("third", "normalized, second, .*'third'"), ("mean", "'mean'")]
)
def test_layers_are_named_in_errors(layer: str, says: str, model: Any) -> None:
    for given in ({"content_layer": layer}, {"style_layers": [layer]}):
        with pytest.raises(ValueError, match=f"style_transfer: .*{says}"):
            style_transfer(model, CONTENT, STYLE, **{**FEW, **given})


def test_activations_that_are_refused() -> None:
    a, other = np.ones((3, 4, 5)), np.ones((3, 3, 4))
    for name, argument, call in (
        ("gram_matrix", "a", lambda: gram_matrix(np.ones((3, 4)))),
        ("gram_matrix", "a", lambda: gram_matrix("activations")),
        ("content_cost", "content", lambda: content_cost(a, other)),
        ("content_cost", "generated", lambda: content_cost(a, a[0])),
        ("style_cost", "style", lambda: style_cost(a, other)),
        ("style_cost", "generated", lambda: style_cost(a, a[None])),
        ("style_cost", "style", lambda: style_cost(1j * a, a)),
    ):
        refuses(name, argument, call)


@pytest.fixture(scope="module")
def example() -> Any:
    return examples.load("style_transfer")


def test_pieces_come_from_where_they_are_said_to(example: Any, monkeypatch: Any) -> None:
    """Photographs whose red says which part of the larger one a pixel belongs to, and a sheet without any."""
    parts = np.kron(np.arange(24).reshape(4, 6), np.ones((100, 100)))
    first = np.stack([parts, 0 * parts, 0 * parts], -1)
    monkeypatch.setattr(example, "photographs", lambda: [first, first + [24, 0, 0]])
    monkeypatch.setattr(example, "sheet", lambda: np.full((64, 64, 3), 48.0))
    x, y = example.pieces(200, seed=0)
    assert np.array_equal(x[:, 16, 16, 0], y) and set(y) > {0, 24, 48}


def test_the_network_has_the_layers(example: Any) -> None:
    network = example.network()
    names = [layer.name for layer in network.layers]
    assert {example.CONTENT_LAYER, *example.STYLE_LAYERS} <= set(names)
    assert network.count_params() == RECORD["parameters"]
    assert network(example.pieces(1, 0)[0]).shape == (1, 49)
    assert [picture.shape for picture in example.content_and_style()] == [(128, 128, 3)] * 2


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_tells_what_was_recorded(language: str) -> None:
    page = (ROOT / f"docs/{language}/models/style_transfer.md").read_text("utf-8")
    for name in ("Adam", "L-BFGS"):
        last = [
            f"{round(RECORD[name][cost][-1], digits):,}"
            for cost, digits in (("cost", None), ("content_cost", None), ("style_cost", 1))
        ]
        assert f"| {name} | {' | '.join(last)} |" in page
    assert f"{RECORD['parameters']:,}" in page and f"{RECORD['right'] / 10:.1f} %" in page
