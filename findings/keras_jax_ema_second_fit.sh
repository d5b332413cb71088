#!/usr/bin/env bash
# Keras 3.15.1 on JAX: a model whose optimizer has use_ema=True cannot be trained a second time, and the error names another fault.
#
# Expected: fit goes on where it ended, as it does without use_ema, and with it on TensorFlow.
# Happens: at the end of the first fit the averages take the place of the weights, as the same arrays. The second fit gives
#   both away to its compiled step, and JAX refuses to be given one array twice. What is raised is not that error: while it
#   passes, fit puts the averages in place once more, of variables that it has emptied: TypeError, 'NoneType' object is not callable.
# Source: keras/src/optimizers/base_optimizer.py, _overwrite_model_variables_with_average_value: var.assign(average_var), which
#   does not copy; keras/src/backend/jax/trainer.py, fit: finalize_variable_values in a finally, and donate_argnums of the step.
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras
import numpy as np

x = np.ones((8, 4), "float32")
for name in ("SGD", "Adam"):
    for use_ema in (False, True):
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile(getattr(keras.optimizers, name)(0.01, use_ema=use_ema), "mse")
        model.fit(x, x[:, :1], verbose=0)
        weight = model.layers[0].kernel.value
        averages = [v.value for v in model.optimizer.variables if "average" in v.name]
        same = any(weight is average for average in averages)
        try:
            model.fit(x, x[:, :1], verbose=0)
            second = "goes on"
        except TypeError as error:
            second = f"TypeError, {error}; before it, {'twice' if 'twice' in str(error.__context__) else '?'}"
        print(f"{name}, use_ema={use_ema}: weight and average one array: {same}; second fit: {second}")
PYTHON

KERAS_BACKEND=jax "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" | tee "$place/seen" || { cat "$place/log" >&2; exit 1; }

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
SGD, use_ema=False: weight and average one array: False; second fit: goes on
SGD, use_ema=True: weight and average one array: True; second fit: TypeError, 'NoneType' object is not callable; before it, twice
Adam, use_ema=False: weight and average one array: False; second fit: goes on
Adam, use_ema=True: weight and average one array: True; second fit: TypeError, 'NoneType' object is not callable; before it, twice
SEEN
