"""Every test starts from the same seed and in float32, whatever ran before it."""

import gc
import threading
from collections.abc import Iterator

import keras
import pytest

collect_ignore = [
    "lean",
    "data",
]  # what hides JAX is not to be imported here; a release's model is what it was


@pytest.fixture(autouse=True)
def _seeded_float32() -> Iterator[None]:
    keras.utils.set_random_seed(0)
    yield
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_dtype_policy("float32")


@pytest.fixture(autouse=True, scope="module")
def _short_garbage_collections() -> None:
    """A collection looks through all of TensorFlow, a third of a second; keras-tuner asks for two in every trial."""
    gc.collect()
    gc.freeze()


def pytest_configure() -> None:
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf
        from tensorflow.python import pywrap_tfe

        # Every seed, and so every test and trial, would make it forget its kernels, a twelfth of all the time; Keras'
        # random operations have no state that a kernel keeps.
        pywrap_tfe.TFE_ContextClearCaches = lambda context: None
        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * 2
        )
    if keras.backend.backend() == "jax":
        from jax._src.interpreters import mlir
        from jax._src.lru_cache import LRUCache

        from dlref.tuning.populations.program import jax_compiler

        jax_compiler.OPTIMIZED = 0  # most of a test is compiling
        # To see whether it has room, each program kept would look at all others, and other processes would wait.
        assert callable(LRUCache._evict_if_needed)
        LRUCache._evict_if_needed = lambda self, *, additional_size: None

        # Each operation is a program in a context of its own, which takes 9 ms to make, and 1 MB for as long as the
        # program is kept: a fifth of the time, half of the memory.
        make, made = mlir.make_ir_context, threading.local()

        def shared_ir_context():
            made.count = getattr(made, "count", -1) + 1
            if made.count % 50 == 0:  # it keeps the constants of all programs
                made.context = make()
            return made.context

        mlir.make_ir_context = shared_ir_context
