"""A photograph in the style of handwritten digits: `python examples/style_transfer.py` trains a network and paints.

The network is small and learns from what scikit-learn brings: it tells from which part of two photographs, or from a
sheet of digits, a piece of 32 × 32 pixels comes. `python examples/style_transfer.py docs/figures/models/style_transfer`
records what the page on it shows, a picture and numbers.
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

from dlref.models import style_transfer
from dlref.optimizers import LBFGS, Adam

SIZE, ROWS, COLUMNS, SEED = 32, 4, 6, 1  # of a piece, in pixels; parts of a photograph
CONTENT_LAYER = "block1_conv2"
STYLE_LAYERS = [f"block{block}_conv{each}" for block in (1, 2, 3) for each in (1, 2)]


def smaller(picture, factor):
    """The mean of each square of so many pixels."""
    height, width = (n // factor for n in picture.shape[:2])
    picture = picture[: height * factor, : width * factor]
    return picture.reshape(height, factor, width, factor, 3).mean((1, 3))


def photographs():
    """A pagoda and a flower, in [0, 1]."""
    return [picture / 255 for picture in load_sample_images().images]


def sheet(digits=40):
    """So many rows of so many digits, black on white, 8 pixels each."""
    ink = load_digits().images[: digits**2].reshape(digits, digits, 8, 8) / 16
    ink = ink.transpose(0, 2, 1, 3).reshape(8 * digits, 8 * digits)
    return np.repeat(1 - ink[..., None], 3, -1)


def content_and_style():
    """Of 128 × 128 pixels each."""
    pagoda, _ = photographs()
    return smaller(pagoda[18:402, 30:414], 3), sheet(16)


def pieces(count, seed):
    """Pieces of the photographs in two sizes and of the sheet; and which of 2 · 24 parts, or 48 for the sheet."""
    rng = np.random.default_rng(seed)
    large = photographs()
    pictures = [*large, *(smaller(picture, 2) for picture in large), sheet()]
    x, y = np.zeros((count, SIZE, SIZE, 3), "float32"), np.full(count, 2 * ROWS * COLUMNS)
    for k, which in enumerate(rng.choice(5, count, p=[0.25, 0.25, 0.2, 0.2, 0.1])):
        height, width, _ = (picture := pictures[which]).shape
        top, left = rng.integers(height - SIZE), rng.integers(width - SIZE)
        x[k] = picture[top : top + SIZE, left : left + SIZE]
        row, column = ((top + 16) * ROWS // height), ((left + 16) * COLUMNS // width)
        if which < 4:
            y[k] = (which % 2 * ROWS + row) * COLUMNS + column
    return x, y


def network():
    """Three blocks as in VGG, but without padding, whose edge would be seen in the style."""
    inputs = x = keras.Input((None, None, 3))
    for block, filters in enumerate((32, 64, 128), 1):
        for each in (1, 2):
            name = f"block{block}_conv{each}"
            x = keras.layers.Conv2D(
                filters, 3, activation="relu", kernel_initializer="he_normal", name=name
            )(x)
        if block < 3:
            x = keras.layers.AveragePooling2D(2, name=f"block{block}_pool")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(2 * ROWS * COLUMNS + 1)(x))


def trained(count, epochs):
    """The network, how many of 1,000 new pieces it gets right, and the seconds of its training."""
    keras.utils.set_random_seed(SEED)
    model = network()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3), loss, metrics=["accuracy"])
    begin = time.perf_counter()
    model.fit(*pieces(count, SEED), batch_size=64, epochs=epochs, verbose=2)
    seconds = round(time.perf_counter() - begin)
    return model, round(1000 * model.evaluate(*pieces(1000, SEED + 1), verbose=0)[1]), seconds


def main(count=8000, epochs=6, steps=150, record=None):
    """Trains, paints by two optimizers and prints what came out; `record` is a path without the .png and the .json."""
    model, right, seconds = trained(count, epochs)
    results = {"right": right, "training_seconds": seconds, "parameters": model.count_params()}
    painted = []
    for name, optimizer in (("Adam", Adam(0.02)), ("L-BFGS", LBFGS(max_iterations=steps))):
        begin = time.perf_counter()
        picture, costs = style_transfer(
            *(model, *content_and_style(), CONTENT_LAYER, STYLE_LAYERS),
            steps=steps,
            optimizer=optimizer,
        )
        painted.append(picture)
        results[name] = {"seconds": round(time.perf_counter() - begin)}
        for cost, values in costs.items():
            results[name][cost] = [float(f"{x:.4g}") for x in values]
        print(name, {cost: (values[0], values[-1]) for cost, values in costs.items()})
    if record:
        both = np.concatenate(painted, 1)
        keras.utils.save_img(f"{record}.png", both * 255, scale=False)
        versions = {name: version(name) for name in ("dlref", "keras", keras.backend.backend())}
        made = {"by": "examples/style_transfer.py", "python": platform.python_version(), **versions}
        text = json.dumps({"made": made, **results}, separators=(",", ":"))
        Path(f"{record}.json").write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main(record=sys.argv[1] if sys.argv[1:] else None)
