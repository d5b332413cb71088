"""Every test starts from the same seed and in float32, whatever ran before it."""

import gc
from collections.abc import Iterator

import keras
import pytest

collect_ignore = ["lean"]  # what hides JAX is not to be imported here


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
        from jax._src.lru_cache import LRUCache

        from dlref.tuning.populations import ahead

        ahead.OPTIMIZED = 0  # most of a test is compiling
        # To see whether it has room, each program kept would look at all others, and other processes would wait.
        assert callable(LRUCache._evict_if_needed)
        LRUCache._evict_if_needed = lambda self, *, additional_size: None
