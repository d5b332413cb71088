"""The steps around a boundary: dlref's, and Keras' with the boundary at the first and at the last step."""

import matplotlib.pyplot as plt
from keras.optimizers.schedules import PiecewiseConstantDecay

from dlref.schedules import ManualDecay

STEPS = range(15, 26)


def draw(text):
    ours = ManualDecay([2], [0.1, 0.03], steps_per_epoch=10)
    first, last = (PiecewiseConstantDecay([b], [0.1, 0.03]) for b in (20, 19))
    figure, axes = plt.subplots()
    for schedule, label, marker in (
        (ours, text("ManualDecay, boundary 2", "ManualDecay, 경계 2"), {"ms": 5}),
        (last, text("Keras, boundary 19", "Keras, 경계 19"), {"ms": 11, "mfc": "none", "mew": 1.5}),
        (first, text("Keras, boundary 20", "Keras, 경계 20"), {"marker": "x", "ms": 8, "mew": 2}),
    ):
        rates = [float(schedule(step)) for step in STEPS]
        axes.plot(STEPS, rates, **{"marker": "o", "ls": "none", "label": label, **marker})
    axes.axvline(19.5, color="#8a8f98", linewidth=1, linestyle=":")
    axes.text(19.4, 0.113, text("epoch 1 ", "에포크 1 "), ha="right")
    axes.text(19.6, 0.113, text(" epoch 2", " 에포크 2"))
    axes.set_ylim(0, 0.12)
    axes.set_xticks(STEPS)
    axes.set_xlabel(text("step", "단계"))
    axes.set_ylabel(text("learning rate α", "학습률 α"))
    axes.legend(loc="center right")
    return figure
