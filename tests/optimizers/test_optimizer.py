"""What every optimizer must do in a Keras model: one test for each thing that is done to it."""

import inspect
from itertools import product
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref import optimizers, schedules
from dlref.conformance.row import precision
from dlref.optimizers.stateless import make_stateless
from tests.training import BACKEND, classifier, compile_function, digits, losses, two_devices

EXPORTED = [getattr(optimizers, name) for name in optimizers.__all__]
OPTIMIZERS = [o for o in EXPORTED if keras.optimizers.Optimizer in getattr(o, "__mro__", ())]
# What Keras and the base class do with any of them is tried with one without slots, and one with two that counts steps.
FEW = [optimizers.SGD, optimizers.Adam]
ALPHA = 0.01

KEYWORDS = {
    "plain": {},
    "schedule": {"learning_rate": schedules.InverseTimeDecay(ALPHA, 8, 0.5)},
    "callable": {"learning_rate": lambda: ALPHA},
    "weight decay": {"weight_decay": 0.01},
    "clipnorm": {"clipnorm": 0.1},
    "clipvalue": {"clipvalue": 0.01},
    "global_clipnorm": {"global_clipnorm": 0.1},
    "running average": {"use_ema": True, "ema_momentum": 0.9},
    "running average, written back": {"use_ema": True, "ema_overwrite_frequency": 3},
    "accumulation": {"gradient_accumulation_steps": 2},
    "loss scale": {"loss_scale_factor": 8.0},
}


def make(optimizer: Any, **kwargs: Any) -> Any:
    return optimizer(**{"learning_rate": ALPHA, **kwargs})


def gradients(steps: int) -> list[list[Any]]:
    rng = np.random.default_rng(0)
    dtype = keras.config.floatx()
    return [
        [ops.convert_to_tensor(scale * rng.normal(size=s), dtype) for s in SHAPES]
        for scale in np.resize([1.0, 0.1, 3.0], steps)
    ]


SHAPES = [(3,), (2, 4)]


def applied(optimizer: Any, steps: int = 6) -> list[np.ndarray]:
    parameters = [keras.Variable(np.ones(shape), dtype=keras.config.floatx()) for shape in SHAPES]
    for g in gradients(steps):
        optimizer.apply(g, parameters)
    return [ops.convert_to_numpy(p) for p in parameters]


def applied_without_side_effects(
    optimizer: Any, compiled: bool, steps: int = 6
) -> list[np.ndarray]:
    variables = [keras.Variable(np.ones(shape), dtype=keras.config.floatx()) for shape in SHAPES]
    for _ in range(2):  # the second time changes nothing
        optimizer.build(variables)
    state = [v.value for v in optimizer.variables]
    parameters = [v.value for v in variables]
    step = compile_function(optimizer.stateless_apply) if compiled else optimizer.stateless_apply
    for g in gradients(steps):
        parameters, state = step(state, g, parameters)
    assert all(np.all(ops.convert_to_numpy(v) == 1) for v in variables), "a variable has changed"
    return [ops.convert_to_numpy(v) for v in (*parameters, *state)]


def check_without_side_effects_as_with(make: Any, compiled: bool) -> None:
    """In float64, where another order of the steps is no rounding; the optimizer's variables too."""
    with precision("float64"):
        with_effects, without = make(), make()
        make_stateless(without)
        expected = [*applied(with_effects), *map(ops.convert_to_numpy, with_effects.variables)]
        found = applied_without_side_effects(without, compiled)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("keywords", "optimizer"),
    [
        *(("plain", optimizer) for optimizer in OPTIMIZERS),
        *((keywords, optimizers.Adam) for keywords in list(KEYWORDS)[1:]),
    ],
)
def test_without_side_effects_as_with(optimizer: Any, keywords: str) -> None:
    check_without_side_effects_as_with(lambda: make(optimizer, **KEYWORDS[keywords]), compiled=True)


# A gradient whose square overflows.
HUGE = {"float16": 3e4, "bfloat16": 1e20, "float32": 1e20, "float64": 1e200}


