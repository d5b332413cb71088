"""Inverse square root decay by epoch and by mini-batch, over five epochs of 20 mini-batches."""

import matplotlib.pyplot as plt

from dlref.schedules import InverseSqrtDecay, InverseTimeDecay

STEPS = range(100)


def draw(text):
    schedules = {
        text("t = epoch", "t = 에포크"): InverseSqrtDecay(0.2, steps_per_epoch=20),
        text("t = mini-batch", "t = 미니배치"): InverseSqrtDecay(0.2),
        text("InverseTimeDecay, by epoch", "InverseTimeDecay, 에포크마다"): InverseTimeDecay(
            0.2, 20
        ),
    }
    figure, axes = plt.subplots()
    for label, schedule in schedules.items():
        rates = [float(schedule(step)) for step in STEPS]
        axes.step([step / 20 for step in STEPS], rates, where="post", label=label)
    axes.set_yticks([0, 0.05, 0.1, 0.15, 0.2])
    axes.set_xlabel(text("epochs", "에포크"))
    axes.set_ylabel(text("learning rate α", "학습률 α"))
    axes.legend()
    return figure
