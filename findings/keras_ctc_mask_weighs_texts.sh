#!/usr/bin/env bash
# Keras 3.15.1: after Masking, the CTC loss weighs texts by the mask of time steps if there are as many texts as steps.
#
# Expected: a Masking layer in front of a network marks the time steps that are padding. The CTC loss leaves them out, or
#   ignores the mask; a mini-batch of four is treated as one of three or five.
# Happens: with four texts of four steps fit and evaluate give a wrong loss without a word: 1.9097 where the mean of the
#   texts is 1.9565. The mask, of shape (texts, steps), is multiplied with the losses, of shape (texts,): text i is counted
#   as often as step i is there in any text. With three texts of four steps the same model raises an error about shapes,
#   and with a last mini-batch of another size training breaks off in its first epoch.
# Source: keras/src/losses/loss.py: Loss.__call__ takes the mask of y_pred for weights of the losses, whatever their
#   shape; the values of CTC have no axis of steps left.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras
import numpy as np

backend = keras.backend.backend()


def loss(texts, *layers):
    x = np.random.default_rng(0).normal(size=(texts, 4, 3)).astype("float32")
    x[0, 2:] = x[1, 3:] = 0  # padding
    model = keras.Sequential([keras.Input((4, 3)), *layers, keras.layers.Dense(3, kernel_initializer="identity")])
    model.compile(loss="ctc")
    try:
        value = model.evaluate(x, np.tile([1, 2], (texts, 1)), batch_size=texts, verbose=0)
    except ValueError:
        return "ValueError"
    return f"{float(value):.4f}"


for texts in (3, 4):
    print(f"{backend}, {texts} texts of 4 steps: with Masking {loss(texts, keras.layers.Masking())}, without {loss(texts)}")
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow, 3 texts of 4 steps: with Masking ValueError, without 1.7920
tensorflow, 4 texts of 4 steps: with Masking 1.9097, without 1.9565
jax, 3 texts of 4 steps: with Masking ValueError, without 1.7920
jax, 4 texts of 4 steps: with Masking 1.9097, without 1.9565
SEEN
