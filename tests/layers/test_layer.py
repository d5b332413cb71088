"""What every layer must do in a Keras model: one table of layers, one test for each thing that is done to them."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops
from keras.src.testing import TestCase

from dlref import activations, initializers, layers, optimizers, regularizers, schedules
from dlref import losses as losses_
from tests.training import classifier, compile_function, digits, losses

LAYERS = {
    "BatchNormalization": (layers.BatchNormalization, {}, 2, 2),
    "BatchNormalization, axis 1": (
        layers.BatchNormalization,
        {
            "axis": 1,
            "gamma_regularizer": "l2",
            "beta_regularizer": "l1",
            "beta_constraint": "non_neg",
        },
        2,
        2,
    ),
    "BatchNormalization, bare": (
        layers.BatchNormalization,
        {"center": False, "scale": False},
        0,
        2,
    ),
    "Dropout": (layers.Dropout, {"rate": 0.25, "seed": 1}, 0, 0),
    "Dropout, shared": (layers.Dropout, {"rate": 0.25, "noise_shape": (None, 1, None)}, 0, 0),
    "VanillaDropout": (layers.VanillaDropout, {"rate": 0.25, "seed": 1}, 0, 0),
    "LeakyReLU": (layers.LeakyReLU, {"negative_slope": 0.5}, 0, 0),
    "ELU": (layers.ELU, {"alpha": 0.5}, 0, 0),
    "PReLU": (layers.PReLU, {}, 1, 0),
    "PReLU, shared": (
        layers.PReLU,
        {"alpha_initializer": "ones", "alpha_constraint": "non_neg", "shared_axes": [1]},
        1,
        0,
    ),
    "Maxout": (layers.Maxout, {"units": 5}, 2, 0),
    "Maxout, three pieces": (
        layers.Maxout,
        {"units": 5, "pieces": 3, "use_bias": False, "kernel_constraint": "max_norm"},
        1,
        0,
    ),
    "Normalization": (layers.Normalization, {}, 0, 3),
    "Normalization, given": (
        layers.Normalization,
        {"axis": [-1, 1], "mean": 0.5, "variance": [2.0] * 5, "invert": True},
        0,
        0,
    ),
    "PCA": (layers.PCA, {}, 0, 3),
    "Whitening": (layers.Whitening, {"epsilon": 0.1}, 0, 3),
}
every_layer = pytest.mark.parametrize("name", LAYERS)


def make(name: str, **kwargs: Any) -> keras.layers.Layer:
    layer, arguments, *_ = LAYERS[name]
    return layer(**{**arguments, **kwargs})


@every_layer
@pytest.mark.filterwarnings("ignore")  # of Keras' own harness
def test_keras_own_harness(name: str) -> None:
    """Building, shapes, dtypes, mixed precision, saving, fitting, masks: what Keras asks of its own layers."""
    layer, arguments, trainable, non_trainable = LAYERS[name]
    TestCase().run_layer_test(
        layer,
        init_kwargs=arguments,
        input_shape=(4, 3, 5),
        call_kwargs={"training": True},
        expected_output_shape=(4, 3, 5),
        expected_num_trainable_weights=trainable,
        expected_num_non_trainable_weights=non_trainable,
        expected_num_seed_generators=int("Dropout" in name),
        expected_num_losses=2 if "axis 1" in name else 0,
        supports_masking=True,
    )


@every_layer
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "mixed_float16"])
def test_precision(name: str, dtype: str) -> None:
    x = np.random.default_rng(0).normal(3, 2, (64, 3, 5))
    policy = keras.dtype_policies.get(dtype)
    layer = make(name, dtype=policy)
    outputs = [
        layer(ops.convert_to_tensor(x, policy.compute_dtype), training=t) for t in (True, False)
    ]
    for output in outputs:
        assert keras.backend.standardize_dtype(output.dtype) == policy.compute_dtype
        assert np.isfinite(ops.convert_to_numpy(ops.cast(output, "float32"))).all()


@every_layer
def test_statistics_survive_float16(name: str) -> None:
    """Values whose squares exceed float16's largest number, 65504."""
    x = ops.convert_to_tensor(np.linspace(-3e4, 3e4, 120).reshape(8, 3, 5), "float16")
    output = make(name, dtype="mixed_float16")(x, training=True)
    assert np.isfinite(ops.convert_to_numpy(output)).all()


@every_layer
def test_compiled_as_not(name: str) -> None:
    """Dropout keeps other units, for XLA draws other random numbers from a seed; but it makes the same of them."""
    layer = make(name)
    x = ops.convert_to_tensor(np.random.default_rng(0).normal(size=(8, 3, 5)), "float32")
    layer.build(x.shape)
    weights = [v.value for v in layer.trainable_variables]
    state = [v.value for v in layer.non_trainable_variables]

    training = {"training": True} if layer._call_has_training_arg else {}

    def call(x: Any) -> Any:
        return layer.stateless_call(weights, state, x, **training)[0]

    outputs = [ops.convert_to_numpy(f(x)) for f in (call, compile_function(call))]
    kept_by_both = np.logical_and(*(o != 0 for o in outputs))
    assert np.mean(kept_by_both) > 0.4
    np.testing.assert_allclose(*(o[kept_by_both] for o in outputs), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_learn_together_and_survive_saving(jit_compile: bool, tmp_path: Path) -> None:
    """A model of dlref's objects alone, but for the dense layers."""
    hidden = {
        "kernel_initializer": initializers.HeNormal(seed=1),
        "kernel_regularizer": regularizers.L2(0.1, 512),
    }
    model = classifier(
        keras.layers.Dense(32, use_bias=False, **hidden),
        layers.BatchNormalization(),
        keras.layers.Activation(activations.relu),
        layers.Dropout(0.2, seed=1),
        keras.layers.Dense(32, activation=activations.elu, **hidden),
        layers.VanillaDropout(0.2, seed=2),
    )
    model.compile(
        optimizers.Adam(schedules.InverseTimeDecay(0.01, 8, 0.1)),
        losses_.CategoricalCrossentropy(label_smoothing=0.1),
        jit_compile=jit_compile,
    )
    history = losses(model)
    assert history[-1] < history[0]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    x, y = digits(64)
    np.testing.assert_allclose(model.predict(x, verbose=0), loaded.predict(x, verbose=0), rtol=1e-5)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(loaded.evaluate(x, y, verbose=0))
    assert loaded.to_json() == model.to_json()
    assert type(loaded.optimizer.learning_rate) is type(model.optimizer.learning_rate)
    for part in ("optimizer", "loss"):
        assert type(getattr(loaded, part)) is type(getattr(model, part))


def test_importing_dlref_is_enough_to_load(tmp_path: Path) -> None:
    """A program that loads a model names nothing of dlref but `import dlref`."""
    import subprocess
    import sys

    model = classifier(layers.BatchNormalization(), layers.Dropout(0.5))
    model.compile("sgd", "mse")
    model.save(tmp_path / "model.keras")
    program = "import sys, dlref, keras; keras.models.load_model(sys.argv[1]).summary()"
    subprocess.run(
        [sys.executable, "-c", program, tmp_path / "model.keras"], check=True, capture_output=True
    )
