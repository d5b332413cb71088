#!/usr/bin/env bash
# Keras 3.15.1 on JAX: GRU(use_bias=False) cannot be called in half precision; with a bias, or as LSTM or SimpleRNN, it can.
#
# Expected: use_bias=False leaves out an addition; the layer's type is that of its policy.
# Happens: TypeError of the loop over time. Where there is no bias, the fast path of JAX adds zeros of its own, which are
#   float32 whatever the policy; the state leaves a step in another type than it came. The same in float32 where 64-bit
#   numbers are switched on (JAX_ENABLE_X64=1), since the zeros are float64 then. unroll=True or reset_after=False take another path.
# Source: keras/src/backend/jax/rnn.py, gru: input_bias = jnp.zeros(3 * hidden_size), without a dtype.
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras
import numpy as np

x = np.ones((2, 3, 8), "float32")
for policy in ("float32", "mixed_bfloat16", "mixed_float16"):
    for name in ("GRU", "LSTM", "SimpleRNN"):
        for use_bias in (True, False):
            layer = getattr(keras.layers, name)(4, use_bias=use_bias, dtype=policy)
            try:
                seen = layer(x).dtype
            except TypeError as error:
                seen = "TypeError, carry" if "carry" in str(error) else error
            print(f"{policy:14} {name:9} {'with' if use_bias else 'without'} bias: {seen}")
PYTHON

KERAS_BACKEND=jax "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" | tee "$place/seen" || { cat "$place/log" >&2; exit 1; }

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
float32        GRU       with bias: float32
float32        GRU       without bias: float32
float32        LSTM      with bias: float32
float32        LSTM      without bias: float32
float32        SimpleRNN with bias: float32
float32        SimpleRNN without bias: float32
mixed_bfloat16 GRU       with bias: bfloat16
mixed_bfloat16 GRU       without bias: TypeError, carry
mixed_bfloat16 LSTM      with bias: bfloat16
mixed_bfloat16 LSTM      without bias: bfloat16
mixed_bfloat16 SimpleRNN with bias: bfloat16
mixed_bfloat16 SimpleRNN without bias: bfloat16
mixed_float16  GRU       with bias: float16
mixed_float16  GRU       without bias: TypeError, carry
mixed_float16  LSTM      with bias: float16
mixed_float16  LSTM      without bias: float16
mixed_float16  SimpleRNN with bias: float16
mixed_float16  SimpleRNN without bias: float16
SEEN
