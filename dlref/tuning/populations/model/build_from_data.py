"""Builds models without an `Input` from the type and the shape of their examples."""

from contextlib import suppress
from typing import Any

import keras
import numpy as np
from keras import tree

from dlref._compat import keras as keras_src
from dlref.tuning.populations.model.fast_build import build_layers, is_fast


def describe(x: Any) -> Any:
    """The type and the shape of the x of `fit`, as JSON can hold them; None if only taking some would show them."""

    def text(a: Any) -> str:
        a = a if hasattr(a, "shape") and hasattr(a, "dtype") else np.asarray(a)
        dtype = keras.backend.standardize_dtype(a.dtype)
        dtype = keras.config.floatx() if dtype == "float64" and isinstance(a, np.ndarray) else dtype
        return f"{dtype} {' '.join(map(str, a.shape[1:]))}"

    if hasattr(x, "element_spec"):  # a `tf.data.Dataset`
        x = x.element_spec[0] if isinstance(x.element_spec, tuple) else x.element_spec
    elif isinstance(x, keras.utils.PyDataset):
        x = x[0][0]
    with suppress(Exception):
        return tree.map_structure(text, x)
    return None


def build(model: keras.Model, inputs: Any) -> None:
    """Builds a model without an `Input` as `fit` does when it sees what `inputs` describe.

    Raises:
        Exception: whatever the model's code raises of such inputs.
    """
    like = tree.map_structure(_symbol, inputs)
    if type(model) is keras.Sequential and isinstance(like, keras.KerasTensor):
        # The first that `Sequential.build` does.
        first = keras.layers.InputLayer(
            batch_shape=like.shape, dtype=model._layers[0].compute_dtype
        )
        model._layers = [first, *model._layers]
        if not (is_fast.get() and build_layers(model)):
            model.build(like.shape)
    else:
        keras_src.compute_output_spec(model, like, training=False)


def call(model: keras.Model, inputs: Any) -> None:
    """Builds a model that takes no symbols, by calling it on an example of zeros."""

    def example(text: str) -> Any:
        like = _symbol(text)
        return keras.ops.zeros([size or 1 for size in like.shape], like.dtype)

    model(tree.map_structure(example, inputs))


def _symbol(text: str) -> keras.KerasTensor:
    dtype, *shape = text.split()
    return keras.KerasTensor((None, *(None if n == "None" else int(n) for n in shape)), dtype)
