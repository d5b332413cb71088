"""Gradient checking: right models pass, planted bugs are named, and what cannot be checked is named, too."""

import contextlib
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlref.diagnostics import gradient_check
from dlref.diagnostics.double_precision import double_precision

RNG = np.random.default_rng(0)
X, CLASSES = RNG.normal(size=(12, 6)), RNG.integers(0, 3, 12)
IMAGES, SERIES = RNG.normal(size=(4, 6, 6, 2)), RNG.normal(size=(5, 4, 3))
WORDS = RNG.integers(0, 7, (5, 4))


def network(*hidden: Any, shape: Any = (6,)) -> Any:
    model = keras.Sequential([keras.Input(shape), *hidden, layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Attention(keras.Model):
    """Subclassed, built by its first call, with a loss of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, 2, dropout=0.2)
        self.last = layers.Dense(3, "softmax")

    def call(self, x: Any, training: bool = False) -> Any:
        x = x + self.attention(x, x, training=training)
        self.add_loss(0.1 * ops.mean(x**2))
        return self.last(ops.mean(x, 1))


class Scale(layers.Layer):
    """x w, with a gradient of its own."""

    def __init__(self, backward: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.backward = backward

    def build(self, shape: Any) -> None:
        self.w = self.add_weight(shape=shape[-1:], initializer="random_normal", name="w")

    def call(self, x: Any) -> Any:
        @ops.custom_gradient
        def scale(x: Any, w: Any) -> Any:
            def gradient(*args: Any, upstream: Any = None) -> Any:
                d = args[0] if upstream is None else upstream
                assert keras.backend.standardize_dtype((w * 1).dtype) == "float64"
                return d * w, self.backward(ops.sum(d * x, 0))

            return x * w, gradient

        return scale(x, self.w)


def two_outputs() -> Any:
    x = keras.Input((6,))
    hidden = layers.Dense(4, "tanh")(x)
    outputs = {"p": layers.Dense(1, name="p")(hidden), "q": layers.Dense(3, name="q")(hidden)}
    model = keras.Model(x, outputs)
    loss = {"p": "mse", "q": keras.losses.SparseCategoricalCrossentropy(from_logits=True)}
    model.compile("sgd", loss, loss_weights={"p": 0.5, "q": 2.0})
    return model


def nested() -> Any:
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(6, "tanh")])
    return network(inner, layers.Dropout(0.3), inner)


FLAT = (X, CLASSES)
RIGHT = {
    "relu": (lambda: network(layers.Dense(5, "relu")), FLAT, {}),
    "convolution": (
        lambda: network(
            layers.Conv2D(3, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), shape=(6, 6, 2)),
        (IMAGES, CLASSES[:4]), {}),
    "batch norm": (lambda: network(layers.Dense(5), layers.BatchNormalization(), layers.ReLU()), FLAT, {}),
    "batch norm at test time": (
        lambda: network(layers.Dense(5), layers.BatchNormalization(), layers.ReLU()), FLAT, {"training": False}),
    "dropout": (lambda: network(layers.Dense(8, "relu"), layers.Dropout(0.5)), FLAT, {}),
    "LSTM": (lambda: network(layers.LSTM(3), shape=(4, 3)), (SERIES, CLASSES[:5]), {}),
    "masked embedding": (
        lambda: network(layers.Embedding(7, 3, mask_zero=True), layers.GRU(3), shape=(4,)), (WORDS, CLASSES[:5]), {}),
    "regularized": (
        lambda: network(layers.Dense(5, "elu", kernel_regularizer="l2", activity_regularizer="l1")), FLAT, {}),
    "sample weights": (lambda: network(layers.Dense(5, "tanh")), (*FLAT, RNG.random(12)), {}),
    "two outputs": (two_outputs, (X, {"p": X[:, :1], "q": CLASSES}), {}),
    "mixed precision": (
        lambda: network(
            layers.Dense(5, "gelu", dtype="mixed_float16"), layers.LayerNormalization(dtype="mixed_bfloat16")),
        FLAT, {}),
    "subclassed, not built, not compiled": (
        Attention, (SERIES, CLASSES[:5]), {"loss": keras.losses.SparseCategoricalCrossentropy()}),
    "a model in a model": (nested, FLAT, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_model(name: str) -> None:
    make, data, arguments = RIGHT[name]
    found = gradient_check(make(), *data, **arguments)
    assert found.verdict == "great", f"{found}"
    assert found.total.checked == found.total.size and found.total.ratio < 1e-6
    assert not (found.not_deterministic or found.not_double)


COSTS = ("regularized", "sample weights", "two outputs", "batch norm at test time")


@pytest.mark.parametrize("name", COSTS)
def test_cost_is_that_of_the_model(name: str) -> None:
    make, data, _ = RIGHT[name]
    model, (x, y, *weights) = make(), data
    weights = weights[0] if weights else None
    model.fit(x, y, sample_weight=weights, verbose=0)
    expected = model.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True)["loss"]
    assert abs(gradient_check(model, x, y, weights, training=False).cost - expected) < 1e-5


BUGS = {
    "a factor 2": (lambda d: 2 * d, "bug"),
    "a sign": (lambda d: -d, "bug"),
    "nothing": (lambda d: 0 * d, "bug"),
    "NaN": (lambda d: d * np.nan, "bug"),
    "a term missing": (lambda d: d - ops.roll(d, 1), "bug"),
    "one entry": (lambda d: d * ops.cast(ops.arange(5) != 2, d.dtype), "bug"),
    "a hundred-thousandth": (lambda d: 1.00001 * d, "look"),
    "none": (lambda d: d, "great"),
}


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_planted_bug_is_named(bug: str, dtype: str) -> None:
    backward, verdict = BUGS[bug]
    layer = Scale(backward, name="planted", dtype=dtype)
    found = gradient_check(network(layers.Dense(5, "tanh"), layer), X, CLASSES)
    assert found.verdict == found.total.verdict == verdict, f"{found}"
    wrong = [tensor.name for tensor in found.tensors if tensor.verdict != "great"]
    assert all("planted/w" in name for name in wrong) and len(wrong) == (verdict != "great")
    if wrong:
        assert "planted/w" in found.total.worst.name and "planted/w[" in str(found)
    if bug == "one entry":
        assert found.total.worst.name.endswith("w[2]") and found.total.worst.gradient == 0


def test_one_tensor_of_one_parameter() -> None:
    """The lecture's example, f(theta) = theta^3 at 1 with epsilon = 0.01: 3.0001 against 3."""
    dense = layers.Dense(1, use_bias=False, kernel_initializer="ones")
    one, model = np.ones((1, 1)), keras.Sequential([keras.Input((1,)), dense])
    found = gradient_check(model, one, one, loss=lambda y, y_pred: y_pred**3, epsilon=0.01)
    assert abs(found.total.approximate[0] - 3.0001) < 1e-12 and found.total.gradient[0] == 3
    assert found.verdict == "look" and not found.total.kinks


def test_gradient_stopped_in_the_wrong_place() -> None:
    class Gate(Scale):
        def call(self, x: Any) -> Any:
            return x * ops.stop_gradient(self.w) + self.w**2

    found = gradient_check(network(layers.Dense(5), Gate(None, name="gate")), X, CLASSES)
    assert [t.verdict for t in found.tensors] == ["great", "great", "bug", "great", "great"]


def test_numbers_are_those_of_the_equations() -> None:
    """Calculated once more from the model alone, for two tensors of a network."""
    model = network(layers.Dense(4, "tanh"))
    found = gradient_check(model, X, CLASSES, epsilon=1e-4)
    kernel, bias = (v.astype("float64") for v in model.get_weights()[2:])

    def cost(bias: np.ndarray) -> float:
        hidden = np.tanh(X @ model.get_weights()[0].astype("float64"))
        z = hidden @ kernel + bias
        p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        return -np.log(p[range(12), CLASSES]).mean()

    slopes = [(cost(bias + e) - cost(bias - e)) / 2e-4 for e in 1e-4 * np.eye(3)]
    assert np.allclose(found.tensors[3].approximate, slopes, atol=1e-10)
    assert abs(found.cost - cost(bias)) < 1e-12
    a, b = found.total.approximate, found.total.gradient
    assert found.total.ratio == np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))
    assert found.total.rounding < 1e-9 < found.total.size == len(a) == 43


