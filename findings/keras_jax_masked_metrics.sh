#!/usr/bin/env bash
# Keras 3.15.1 on JAX: while it trains, metrics count the steps that are masked; in validation they leave them out.
#
# Expected: with a learning rate of 0 and the same data for both, `mae` and `val_mae` are one number, on every backend.
# Happens: on JAX `mae` is 50.5 and `val_mae` is 1.0. The mask is an attribute of the predictions, which leave
#   jax.value_and_grad as other arrays, without it; the loss, computed inside, has seen it. TensorFlow says 1.0 twice.
# Source: keras/src/backend/jax/trainer.py, train_step: compute_loss_and_updates returns y_pred to _update_metrics_variables.
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

x = np.zeros((8, 2, 1))
x[:, 0] = 1.0  # the second of two steps is masked
y = np.where(x == 1, 1.0, 100.0)
layers = [keras.Input((2, 1)), keras.layers.Masking(), keras.layers.Dense(1, kernel_initializer="zeros")]
model = keras.Sequential(layers)
model.compile(keras.optimizers.SGD(0.0), "mae", metrics=["mae"])
seen = model.fit(x, y, validation_data=(x, y), verbose=0).history
print(f"{keras.backend.backend():10}", *(f"{name} {seen[name][0]:.1f}" for name in ("loss", "mae", "val_loss", "val_mae")))
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend TF_CPP_MIN_LOG_LEVEL=3 "$place/venv/bin/python" "$place/probe.py" 2>"$place/$backend.log" ||
    { cat "$place/$backend.log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow loss 1.0 mae 1.0 val_loss 1.0 val_mae 1.0
jax        loss 1.0 mae 50.5 val_loss 1.0 val_mae 1.0
SEEN
