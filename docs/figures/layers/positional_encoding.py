"""The encodings of 50 places, and how alike that of one place is to those of others."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import PositionalEncoding

PLACES, SIZE, PLACE = 50, 32, 20


def draw(text):
    zeros = keras.ops.zeros((1, PLACES, SIZE))
    p = keras.ops.convert_to_numpy(PositionalEncoding()(zeros))[0]
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2), width_ratios=(1.2, 1))
    shown = left.imshow(p, cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
    figure.colorbar(shown, ax=left)
    left.set_xlabel(text("entry", "성분"))
    left.set_ylabel(text("place $t$", "자리 $t$"))
    left.set_title(text("the encoding $p$", "인코딩 $p$"), fontsize="medium")
    right.plot(np.arange(PLACES), p @ p[PLACE])
    right.axvline(PLACE, color="#8a8f98", linestyle=":", linewidth=1)
    right.set_xlabel(text("place $t$", "자리 $t$"))
    right.set_title(rf"$p_{{{PLACE}}} \cdot p_t$", fontsize="medium")
    return figure