def test_kinks_are_left_out_and_named() -> None:
    """An example of zeros: every unit without bias stands exactly at the kink of its ReLU."""
    x = X.copy()
    x[3] = 0
    layer = Scale(lambda d: 2 * d, name="planted")
    for hidden, verdict in (([], "not checked"), ([layer], "bug")):
        model = network(layers.Dense(5, "relu", name="kinked"), *hidden)
        found = gradient_check(model, x, CLASSES)
        bias = found.tensors[1]
        assert len(bias.kinks) == 5 and all("kinked/bias[" in kink for kink in bias.kinks)
        assert found.total.kinks == bias.kinks and bias.kinks[0] in str(found)
        assert found.verdict == verdict
        assert found.tensors[0].verdict == "great"
        assert bias.verdict == "not checked" and bias.checked == 0


@pytest.mark.parametrize(("distance", "kinks"), [(3e-4, 1), (-3e-4, 1), (3e-3, 0)])
def test_kink_within_epsilon_but_not_at_the_parameter(distance: float, kinks: int) -> None:
    """With w = 1 the second unit's z is `distance` away from its kink, and w's derivative of it is 0."""
    dense = layers.Dense(1, "relu", kernel_initializer="ones")
    model = keras.Sequential([keras.Input((1,)), dense])
    x, y = np.array([[1.0], [distance]]), np.ones((2, 1))
    found = gradient_check(model, x, y, loss="mse", epsilon=1e-3)
    assert [len(tensor.kinks) for tensor in found.tensors] == [0, kinks], f"{found}"


