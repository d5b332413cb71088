"""Where two networks look while they write a date, as `examples/translate_dates.py` recorded it."""

import json
import runpy
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

RECORDED = Path("docs/figures/models/translate_dates.json")
EXAMPLE = runpy.run_path("examples/translate_dates.py", run_name="example")


def draw(text):
    runs = json.loads(RECORDED.read_text("utf-8"))["runs"]
    texts, answers = EXAMPLE["data"](300, 0, test=True)
    figure, panels = plt.subplots(2, 2, figsize=(7.4, 6.4), layout="constrained")
    shown = [run for run in runs if "attention" in run]
    names = {
        "recurrent": text("recurrent", "순환 신경망"),
        "transformer": text("transformer", "트랜스포머"),
    }
    for column, run in zip(panels.T, shown, strict=True):
        column[0].set_title(names[run["network"]], fontsize="small")
        for axes, source, answer, alpha in zip(
            column, texts, answers, run["attention"], strict=False
        ):
            weights = np.array(alpha)[: len(answer), : len(source)]
            axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
            axes.set_xticks(range(len(source)), source, fontsize="small")
            axes.set_yticks(range(len(answer)), answer, fontsize="small")
            axes.tick_params(length=0)
            axes.spines[:].set_visible(False)
    panels[0, 0].set_ylabel(text("written", "쓴 글자"))
    panels[1, 0].set_xlabel(text("read", "읽은 글자"))
    return figure
