"""A trained network on "a glass of apple": vectors, hidden units, and the likeliest next words."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.models import NeuralLanguageModel

FRUITS, CARS = ("orange", "apple", "grape"), ("car", "truck", "bus")
TEXTS = [
    *(f"I eat an {fruit} every day" for fruit in FRUITS),
    *(f"the {fruit} tree is green" for fruit in FRUITS),
    *(f"I drive the {car} home" for car in CARS),
    *(f"the {car} wheel is round" for car in CARS),
    "I want a glass of orange juice",
    "I want a glass of grape juice",
]
WINDOW = ("a", "glass", "of", "apple")
LIMITS = {"cmap": "RdBu_r", "vmin": -2, "vmax": 2}


@cache
def found():
    """The window's vectors, the hidden units, the words and their probabilities."""
    words = ["<EOS>", *sorted({word for text in TEXTS for word in text.split()})]
    padded = [[0] * 4 + [words.index(word) for word in text.split()] + [0] for text in TEXTS]
    rows = np.concatenate([np.lib.stride_tricks.sliding_window_view(text, 5) for text in padded])
    keras.utils.set_random_seed(1)
    model = NeuralLanguageModel(len(words), vector_size=4, units=8)
    model.compile(keras.optimizers.Adam(0.03), "sparse_categorical_crossentropy")
    model.fit(rows[:, :4], rows[:, 4], epochs=30, verbose=0)
    window = np.array([[words.index(word) for word in WINDOW]])
    seen = keras.Model(model.input, [layer.output for layer in model.layers[1:]])
    e, x, a, y = (keras.ops.convert_to_numpy(each)[0] for each in seen(window))
    return e, x, a, words, y


def draw(text):
    e, x, a, words, y = found()
    figure, panels = plt.subplots(1, 4, figsize=(7.2, 3.0), width_ratios=(1.6, 0.5, 0.5, 1.8))
    for axes, matrix in zip(panels, (e, x[:, None], a[:, None]), strict=False):
        axes.imshow(matrix, aspect="auto" if matrix.shape[1] == 1 else "equal", **LIMITS)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
    panels[0].set_yticks(range(4), WINDOW)
    panels[0].tick_params(length=0)
    titles = text("(1) vectors", "(1) 벡터"), text("(2) 16", "(2) 16개"), text("(3) 8", "(3) 8개")
    for axes, title in zip(panels, titles, strict=False):
        axes.set_title(title, fontsize="small")
    for k in range(1, 4):
        for axes, y_line in ((panels[0], k - 0.5), (panels[1], 4 * k - 0.5)):
            axes.axhline(y_line, color="gray", linewidth=1)
    best = np.argsort(y)[::-1][:5]
    panels[3].barh(range(5), y[best], color="#3b7dd8")
    for place, p in enumerate(y[best]):
        panels[3].text(p + 0.02, place, f"{p:.3f}", va="center", fontsize="small")
    panels[3].set_yticks(range(5), [words[i] for i in best])
    panels[3].invert_yaxis()
    panels[3].set_xlim(0, 1.25)
    panels[3].set_xticks([])
    panels[3].spines[["top", "right", "bottom"]].set_visible(False)
    panels[3].set_title(text("(4) the next word", "(4) 다음 단어"), fontsize="small")
    return figure
