"""A small U-Net that finds the pixels of digits on photographs: `python examples/segment_digits.py`.

The pictures are those of `yolo_digits.py`, on photographs that are not darkened. The test has digits, and halves of the
photographs, that no training picture has. `python examples/segment_digits.py docs/figures/models/segment_digits.json`
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

from dlref.losses import Dice
from dlref.metrics import MeanIoU
from dlref.models import UNet

sys.path.insert(0, str(Path(__file__).parent))
from yolo_digits import SIZE, scenes_with_ink

SEED, SHOWN = 1, 6


def data(count, seed, test):
    """Pictures, and masks of shape (count, SIZE, SIZE, 1): 1 where there is ink."""
    pictures, _, _, ink = scenes_with_ink(count, seed, test, light=1.0)
    return pictures, (ink > 0.25).astype("float32")[..., None]


def scores(masks, found):
    """The Dice coefficient, mean over pictures, and the IoU of all pixels of digits."""
    metric = MeanIoU(2)
    metric.update_state(masks, found)
    overlap = {"dice": 1 - Dice()(masks, found), "iou": metric.iou_per_class()[1]}
    return {name: round(float(value), 3) for name, value in overlap.items()}


def brightest(pictures, masks):
    """The threshold on brightness with the best IoU, which a network must beat."""
    light = pictures.max(-1, keepdims=True)
    return max(np.linspace(0, 1, 21)[:-1], key=lambda t: scores(masks, light > t)["iou"])


def main(train=8000, epochs=2, width=1 / 8, record=None):
    """Trains, tests on 200 pictures, and prints what came out; `record` is a file for all that, and a few masks."""
    keras.utils.set_random_seed(SEED)
    pictures, masks = data(train, SEED, test=False)
    model = UNet((SIZE, SIZE, 3), 1, width, dropout=0.1, classifier_activation="sigmoid")
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * -(-train // 16))
    model.compile(keras.optimizers.Adam(rate), Dice())
    begin = time.perf_counter(), time.process_time()
    history = model.fit(pictures, masks, batch_size=16, epochs=epochs, verbose=2).history
    elapsed, processor = time.perf_counter() - begin[0], time.process_time() - begin[1]
    results = {"loss": [round(x, 3) for x in history["loss"]], "parameters": model.count_params()}
    threshold = brightest(pictures[:200], masks[:200])
    for name, (its_pictures, its_masks) in (
        ("train", (pictures[:200], masks[:200])),
        ("test", data(200, SEED + 1, test=True)),
    ):
        found = model.predict(its_pictures, verbose=0) > 0.5
        results[name] = scores(its_masks, found)
        bright = its_pictures.max(-1, keepdims=True) > threshold
        results[f"{name}, by brightness"] = scores(its_masks, bright)
    results |= {"seconds": round(elapsed), "processor_seconds": round(processor)}
    print(results)
    if record:
        rows = np.packbits(found[:SHOWN, :, :, 0], axis=-1)
        results["found"] = [mask.tobytes().hex() for mask in rows]
        versions = {name: version(name) for name in ("dlref", "keras", keras.backend.backend())}
        made = {"by": "examples/segment_digits.py", "python": platform.python_version(), **versions}
        text = json.dumps({"made": made, **results}, separators=(",", ":"))
        Path(record).write_text(f"{text}\n", "utf-8")
    return results


if __name__ == "__main__":
    main(record=sys.argv[1] if sys.argv[1:] else None)
