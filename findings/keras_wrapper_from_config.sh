#!/usr/bin/env bash
# Keras 3.15.1: from_config of a wrapper or of an RNN empties the configuration it is given; a second layer cannot be made of it.
#
# Expected: from_config reads its argument. It does for Dense, LSTM, MultiHeadAttention, Bidirectional, ...
# Happens: TimeDistributed, SpectralNormalization, RNN and StackedRNNCells take their inner layer or cell out of the
#   dictionary, so that whoever keeps it, to make the same layer once more, gets a KeyError the second time.
# Source: keras/src/layers/core/wrapper.py and keras/src/layers/rnn/{rnn,stacked_rnn_cells}.py: config.pop(...) in from_config,
#   without a copy; bidirectional.py copies first.
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
from keras import layers

for layer in (
    layers.Dense(2),
    layers.LSTM(2),
    layers.MultiHeadAttention(1, 2),
    layers.Bidirectional(layers.LSTM(2)),
    layers.TimeDistributed(layers.Dense(2)),
    layers.SpectralNormalization(layers.Dense(2)),
    layers.RNN(layers.LSTMCell(2)),
    layers.StackedRNNCells([layers.LSTMCell(2)]),
):
    config = layer.get_config()
    before = set(config)
    type(layer).from_config(config)
    try:
        type(layer).from_config(config)
        second = "a second layer"
    except KeyError as error:
        second = f"KeyError {error}"
    print(f"{type(layer).__name__}: gone {sorted(before - set(config))}, then {second}")
PYTHON

KERAS_BACKEND=jax "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" | tee "$place/seen" || { cat "$place/log" >&2; exit 1; }

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
Dense: gone [], then a second layer
LSTM: gone [], then a second layer
MultiHeadAttention: gone [], then a second layer
Bidirectional: gone [], then a second layer
TimeDistributed: gone ['layer'], then KeyError 'layer'
SpectralNormalization: gone ['layer'], then KeyError 'layer'
RNN: gone ['cell'], then KeyError 'cell'
StackedRNNCells: gone ['cells'], then KeyError 'cells'
SEEN
