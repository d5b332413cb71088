#!/usr/bin/env bash
# Keras 3.15.1: the weighted example in the documentation of IoU and MeanIoU gives 0.0 in place of 0.238.
#
# Expected: update_state([0, 0, 1, 1], [0, 1, 0, 1], sample_weight=[0.3, 0.3, 0.3, 0.1]) and result() give 0.23809525, as
#   the docstrings of keras.metrics.IoU and MeanIoU print; sample weights below 1 make an example count less.
# Happens: 0.0, without an error, and for a list without a warning. The metric is one of int64 unless dtype is given,
#   and its weights are cut to whole numbers: 0.3 counts as 0, 2.9 as 2. With dtype="float32" the documented number
#   comes out. BinaryIoU, OneHotIoU and OneHotMeanIoU do the same.
# Source: keras/src/metrics/iou_metrics.py: `dtype or "int"` in the constructor, and the weights are converted to that
#   dtype; the warning about it asks whether the weights have a dtype, which those of a list have not.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import warnings

import keras
import numpy as np

warnings.filterwarnings("error", message=".*weight")  # none comes
backend = keras.backend.backend()
labels, found = [0, 0, 1, 1], [0, 1, 0, 1]
rows = {name: np.eye(2)[numbers] for name, numbers in (("labels", labels), ("found", found))}


def result(metric, y_true, y_pred, weights):
    metric.update_state(y_true, y_pred, sample_weight=weights)
    return round(float(metric.result()), 6)


for words, weights in (
    ("as documented", [0.3, 0.3, 0.3, 0.1]),
    ("ten times that", [3, 3, 3, 1]),
    ("2.9 for the first", [2.9, 1, 1, 1]),
    ("2 for the first", [2, 1, 1, 1]),
):
    mean = result(keras.metrics.MeanIoU(2), labels, found, weights)
    binary = result(keras.metrics.BinaryIoU([0, 1]), labels, found, weights)
    one_hot = result(keras.metrics.OneHotMeanIoU(2), rows["labels"], rows["found"], weights)
    wide = result(keras.metrics.MeanIoU(2, dtype="float32"), labels, found, weights)
    print(f"{backend}, {words}: MeanIoU {mean}, BinaryIoU {binary}, OneHotMeanIoU {one_hot}, in float32 {wide}")
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow, as documented: MeanIoU 0.0, BinaryIoU 0.0, OneHotMeanIoU 0.0, in float32 0.238095
tensorflow, ten times that: MeanIoU 0.238095, BinaryIoU 0.238095, OneHotMeanIoU 0.238095, in float32 0.238095
tensorflow, 2.9 for the first: MeanIoU 0.416667, BinaryIoU 0.416667, OneHotMeanIoU 0.416667, in float32 0.462585
tensorflow, 2 for the first: MeanIoU 0.416667, BinaryIoU 0.416667, OneHotMeanIoU 0.416667, in float32 0.416667
jax, as documented: MeanIoU 0.0, BinaryIoU 0.0, OneHotMeanIoU 0.0, in float32 0.238095
jax, ten times that: MeanIoU 0.238095, BinaryIoU 0.238095, OneHotMeanIoU 0.238095, in float32 0.238095
jax, 2.9 for the first: MeanIoU 0.416667, BinaryIoU 0.416667, OneHotMeanIoU 0.416667, in float32 0.462585
jax, 2 for the first: MeanIoU 0.416667, BinaryIoU 0.416667, OneHotMeanIoU 0.416667, in float32 0.416667
SEEN
