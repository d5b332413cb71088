"""How many channels pass between the blocks of MobileNet V2, and how many there are inside."""

import matplotlib.pyplot as plt

from dlref.models import MobileNetV2

CHANNELS = [
    (layer.kernel.shape[-2], layer.kernel.shape[-1])
    for layer in MobileNetV2().layers
    if layer.name.endswith("_project")
]


def draw(text):
    figure, axes = plt.subplots(figsize=(6.4, 2.6))
    inside, between = zip(*CHANNELS, strict=True)
    blocks = range(1, len(CHANNELS) + 1)
    axes.bar(blocks, inside, color="#c6d3e5", label=text("inside", "블록 안"))
    axes.bar(blocks, between, color="#4c78a8", width=0.5, label=text("passed on", "블록 밖"))
    axes.set_xticks([1, *range(2, 18, 3)])
    axes.set_xlabel(text("block", "블록"))
    axes.set_ylabel(text("channels", "채널 수"))
    axes.legend(loc="upper left")
    return figure
