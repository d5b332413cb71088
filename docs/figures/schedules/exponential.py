"""Exponential decay against the two slower ones, over 120 epochs."""

import matplotlib.pyplot as plt

from dlref.schedules import ExponentialDecay, InverseSqrtDecay, InverseTimeDecay

EPOCHS = range(121)


def draw(text):
    schedules = {
        "InverseSqrtDecay": InverseSqrtDecay(0.2, steps_per_epoch=1),
        "InverseTimeDecay": InverseTimeDecay(0.2, steps_per_epoch=1, decay_rate=1.0),
        "ExponentialDecay": ExponentialDecay(0.2, steps_per_epoch=1, decay_rate=0.95),
    }
    figure, axes = plt.subplots()
    for name, schedule in schedules.items():
        axes.semilogy(EPOCHS, [float(schedule(epoch)) for epoch in EPOCHS], label=name)
    axes.set_yticks([0.2, 0.1, 0.01, 0.001], ["0.2", "0.1", "0.01", "0.001"])
    axes.minorticks_off()
    axes.set_xlabel(text("epochs that are over", "끝난 에포크"))
    axes.set_ylabel(text("learning rate α", "학습률 α"))
    axes.legend()
    return figure
