#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow: the reported losses of a model's outputs do not add up to its loss: 2.5 instead of 2.08 here.
#
# Expected: without loss weights, `a_loss + b_loss` is `loss`, as on JAX and as with run_eagerly=True.
# Happens: `loss` is a mean over examples. The loss of each output is a mean over mini-batches on TensorFlow, compiled (the
#   default), since the tracker is told the static size of the mini-batch, which is None there: 18 examples in the last
#   mini-batch count as much as 32. On JAX, and on TensorFlow eagerly, the size is known and the numbers add up.
# Source: keras/src/trainers/compile_utils.py, CompileLoss.call, sample_weight=tree.flatten(y_p)[0].shape[0].
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
  keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras
import numpy as np

inputs = keras.Input((1,))
heads = {name: keras.layers.Dense(1, kernel_initializer="zeros", name=name)(inputs) for name in "ab"}
x = np.zeros((50, 1))
y = {"a": np.where(np.arange(50)[:, None] < 32, 1.0, 2.0), "b": np.zeros((50, 1))}  # the mean of a**2 is 2.08
for eager in (False, True):
    model = keras.Model(inputs, heads)
    model.compile("sgd", {"a": "mse", "b": "mse"}, run_eagerly=eager)
    seen = model.evaluate(x, y, batch_size=32, verbose=0, return_dict=True)
    how = "eager" if eager else "compiled"
    print(f"{keras.backend.backend():10} {how:8}", *(f"{k} {seen[k]:.2f}" for k in ("loss", "a_loss", "b_loss")))
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend TF_CPP_MIN_LOG_LEVEL=3 "$place/venv/bin/python" "$place/probe.py" 2>"$place/$backend.log" ||
    { cat "$place/$backend.log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow compiled loss 2.08 a_loss 2.50 b_loss 0.00
tensorflow eager    loss 2.08 a_loss 2.08 b_loss 0.00
jax        compiled loss 2.08 a_loss 2.08 b_loss 0.00
jax        eager    loss 2.08 a_loss 2.08 b_loss 0.00
SEEN