def test_kink_excuses_no_bug() -> None:
    """A bug by which the gradient is off much more than by the one example whose kink is near."""

    class Shift(Scale):
        def build(self, shape: Any) -> None:
            self.w = self.add_weight(shape=shape[-1:], initializer="zeros", name="w")

        def call(self, x: Any) -> Any:
            @ops.custom_gradient
            def shift(x: Any, w: Any) -> Any:
                def gradient(*args: Any, upstream: Any = None) -> Any:
                    d = args[0] if upstream is None else upstream
                    return d, self.backward(ops.sum(d, 0))

                return x + w, gradient

            return shift(x, self.w)

    x = X.copy()
    x[3] = 3e-8
    for factor, kinks, verdict in ((1, 6, "not checked"), (1000, 0, "bug")):
        shift = Shift(lambda d, factor=factor: factor * d, name="shift")
        found = gradient_check(network(shift, layers.ReLU()), x, CLASSES)
        assert len(found.tensors[0].kinks) == kinks and found.tensors[0].verdict == verdict, (
            f"{found}"
        )


def test_kinks_of_many_examples_at_one_parameter() -> None:
    """With weights of 0 every example stands at the kink of every unit; on average the slopes nearly cancel out."""
    hidden = layers.Dense(8, "relu", kernel_initializer="zeros")
    found = gradient_check(network(hidden), RNG.normal(size=(40, 6)), RNG.integers(0, 3, 40))
    assert found.verdict == "not checked" and len(found.total.kinks) == 56, f"{found}"


def test_loss_of_the_model_itself() -> None:
    class Quartic(keras.Sequential):
        def compute_loss(
            self, x: Any = None, y: Any = None, y_pred: Any = None, *_: Any, **__: Any
        ) -> Any:
            return ops.mean((y - y_pred) ** 4)

    model = Quartic([keras.Input((6,)), layers.Dense(1)])
    found = gradient_check(model, X, X[:, :1])
    assert found.verdict == "great"
    assert abs(found.cost - np.mean((X[:, :1] - model.predict(X, verbose=0)) ** 4)) < 1e-4


def test_many_kinks_are_all_found() -> None:
    x = X.copy()
    x[3] = 0
    found = gradient_check(network(layers.Dense(300, "relu")), x, CLASSES)
    assert len(found.tensors[1].kinks) == 300 and "and 295 more" in str(found)


