"""A unit behind dropout: its input under 5000 masks, and at test time, for both kinds of dropout."""

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dlref.layers import Dropout, VanillaDropout

MASKS = 5000


def draw(text):
    keep_prob = 0.8
    a = (load_digits().data[0] / 16).astype("float32")
    w = np.random.default_rng(0).uniform(0, 0.5, a.shape).astype("float32")
    copies = keras.ops.convert_to_tensor(np.tile(a, (MASKS, 1)))
    figure, axes = plt.subplots()
    names = (text("inverted", "역 드롭아웃"), text("as first published", "처음 발표된 방식"))
    for layer, name in zip((Dropout, VanillaDropout), names, strict=True):
        layer = layer(rate=1 - keep_prob, seed=0)
        trained, tested = (
            keras.ops.convert_to_numpy(layer(copies, training=training)) @ w
            for training in (True, False)
        )
        *_, bars = axes.hist(trained, bins=40, alpha=0.55, label=name)
        axes.axvline(tested[0], color=bars[0].get_facecolor()[:3], linestyle="--")
    axes.plot([], [], "--", color="gray", label=text("at test time", "테스트 때"))
    axes.set_xlabel(text("input z of the next unit", "다음 유닛의 입력 z"))
    axes.set_ylabel(text(f"of {MASKS} masks", f"마스크 {MASKS}개 중"))
    figure.legend(loc="outside upper center", ncols=3)
    return figure
