"""Rows of decoding."""

import itertools
from functools import partial
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import decoding as ours
from dlref.conformance.row import Arrays, Row
from dlref.decoding.sequence import DecodedSequence

END, TOKENS, LONGEST = 0, 3, 4


def model_of_prefixes(seed: int) -> Any:
    """A model of three tokens that has its own probabilities for each prefix."""
    logits = np.random.default_rng(seed).normal(0, 1.5, (TOKENS ** (LONGEST + 1), TOKENS))

    def after(prefixes: Any) -> Any:
        places = np.sum((prefixes + 1) * TOKENS ** np.arange(prefixes.shape[1]), 1) % len(logits)
        return ops.log_softmax(ops.convert_to_tensor(logits[places], keras.config.floatx()))

    return after


def of_greedy(search: Any) -> Arrays:
    """What is found with each of eight models."""
    found = [search(model_of_prefixes(seed), 0, END, LONGEST) for seed in range(8)]
    return _seen(found)


def of_wide(search: Any) -> Arrays:
    """All sequences of a model, from the highest score down, for three length penalties."""
    return {
        f"{name}, {alpha}": values
        for alpha in (0.0, 0.7, 1.0)
        for name, values in _seen(search(model_of_prefixes(9), 0, END, LONGEST, 99, alpha)).items()
    }


def _seen(found: Any) -> Arrays:
    padded = [[*each.tokens, *[-1] * LONGEST][:LONGEST] for each in found]
    numbers = {
        name: [getattr(each, name) for each in found] for name in ("log_probability", "score")
    }
    return {"tokens": np.array(padded)} | {name: np.array(n) for name, n in numbers.items()}


def _log_probabilities(model: Any, tokens: Any, start: int) -> list[float]:
    prefixes = [np.array([[start, *tokens[:t]]]) for t in range(len(tokens))]
    return [
        float(ops.convert_to_numpy(model(p))[0, j]) for p, j in zip(prefixes, tokens, strict=True)
    ]


def _by_argmax(model: Any, start: int, end: int, longest: int) -> Any:
    tokens: list[int] = []
    while len(tokens) < longest and end not in tokens:
        tokens.append(int(np.argmax(ops.convert_to_numpy(model(np.array([[start, *tokens]])))[0])))
    total = sum(_log_probabilities(model, tokens, start))
    return SimpleNamespace(tokens=tokens, log_probability=total, score=total)


def _by_product(
    model: Any, start: int, end: int, longest: int, beam_width: int, alpha: float
) -> Any:
    """Every sequence that ends with the only end token, or has none and is as long as it may be."""
    found = []
    for length in range(1, longest + 1):
        for tokens in itertools.product(range(TOKENS), repeat=length):
            ended = tokens[-1] == end
            if end not in tokens[:-1] and (ended or length == longest):
                total = sum(_log_probabilities(model, tokens, start))
                score = total / length**alpha
                found.append(SimpleNamespace(tokens=tokens, log_probability=total, score=score))
    return sorted(found, key=lambda each: -each.score)[:beam_width]


def of_samples(sample: Any) -> Arrays:
    """What is drawn with eight seeds, plainly, with a temperature, and with both it and top-k."""
    ways = (1.0, None), (0.5, None), (2.0, 2)
    return {
        f"{name}, temperature {tau}, top_k {K}": values
        for tau, K in ways
        for name, values in _seen(
            [
                sample(model_of_prefixes(seed), 0, END, LONGEST, 1, tau, K, seed)[0]
                for seed in range(8)
            ]
        ).items()
    }


def _by_choice(
    model: Any, start: int, end: int, longest: int, count: int, tau: float, K: Any, seed: int
) -> Any:
    rng, tokens = np.random.default_rng(seed), []
    while len(tokens) < longest and end not in tokens:
        after = ops.convert_to_numpy(model(np.array([[start, *tokens]])))[0].astype("float64")
        likeliest = np.argsort(-after, kind="stable")[:K]
        p = np.exp(after[likeliest] / tau)
        tokens.append(int(rng.choice(likeliest, p=p / sum(p))))
    total = sum(_log_probabilities(model, tokens, start))
    return [SimpleNamespace(tokens=tokens, log_probability=total, score=total)]


def of_sequences(score: Any) -> Arrays:
    """What is said of two sequences."""
    given = ([1, 2, END], [2, 1, END])
    return _seen([score(model_of_prefixes(4), tokens, 0, END, 0.7) for tokens in given])


def _by_crossentropy(model: Any, tokens: Any, start: int, end: int, alpha: float) -> Any:
    prefixes = [np.array([[start, *tokens[:t]]]) for t in range(len(tokens))]
    logits = ops.concatenate([model(p) for p in prefixes])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")
    total = -float(loss(np.array(tokens), logits))
    return SimpleNamespace(tokens=tokens, log_probability=total, score=total / len(tokens) ** alpha)


def of_errors(analyse: Any) -> Arrays:
    """The faults of 40 examples, some of equal scores, and of some that are all right."""
    rng = np.random.default_rng(0)
    tokens, scores = rng.integers(0, 2, (2, 40)), -rng.integers(1, 5, (2, 40)) / 4
    one, other = (
        [
            DecodedSequence((int(j), END), float(s), float(s), 0.0, True)
            for j, s in zip(*each, strict=True)
        ]
        for each in zip(tokens, scores, strict=True)
    )
    numbers = {"right": 0, "search": 1, "model": 2}
    found, none = analyse(one, other), analyse(one, one)
    return {
        "faults": np.array([numbers[fault] for fault in found.faults]),
        "shares": np.array([found.share, none.share]),
    }


def _by_mean(references: Any, outputs: Any) -> Any:
    pairs = list(zip(references, outputs, strict=True))
    faults = [
        "right" if one.tokens == other.tokens else "search" if one.score > other.score else "model"
        for one, other in pairs
    ]
    wrong = [fault == "search" for fault in faults if fault != "right"]
    return SimpleNamespace(faults=faults, share=np.mean(wrong) if wrong else 0.0)


_ROW = partial(Row, source="Flowchart C5", modes=("eager",))
ROWS = [
    _ROW(
        name="decoding.greedy_search",
        builtin="numpy.argmax",
        ours=lambda: ours.greedy_search,
        mapped=lambda: _by_argmax,
        mapping="np.argmax(model(prefix)), until it is the end token",
        probe=of_greedy,
    ),
    _ROW(
        name="decoding.beam_search",
        builtin="itertools.product",
        ours=lambda: ours.beam_search,
        mapped=lambda: _by_product,
        mapping="every sequence of product(tokens, repeat=length), beam_width = 99",
        probe=of_wide,
    ),
    _ROW(
        name="decoding.sample_sequences",
        builtin="numpy.random.Generator.choice",
        ours=lambda: ours.sample_sequences,
        mapped=lambda: _by_choice,
        mapping="rng.choice(the top_k likeliest tokens, p=p**(1 / temperature), normalized)",
        probe=of_samples,
    ),
    _ROW(
        name="decoding.score_sequence",
        builtin="keras.losses.SparseCategoricalCrossentropy",
        ours=lambda: ours.score_sequence,
        mapped=lambda: _by_crossentropy,
        mapping='from_logits=True, reduction="sum", with the other sign',
        probe=of_sequences,
    ),
    _ROW(
        name="decoding.beam_search_errors",
        builtin="numpy.mean",
        ours=lambda: ours.beam_search_errors,
        mapped=lambda: _by_mean,
        mapping="np.mean(reference's score > output's score) of what is wrong",
        probe=of_errors,
        dtypes=("float64",),
    ),
]
