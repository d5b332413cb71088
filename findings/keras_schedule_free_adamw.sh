#!/usr/bin/env bash
# Keras 3.15.1: ScheduleFreeAdamW is three optimizers: one on JAX, another on TensorFlow eagerly, a third compiled.
#
# Expected: one optimizer, one trajectory, equal to Schedule-Free AdamW in NumPy (Defazio et al. 2024) to rounding.
# Happens: JAX equals NumPy. On TensorFlow `momentum_old = momentum.value` is a reference to the variable, so after the
#   assignment it holds the new momentum, and in a compiled program `y_old = variable` is read late as well. As compiled,
#   which is the default of fit, the first step from 1 goes to 0.1 instead of 0.9: nine times as far as the learning rate.
# Source: keras/src/optimizers/schedule_free_adamw.py, update_step.
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

X, Y = np.ones((1, 1)), np.zeros((1, 1))  # one weight w, the loss w**2


def keras_(**how):
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(keras.optimizers.ScheduleFreeAdamW(0.1), "mse", **how)
    return np.sqrt(model.fit(X, Y, epochs=4, verbose=0).history["loss"])


def numpy_(rate=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    y = z = 1.0
    v, seen = 0.0, []
    for t in range(1, 5):
        seen.append(abs(y))
        x, g = (y - (1 - beta_1) * z) / beta_1, 2 * y
        v = beta_2 * v + (1 - beta_2) * g**2
        z -= rate * g / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
        x += (z - x) / t
        y = (1 - beta_1) * z + beta_1 * x
    return seen


def show(name, values):
    print(f"{name:20}", *(f"{value:.4f}" for value in values))


backend = keras.backend.backend()
show(f"{backend} eager", keras_(run_eagerly=True))
show(f"{backend} compiled", keras_())
if backend == "jax":
    show("NumPy", numpy_())
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend TF_CPP_MIN_LOG_LEVEL=3 "$place/venv/bin/python" "$place/probe.py" 2>"$place/$backend.log" ||
    { cat "$place/$backend.log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow eager     1.0000 0.9000 0.8527 0.8060
tensorflow compiled  1.0000 0.1000 0.0930 0.0853
jax eager            1.0000 0.9000 0.8480 0.7968
jax compiled         1.0000 0.9000 0.8480 0.7968
NumPy                1.0000 0.9000 0.8480 0.7968
SEEN
