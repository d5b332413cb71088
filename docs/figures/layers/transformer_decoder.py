"""How far each output of two blocks moves where one vector that is written, or one that was read, is another."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import TransformerDecoder

WRITTEN, READ = ("<s>", "die", "Katze", "sah"), ("the", "cat", "saw", "<pad>")


def draw(text):
    keras.utils.set_random_seed(2)
    blocks = [TransformerDecoder(32, num_heads=2) for _ in range(2)]
    rng = np.random.default_rng(1)
    written, read, other = rng.normal(size=(3, 4, 8))
    x, c = (np.tile(vectors, (9, 1, 1)) for vectors in (written, read))
    places = np.arange(4)
    x[1 + places, places] = c[5 + places, places] = other  # four with one of each exchanged
    y, c = (keras.ops.convert_to_tensor(vectors, "float32") for vectors in (x, c))
    mask = keras.ops.convert_to_tensor(np.tile(places < 3, (9, 1)))
    for block in blocks:
        y = block(y, c, encoder_sequence_mask=mask)
    y = keras.ops.convert_to_numpy(y)
    moved = np.linalg.norm(y[1:] - y[0], axis=-1).T
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 3.4), sharey=True)
    for axes, part, words, label in (
        (panels[0], moved[:, :4], WRITTEN, text("written vector that is another", "바꾼 쓴 벡터")),
        (panels[1], moved[:, 4:], READ, text("read vector that is another", "바꾼 읽은 벡터")),
    ):
        axes.imshow(part, cmap="Blues", vmin=0, vmax=moved.max())
        for i, j in np.ndindex(part.shape):
            colour = "white" if part[i, j] > moved.max() / 2 else "#33373d"
            number = f"{part[i, j]:.2f}"
            axes.text(j, i, number, ha="center", va="center", color=colour, fontsize="x-small")
        axes.set_xticks(range(4), words, fontsize="small")
        axes.set_yticks(range(4), WRITTEN, fontsize="small")
        axes.set_xlabel(label)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    panels[0].set_ylabel(text("output", "출력"))
    return figure
