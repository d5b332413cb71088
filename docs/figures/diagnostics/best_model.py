"""The lecture's three models: accuracy against runtime, and the bound."""

import matplotlib.pyplot as plt

from dlref.diagnostics import best_model

MODELS = {
    name: {"accuracy": accuracy, "runtime_ms": runtime}
    for name, accuracy, runtime in (("A", 0.90, 80), ("B", 0.92, 95), ("C", 0.95, 1500))
}


def draw(text):
    found = best_model(MODELS, "accuracy", "runtime_ms<=100")
    figure, axes = plt.subplots()
    axes.axvspan(100, 4000, alpha=0.12, color="#8a8f98", lw=0)
    axes.axvline(100, ls=":", lw=1, color="#8a8f98")
    axes.text(110, 88.3, text("beyond the bound", "한계를 넘음"), color="#8a8f98")
    for name, each in MODELS.items():
        colour = "#d1660a" if name == found.best else "#3b7dd8"
        place = each["runtime_ms"], 100 * each["accuracy"]
        axes.plot(*place, "o", color=colour, ms=8)
        axes.annotate(name, place, (-18, 4), textcoords="offset points", color=colour)
    axes.set_xscale("log")
    axes.set_xlim(40, 4000)
    axes.set_ylim(88, 97)
    axes.set_xlabel(text("runtime, ms", "실행 시간, ms"))
    axes.set_ylabel(text("accuracy, %", "정확도, %"))
    return figure
