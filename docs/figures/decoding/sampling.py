"""How often each of eight tokens is drawn: as the model says, cool, warm, and of the three likeliest alone."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.decoding import sample_sequences

P = np.array([0.3, 0.22, 0.16, 0.12, 0.08, 0.06, 0.04, 0.02])
COUNT = 2000


def model(prefixes):
    return np.log([P] * len(prefixes))


def draw(text):
    ways = {
        text("as the model says", "모델이 말하는 대로"): {},
        text("temperature 0.5", "온도 0.5"): {"temperature": 0.5},
        text("temperature 2", "온도 2"): {"temperature": 2.0},
        text("top_k = 3", "top_k = 3"): {"top_k": 3},
    }
    figure, panels = plt.subplots(1, 4, figsize=(7.2, 2.6), sharey=True)
    for axes, (name, way) in zip(panels, ways.items(), strict=True):
        p = P ** (1 / way.get("temperature", 1)) * (np.arange(len(P)) < way.get("top_k", len(P)))
        found = sample_sequences(model, 0, 0, max_length=1, count=COUNT, seed=0, **way)
        shares = np.bincount([each.tokens[0] for each in found], minlength=len(P)) / COUNT
        axes.bar(range(len(P)), p / sum(p), color="#3b7dd8", label=text("probability", "확률"))
        axes.plot(shares, "o", color="#d1660a", ms=4, label=text("share of 2,000", "2,000번 중 비율"))  # fmt: skip
        axes.set_title(name, fontsize="small")
        axes.set_xlabel(text("token", "토큰"))
        axes.set_xticks(range(len(P)))
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncol=2, bbox_to_anchor=(0.5, -0.09), frameon=False)  # fmt: skip
    return figure
