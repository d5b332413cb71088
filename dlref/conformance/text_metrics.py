"""Rows of the metrics of texts; most for those who have sacrebleu, NLTK and jiwer, which dlref does not need."""

import importlib.util
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import keras
import numpy as np
from keras import ops

from dlref import metrics as ours
from dlref.conformance.metrics import after_each
from dlref.conformance.row import Arrays, Row


def _texts(rng: np.random.Generator) -> tuple[list[Any], list[Any]]:
    """Two references each for six candidates, which copy the first, leave words out, and say a too often."""
    references, candidates = [], []
    for _ in range(6):
        first, second = (list(rng.choice(list("abcd"), rng.integers(6, 12))) for _ in range(2))
        kept = [token for token in first if rng.random() < 0.9]
        wrong = [token if rng.random() < 0.8 else "a" for token in kept]
        references.append([" ".join(first), " ".join(second)])
        candidates.append(" ".join(wrong))
    return references, candidates


def of_texts(metric: Any) -> Arrays:
    """The score after each of two parts of a corpus, and after a new start."""
    rng = np.random.default_rng(3)
    return after_each(metric, "score", lambda: _texts(rng))


def of_pairs(metric: Any) -> Arrays:
    """The rate after each of two parts of a corpus of one reference each, and after a new start."""
    rng = np.random.default_rng(4)

    def draw() -> tuple[list[str], list[str]]:
        references, candidates = _texts(rng)
        longer = [first for first, _ in references]
        return longer[:3] + candidates[3:], candidates[:3] + longer[3:]

    return after_each(metric, "rate", draw)


def of_tokens(metric: Any) -> Arrays:
    """The perplexity after each of two mini-batches of six tokens, with weights, and after a new start."""
    rng = np.random.default_rng(5)

    def draw() -> list[Any]:
        y_pred = ops.convert_to_tensor(rng.normal(size=(2, 3, 4)), keras.config.floatx())
        w = ops.convert_to_tensor(rng.uniform(size=(2, 3)), keras.config.floatx())
        return [rng.integers(0, 4, (2, 3)), y_pred, w]

    return after_each(metric, "perplexity", draw)


class _Power(keras.metrics.SparseCategoricalCrossentropy):
    """e to the power of the cross-entropy."""

    def result(self) -> Any:
        return ops.exp(super().result())


class _OfCorpus:
    """What a function of a whole corpus says, as a metric that it is given to in parts."""

    def __init__(self, score: Callable[[list[Any], list[Any]], float]) -> None:
        self.score = score
        self.reset_state()

    def reset_state(self) -> None:
        self.texts: tuple[list[Any], list[Any]] = [], []

    def update_state(self, y_true: list[Any], y_pred: list[Any]) -> None:
        self.texts[0].extend(y_true)
        self.texts[1].extend(y_pred)

    def result(self) -> float:
        return self.score(*self.texts)


def by_sacrebleu(y_true: list[Any], y_pred: list[Any], **arguments: Any) -> float:
    """A hundredth of what sacrebleu says of strings."""
    from sacrebleu.metrics.bleu import BLEU

    references = [list(each) for each in zip(*y_true, strict=True)]
    metric = BLEU(tokenize="none", force=True, **arguments)
    return metric.corpus_score(y_pred, references).score / 100


def by_nltk(y_true: list[Any], y_pred: list[Any]) -> float:
    """`corpus_bleu` of NLTK, of strings that are split at white space."""
    from nltk.translate.bleu_score import corpus_bleu

    return corpus_bleu([[r.split() for r in each] for each in y_true], [c.split() for c in y_pred])


def by_jiwer(function: str, y_true: list[str], y_pred: list[str]) -> float:
    """`jiwer.wer` or `jiwer.cer`."""
    import jiwer

    return getattr(jiwer, function)(y_true, y_pred)


ROWS = [
    Row(
        name="metrics.BLEU",
        builtin=builtin,
        source="Flowchart C5",
        ours=partial(ours.BLEU, **arguments),
        mapped=lambda score=score: _OfCorpus(score),
        mapping=mapping,
        probe=of_texts,
        steps=2,
        computes={"any": "float64"},
        modes=("eager",),
        dtypes=("float64",),
    )
    for builtin, score, mapping, arguments in (
        (
            "sacrebleu.metrics.BLEU",
            partial(by_sacrebleu, smooth_method="none"),
            'tokenize = "none", smooth_method = "none", score / 100',
            {},
        ),
        (
            "sacrebleu.metrics.BLEU",
            by_sacrebleu,
            'tokenize = "none", score / 100, ours with smoothing = "exp"',
            {"smoothing": "exp"},
        ),
        ("nltk.translate.bleu_score.corpus_bleu", by_nltk, "candidates of 4 tokens or more", {}),
    )
    if importlib.util.find_spec(builtin.partition(".")[0])
]
ROWS += [
    Row(
        name=f"metrics.{metric.__name__}",
        builtin=f"jiwer.{theirs}",
        source="Levenshtein 1966",
        ours=metric,
        mapped=lambda theirs=theirs: _OfCorpus(partial(by_jiwer, theirs)),
        probe=of_pairs,
        steps=2,
        modes=("eager",),
        dtypes=("float64",),
    )
    for theirs, metric in (("wer", ours.WordErrorRate), ("cer", ours.CharacterErrorRate))
    if importlib.util.find_spec("jiwer")
]
ROWS += [
    Row(
        name="metrics.Perplexity",
        builtin="keras.metrics.SparseCategoricalCrossentropy",
        source="Flowchart C5",
        ours=partial(ours.Perplexity, from_logits=True),
        mapped=partial(cast(Any, _Power), from_logits=True),
        mapping="keras.ops.exp(result), from_logits = True",
        probe=of_tokens,
        steps=2,
        modes=("eager",),
        dtypes=("float32",),
    )
]
