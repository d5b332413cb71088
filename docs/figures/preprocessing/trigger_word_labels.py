"""A made clip with a word that triggers, one that does not, and the first again; and its labels."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.preprocessing import trigger_word_labels

FRAME, STEPS, WORD, WIDTH = 40, 50, 5, 5
STARTS = {5: 1, 20: -1, 36: 1}  # rising tones trigger


def draw(text):
    rng = np.random.default_rng(0)
    audio = rng.normal(0, 0.3, STEPS * FRAME)
    pitch = np.linspace(0.1, 0.4, WORD * FRAME)
    for start, way in STARTS.items():
        audio[start * FRAME : (start + WORD) * FRAME] += np.sin(2 * np.pi * np.cumsum(pitch[::way]))
    spectrogram = np.abs(np.fft.rfft(audio.reshape(STEPS, FRAME) * np.hanning(FRAME)))
    ends = [start + WORD - 1 for start, way in STARTS.items() if way > 0]
    figure, (above, below) = plt.subplots(2, 1, figsize=(7.2, 3.6), sharex=True)
    above.imshow(spectrogram.T, origin="lower", aspect="auto", cmap="Blues")
    above.set(ylabel=text("frequency", "주파수"), yticks=[])
    below.step(range(STEPS), trigger_word_labels(ends, STEPS, WIDTH), where="mid", color="C1")
    below.vlines(ends, 0, 1, color="C0", linestyle="--")
    for end in ends:
        below.annotate(
            "$e$", (end, 0.85), (-4, 0), textcoords="offset points", ha="right", color="C0"
        )
    below.set(xlabel="$t$", ylabel="$y$", yticks=[0, 1])
    return figure
