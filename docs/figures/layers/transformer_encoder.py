"""How far each output of two blocks moves where one input is another: every word moves all words, padding none."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import TransformerEncoder

SENTENCE = ("the", "cat", "saw", "the", "dog", "<pad>", "<pad>")
PLACES = len(SENTENCE)


def draw(text):
    keras.utils.set_random_seed(1)
    blocks = [TransformerEncoder(32, num_heads=2) for _ in range(2)]
    rng = np.random.default_rng(0)
    x, other = rng.normal(size=(2, PLACES, 8))
    inputs = np.tile(
        x, (PLACES + 1, 1, 1)
    )  # one as it is, and one with another vector at each place
    inputs[1 + np.arange(PLACES), np.arange(PLACES)] = other
    mask = keras.ops.convert_to_tensor(np.tile(np.arange(PLACES) < 5, (PLACES + 1, 1)))
    y = keras.ops.convert_to_tensor(inputs, "float32")
    for block in blocks:
        y = block(y, mask=mask)
    y = keras.ops.convert_to_numpy(y)
    moved = np.linalg.norm(y[1:] - y[0], axis=-1).T
    figure, axes = plt.subplots(figsize=(5.6, 3.8))
    axes.imshow(moved, cmap="Blues", vmin=0, vmax=moved.max())
    for i, j in np.ndindex(moved.shape):
        colour = "white" if moved[i, j] > moved.max() / 2 else "#33373d"
        axes.text(
            j, i, f"{moved[i, j]:.2f}", ha="center", va="center", color=colour, fontsize="x-small"
        )
    axes.set_xticks(range(PLACES), SENTENCE, fontsize="small")
    axes.set_yticks(range(PLACES), SENTENCE, fontsize="small")
    axes.set_xlabel(text("input that is another", "바꾼 입력"))
    axes.set_ylabel(text("output", "출력"))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure
