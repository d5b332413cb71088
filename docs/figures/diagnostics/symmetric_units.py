"""How far the units of a hidden layer are apart in training, by how they are initialized."""

from functools import cache

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlref.diagnostics import symmetric_units

STEPS, EVERY = 300, 25
STARTS = {
    "zeros": keras.initializers.Zeros(),
    "ones": keras.initializers.Ones(),
    "small": keras.initializers.RandomNormal(stddev=0.01, seed=1),
    "he": keras.initializers.HeNormal(seed=1),
}


@cache
def curves() -> dict[str, list[float]]:
    """Of each initialization the spread of the weights, from 25 to 25 steps."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2))
    y = (x[:, :1] * x[:, 1:] > 0).astype("float32")
    found = {}
    for name, start in STARTS.items():
        hidden = keras.layers.Dense(4, "tanh", kernel_initializer=start)
        last = keras.layers.Dense(1, "sigmoid", kernel_initializer=start)
        model = keras.Sequential([keras.Input((2,)), hidden, last])
        model.compile(keras.optimizers.SGD(1.0), "binary_crossentropy")
        found[name] = [symmetric_units(model, x[:8]).layers[0].weights]
        for _ in range(STEPS // EVERY):
            for _ in range(EVERY):
                model.train_on_batch(x, y)
            found[name].append(symmetric_units(model, x[:8]).layers[0].weights)
    return found


def draw(text):
    figure, axes = plt.subplots()
    names = {
        "zeros": text("all 0", "모두 0"),
        "ones": text("all 1", "모두 1"),
        "small": text("random, 0.01", "난수, 0.01"),
        "he": text("random, He", "난수, He"),
    }
    for (name, values), style in zip(curves().items(), ("-", "--", "-", "-"), strict=True):
        axes.plot(np.arange(len(values)) * EVERY, values, style, label=names[name])
    axes.set_xlabel(text("step", "단계"))
    axes.set_ylabel(text("spread of the units, r", "유닛이 벌어진 정도 r"))
    axes.legend()
    return figure
