"""What the right class' logit learns from an example: gradient of the cross-entropy, and of the squared error."""

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.activations import softmax
from dlref.gradients import value_and_gradients
from dlref.losses import CategoricalCrossentropy


def draw(text):
    logit = np.linspace(-10, 10, 201)
    z = np.stack([logit, *np.zeros((3, 201))], -1)  # the right class against three others
    y = keras.ops.convert_to_tensor(np.tile(np.eye(4)[0], (201, 1)), "float32")
    losses = {
        text("cross-entropy", "교차 엔트로피"): CategoricalCrossentropy(
            from_logits=True, reduction=None
        ),
        text("squared error", "제곱 오차"): lambda y, z: (
            keras.ops.sum((softmax(z) - y) ** 2, -1) / 2
        ),
    }
    figure, axes = plt.subplots()
    for name, loss in losses.items():
        _, dz = value_and_gradients(lambda z, loss=loss: loss(y, z), [z], np.ones(201))
        axes.plot(logit, -dz[:, 0], label=name)
    axes.set_xlabel(
        text("logit of the right class; the others are 0", "정답 클래스의 로짓(나머지는 0)")
    )
    axes.set_ylabel(text("pull on that logit", "로짓을 올리는 힘"))
    axes.legend()
    return figure
