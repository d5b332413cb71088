"""Eight pictures of the test with what the small YOLO found there, as `examples/yolo_digits.py` recorded it."""

import json
import runpy
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

RECORDED = Path("docs/figures/detection/yolo_digits.json")
EXAMPLE = runpy.run_path("examples/yolo_digits.py", run_name="example")


def draw(text):
    found = json.loads(RECORDED.read_text("utf-8"))["found"]
    pictures, *_ = EXAMPLE["scenes"](len(found), EXAMPLE["SEED"] + 1, test=True)
    figure, axes = plt.subplots(2, 4, figsize=(7.2, 3.9), layout="constrained")
    size = EXAMPLE["SIZE"]
    for each, picture, parts in zip(axes.flat, pictures, found, strict=True):
        each.imshow(picture, extent=(0, size, size, 0), interpolation="nearest")
        each.set_axis_off()
        for box, score, digit in zip(*parts, strict=True):
            left, top, right, bottom = np.array(box) * size
            corner = (left, top)
            each.add_patch(Rectangle(corner, right - left, bottom - top, fill=False, ec="white"))
            below = top < 8
            each.text(
                left,
                bottom if below else top,
                f"{digit:.0f}: {score:.2f}",
                color="white",
                fontsize="small",
                va="top" if below else "bottom",
            )
        each.set_xlim(0, size)
        each.set_ylim(size, 0)
    return figure
