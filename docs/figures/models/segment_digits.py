"""Six pictures of the test, their masks, and what was found, as `examples/segment_digits.py` recorded it."""

import json
import runpy
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

RECORDED = Path("docs/figures/models/segment_digits.json")
EXAMPLE = runpy.run_path("examples/segment_digits.py", run_name="example")


def draw(text):
    found = json.loads(RECORDED.read_text("utf-8"))["found"]
    size = EXAMPLE["SIZE"]
    pictures, masks = EXAMPLE["data"](len(found), EXAMPLE["SEED"] + 1, test=True)
    bits = [np.unpackbits(np.frombuffer(bytes.fromhex(each), "uint8")) for each in found]
    figure, axes = plt.subplots(3, len(found), figsize=(7.2, 3.9), layout="constrained")
    for column, picture, mask, marked in zip(axes.T, pictures, masks, bits, strict=True):
        column[0].imshow(picture)
        column[1].imshow(mask, cmap="gray", vmin=0, vmax=1)
        column[2].imshow(marked.reshape(size, size), cmap="gray", vmin=0, vmax=1)
    for each in axes.flat:
        each.set(xticks=[], yticks=[])
    labels = text("picture", "그림"), text("mask", "마스크"), text("found", "찾은 것")
    for each, label in zip(axes[:, 0], labels, strict=True):
        each.set_ylabel(label)
    return figure