def in_all_ways(optimizer: Any, gradients: list[Any], start: Any) -> dict[str, np.ndarray]:
    """The parameter after these gradients: eagerly, without side effects, and in the backend's compiled programs."""

    def by_apply(compile_step: Any) -> Any:
        made, theta = optimizer(), keras.Variable(start)
        made.build([theta])
        step = compile_step(lambda g: made.apply([g], [theta]))
        for g in gradients:
            step(g)
        return theta.value

    def by_stateless_apply(compile_step: Any) -> Any:
        made, theta = optimizer(), keras.Variable(start)
        made.build([theta])
        thetas, state = [theta.value], [v.value for v in made.variables]
        step = compile_step(made.stateless_apply)
        for g in gradients:
            thetas, state = step(state, [g], thetas)
        return thetas[0]

    ends = {
        "eager": by_apply(lambda step: step),
        "stateless": by_stateless_apply(lambda step: step),
        "compiled": by_stateless_apply(compile_function),
    }
    if BACKEND == "tensorflow":
        import tensorflow as tf

        ends["graph"] = by_apply(tf.function)
    return {way: ops.convert_to_numpy(ops.cast(end, "float64")) for way, end in ends.items()}


@pytest.mark.parametrize("dtype", HUGE)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_gradient_that_overflows_is_noticed(optimizer: Any, dtype: str) -> None:
    """Its parameter becomes NaN or goes far away, instead of standing still for ever; the others train on."""
    half = (
        {"epsilon": 1e-3, "beta_2": 0.9}
        if "float16" in dtype and optimizer is optimizers.Adam
        else {}
    )
    steps = [ops.convert_to_tensor([1.0, g, g, g], dtype) for g in (1, HUGE[dtype], 1, 1)]
    steps[1] = ops.convert_to_tensor([1.0, HUGE[dtype], np.inf, np.nan], dtype)
    start = ops.zeros(4, dtype)
    for way, theta in in_all_ways(lambda: make(optimizer, **half), steps, start).items():
        assert -1 < theta[0] < 0, way
        assert not np.any(np.abs(theta[1:]) < 10), (way, theta)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_frozen_parameters_stay(optimizer: Any) -> None:
    start = applied(make(optimizer, learning_rate=0.0))
    assert all(np.all(p == 1) for p in start)


@pytest.mark.parametrize("optimizer", FEW)
def test_a_gradient_accumulated_twice_is_one_step(optimizer: Any) -> None:
    """It counts as one, too."""
    with precision("float64"):
        accumulating = make(optimizer, gradient_accumulation_steps=2)
        parameters = [keras.Variable(np.ones(shape), dtype="float64") for shape in SHAPES]
        for g in gradients(4):
            for _ in range(2):
                accumulating.apply(g, parameters)
        expected = applied(make(optimizer), steps=4)
    for a, b in zip(parameters, expected, strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(a), b, rtol=1e-14)


@pytest.mark.parametrize("optimizer", FEW)
def test_learns_the_same_compiled_and_not(optimizer: Any) -> None:
    histories = []
    for jit_compile in (False, True):
        keras.utils.set_random_seed(1)
        model = classifier(keras.layers.Dense(32, activation="tanh"))
        model.compile(make(optimizer), "categorical_crossentropy", jit_compile=jit_compile)
        histories.append(losses(model))
    assert histories[0][-1] < histories[0][0]
    np.testing.assert_allclose(*histories, rtol=1e-3)


@pytest.mark.parametrize(
    ("optimizer", "policy"),
    [
        *((optimizer, "mixed_float16") for optimizer in FEW),
        (optimizers.Adam, "mixed_bfloat16"),  # no optimizer sees which of the two it is
    ],
)
def test_mixed_precision_with_loss_scaling(optimizer: Any, policy: str) -> None:
    keras.config.set_dtype_policy(policy)
    model = classifier(keras.layers.Dense(32, activation="relu"))
    scaled = keras.optimizers.LossScaleOptimizer(make(optimizer))
    model.compile(scaled, "categorical_crossentropy", jit_compile=True)
    history = losses(model)
    assert history[-1] < history[0]
    assert {v.dtype for v in scaled.inner_optimizer.variables} <= {"float32", "int32", "int64"}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_embedding(optimizer: Any) -> None:
    """Rows of an embedding get sparse gradients on TensorFlow; a row may stand in a mini-batch several times."""
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 20, (64, 6)), rng.normal(size=(64, 1))
    weights = []
    for sparse in (True, False):
        keras.utils.set_random_seed(1)
        first = keras.layers.Embedding(20, 4) if sparse else OneHotEmbedding(20, 4)
        model = keras.Sequential(
            [keras.Input((6,), dtype="int32"), first, keras.layers.Flatten(), keras.layers.Dense(1)]
        )
        model.layers[0].embeddings.assign(np.linspace(-1, 1, 80).reshape(20, 4))
        model.layers[-1].kernel.assign(np.linspace(-1, 1, 24).reshape(24, 1))
        model.compile(make(optimizer), "mse")
        model.fit(x, y, epochs=2, batch_size=16, shuffle=False, verbose=0)
        weights.append(ops.convert_to_numpy(model.layers[0].embeddings))
    np.testing.assert_allclose(*weights, rtol=1e-4, atol=1e-5)


