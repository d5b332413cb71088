"""A small YOLO that finds digits on photographs: `python examples/yolo_digits.py` trains and tests it.

Digits of scikit-learn, in colour, on pieces of its two sample photographs. The test has digits, and halves of the
photographs, that no training picture has. `python examples/yolo_digits.py docs/figures/detection/yolo_digits.json`
records what the page on it shows.
"""

import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits, load_sample_images

from dlref.detection import iou, non_max_suppression, yolo_decode, yolo_target
from dlref.losses import YoloLoss

SIZE, GRID, MOST = 64, 4, 3  # pixels, cells, digits in a picture
ANCHORS = np.array([[0.25, 0.17], [0.375, 0.26]])  # height and width of small and of large digits
SEED, SHOWN = 1, 8


def scenes(count, seed, test):
    """Pictures of shape (count, SIZE, SIZE, 3) in [0, 1], boxes in shares of the picture, and digits, -1 for none."""
    return scenes_with_ink(count, seed, test)[:3]


def scenes_with_ink(count, seed, test, light=0.5):
    """The same, and how much ink is on each pixel, from 0 to 1; `light` is left of the photographs."""
    rng = np.random.default_rng(seed)
    images, digits = load_digits(return_X_y=True)
    known = np.arange(1200, 1797) if test else np.arange(1200)
    photographs = [p[:, 320:] if test else p[:, :320] for p in load_sample_images().images]
    pictures = np.zeros((count, SIZE, SIZE, 3), "float32")
    boxes, classes = np.zeros((count, MOST, 4), "float32"), np.full((count, MOST), -1)
    inks = np.zeros((count, SIZE, SIZE), "float32")
    for picture, its_boxes, its_classes, its_ink in zip(
        pictures, boxes, classes, inks, strict=True
    ):
        photograph = photographs[rng.integers(2)]
        top, left = (rng.integers(n - SIZE) for n in photograph.shape[:2])
        piece = photograph[top : top + SIZE, left : left + SIZE] / 255 * light
        picture[:] = piece[:: rng.choice([1, -1]), :: rng.choice([1, -1])]  # mirrored or not
        free = np.ones((SIZE, SIZE), bool)
        for k in range(rng.integers(1, MOST + 1)):
            i, scale = rng.choice(known), rng.integers(2, 4)
            ink = images[i].reshape(8, 8).repeat(scale, 0).repeat(scale, 1) / 16
            y, x = rng.integers(SIZE - 8 * scale, size=2)
            where = slice(y, y + 8 * scale), slice(x, x + 8 * scale)
            if not free[where].all():
                continue  # digits do not cover one another
            free[where], its_ink[where] = False, ink
            place, colour = picture[where], rng.uniform(0.6, 1, 3)
            place[:] = place * (1 - ink[..., None]) + colour * ink[..., None]
            rows, columns = (np.flatnonzero(ink.max(axis) > 0.25) for axis in (1, 0))
            corners = x + columns[0], y + rows[0], x + columns[-1] + 1, y + rows[-1] + 1
            its_boxes[k], its_classes[k] = np.array(corners) / SIZE, digits[i]
    return pictures, boxes, classes, inks


def network():
    """Four halvings, from 64 × 64 pixels to 4 × 4 cells, and the numbers of each cell."""
    inputs = keras.Input((SIZE, SIZE, 3))
    x = inputs
    for filters, strides in ((32, 2), (64, 2), (64, 1), (128, 2), (128, 2), (128, 1)):
        x = keras.layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        x = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.9)(x))
    x = keras.layers.Conv2D(len(ANCHORS) * 15, 1)(x)
    return keras.Model(inputs, keras.layers.Reshape((GRID, GRID, len(ANCHORS), 15))(x))


def found(outputs, score=0.5):
    """For each picture boxes, scores and digits."""
    everything = yolo_decode(outputs, from_logits=True)
    for boxes, scores, classes in zip(*map(np.array, everything), strict=True):
        kept = np.array(non_max_suppression(boxes, scores, 10, 0.5, score, classes))
        kept = kept[kept >= 0]
        yield boxes[kept], scores[kept], classes[kept]


def counts(outputs, boxes, classes):
    """How many boxes were found, how many of them are right, and how many digits there are.

    A box is right with the class of a digit and an IoU of 0.5 or more, once for each digit.
    """
    total = right = 0
    for (its_boxes, _, its_classes), true, digits in zip(
        found(outputs), boxes, classes, strict=True
    ):
        true, digits = true[digits >= 0], list(digits[digits >= 0])
        overlaps = np.array(iou(its_boxes, true)) if len(its_boxes) else []
        total += len(its_boxes)
        for overlap, kind in zip(overlaps, its_classes, strict=True):
            best = int(np.argmax(overlap))
            if overlap[best] >= 0.5 and digits[best] == kind:
                right += 1
                digits[best] = -1
    return total, right, int((classes >= 0).sum())


def main(train=10000, epochs=6, record=None):
    """Trains, tests on 200 pictures, and prints what came out; `record` is a file for all that, and a few pictures."""
    keras.utils.set_random_seed(SEED)
    pictures, boxes, classes = scenes(train, SEED, test=False)
    y = np.array(yolo_target(boxes, classes, ANCHORS, GRID, 10))
    model = network()
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * -(-train // 32))
    model.compile(keras.optimizers.Adam(rate), YoloLoss(from_logits=True, box_weight=2.0))
    begin = time.perf_counter(), time.process_time()
    history = model.fit(pictures, y, batch_size=32, epochs=epochs, verbose=2).history
    elapsed, processor = time.perf_counter() - begin[0], time.process_time() - begin[1]
    results = {"loss": [round(x, 3) for x in history["loss"]]}
    for name, data in (
        ("train", (pictures[:200], boxes[:200], classes[:200])),
        ("test", scenes(200, SEED + 1, test=True)),
    ):
        outputs = model.predict(data[0], verbose=0)
        results[name] = dict(
            zip(("boxes", "right", "digits"), counts(outputs, *data[1:]), strict=True)
        )
    results |= {"seconds": round(elapsed), "processor_seconds": round(processor)}
    results["parameters"] = model.count_params()
    print(results)
    if record:
        shown = found(outputs[:SHOWN])
        results["found"] = [
            [np.round(part.astype(float), 3).tolist() for part in parts] for parts in shown
        ]
        versions = {name: version(name) for name in ("dlref", "keras", keras.backend.backend())}
        made = {"by": "examples/yolo_digits.py", "python": platform.python_version(), **versions}
        text = json.dumps({"made": made, **results}, separators=(",", ":"))
        Path(record).write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main(record=sys.argv[1] if sys.argv[1:] else None)
