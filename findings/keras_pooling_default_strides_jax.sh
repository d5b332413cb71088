#!/usr/bin/env bash
# Keras 3.15.1: keras.ops.max_pool and average_pool without strides raise on JAX; on TensorFlow they pool.
#
# Expected: strides=None means pool_size, as the documentation of both functions says, on every backend.
# Happens: on JAX a TypeError about inconsistent window_strides, for pool_size=2 and (2, 2), where the TensorFlow backend
#   pools. With strides=2 both do. The layers MaxPooling2D and AveragePooling2D give their strides and go on working.
# Source: keras/src/backend/jax/nn.py, max_pool: pool_size gets its two outer ones first, is then taken for strides, and gets
#   them once more.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras
import numpy as np

image = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
for name in ("max_pool", "average_pool"):
    for pool_size, strides in ((2, None), ((2, 2), None), (2, 2)):
        try:
            seen = np.ravel(getattr(keras.ops, name)(image, pool_size, strides)).tolist()
        except TypeError as error:
            seen = f"TypeError: {error}"[:62]
        print(f"{keras.backend.backend()} {name}, pool_size={pool_size}, strides={strides}: {seen}")
    layer = {"max_pool": keras.layers.MaxPooling2D, "average_pool": keras.layers.AveragePooling2D}[name]
    print(f"{keras.backend.backend()} {layer.__name__}(2): {np.ravel(layer(2)(image)).tolist()}")
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow max_pool, pool_size=2, strides=None: [5.0, 7.0, 13.0, 15.0]
tensorflow max_pool, pool_size=(2, 2), strides=None: [5.0, 7.0, 13.0, 15.0]
tensorflow max_pool, pool_size=2, strides=2: [5.0, 7.0, 13.0, 15.0]
tensorflow MaxPooling2D(2): [5.0, 7.0, 13.0, 15.0]
tensorflow average_pool, pool_size=2, strides=None: [2.5, 4.5, 10.5, 12.5]
tensorflow average_pool, pool_size=(2, 2), strides=None: [2.5, 4.5, 10.5, 12.5]
tensorflow average_pool, pool_size=2, strides=2: [2.5, 4.5, 10.5, 12.5]
tensorflow AveragePooling2D(2): [2.5, 4.5, 10.5, 12.5]
jax max_pool, pool_size=2, strides=None: TypeError: reduce_window got inconsistent window_strides and w
jax max_pool, pool_size=(2, 2), strides=None: TypeError: reduce_window got inconsistent window_strides and w
jax max_pool, pool_size=2, strides=2: [5.0, 7.0, 13.0, 15.0]
jax MaxPooling2D(2): [5.0, 7.0, 13.0, 15.0]
jax average_pool, pool_size=2, strides=None: TypeError: reduce_window got inconsistent window_strides and w
jax average_pool, pool_size=(2, 2), strides=None: TypeError: reduce_window got inconsistent window_strides and w
jax average_pool, pool_size=2, strides=2: [2.5, 4.5, 10.5, 12.5]
jax AveragePooling2D(2): [2.5, 4.5, 10.5, 12.5]
SEEN
