"""Metrics, counted example by example."""

from functools import partial

import numpy as np

from dlref.metrics import (
    BLEU,
    CharacterErrorRate,
    F1Score,
    MeanAveragePrecision,
    MeanIoU,
    Perplexity,
    WordErrorRate,
)
from tests.oracles.case import Case
from tests.oracles.detection import iou

_rng = np.random.default_rng(7)
Y, SCORES, WEIGHTS = _rng.integers(0, 2, (12, 3)), _rng.uniform(size=(12, 3)), _rng.uniform(size=12)
Y[:, 2] = 0  # a class without an example


def score(hits, alarms, misses):
    precision = hits / (hits + alarms) if hits + alarms else 0.0
    recall = hits / (hits + misses) if hits + misses else 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def f1(average, threshold, y, scores, weights):
    counts = [[0.0, 0.0, 0.0] for _ in range(3)]
    for labels, row, weight in zip(y, scores, weights, strict=True):
        for j in range(3):
            said = row[j] > threshold if threshold else row[j] == max(row)
            if said or labels[j]:
                counts[j][0 if said and labels[j] else 1 if said else 2] += weight
    if average == "micro":
        return np.array(score(*map(sum, zip(*counts, strict=True))))
    scores = [score(*each) for each in counts]
    if average is None:
        return np.array(scores)
    shares = [1.0] * 3 if average == "macro" else [hits + misses for hits, _, misses in counts]
    total = sum(each * share for each, share in zip(scores, shares, strict=True))
    return np.array(total / sum(shares))


def f1_by_dlref(average, threshold, y, scores, weights):
    metric = F1Score(average, threshold)
    for part in (slice(0, 5), slice(5, None)):
        metric.update_state(y[part], scores[part], weights[part])
    return metric.result()


# Three pictures on a coarse grid: equal scores, IoUs of just 0.5, and a third class that no picture shows.
_corner = _rng.integers(0, 4, (3, 11, 2))
BOXES = np.concatenate([_corner, _corner + _rng.integers(2, 6, (3, 11, 2))], -1).astype(float)
LABELS, CONFIDENCE = _rng.integers(0, 2, (3, 11)), _rng.integers(0, 8, (3, 7)) / 8
LABELS[1, :2] = -1
LABELS[:, 10] = 2


def average_precision(threshold, recalls, label, boxes, labels, scores):
    """By Everingham et al. 2010: the best precision of any shorter list that reaches the recall."""
    candidates, free = [], {}
    for i in range(len(boxes)):
        free[i] = [j for j in range(4) if labels[i, j] == label]
        candidates += [(-scores[i, j], i, j) for j in range(7) if labels[i, j + 4] == label]
    total, right, curve = sum(map(len, free.values())), 0, []
    for length, (_, i, j) in enumerate(sorted(candidates), 1):
        overlaps = [(iou(boxes[i, [4 + j]], boxes[i, [k]])[0, 0], k) for k in free[i]]
        if overlaps and max(overlaps)[0] >= threshold:
            free[i].remove(max(overlaps)[1])
            right += 1
        curve.append((right / total, right / length))
    reached = [[p for r, p in curve if r >= level] for level in np.linspace(0, 1, recalls)]
    return sum(max(p, default=0.0) for p in reached) / recalls


def mean_average_precision(thresholds, recalls, *given):
    each = [average_precision(t, recalls, c, *given) for t in thresholds for c in (0, 1)]
    return np.array(sum(each) / len(each))


def mean_average_precision_by_dlref(thresholds, recalls, boxes, labels, scores):
    metric = MeanAveragePrecision(thresholds, recall_points=recalls)
    for i in (slice(0, 1), slice(1, None)):
        found = {"boxes": boxes[i, 4:], "labels": labels[i, 4:], "scores": scores[i]}
        metric.update_state({"boxes": boxes[i, :4], "labels": labels[i, :4]}, found)
    return metric.result()


