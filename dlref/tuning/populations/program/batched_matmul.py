"""The matrix products of all members.

TensorFlow takes one pair of matrices after the other on a CPU, each on all cores, which for nets as small as these is
mostly waiting. oneDNN takes pairs side by side, 1.3 to 3 times as fast. It is in TensorFlow for x86, but used by every
operation or, on many processors, by none: see TF_ENABLE_ONEDNN_OPTS. Used by every operation, it made a sweep of
convolutional nets take 161 seconds instead of 95; so it is asked for here, in the products of small populations alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import keras
from keras import ops

KERNEL = "_MklBatchMatMulV2"
FEW = 32  # members; XLA, which has no form of the kernel, soon compiles larger populations

_portable = ContextVar("_portable", default=False)


@contextmanager
def portable() -> Iterator[None]:
    """Within it products are operations that every compiler knows."""
    token = _portable.set(True)
    try:
        yield
    finally:
        _portable.reset(token)


def are_special(members: int) -> bool:
    """Whether the products of so many members are computed by `KERNEL`, in float32."""
    return members <= FEW and not _portable.get() and _is_there()


def product(x: Any, kernel: Any) -> Any:
    """`x` times each member's matrix: (members or 1, ..., n) and (members, ..., n, m) to (members, ..., m)."""
    single = len(x.shape) == len(kernel.shape) == 3 and kernel.dtype == "float32"
    return _product(x, kernel) if single and are_special(kernel.shape[0]) else ops.matmul(x, kernel)


@cache
def _is_there() -> bool:
    """Whether this TensorFlow has the kernel, computes on the CPU, and was not told to do without."""
    if keras.backend.backend() != "tensorflow" or os.environ.get("TF_ENABLE_ONEDNN_OPTS") == "0":
        return False
    import tensorflow as tf

    from dlref._compat import tensorflow as tensorflow_python

    found = tensorflow_python.has_operation(KERNEL, {"T", "adj_x", "adj_y"})
    return found and not tf.config.list_physical_devices("GPU")


@ops.custom_gradient
def _product(x: Any, kernel: Any) -> Any:
    def gradient(upstream: Any) -> Any:
        d_x = _multiply(upstream, kernel, adj_y=True)
        if x.shape[0] < d_x.shape[0]:  # the data, of which the members have one copy
            d_x = ops.sum(d_x, 0, keepdims=True)
        return d_x, _multiply(x, upstream, adj_x=True)

    return _multiply(x, kernel), gradient


def _multiply(x: Any, y: Any, adj_x: bool = False, adj_y: bool = False) -> Any:
    import tensorflow as tf

    x, y = map(tf.convert_to_tensor, (x, y))  # the gradient of a single member may be sparse
    if not tf.inside_function():
        return tf.matmul(x, y, transpose_a=adj_x, transpose_b=adj_y)
    value = tf.compat.v1.AttrValue
    attrs = {
        "T": value(type=x.dtype.as_datatype_enum),
        "adj_x": value(b=adj_x),
        "adj_y": value(b=adj_y),
        "_kernel": value(s=b"MklNameChangeOp"),  # how TensorFlow marks what oneDNN is to compute
    }
    graph = tf.compat.v1.get_default_graph()
    z = graph.create_op(KERNEL, [x, y], [x.dtype], name="product", attrs=attrs).outputs[0]
    z.set_shape((y.shape[0], x.shape[2 if adj_x else 1], y.shape[1 if adj_y else 2]))
    return z
