#!/usr/bin/env bash
# Keras 3.15.1: where the default float type is a 16-bit one, keras.ops.arange counts in int16, and wrongly from 32768 on.
#
# Expected: whole numbers from 0 to 39999, in int32, as with the default float32: the float type says nothing about integers.
# Happens: keras.config.set_floatx("float16") or "bfloat16" makes arange(40000) an int16 tensor, without a warning. On
#   TensorFlow all entries from 32767 on are 32767; on JAX they go on at -32768. As positions or indices they are then wrong.
#   arange(40000, dtype="int32") is right.
# Source: keras/src/backend/common/dtypes.py: the dtype of a Python int follows the bits of floatx; arange asks it for its dtype.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras
import numpy as np

for floatx in ("float32", "float16", "bfloat16"):
    keras.config.set_floatx(floatx)
    numbers = keras.ops.arange(40000)
    entries = np.asarray(numbers)[[0, 32767, 32768, 39999]].tolist()
    named = int(keras.ops.arange(40000, dtype="int32")[39999])
    print(keras.backend.backend(), floatx, keras.backend.standardize_dtype(numbers.dtype), entries, "with a dtype:", named)
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow float32 int32 [0, 32767, 32768, 39999] with a dtype: 39999
tensorflow float16 int16 [0, 32767, 32767, 32767] with a dtype: 39999
tensorflow bfloat16 int16 [0, 32767, 32767, 32767] with a dtype: 39999
jax float32 int32 [0, 32767, 32768, 39999] with a dtype: 39999
jax float16 int16 [0, 32767, -32768, -25537] with a dtype: 39999
jax bfloat16 int16 [0, 32767, -32768, -25537] with a dtype: 39999
SEEN
