#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow: trainable = True on a model does not unfreeze layers that were frozen one by one.
#
# Expected: base.trainable = True reaches every layer inside, as the documentation says and as it does on JAX.
# Happens: on TensorFlow an attribute that is set to the value it has is not set at all. A model whose layers were frozen in a
#   loop is itself still True, so True again does nothing: 0 weights are trained, without a warning. In the same way False
#   on a model that is already False does not freeze a layer that was unfrozen. Setting the other value first helps.
# Source: keras/src/backend/tensorflow/trackable.py, KerasAutoTrackable.__setattr__, returns where the value is the same object.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras


def base():
    parts = [keras.layers.Dense(3) for _ in range(3)]
    return keras.Sequential([keras.Input((3,)), *parts])


model = base()
for layer in model.layers:
    layer.trainable = False
model.trainable = True
print(keras.backend.backend(), "layers False, then the model True:", len(model.trainable_weights), "weights are trained")

model = base()
for layer in model.layers:
    layer.trainable = False
model.trainable = False
model.trainable = True
print(keras.backend.backend(), "layers False, the model False, then True:", len(model.trainable_weights), "weights are trained")

model = base()
model.trainable = False
model.layers[-1].trainable = True
model.trainable = False
print(keras.backend.backend(), "the model False, a layer True, the model False again: the layer is", model.layers[-1].trainable)
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow layers False, then the model True: 0 weights are trained
tensorflow layers False, the model False, then True: 6 weights are trained
tensorflow the model False, a layer True, the model False again: the layer is True
jax layers False, then the model True: 6 weights are trained
jax layers False, the model False, then True: 6 weights are trained
jax the model False, a layer True, the model False again: the layer is False
SEEN
