"""What a network of 30 and 30 hidden units makes of one input: without activations, and with them."""

import matplotlib.pyplot as plt
import numpy as np

DIMS = (1, 30, 30, 1)
ACTIVATIONS = {
    "none": lambda Z: Z,
    "tanh": np.tanh,
    "ReLU": lambda Z: np.maximum(0, Z),
}


def draw(text):
    rng = np.random.default_rng(11)
    shapes = list(zip(DIMS[1:], DIMS, strict=False))
    Ws = [rng.normal(size=shape) * np.sqrt(2 / shape[1]) for shape in shapes]
    bs = [rng.normal(size=(n, 1)) for n in DIMS[1:]]
    x = np.linspace(-3, 3, 301)[None]
    figure, axes = plt.subplots()
    for name, g in ACTIVATIONS.items():
        A = x
        for W, b in zip(Ws[:-1], bs[:-1], strict=True):
            A = g(W @ A + b)
        label = text("no activation", "활성화 함수 없음") if name == "none" else name
        axes.plot(x[0], (Ws[-1] @ A + bs[-1])[0], label=label)
    axes.set_xlabel("x")
    axes.set_ylabel(text("output", "출력"))
    axes.legend()
    return figure
