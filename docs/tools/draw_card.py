"""Draws the picture that a link to the site shows elsewhere: `python docs/tools/draw_card.py SITE`.

The equation of momentum above its line of code, both read from dlref.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("agg")
import source
from matplotlib import pyplot as plt

INK, PAPER, AMBER = "#12312c", "#fbf8f1", "#f2b441"
DOTS = 100  # an inch; 1200 x 630 is what the sites that show it want


def main(site: Path) -> None:
    module = source.read(source.ROOT / "dlref" / "optimizers" / "momentum.py")
    listing = module.listings["Momentum.update_step"]
    line = listing.lines[listing.statements[1][0]].strip()
    figure = plt.figure(figsize=(12, 6.3), dpi=DOTS, facecolor=INK)
    figure.text(0.07, 0.78, "dlref", color=AMBER, size=30, weight="bold")
    figure.text(0.07, 0.66, "The equation is the code", color=PAPER, size=46, weight="bold")
    equation = module.equations[1].replace(":=", "{:}{=}")  # else with space between them
    figure.text(0.07, 0.42, f"${equation}$", color=PAPER, size=44, math_fontfamily="cm")
    figure.text(0.07, 0.24, line, color=PAPER, size=24, family="monospace")
    width = 0.0167 * len(line)
    figure.add_artist(plt.Line2D([0.07, 0.07 + width], [0.215, 0.215], color=AMBER, lw=5))
    about = "deep learning lectures as Keras objects, compared with the built-ins"
    figure.text(0.07, 0.1, about, color=PAPER, size=20)
    figure.savefig(site / "card.png", facecolor=INK)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
