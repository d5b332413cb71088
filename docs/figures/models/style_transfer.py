"""A photograph, a sheet of digits, and one in the style of the other, as `examples/style_transfer.py` recorded them."""

import json
import runpy
from pathlib import Path

import matplotlib.pyplot as plt

RECORDED = Path("docs/figures/models/style_transfer.json")
EXAMPLE = runpy.run_path("examples/style_transfer.py", run_name="example")


def draw(text):
    record = json.loads(RECORDED.read_text("utf-8"))
    content, style = EXAMPLE["content_and_style"]()
    painted = plt.imread(RECORDED.with_suffix(".png"))[..., :3]
    width = content.shape[1]
    names = "Adam", "L-BFGS"
    pictures = {
        text("content", "내용"): content,
        text("style", "화풍"): style,
        names[0]: painted[:, :width],
        names[1]: painted[:, width:],
    }
    rows = [text("content", "내용"), text("style", "화풍"), "cost"], [*names, "parts"]
    figure, axes = plt.subplot_mosaic([*rows], figsize=(7.2, 4.6), width_ratios=[1, 1, 1.1])
    for name, picture in pictures.items():
        axes[name].imshow(picture, interpolation="none")
        axes[name].set_title(name, fontsize="medium")
        axes[name].set_axis_off()
    for name in names:
        costs = record[name]
        axes["cost"].semilogy(costs["cost"], label=name)
        axes["parts"].plot(costs["style_cost"], costs["content_cost"], ".-", ms=3, label=name)
    axes["cost"].set_yticks([3e4, 1e5, 3e5], ["30,000", "100,000", "300,000"])
    axes["cost"].minorticks_off()
    axes["cost"].set_xlabel(text("step", "단계"))
    axes["cost"].set_ylabel(text("cost", "비용"))
    axes["parts"].set_xscale("log")
    axes["parts"].yaxis.set_major_formatter("{x:,.0f}")
    axes["parts"].set_xlabel(text("style cost", "화풍 비용"))
    axes["parts"].set_ylabel(text("content cost", "내용 비용"))
    axes["cost"].legend()
    return figure
