"""The loss of a wrong prediction in float32: from the logit, and from the probability, which is rounded and clipped."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.activations import sigmoid
from dlref.losses import BinaryCrossentropy


def draw(text):
    z = keras.ops.convert_to_tensor(np.linspace(12, 20, 801)[:, None], "float32")
    y = keras.ops.zeros_like(z)
    from_z = BinaryCrossentropy(from_logits=True, reduction=None)(y, z)
    from_y_hat = BinaryCrossentropy(reduction=None)(y, sigmoid(z))
    figure, axes = plt.subplots()
    for loss, label in ((from_z, "from_logits=True"), (from_y_hat, "from_logits=False")):
        axes.plot(z[:, 0], keras.ops.convert_to_numpy(loss), label=label)
    axes.set_xlabel(text("z, where the label is 0", "레이블이 0일 때의 z"))
    axes.set_ylabel(text("loss", "손실"))
    axes.legend()
    return figure
