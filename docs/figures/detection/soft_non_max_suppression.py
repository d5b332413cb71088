"""What is left of a score of 1 beside a better box, against their IoU: discarded, or lowered."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.detection import iou, non_max_suppression, soft_non_max_suppression

BETTER = [0.0, 0, 40, 10]


def draw(text):
    boxes = [[x, 0.0, x + 40, 10] for x in np.linspace(40, 0, 41)]
    overlap = np.array(iou([BETTER], boxes))[0]
    figure, axes = plt.subplots(figsize=(6.6, 3))
    kept = [
        float(non_max_suppression([BETTER, box], [1.1, 1.0], 2, iou_threshold=0.5)[1] >= 0)
        for box in boxes
    ]
    axes.plot(
        overlap,
        kept,
        "--",
        color="gray",
        ds="steps-mid",
        label=text("discarded from 0.5 on", "0.5부터 버림"),
    )
    forms = [({"sigma": sigma}, rf"$\sigma$ = {sigma:g}", "-") for sigma in (1.0, 0.5, 0.1)]
    linear = text("linear, from 0.3 on", "0.3부터 선형")
    for limits, label, line in [*forms, ({"iou_threshold": 0.3}, linear, ":")]:
        lowered = [
            float(soft_non_max_suppression([BETTER, box], [1.1, 1.0], 2, **limits)[1][1])
            for box in boxes
        ]
        axes.plot(overlap, lowered, line, label=label)
    axes.set_xlabel(text("IoU with the better box", "더 나은 상자와의 IoU"))
    axes.set_ylabel(text("score that is left, of 1", "1에서 남은 점수"))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure
