"""Precision over recall of twelve boxes in turn, and the best precision from each recall on, whose mean is AP."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.metrics import MeanAveragePrecision

RIGHT = [1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]  # from the highest score down
TRUE = 8


def average():
    """Of these boxes: true box i lies at 10 i, and what is wrong beyond them."""
    places = [10 * i for i in range(TRUE)]
    free, wrong = iter(places), iter(range(1000, 2000, 10))
    found = [next(free) if right else next(wrong) for right in RIGHT]
    true, seen = ([[[x, 0, x + 5, 5] for x in at]] for at in (places, found))
    metric = MeanAveragePrecision([0.5])
    scores = np.linspace(1, 0.1, len(RIGHT))[None]
    labels = np.zeros((1, len(RIGHT)), int)
    metric.update_state(
        {"boxes": true, "labels": labels[:, :TRUE]},
        {"boxes": seen, "labels": labels, "scores": scores},
    )
    return float(metric.result())


def draw(text):
    hits = np.cumsum(RIGHT)
    precision, recall = hits / np.arange(1, len(RIGHT) + 1), hits / TRUE
    points = np.linspace(0, 1, 101)
    best = np.array([max(precision[recall >= rho], default=0) for rho in points])
    figure, axes = plt.subplots(figsize=(6.6, 3.4))
    axes.fill_between(points, best, step="pre", alpha=0.15, color="#3b7dd8")
    axes.step(
        points,
        best,
        where="pre",
        color="#3b7dd8",
        label=text("best from here on, q(ρ)", "여기부터 가장 큰 값 q(ρ)"),
    )
    axes.plot(recall, precision, "-", lw=1, color="gray", label=text("precision", "정밀도"))
    for right, mark, label in (
        (1, "o", text("true positive", "참 양성")),
        (0, "x", text("false positive", "거짓 양성")),
    ):
        which = np.array(RIGHT) == right
        axes.plot(recall[which], precision[which], mark, color="#d1660a", label=label)
    assert abs(best.mean() - average()) < 1e-6
    axes.set_title(text(f"AP = {best.mean():.3f}", f"AP = {best.mean():.3f}"))
    axes.set_xlabel(text("recall", "재현율"))
    axes.set_ylabel(text("precision", "정밀도"))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.05)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure
