#!/usr/bin/env bash
# Keras 3.15.1: a Normalization layer takes weights by set_weights, gives them back by get_weights, and computes as before.
#
# Expected: other.set_weights(model.get_weights()) makes two models of one architecture compute the same; that is what
#   keras.models.clone_model is followed by.
# Happens: the copy of an adapted Normalization goes on with mean 0 and variance 1, and lets its inputs through unchanged,
#   without an error or a warning. Its get_weights() are those of the original. After layer.finalize_state(), which the
#   documentation of set_weights does not mention, and after saving and loading the copy, both compute the same.
# Source: keras/src/layers/preprocessing/normalization.py: call uses tensors that finalize_state makes from the weights;
#   adapt and load_own_variables call it, set_weights and assign do not.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import sys

import keras
import numpy as np

x = np.array([[12.0, 30.0]])
model = keras.Sequential([keras.Input((2,)), keras.layers.Normalization()])
model.layers[0].adapt(np.array([[8.0, 15.0], [12.0, 25.0]]))
copy = keras.models.clone_model(model)
copy.set_weights(model.get_weights())


def seen(model):
    mean, variance, _ = model.get_weights()
    return np.asarray(model(x)).tolist(), "of mean", mean.tolist(), "and variance", variance.tolist()


backend = keras.backend.backend()
print(backend, "adapted", *seen(model))
print(backend, "copied", *seen(copy))
copy.save(f"{sys.argv[1]}/{backend}.keras")
print(backend, "saved and loaded", *seen(keras.models.load_model(f"{sys.argv[1]}/{backend}.keras")))
copy.layers[0].finalize_state()
print(backend, "finalized", *seen(copy))
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$place/venv/bin/python" "$place/probe.py" "$place" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow adapted [[1.0, 2.0]] of mean [10.0, 20.0] and variance [4.0, 25.0]
tensorflow copied [[12.0, 30.0]] of mean [10.0, 20.0] and variance [4.0, 25.0]
tensorflow saved and loaded [[1.0, 2.0]] of mean [10.0, 20.0] and variance [4.0, 25.0]
tensorflow finalized [[1.0, 2.0]] of mean [10.0, 20.0] and variance [4.0, 25.0]
jax adapted [[1.0, 2.0]] of mean [10.0, 20.0] and variance [4.0, 25.0]
jax copied [[12.0, 30.0]] of mean [10.0, 20.0] and variance [4.0, 25.0]
jax saved and loaded [[1.0, 2.0]] of mean [10.0, 20.0] and variance [4.0, 25.0]
jax finalized [[1.0, 2.0]] of mean [10.0, 20.0] and variance [4.0, 25.0]
SEEN
