"""The weights of attention over a French sentence, with scores that are divided by the root of their size and not."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import DotProductAttention

FRENCH = ("Jane", "visite", "l'Afrique", "en", "septembre", "<pad>")
ENGLISH = ("Jane", "is", "visiting", "Africa", "in", "September")
LOOKS_AT = (0, 1, 1, 2, 3, 4)


def draw(text):
    rng = np.random.default_rng(1)
    keys = rng.normal(size=(1, 6, 64))
    queries = keys[:, LOOKS_AT] * 0.35 + rng.normal(
        size=(1, 6, 64)
    )  # each like the key of its word
    mask = np.arange(6)[None] < 5
    layers = (DotProductAttention(), keras.layers.Attention())
    words = (text("divided by √64", "√64로 나눔"), text("not divided", "나누지 않음"))
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 3.5), sharey=True)
    for axes, layer, title in zip(panels, layers, words, strict=True):
        inputs = [keras.ops.convert_to_tensor(x, "float32") for x in (queries, keys)]
        _, alpha = layer(
            inputs,
            mask=[None, keras.ops.convert_to_tensor(mask)],
            return_attention_scores=True,
        )
        alpha = keras.ops.convert_to_numpy(alpha)[0]
        axes.imshow(alpha, cmap="Blues", vmin=0, vmax=1)
        for i, j in np.ndindex(alpha.shape):
            colour = "white" if alpha[i, j] > 0.5 else "#33373d"
            axes.text(
                j,
                i,
                f"{alpha[i, j]:.2f}",
                ha="center",
                va="center",
                color=colour,
                fontsize="x-small",
            )
        axes.set_xticks(range(6), FRENCH, rotation=40, ha="right", fontsize="small")
        axes.set_yticks(range(6), ENGLISH, fontsize="small")
        axes.set_title(title, fontsize="medium")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    return figure