def test_cost_that_ends_within_epsilon() -> None:
    """The root of w at w = 0 is NaN to the left, and its slope infinite."""
    dense = layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model, one = keras.Sequential([keras.Input((1,)), dense]), np.ones((1, 1))
    found = gradient_check(model, one, one, loss=lambda y, y_pred: ops.sqrt(y_pred))
    assert len(found.total.kinks) == 1 and found.verdict == "not checked"


def test_rounding_that_hides_everything() -> None:
    found = gradient_check(network(layers.Dense(4, "tanh")), X, CLASSES, epsilon=1e-14)
    assert found.verdict == "not checked" and found.total.rounding > 1e-3
    assert "larger epsilon, such as 1e-12" in str(found)


def test_cost_so_large_that_no_step_is_seen() -> None:
    def loss(y: Any, y_pred: Any) -> Any:
        return 1e9 + ops.mean((y - y_pred) ** 2, -1)

    found = gradient_check(network(), X, np.eye(3)[CLASSES], loss=loss)
    assert found.verdict == "not checked" and not found.total.approximate.any()


def test_layer_that_is_not_deterministic_is_named() -> None:
    class Noise(layers.Layer):
        def call(self, x: Any) -> Any:
            return x + np.random.normal(size=6)

    found = gradient_check(network(layers.Dense(6, "tanh"), Noise(name="noise")), X, CLASSES)
    assert found.not_deterministic == ("noise",) and found.verdict == "not checked"
    assert found.total.checked == 0 and found.total.worst is None and np.isnan(found.total.ratio)
    assert "noise" in str(found) and "SeedGenerator" in str(found)


def test_loss_that_is_not_deterministic_is_named() -> None:
    def loss(y: Any, y_pred: Any) -> Any:
        return ops.mean((y_pred - y) ** 2, -1) * np.random.random()

    found = gradient_check(network(), X, np.eye(3)[CLASSES], loss=loss)
    assert found.not_deterministic == ("the loss",)


def test_layer_that_computes_in_float32_is_named() -> None:
    class Narrow(layers.Layer):
        def call(self, x: Any) -> Any:
            return ops.cast(x, "float32") * 2

    found = gradient_check(network(layers.Dense(5, "tanh"), Narrow(name="narrow")), X, CLASSES)
    assert found.not_double == ("narrow",) and "narrow" in str(found)
    assert [t.verdict for t in found.tensors] == ["not checked"] * 2 + ["great"] * 2


def test_cost_that_does_not_depend_on_the_parameters() -> None:
    found = gradient_check(network(), X, CLASSES, loss=lambda y, y_pred: 0 * ops.sum(y_pred, -1))
    assert found.verdict == "not checked" and "does not depend" in str(found)


def test_bias_before_batch_norm_has_no_gradient() -> None:
    """Both gradients are 0 to rounding, of which the ratio would make a bug."""
    found = gradient_check(RIGHT["batch norm"][0](), X, CLASSES)
    assert found.tensors[1].ratio > 1e-3 and found.tensors[1].verdict == "great"


def test_model_stays_as_it_is() -> None:
    dropout = layers.Dropout(0.5, seed=3)
    model = network(layers.Dense(5, dtype="mixed_float16"), layers.BatchNormalization(), dropout)
    model.fit(X, CLASSES, verbose=0)
    losses, floatx = model._compile_loss, keras.config.floatx()

    def state() -> list[Any]:
        variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
        return [(v.dtype, ops.convert_to_numpy(v).tobytes()) for v in variables]

    before, config, attributes = state(), model.get_config(), sorted(vars(model))
    gradient_check(model, X, CLASSES)
    assert state() == before
    assert model.get_config() == config and model._compile_loss is losses and model.compiled
    assert keras.config.floatx() == floatx and sorted(vars(model)) == attributes
    assert model.layers[0].compute_dtype == "float16" and "call" not in vars(model.layers[0])
    assert keras.backend.standardize_dtype(model(X).dtype) == "float32"
    model.fit(X, CLASSES, verbose=0)