@keras.saving.register_keras_serializable("tests")
class OneHotEmbedding(keras.layers.Embedding):
    """An embedding as a matrix product, whose gradient is dense."""

    def call(self, inputs: Any) -> Any:
        return ops.matmul(ops.one_hot(inputs, self.input_dim), self.embeddings)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_survives_saving(optimizer: Any, tmp_path: Path) -> None:
    """A model saved in the middle of its training goes on as if it had not been."""
    x, y = digits(128)
    model = classifier()
    decay = schedules.ExponentialDecay(ALPHA, 4)
    model.compile(
        make(optimizer, learning_rate=decay, weight_decay=0.01), "categorical_crossentropy"
    )
    model.fit(x, y, batch_size=32, epochs=1, shuffle=False, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert type(loaded.optimizer) is optimizer
    assert loaded.optimizer.get_config() == model.optimizer.get_config()
    for m in (model, loaded):
        m.fit(x, y, batch_size=32, epochs=1, shuffle=False, verbose=0)
    for a, b in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_allclose(
            ops.convert_to_numpy(a), ops.convert_to_numpy(b), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_hyperparameters_may_be_tensors(optimizer: Any) -> None:
    """As a population needs them: one value per model."""
    numbers = {
        name: value
        for name, value in make(optimizer).get_config().items()
        if name in ("momentum", "rho", "beta_1", "beta_2", "epsilon")
    }
    tensors = {name: ops.convert_to_tensor(value) for name, value in numbers.items()}
    for a, b in zip(
        applied(make(optimizer, **numbers)), applied(make(optimizer, **tensors)), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_t_is_the_number_of_the_next_step() -> None:
    """Also after a program was compiled, in which it was a tensor of that program."""
    optimizer = make(optimizers.Adam)
    applied(optimizer, steps=2)
    assert int(optimizer.t) == 3
    optimizer = make(optimizers.Adam)
    applied_without_side_effects(optimizer, compiled=True, steps=1)
    assert int(optimizer.t) == 1


def test_wrong_lists_are_refused() -> None:
    optimizer = make(optimizers.Adam)
    with pytest.raises(ValueError, match="must be built"):
        optimizer.stateless_apply([], [], [])
    optimizer.build([keras.Variable([1.0])])
    with pytest.raises(ValueError, match="optimizer_variables"):
        optimizer.stateless_apply([], [ops.ones(1)], [ops.ones(1)])


if BACKEND == "tensorflow":
    # Each of these with each of the others; the thresholds lie among the gradients, their means and their sums.
    COMBINATIONS = [
        {name: value for part in parts for name, value in part.items()}
        for parts in product(
            ({}, {"weight_decay": 0.01}),
            ({}, {"clipnorm": 1.5}, {"clipvalue": 0.5}, {"global_clipnorm": 2.0}),
            ({}, {"gradient_accumulation_steps": 2}),
            ({}, {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 3}),
        )
    ]  # fmt: skip
    BUILT_IN = [
        kind
        for name, kind in vars(keras.optimizers).items()
        if inspect.isclass(kind)
        and "learning_rate" in inspect.signature(kind).parameters
        # Keras 3.15.1 computes it otherwise on TensorFlow than on JAX: it reads its momentum after the update.
        and name != "ScheduleFreeAdamW"
    ]

    @pytest.mark.parametrize(
        ("keywords", "optimizer"),
        [
            *((keywords, optimizers.Adam) for keywords in COMBINATIONS),
            *((COMBINATIONS[-1], optimizer) for optimizer in BUILT_IN),
        ],
    )
    def test_every_order_of_operations_is_keras(keywords: Any, optimizer: Any) -> None:
        check_without_side_effects_as_with(lambda: make(optimizer, **keywords), compiled=False)

    @pytest.mark.parametrize("optimizer", FEW)
    def test_distributed_over_two_devices(optimizer: Any) -> None:
        """Two virtual CPU devices with half a mini-batch each: the same weights as one device with the whole."""
        import tensorflow as tf

        x, y = digits(256)
        weights = []
        for strategy in (two_devices(), tf.distribute.get_strategy()):
            with strategy.scope():
                keras.utils.set_random_seed(1)
                model = classifier(keras.layers.Dense(16, activation="tanh"))
                model.compile(make(optimizer), "categorical_crossentropy", jit_compile=False)
            model.fit(x, y, batch_size=64, epochs=2, shuffle=False, verbose=0)
            weights.append([ops.convert_to_numpy(v) for v in model.weights])
        for a, b in zip(*weights, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)

    @pytest.mark.parametrize("jit_compile", [False, True])
    def test_vectorized_over_a_population(jit_compile: bool) -> None:
        """`tf.vectorized_map` over models that differ in learning rate and beta_1: each as if it were alone."""
        import tensorflow as tf

        optimizer = make(optimizers.Adam)
        variable = keras.Variable(np.ones(3, "float32"))
        optimizer.build([variable])
        place = [v.path.endswith("learning_rate") for v in optimizer.variables].index(True)
        alphas, betas = tf.constant([0.1, 0.01]), tf.constant([0.9, 0.5])

        def step(state: Any) -> Any:
            parameters, variables, beta = state
            optimizer.beta_1 = beta
            return optimizer.stateless_apply(variables, [parameters[0] * 2], parameters)

        state = [tf.stack([v.value] * 2) for v in optimizer.variables]
        state[place] = alphas
        parameters = [tf.ones((2, 3))]
        run = tf.function(lambda s: tf.vectorized_map(step, s), jit_compile=jit_compile)
        for _ in range(5):
            parameters, state = run((parameters, state, betas))
        for i in range(2):
            alone, theta = (
                make(optimizers.Adam, learning_rate=float(alphas[i]), beta_1=float(betas[i])),
                keras.Variable(np.ones(3, "float32")),
            )
            for _ in range(5):
                alone.apply([theta.value * 2], [theta])
            np.testing.assert_allclose(parameters[0][i], theta.numpy(), rtol=1e-5)

    @pytest.mark.parametrize("name", ["Adam", "RMSProp", "AdaGrad"])
    def test_a_row_that_stands_twice_in_a_mini_batch(name: str) -> None:
        """Its gradients are summed and then squared; the built-in squares each and sums the squares."""
        import tensorflow as tf

        rows, twice = tf.constant([[1.0], [2.0]]), tf.constant([3, 3])
        sparse = tf.IndexedSlices(rows, twice, dense_shape=tf.constant([5, 1]))
        builtin = {"Adam": "Adam", "RMSProp": "RMSprop", "AdaGrad": "Adagrad"}[name]
        moved = {}
        for library in (optimizers, keras.optimizers):
            for gradient in (sparse, tf.convert_to_tensor(sparse)):
                table = keras.Variable(np.ones((5, 1), "float32"))
                optimizer = getattr(library, name if library is optimizers else builtin)(0.1)
                for scale in (1.0, 3.0):
                    optimizer.apply([_times(gradient, scale)], [table])
                moved.setdefault(library, []).append(table.numpy())
        np.testing.assert_allclose(*moved[optimizers], rtol=1e-6)
        assert np.max(np.abs(np.subtract(*moved[keras.optimizers]))) > 0.01

    def _times(gradient: Any, scale: float) -> Any:
        import tensorflow as tf

        if isinstance(gradient, tf.IndexedSlices):
            return tf.IndexedSlices(gradient.values * scale, gradient.indices, gradient.dense_shape)
        return gradient * scale
else:

    def test_a_learning_rate_may_be_a_tensor_of_a_program() -> None:
        compiled = compile_function(lambda alpha: optimizers.SGD(alpha).learning_rate * 2)
        assert float(compiled(ops.convert_to_tensor(0.25))) == 0.5


def test_training_goes_on_with_a_running_average() -> None:
    """With Keras' own optimizers on JAX it does not, in Keras 3.15: weight and average are one array."""
    x = np.ones((8, 2), "float32")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizers.SGD(0.05, use_ema=True, ema_momentum=0.5), "mse")
    costs = [model.fit(x, x[:, :1], epochs=9, verbose=0).history["loss"][-1] for _ in range(3)]
    assert costs[2] < costs[1] < costs[0]
