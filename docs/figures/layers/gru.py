"""One memory over a sentence: the gate opens at the noun, and the number of the noun lasts until the verb."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import SimplifiedGRU

WORDS = ["The", "cats", "which", "ate", "already", "were", "full"]
# Of each word: is it a noun, and is it plural?
NOUN, PLURAL = [0, 1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0]


def draw(text):
    figure, panels = plt.subplots(2, 1, figsize=(7.2, 3.6), sharex=True)
    for plural, style in ((1, "o-"), (0, "s--")):
        x = np.stack([NOUN, plural * np.array(PLURAL)], 1).astype("float32")[None]
        layer = SimplifiedGRU(1, return_sequences=True)
        layer.build(x.shape)
        # The gate opens for nouns; the candidate is near 1 for a plural and near -1 otherwise.
        weights = [[[12.0, 0.0], [0.0, 4.0]], [[0.0, 0.0]], [-6.0, -2.0]]
        layer.set_weights([np.array(weight) for weight in weights])
        c = np.asarray(layer(x))[0, :, 0]
        label = text("plural", "복수") if plural else text("singular", "단수")
        panels[1].plot(c, style, label=label)
    gate = 1 / (1 + np.exp(-(12 * np.array(NOUN) - 6)))
    panels[0].bar(range(len(WORDS)), gate, width=0.5)
    panels[0].set_ylabel("Γ")
    panels[0].set_ylim(0, 1.05)
    panels[1].set_ylabel("c")
    panels[1].set_ylim(-1.1, 1.1)
    panels[1].set_xticks(
        range(len(WORDS)), ["The", "cat(s)", "which", "ate", "already", "was/were", "full"]
    )
    figure.legend(loc="outside lower center", ncols=2)
    return figure
