"""The length of Adam's steps along a constant gradient, with and without the bias correction."""

import keras
import matplotlib.pyplot as plt

from dlref.optimizers import Adam

STEPS = 60


def step_lengths() -> tuple[list[float], list[float]]:
    """Lengths in units of the learning rate: of Adam's own steps, and of m / (sqrt(v) + epsilon) from its moments."""
    alpha = 0.01
    optimizer, theta = Adam(learning_rate=alpha), keras.Variable(0.0, dtype="float64")
    own, uncorrected = [], []
    for _ in range(STEPS):
        before = float(theta)
        optimizer.apply([keras.ops.convert_to_tensor(1.0, "float64")], [theta])
        m, v = (float(slot) for slot in optimizer.slots(theta))
        own.append((before - float(theta)) / alpha)
        uncorrected.append(m / (v**0.5 + optimizer.epsilon))
    return own, uncorrected


def draw(text):
    own, uncorrected = step_lengths()
    figure, axes = plt.subplots()
    steps = range(1, STEPS + 1)
    axes.plot(steps, uncorrected, label=text("without equations (3) and (4)", "수식 (3), (4) 없이"))
    axes.plot(steps, own, label=text("Adam", "Adam"))
    axes.set_ylim(0, None)
    axes.set_xlabel(text("step t", "단계 t"))
    axes.set_ylabel(text("length of the step / α", "업데이트 크기 / α"))
    axes.legend()
    return figure
