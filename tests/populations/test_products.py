"""The products of small populations, which TensorFlow computes with a kernel it does not use otherwise."""

import platform

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlref.tuning.populations.program import batched_matmul, tensorflow_function
from tests.populations.searching import arguments, network, search

THERE = platform.machine() == "x86_64" and not tf.config.list_physical_devices("GPU")


def of(x_members, members=3, dtype="float32"):
    """A product, and what it is to be multiplied with backwards, as float64 NumPy arrays and as tensors."""
    generator = np.random.default_rng(0)
    shapes = (x_members, 7, 5), (members, 5, 4), (members, 7, 4)
    arrays = [generator.normal(size=shape).astype(dtype) for shape in shapes]
    return [a.astype("float64") for a in arrays], [tf.constant(a) for a in arrays]


def kernels(function, *values):
    """How many operations of a trace are the kernel."""
    graph = tf.function(function, autograph=False).get_concrete_function(*values).graph
    return sum(operation.type == batched_matmul.KERNEL for operation in graph.get_operations())


@pytest.fixture
def fresh(monkeypatch):
    """The environment is looked at again."""
    batched_matmul._is_there.cache_clear()
    yield monkeypatch
    batched_matmul._is_there.cache_clear()


def value_and_gradients(x, kernel, upstream):
    with tf.GradientTape() as tape:
        tape.watch([x, kernel])
        z = batched_matmul.product(x, kernel)
        priced = tf.reduce_sum(z * upstream)
    return z, *tape.gradient(priced, [x, kernel])


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("x_members", [3, 1])
def test_it_is_the_product_and_has_its_gradients(x_members, compiled):
    (x, kernel, upstream), tensors = of(x_members)
    d_x = upstream @ kernel.transpose(0, 2, 1)
    if x_members == 1:
        d_x = d_x.sum(0, keepdims=True)
    expected = x @ kernel, d_x, x.transpose(0, 2, 1) @ upstream
    function = tf.function(value_and_gradients) if compiled else value_and_gradients
    for found, exact in zip(function(*tensors), expected, strict=True):
        assert found.shape == exact.shape
        np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-6)


def test_small_populations_use_the_kernel(fresh):
    """Three of them, forwards and backwards; none in float64, in a large population, or where it is not wanted."""
    fresh.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    small, large = of(3)[1], of(batched_matmul.FEW + 1, batched_matmul.FEW + 1)[1]
    assert kernels(value_and_gradients, *small) == (3 if THERE else 0)
    assert kernels(value_and_gradients, *large) == 0
    assert kernels(value_and_gradients, *of(3, dtype="float64")[1]) == 0
    with batched_matmul.portable():
        assert kernels(value_and_gradients, *small) == 0
    fresh.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    batched_matmul._is_there.cache_clear()
    assert kernels(value_and_gradients, *small) == 0


def test_sweeps_use_it(tmp_path, fresh):
    """And learn the same without it."""
    fresh.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    curves, texts = [], []

    def keep(self, *args):
        texts.append(str(trace(self, *args).graph.as_graph_def()))
        return trace(self, *args)

    trace = tensorflow_function.Traced.prepare
    fresh.setattr(tensorflow_function.Traced, "prepare", keep)
    for wanted in ("1", "0"):
        fresh.setenv("TF_ENABLE_ONEDNN_OPTS", wanted)
        batched_matmul._is_there.cache_clear()
        texts.clear()
        curves += search(build, tmp_path / wanted, fit=arguments(epochs=4))[1].curves()
        assert any(batched_matmul.KERNEL in text for text in texts) == (THERE and wanted == "1")
    half = len(curves) // 2
    for one, other in zip(curves[:half], curves[half:], strict=True):
        assert one == pytest.approx(other, rel=1e-4)


def build(hp):
    hidden = keras.layers.Dense(hp.Int("units", 5, 12), activation="relu")
    return network(hidden)
