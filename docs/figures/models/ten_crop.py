"""Five pieces of a digit, and the errors of a network on each of ten pieces and on all of them."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle
from sklearn.datasets import load_digits

from dlref.models import TenCrop

IMAGES, DIGITS = load_digits(return_X_y=True)
ORDER = np.random.default_rng(0).permutation(len(DIGITS))
X, Y = (IMAGES[ORDER] / 16).reshape(-1, 8, 8, 1).astype("float32"), DIGITS[ORDER]
TRAIN, SIZE, VERSIONS = 1000, 6, 40
PLACES = (0, 0), (0, 2), (2, 0), (2, 2), (1, 1)


def piece(x, place):
    row, column = place
    return x[:, row : row + SIZE, column : column + SIZE]


def drawn():
    """A piece of each digit at a random place, half of them mirrored."""
    rng, x = np.random.default_rng(0), X[:TRAIN]
    for _ in range(VERSIONS):
        pieces = np.empty((TRAIN, SIZE, SIZE, 1), "float32")
        for e, place in enumerate(rng.integers(0, 8 - SIZE + 1, (TRAIN, 2))):
            pieces[e] = piece(x[e : e + 1], place)[0]
        mirrored = rng.random(TRAIN) < 0.5
        pieces[mirrored] = pieces[mirrored, :, ::-1]
        yield pieces


@cache
def errors():
    """Percent wrong for each of the ten pieces, for pieces at random, and for all ten together."""
    keras.utils.set_random_seed(0)
    hidden = keras.layers.Dense(96, "relu")
    layers = [keras.layers.Flatten(), hidden, keras.layers.Dense(10, "softmax")]
    model = keras.Sequential([keras.Input((SIZE, SIZE, 1)), *layers])
    adam, loss = keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy"
    model.compile(adam, loss, steps_per_execution=64, jit_compile=False)
    pieces = np.concatenate(list(drawn()))
    model.fit(pieces, np.tile(Y[:TRAIN], VERSIONS), batch_size=64, shuffle=False, verbose=0)

    def wrong(network, x):
        said = keras.ops.convert_to_numpy(network(x)).argmax(-1)
        return 100 * np.mean(said != Y[TRAIN:])

    five = [piece(X[TRAIN:], place) for place in PLACES]
    each = [wrong(model, x) for x in five + [x[:, :, ::-1] for x in five]]
    return each, wrong(TenCrop(model), X[TRAIN:])


def draw(text):
    figure, (left, right) = plt.subplots(1, 2, width_ratios=(1, 1.7))
    left.imshow(X[np.argmax(Y == 4)][..., 0], cmap="gray_r", alpha=0.4)
    for number, (row, column) in enumerate(PLACES, 1):
        colour = f"C{number - 1}"
        at = column - 0.46 + 0.02 * number, row - 0.46 + 0.02 * number
        left.add_patch(
            Rectangle(at, SIZE - 0.1, SIZE - 0.1, fill=False, ec=colour, lw=1.8, clip_on=False)
        )
        inside = {1: (0, 0), 2: (7, 0), 3: (0, 7), 4: (7, 7), 5: (5.9, 3.5)}[number]
        left.text(*inside, str(number), color=colour, ha="center", va="center", weight="bold")
    left.set_axis_off()
    each, all_ten = errors()
    for start, name in ((0, text("as it is", "그대로")), (5, text("mirrored", "뒤집음"))):
        places = np.arange(5) + (0.4 if start else 0)
        right.bar(places, each[start : start + 5], 0.36, label=name)
    right.axhline(all_ten, color="C2", label=text("mean of all ten", "열 개의 평균"))
    right.set_xticks(np.arange(5) + 0.2, [str(number) for number in range(1, 6)])
    right.set_xlabel(text("piece", "조각"))
    right.set_ylabel(text("errors, %", "오류, %"))
    right.set_ylim(0, 44)
    right.legend(loc="upper center", ncols=1)
    return figure
