"""Rows of the decoding of CTC."""

import warnings
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import decoding as ours
from dlref.conformance.row import Arrays, Row
from dlref.decoding.text import DecodedText

STEPS, EVERY = 5, 40  # at most so many texts of two symbols in five steps


def of_steps(search: Any) -> Arrays:
    """All that is found in the steps of four texts, with their log-probabilities."""
    z = np.random.default_rng(6).normal(0, 2, (4, STEPS, 3))
    found: dict[str, Any] = {}
    for i, texts in enumerate(search(ops.log_softmax(ops.cast(z, keras.config.floatx())))):
        padded = [[*each.symbols, *[0] * STEPS][:STEPS] for each in texts]
        found[f"symbols of text {i}"] = np.array(padded)
        found[f"log-probabilities of text {i}"] = np.array([e.log_probability for e in texts])
    return found


def _by_keras(strategy: str, l: Any) -> list[list[DecodedText]]:
    """Of all texts at once."""
    limits = {"beam_width": EVERY, "top_paths": 10} if strategy == "beam_search" else {}
    with warnings.catch_warnings(action="ignore", category=FutureWarning):
        # of JAX on Keras' own integers, where those are of 64 bits
        decoded, scores = ops.ctc_decode(l, [STEPS] * len(l), strategy, mask_index=0, **limits)
    symbols, scores = (np.array(ops.convert_to_numpy(x)) for x in (decoded, scores))
    sign = 1 if strategy == "beam_search" else -1
    return [
        [
            DecodedText(tuple(int(s) for s in row if s >= 0), sign * float(score))
            for row, score in zip(symbols[:, i], scores[i], strict=True)
        ]
        for i in range(len(l))
    ]


_ROW = partial(
    Row,
    builtin="keras.ops.ctc_decode",
    source="Flowchart C5",
    probe=of_steps,
    modes=("eager",),
    dtypes=("float32",),
    steps=STEPS,
)
ROWS = [
    _ROW(
        name="decoding.ctc_greedy_search",
        ours=lambda: lambda l: [[ours.ctc_greedy_search(each)] for each in l],
        mapped=lambda: partial(_by_keras, "greedy"),
        mapping='strategy = "greedy", mask_index = 0, of log-probabilities; the score with the other sign',
    ),
    _ROW(
        name="decoding.ctc_beam_search",
        ours=lambda: lambda l: [ours.ctc_beam_search(each, EVERY)[:10] for each in l],
        mapped=lambda: partial(_by_keras, "beam_search"),
        mapping=f'strategy = "beam_search", beam_width = {EVERY}, mask_index = 0; the best ten',
    ),
]
