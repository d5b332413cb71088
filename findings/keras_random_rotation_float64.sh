#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow: where the default float type is float64, RandomRotation raises; its siblings do not.
#
# Expected: after keras.config.set_floatx("float64") the layers of the policy float32 go on in float32, as RandomZoom does.
# Happens: RandomRotation draws its angle in the default type, float64, and multiplies it by pi / 180, a Python number that
#   TensorFlow has made a float32 tensor of: InvalidArgumentError. On JAX the two are promoted. dtype="float64" for the
#   layer alone raises nothing, since the angle is float32 then.
# Source: keras/src/layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.py, _compute_affine_matrix:
#   convert_to_tensor(math.pi / 180.0), without a dtype; of all random layers only RandomRotation passes it a tensor to multiply.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras
import numpy as np

layers = keras.layers
made = {
    "RandomZoom": lambda **dtype: layers.RandomZoom(0.1, **dtype),
    "RandomShear": lambda **dtype: layers.RandomShear(0.1, 0.1, **dtype),
    "RandomTranslation": lambda **dtype: layers.RandomTranslation(0.1, 0.1, **dtype),
    "RandomPerspective": lambda **dtype: layers.RandomPerspective(**dtype),
    "RandomRotation": lambda **dtype: layers.RandomRotation(0.1, **dtype),
}
images = np.random.default_rng(0).uniform(0, 255, (2, 8, 8, 3))
for floatx, dtype in (("float32", {}), ("float32", {"dtype": "float64"}), ("float64", {})):
    keras.config.set_floatx(floatx)
    for name, make in made.items():
        try:
            seen = keras.backend.standardize_dtype(make(**dtype)(images, training=True).dtype)
        except Exception as error:
            seen = type(error).__name__
        print(f"default {floatx}, layer {dtype.get('dtype', 'default')}: {name} {seen}")
PYTHON

KERAS_BACKEND=tensorflow "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" | tee "$place/seen" || { cat "$place/log" >&2; exit 1; }

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
default float32, layer default: RandomZoom float32
default float32, layer default: RandomShear float32
default float32, layer default: RandomTranslation float32
default float32, layer default: RandomPerspective float32
default float32, layer default: RandomRotation float32
default float32, layer float64: RandomZoom float64
default float32, layer float64: RandomShear float64
default float32, layer float64: RandomTranslation float64
default float32, layer float64: RandomPerspective float64
default float32, layer float64: RandomRotation float64
default float64, layer default: RandomZoom float32
default float64, layer default: RandomShear float32
default float64, layer default: RandomTranslation float32
default float64, layer default: RandomPerspective float32
default float64, layer default: RandomRotation InvalidArgumentError
SEEN
