"""How many dev examples it takes until the interval of a gap of 2 % leaves out 1 %."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.diagnostics import bias_variance

COUNTS = np.unique(np.logspace(1.5, 5, 60).round().astype(int)).tolist()


def draw(text):
    gaps = [bias_variance(0.08, 0.10, 0.075, examples={"dev": n}).gaps[-1] for n in COUNTS]
    known = [gap.low > 0.01 for gap in gaps].index(True)
    figure, axes = plt.subplots()
    axes.fill_between(COUNTS, [100 * g.low for g in gaps], [100 * g.high for g in gaps], alpha=0.25)
    axes.plot(
        COUNTS, [100 * g.size for g in gaps], label=text("variance, 10 % - 8 %", "분산, 10 % - 8 %")
    )
    axes.axhline(1, ls=":", lw=1, color="#8a8f98", label=text("tolerance", "허용치"))
    axes.axvline(COUNTS[known], ls="--", lw=1, color="#8a8f98")
    axes.set_xscale("log")
    axes.set_xlim(COUNTS[0], COUNTS[-1])
    axes.set_ylim(-6, 18)
    axes.set_xlabel(text("examples of the dev set", "개발 세트의 예제 수"))
    axes.set_ylabel(text("gap, %", "차이, %"))
    axes.legend(loc="upper right")
    return figure
