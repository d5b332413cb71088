#!/usr/bin/env bash
# Keras 3.15.1: PReLU(shared_axes=[-1]) shares the slope along the last axis but one.
#
# Expected: an axis of -1 is the last one, as everywhere else in Keras; or an error.
# Happens: axes are counted with the batch, and one is subtracted to find the axis of alpha: -1 becomes -2. Of images the
#   slopes are then shared along the width instead of the channels. Where alpha has one axis, there is no last but one: IndexError.
# Source: keras/src/layers/activations/prelu.py, build: param_shape[i - 1] = 1.
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras

for shape in ((None, 8, 6, 3), (None, 8, 3), (None, 3)):
    for axis in (len(shape) - 1, -1):
        layer = keras.layers.PReLU(shared_axes=[axis])
        try:
            layer.build(shape)
            seen = f"alpha {tuple(layer.alpha.shape)}"
        except IndexError:
            seen = "IndexError"
        print(f"inputs {shape}, shared_axes [{axis}]: {seen}")
PYTHON

KERAS_BACKEND=jax "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" | tee "$place/seen" || { cat "$place/log" >&2; exit 1; }

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
inputs (None, 8, 6, 3), shared_axes [3]: alpha (8, 6, 1)
inputs (None, 8, 6, 3), shared_axes [-1]: alpha (8, 1, 3)
inputs (None, 8, 3), shared_axes [2]: alpha (8, 1)
inputs (None, 8, 3), shared_axes [-1]: alpha (1, 3)
inputs (None, 3), shared_axes [1]: alpha (1,)
inputs (None, 3), shared_axes [-1]: IndexError
SEEN
