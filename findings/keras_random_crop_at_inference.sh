#!/usr/bin/env bash
# Keras 3.15.1: at inference RandomCrop returns the images uncropped, and a model that ends in Dense cannot predict.
#
# Expected: "At inference time ... the input will be resized and cropped so as to return the largest possible window", as the
#   documentation has it, and as compute_output_shape says: RandomCrop(2, 2) makes 2 x 2 of 4 x 4 images.
# Happens: with training=False the images come out as they went in, 4 x 4. A model RandomCrop, Flatten, Dense is built for
#   2 x 2 and raises a ValueError in predict, on JAX in fit already. In training, an image that is as high as the crop is cut in the middle
#   of its width each time: a place is drawn only if both sides are larger than the crop.
# Source: keras/src/layers/preprocessing/image_preprocessing/random_crop.py: transform_images crops `if training:` alone;
#   get_random_transformation asks for `input_height > self.height and input_width > self.width`.
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
images = np.random.default_rng(0).random((8, 4, 4, 1)).astype("float32")
layer = keras.layers.RandomCrop(2, 2, seed=0)
print(f"{backend} the shape that is foretold: {layer.compute_output_shape((8, 4, 4, 1))}")
for training in (True, False):
    print(f"{backend} training={training}: {tuple(layer(images, training=training).shape)}")

layers = [keras.layers.RandomCrop(2, 2), keras.layers.Flatten(), keras.layers.Dense(1)]
model = keras.Sequential([keras.Input((4, 4, 1)), *layers])
model.compile("sgd", "mse")
for name, run in (("fit", lambda: model.fit(images, np.zeros((8, 1)), verbose=0)), ("predict", lambda: model.predict(images, verbose=0))):
    try:
        run()
        print(f"{backend} {name}: works")
    except Exception as error:
        print(f"{backend} {name}: {type(error).__name__}")

wide = np.tile(np.arange(8.0, dtype="float32"), (1, 4, 1))[..., None]
crop = keras.layers.RandomCrop(4, 2, seed=0)
first = {int(crop(wide, training=True)[0, 0, 0, 0]) for _ in range(50)}
print(f"{backend} first columns of 50 crops of 4 x 2 from 4 x 8: {sorted(first)}")
PYTHON

for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$place/venv/bin/python" "$place/probe.py" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
done | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
tensorflow the shape that is foretold: (8, 2, 2, 1)
tensorflow training=True: (8, 2, 2, 1)
tensorflow training=False: (8, 4, 4, 1)
tensorflow fit: works
tensorflow predict: ValueError
tensorflow first columns of 50 crops of 4 x 2 from 4 x 8: [3]
jax the shape that is foretold: (8, 2, 2, 1)
jax training=True: (8, 2, 2, 1)
jax training=False: (8, 4, 4, 1)
jax fit: ValueError
jax predict: ValueError
jax first columns of 50 crops of 4 x 2 from 4 x 8: [3]
SEEN
