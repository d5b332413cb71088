#!/usr/bin/env bash
# Keras 3.15.1: Conv2DTranspose("same", output_padding=1) adds its row at the top: the whole picture moves by one.
#
# Expected: output_padding is "the amount of padding along the height and width of the output": with 1 the outputs are those
#   of output_padding=0 and one row more at the end. With padding "valid" that is what happens.
# Happens: with "same" the row more comes first. The inputs 1, 2 and the filter 1, 10, 100 in steps of 2 make
#   1 10 102 20 200. output_padding=0 keeps 10 102 20; output_padding=1 gives 1 10 102 20, and not 10 102 20 200.
#   Both backends do so. Weights of another framework that adds the row at the end come out shifted by a pixel.
# Source: keras/src/backend/common/backend_utils.py: _convert_conv_transpose_padding_args_from_keras_to_jax says that it adds
#   on the right, and for "same" divides the sum among both sides; TensorFlow derives the crop from the size of the outputs.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras
import numpy as np

inputs = np.reshape([1.0, 2.0], (1, 2, 1, 1)).astype("float32")
filters = np.reshape([1.0, 10.0, 100.0], (3, 1, 1, 1))
for padding in ("valid", "same"):
    for output_padding in (0, 1):
        layer = keras.layers.Conv2DTranspose(
            1, (3, 1), strides=(2, 1), padding=padding, output_padding=(output_padding, 0)
        )
        layer.build(inputs.shape)
        layer.kernel.assign(filters)
        rows = keras.ops.convert_to_numpy(layer(inputs))[0, :, 0, 0]
        print(keras.backend.backend(), padding, f"output_padding={output_padding}:", *map(int, rows))
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow valid output_padding=0: 1 10 102 20 200
tensorflow valid output_padding=1: 1 10 102 20 200 0
tensorflow same output_padding=0: 10 102 20
tensorflow same output_padding=1: 1 10 102 20
jax valid output_padding=0: 1 10 102 20 200
jax valid output_padding=1: 1 10 102 20 200 0
jax same output_padding=0: 10 102 20
jax same output_padding=1: 1 10 102 20
SEEN
