"""Two heads over one sentence, with weights put in by hand: one looks at the word before, one at equal words."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import MultiHeadAttention

SENTENCE = ("the", "cat", "saw", "the", "dog")
WORDS = ("the", "cat", "saw", "dog")
PLACES, SHARPNESS = 5, 3.0


def draw(text):
    x = np.zeros((1, PLACES, 9), "float32")  # which word, of four, and which place, of five
    for place, word in enumerate(SENTENCE):
        x[0, place, [WORDS.index(word), 4 + place]] = 1
    layer = MultiHeadAttention(2, PLACES, use_bias=False)
    layer.build(x.shape, x.shape)
    W_Q, W_K = np.zeros((2, 9, 2, PLACES))
    for place in range(PLACES):
        W_Q[4 + place, 0, max(place - 1, 0)] = W_K[4 + place, 0, place] = SHARPNESS
    for word in range(4):
        W_Q[word, 1, word] = W_K[word, 1, word] = SHARPNESS
    layer.W_Q.assign(W_Q)
    layer.W_K.assign(W_K)
    _, alpha = layer(*[keras.ops.convert_to_tensor(x)] * 2, return_attention_scores=True)
    titles = (
        text("head 1: the word before", "헤드 1: 바로 앞 단어"),
        text("head 2: equal words", "헤드 2: 같은 단어"),
    )
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 3.3), sharey=True)
    for axes, weights, title in zip(
        panels, keras.ops.convert_to_numpy(alpha)[0], titles, strict=True
    ):
        axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
        for i, j in np.ndindex(weights.shape):
            colour = "white" if weights[i, j] > 0.5 else "#33373d"
            share = f"{weights[i, j]:.2f}"
            axes.text(j, i, share, ha="center", va="center", color=colour, fontsize="x-small")
        axes.set_xticks(range(PLACES), SENTENCE, fontsize="small")
        axes.set_yticks(range(PLACES), SENTENCE, fontsize="small")
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel(text("looked at", "보는 단어"))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    panels[0].set_ylabel(text("looking", "보고 있는 단어"))
    return figure
