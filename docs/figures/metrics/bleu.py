"""The lecture's candidate: its pairs of words, how many of each count; and the brevity penalty over the length."""

from collections import Counter
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from dlref.metrics import BLEU

REFERENCES = "the cat is on the mat", "there is a cat on the mat"
CANDIDATE = "the cat the cat on the mat"


def penalty(length, reference=100):
    metric = BLEU(1)
    metric.update_state([[["a"] * reference]], [["a"] * int(length)])
    return metric.brevity_penalty()


def draw(text):
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 2.9), layout="constrained")
    counts = Counter(pairwise(CANDIDATE.split()))
    often = [Counter(pairwise(reference.split())) for reference in REFERENCES]
    x = np.array([*counts.values()])
    clipped = np.minimum(x, [max(each[gram] for each in often) for gram in counts])
    metric = BLEU(2)
    metric.update_state([REFERENCES], [CANDIDATE])
    assert clipped.sum() / x.sum() == metric.precisions()[1]
    place = -np.arange(len(x))
    label = text("in the candidate, $x_g$", "후보 번역에 나온 횟수 $x_g$")
    left.barh(place, x, 0.6, color="none", edgecolor="gray", label=label)
    label = text("counted, clipped", "상한을 두고 센 횟수")
    left.barh(place, clipped, 0.6, color="#3b7dd8", label=label)
    left.set_yticks(place, [" ".join(gram) for gram in counts])
    left.set_xticks([0, 1, 2])
    left.set_ylim(place[-1] - 0.5, 1.9)
    left.set_title(f"$p_2 = {clipped.sum()}/{x.sum()}$")
    left.legend(loc="upper right", frameon=False, fontsize="small")
    lengths = np.arange(20, 151)
    right.plot(lengths / 100, [penalty(c) for c in lengths], color="#3b7dd8")
    right.set_xlabel(text("length of the candidate, $c / r$", "후보 번역의 길이 $c / r$"))
    right.set_title("BP")
    right.set_ylim(0, 1.1)
    right.set_xlim(0.2, 1.5)
    return figure