def test_float64_on_jax_without_x64() -> None:
    model, without = network(layers.Dense(4, "tanh")), contextlib.nullcontext()
    if keras.backend.backend() == "jax":
        import jax

        without = jax.enable_x64(False)
    with without:
        found = gradient_check(model, X, CLASSES)
        assert found.verdict == "great" and found.total.gradient.dtype == "float64"
        assert keras.backend.standardize_dtype(model(X).dtype) == "float32"


def test_what_keras_shows_is_float64_only_while_it_lasts() -> None:
    policies = [vars(kind).get("_dtype_policy") for kind in (keras.Layer, keras.Loss)]
    with pytest.raises(KeyError), double_precision():
        assert layers.Dense(1).compute_dtype == "float64"
        raise KeyError
    assert [vars(kind).get("_dtype_policy") for kind in (keras.Layer, keras.Loss)] == policies
    assert layers.Dense(1).compute_dtype == "float32"


def test_sample_says_so() -> None:
    model = network(layers.Dense(20, "tanh"))
    found = gradient_check(model, X, CLASSES, max_entries=50)
    again = gradient_check(model, X, CLASSES, max_entries=50)
    other = gradient_check(model, X, CLASSES, max_entries=50, seed=1)
    assert [t.checked for t in found.tensors] == [15, 15, 15, 3]
    assert "48 of 203 entries" in str(found) and "15 of 120" in str(found)
    assert (found.total.entries == again.total.entries).all()
    assert (found.total.entries != other.total.entries).any()
    kernel = found.tensors[2]
    whole = gradient_check(model, X, CLASSES).tensors[2]
    assert np.allclose(kernel.gradient, whole.gradient[kernel.entries], rtol=1e-12)
    assert "A sample" not in str(gradient_check(model, X, CLASSES))
    few = gradient_check(model, X, CLASSES, max_entries=1)  # at least one of each tensor
    assert [tensor.checked for tensor in few.tensors] == [1, 1, 1, 1]


BAD = {
    "no model": ((layers.Dense(1), X, CLASSES), {}, TypeError, "keras.Model"),
    "no loss": ((keras.Sequential([keras.Input((6,)), layers.Dense(1)]), X, CLASSES), {}, ValueError, "loss="),
    "no examples": ((network(), X[:0], CLASSES[:0]), {}, ValueError, "at least one example"),
    "no array": ((network(), iter(X), CLASSES), {}, ValueError, "array"),
    "words": ((network(), X.astype(str), CLASSES), {}, ValueError, "numbers"),
    "NaN in x": ((network(), np.where(X > 1, np.nan, X), CLASSES), {}, ValueError, "`x` must hold finite"),
    "NaN in y": ((network(), X, np.where(CLASSES == 1, np.nan, 0)), {}, ValueError, "`y` must hold finite"),
    "labels missing": ((network(), X, CLASSES[:5]), {}, ValueError, "12 in x, 5 in y"),
    "no labels": ((network(), X), {}, ValueError, "`y` must be given"),
    "weights missing": ((network(), X, CLASSES, X[:3, 0]), {}, ValueError, "3 in sample_weight"),
    "no weights": ((keras.Sequential([keras.Input((6,)), layers.Flatten()]), X), {}, ValueError, "can be trained"),
    "loss of each example": (
        (network(), X, CLASSES), {"loss": keras.losses.SparseCategoricalCrossentropy(reduction=None)},
        ValueError, "one number"),
    "infinite loss": (
        (network(), X, CLASSES), {"loss": lambda y, p: ops.sum(p, -1) / 0.0}, ValueError, "must be finite"),
    "epsilon 0": ((network(), X, CLASSES), {"epsilon": 0.0}, ValueError, "epsilon"),
    "epsilon a word": ((network(), X, CLASSES), {"epsilon": "small"}, TypeError, "epsilon"),
    "no entries": ((network(), X, CLASSES), {"max_entries": 0}, ValueError, "max_entries"),
    "training a number": ((network(), X, CLASSES), {"training": 1}, TypeError, "training"),
    "seed negative": ((network(), X, CLASSES), {"seed": -1}, ValueError, "seed"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case: str) -> None:
    arguments, more, kind, words = BAD[case]
    with pytest.raises(kind, match=words) as error:
        gradient_check(*arguments, **more)
    assert "gradient_check" in str(error.value)