def mean_iou(absent, labels, scores, weights):
    """Pixel by pixel, by sets of pixels; the label 9 is of no class."""
    found = scores.argmax(-1)
    each = []
    for c in range(4):
        of_label, of_found = (
            {place for place in np.ndindex(labels.shape) if x[place] == c and labels[place] != 9}
            for x in (labels, found)
        )
        union = sum(weights[place] for place in of_label | of_found)
        shared = sum(weights[place] for place in of_label & of_found)
        if union or absent is not None:
            each.append(shared / union if union else absent)
    return np.array(sum(each) / len(each))


def mean_iou_by_dlref(absent, labels, scores, weights):
    metric = MeanIoU(4, ignore_class=9, sparse_y_pred=False, absent=absent)
    for i in (slice(0, 1), slice(1, None)):
        metric.update_state(labels[i], scores[i], weights[i])
    return metric.result()


def grams(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def bleu(weights, smoothing, candidates, references):
    """By Papineni et al. 2002 and, for the smoothing, Chen and Cherry 2014; -1 is no token."""
    texts = [[t for t in row if t >= 0] for row in candidates]
    others = [[[t for t in row if t >= 0] for row in each] for each in references]
    score, halves = 1.0, 1.0
    for n, weight in enumerate(weights, 1):
        matching, all_of_them = 0, 0
        for text, each in zip(texts, others, strict=True):
            for gram in set(grams(text, n)):
                often = grams(text, n).count(gram)
                all_of_them += often
                matching += min(often, max(grams(other, n).count(gram) for other in each))
        if smoothing == "add-k" and n > 1:
            matching, all_of_them = matching + 1, all_of_them + 1
        if matching == 0 and smoothing == "floor":
            matching = 0.1
        if matching == 0 and smoothing == "exp":
            halves /= 2
            matching = halves
        score *= (matching / all_of_them) ** weight
    length = sum(map(len, texts))
    nearest = 0
    for text, each in zip(texts, others, strict=True):
        lengths = sorted(len(other) for other in each)
        nearest += min(lengths, key=lambda r, text=text: abs(r - len(text)))
    return np.array(score * (np.exp(1 - nearest / length) if length < nearest else 1))


def bleu_by_dlref(weights, smoothing, candidates, references):
    metric = BLEU(len(weights), weights, smoothing)
    texts = [[t for t in row if t >= 0] for row in candidates]
    others = [[[t for t in row if t >= 0] for row in each] for each in references]
    for i in (slice(0, 2), slice(2, None)):
        metric.update_state(others[i], texts[i])
    return metric.result()


def edits(x, y):
    """Of Levenshtein 1966: the last two tokens are equal, or one is deleted, inserted or substituted."""
    if not x or not y:
        return len(x) + len(y)
    if x[-1] == y[-1]:
        return edits(x[:-1], y[:-1])
    return 1 + min(edits(x[:-1], y), edits(x, y[:-1]), edits(x[:-1], y[:-1]))


def tokens(rows):
    return [[int(t) for t in row if t >= 0] for row in rows]


def error_rate(references, candidates):
    pairs = list(zip(tokens(references), tokens(candidates), strict=True))
    return np.array(sum(edits(*pair) for pair in pairs) / sum(len(x) for x, _ in pairs))


def error_rate_by_dlref(metric, made, references, candidates):
    metric, texts = metric(), [[made(row) for row in tokens(x)] for x in (references, candidates)]
    for i in (slice(0, 2), slice(2, None)):
        metric.update_state(*(x[i] for x in texts))
    return metric.result()


_pixel_rng = np.random.default_rng(13)
PIXELS = _pixel_rng.choice([0, 1, 1, 9], (3, 4, 2))
PIXEL_SCORES = _pixel_rng.uniform(size=(3, 4, 2, 4)) * [1, 1, 1, 0]  # class 3 is never found
PIXEL_WEIGHTS = _pixel_rng.uniform(size=(3, 4, 2))
# Three references of two lengths, and candidates that share runs of four tokens with them; -1 is no token.
_text_rng = np.random.default_rng(11)
REFERENCES = _text_rng.integers(0, 3, (3, 2, 10))
REFERENCES[0, 1, 7:] = REFERENCES[1, 0, 9:] = REFERENCES[2, 1, 6:] = -1
CANDIDATES = REFERENCES[:, 0].copy()
CANDIDATES[:, 4], CANDIDATES[0, 8:], CANDIDATES[1, 7:] = 5, -1, -1
# Three texts, the 1 a space in the second form: a token more, two less, and one of two another.
SAID = np.array([[2, 3, 1, 4, -1, -1], [5, 1, 3, 4, 2, 3], [4, 2, -1, -1, -1, -1]])
HEARD = np.array([[2, 3, 1, 5, 4, -1], [5, 3, 4, 2, -1, -1], [4, 3, -1, -1, -1, -1]])
TOKENS, TOKEN_WEIGHTS = np.array([[0, 2, 1], [3, 3, 0]]), np.array([[1, 0.5, 2], [1, 0, 0.25]])
TOKEN_SHARES = np.random.default_rng(21).dirichlet(np.ones(4), (2, 3))


def perplexity(shares, w):
    """One over the weighted geometric mean of the probabilities of the tokens."""
    product, total = 1.0, 0.0
    for (row, step), token in np.ndenumerate(TOKENS):
        product *= shares[row, step, token] ** w[row, step]
        total += w[row, step]
    return product ** (-1 / total)


def perplexity_by_dlref(shares, w):
    """In two mini-batches, of probabilities and of logits."""
    found = []
    for from_logits, y_pred in ((False, shares), (True, np.log(shares) + 3)):
        metric = Perplexity(from_logits)
        for row in range(2):
            metric.update_state(TOKENS[row], y_pred[row], w[row])
        found.append(metric.result())
    return np.array(found)


ORACLES = {
    "metrics.F1Score": [
        Case(partial(f1_by_dlref, *given), partial(f1, *given), (Y, SCORES, WEIGHTS))
        for given in ((None, None), ("micro", 0.5), ("macro", 0.25), ("weighted", None))
    ],
    "metrics.MeanAveragePrecision": [
        Case(
            partial(mean_average_precision_by_dlref, *given),
            partial(mean_average_precision, *given),
            (BOXES, LABELS, CONFIDENCE),
        )
        for given in (([0.5], 101), ([0.25, 0.5, 0.75], 11))
    ],
    "metrics.MeanIoU": [
        Case(
            partial(mean_iou_by_dlref, absent),
            partial(mean_iou, absent),
            (PIXELS, PIXEL_SCORES, PIXEL_WEIGHTS),
        )
        for absent in (None, 1.0)
    ],
    "metrics.BLEU": [
        Case(partial(bleu_by_dlref, *given), partial(bleu, *given), texts)
        for given, texts in (
            (([0.25] * 4, "none"), (CANDIDATES, REFERENCES)),
            (([0.5, 0.5], "none"), (np.repeat(CANDIDATES, 2, 1), REFERENCES)),
            (([0.7, 0.2, 0.1, 0.0], "floor"), (CANDIDATES, REFERENCES[::-1])),
            (([0.25] * 4, "exp"), (CANDIDATES, REFERENCES[::-1])),
            (([0.25] * 4, "add-k"), (CANDIDATES, REFERENCES[::-1])),
        )
    ],
    "metrics.WordErrorRate": [
        Case(partial(error_rate_by_dlref, WordErrorRate, list), error_rate, (SAID, HEARD)),
    ],
    "metrics.CharacterErrorRate": [
        Case(
            partial(
                error_rate_by_dlref,
                CharacterErrorRate,
                lambda row: "".join("가 나다라마"[t] for t in row),
            ),
            error_rate,
            (SAID, HEARD),
        ),
    ],
    "metrics.Perplexity": [
        Case(
            perplexity_by_dlref,
            lambda shares, w: np.repeat(perplexity(shares, w), 2),
            (TOKEN_SHARES, TOKEN_WEIGHTS),
        )
    ],
}
