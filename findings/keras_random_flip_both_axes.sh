#!/usr/bin/env bash
# Keras 3.15.1: RandomFlip() turns an image by 180 degrees or leaves it alone; it never mirrors it along one axis.
#
# Expected: "horizontal_and_vertical", the default, mirrors left-right and top-bottom by a draw each, so that all four images
#   come up; that is what the two layers RandomFlip("horizontal") and RandomFlip("vertical") in a row do.
# Happens: one draw an image decides both axes. Of 1,000 images about half are turned by 180 degrees and the rest are as
#   they were. A data set gets twice its images from it, and not four times, and none that is mirrored alone.
# Source: keras/src/layers/preprocessing/image_preprocessing/random_flip.py: get_random_transformation draws one number per
#   image; the same `flips` go to both axes.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, jax 0.10.2, numpy 2.4.6, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 numpy==2.4.6

cat >"$place/probe.py" <<'PYTHON'
import keras
import numpy as np

image = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
images = np.tile(image[None, :, :, None], (1000, 1, 1, 1))
kinds = {
    "as it was": image,
    "mirrored left-right": image[:, ::-1],
    "mirrored top-bottom": image[::-1],
    "turned by 180 degrees": image[::-1, ::-1],
}


def shares(name, layer):
    seen = keras.ops.convert_to_numpy(layer(images, training=True))[..., 0]
    for kind, expected in kinds.items():
        share = np.mean((seen == expected).all((1, 2)))
        print(f"{keras.backend.backend()} {name}: {kind} {round(4 * share) / 4}")


shares("RandomFlip()", keras.layers.RandomFlip(seed=0))
flips = [keras.layers.RandomFlip(*each) for each in (("horizontal", 1), ("vertical", 2))]
shares("two layers", keras.Sequential(flips))
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow RandomFlip(): as it was 0.5
tensorflow RandomFlip(): mirrored left-right 0.0
tensorflow RandomFlip(): mirrored top-bottom 0.0
tensorflow RandomFlip(): turned by 180 degrees 0.5
tensorflow two layers: as it was 0.25
tensorflow two layers: mirrored left-right 0.25
tensorflow two layers: mirrored top-bottom 0.25
tensorflow two layers: turned by 180 degrees 0.25
jax RandomFlip(): as it was 0.5
jax RandomFlip(): mirrored left-right 0.0
jax RandomFlip(): mirrored top-bottom 0.0
jax RandomFlip(): turned by 180 degrees 0.5
jax two layers: as it was 0.25
jax two layers: mirrored left-right 0.25
jax two layers: mirrored top-bottom 0.25
jax two layers: turned by 180 degrees 0.25
SEEN
