"""The scores of what should have been found and of what was: of greedy search, and of a beam of five."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.decoding import beam_search, beam_search_errors, score_sequence

EXAMPLES, TOKENS, LONGEST = 60, 4, 5
COLOURS = {"right": "#8a8f98", "search": "#d1660a", "model": "#3b7dd8"}


def models(seed):
    """Who writes a sequence, and a model that has learned to write so, but for some noise."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (1024, TOKENS))
    for table in (logits, logits + rng.normal(0, 0.8, logits.shape)):
        table = table - np.log(np.exp(table).sum(-1, keepdims=True))
        yield lambda prefixes, table=table: table[
            prefixes @ TOKENS ** np.arange(prefixes.shape[1]) % 1024
        ]


def draw(text):
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 3.4), sharex=True, sharey=True)
    pairs = [tuple(models(seed)) for seed in range(EXAMPLES)]
    written = [beam_search(writer, 1, 0, LONGEST, 200)[0].tokens for writer, _ in pairs]
    chosen = [i for i, tokens in enumerate(written) if tokens[-1] == 0]
    references = [score_sequence(pairs[i][1], written[i], 1, 0) for i in chosen]
    words = {
        "right": text("right", "맞음"),
        "search": text("the search is at fault", "탐색 탓"),
        "model": text("the model is at fault", "모델 탓"),
    }
    for axes, width in zip(panels, (1, 5), strict=True):
        outputs = [beam_search(pairs[i][1], 1, 0, LONGEST, width)[0] for i in chosen]
        found = beam_search_errors(references, outputs)
        for fault, colour in COLOURS.items():
            which = [i for i, each in enumerate(found.faults) if each == fault]
            scores = [[each[i].score for i in which] for each in (outputs, references)]
            axes.plot(
                *scores, "o", ms=4, color=colour, alpha=0.8, label=f"{words[fault]}: {len(which)}"
            )
        axes.axline((-1, -1), slope=1, color="#8a8f98", lw=1, ls=":")
        axes.set_title(text(f"beam width {width}", f"빔 너비 {width}"), fontsize="medium")
        axes.set_xlabel(text("score of what was found", "찾은 것의 점수"))
        axes.legend(loc="lower right", fontsize="small")
    panels[0].set_ylabel(text("score of the reference", "정답의 점수"))
    return figure
