"""Mistakes of the metrics."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "metrics.BLEU": {
        "without clipping": ("np.minimum(x, np.max(y, 0))", "x * (np.max(y, 0) > 0)"),
        "clipped by all references together": ("np.max(y, 0)", "np.sum(y, 0)"),
        "n-grams counted once": ("np.sum(np.minimum(x, np.max(y, 0)))", "np.sum(np.minimum(1, np.max(y, 0)))"),
        "without the brevity penalty": ("BP = np.minimum(1, np.exp(1 - r / c))", "BP = 1"),
        "a reward for more words than the reference": ("np.minimum(1, np.exp(1 - r / c))", "np.exp(1 - r / c)"),
        "the shortest reference": ("key=lambda r: (abs(r - c), r)", "key=lambda r: r"),
        "the lecture note's division by n": ("np.exp(np.sum(w * np.log(p)))", "np.exp(np.mean(w * np.log(p)))"),
        "the arithmetic mean of the precisions": ("np.exp(np.sum(w * np.log(p)))", "np.sum(w * p)"),
        "the last sentence alone": ("self._counts[:, i] += ", "self._counts[:, i] = "),
    },
    "metrics.CharacterErrorRate": {
        "without spaces": ("[*text.strip()]", '[*text.replace(" ", "")]'),
        "words": ("[*text.strip()]", "text.split()"),
        "two edits for a substitution": ("w + s", "w + 2 * s"),
        "by the characters of the candidates": ("x[1].sum()", "y[1].sum()"),
    },
    "metrics.F1Score": {
        "the arithmetic mean": ("F_1 = 2 * p * r / (p + r)", "F_1 = (p + r) / 2"),
        "the geometric mean": ("F_1 = 2 * p * r / (p + r)", "F_1 = ops.sqrt(p * r)"),
        "without the weights of the examples": (
            "t = ops.sum(w * y * y_hat, self.axis)", "t = ops.sum(y * y_hat, self.axis)"),
        "recall of what is predicted": ("r = t / (t + n)", "r = t / (t + f)"),
        "the last mini-batch alone": ("count.assign_add(new)", "count.assign(new)"),
    },
    "metrics.MeanAveragePrecision": {
        "more than the threshold, as in VOC": ("b >= t", "b > t"),
        "a true box found twice": ("u *= (np.arange(others) != best) | ~m[..., None]", "u *= True"),
        "recall of what is found": ("h / n", "h / len(m)"),
        "the precision at the recall, not the best from there on": (
            "np.max(np.where(r >= rho, p, 0), -1)",
            "np.append(p, 0)[np.searchsorted(r, rho)]"),
        "true boxes of every class": ("np.where(classes[:, :, None] == labels[:, None, ::-1], iou, 0.0)", "iou"),
    },
    "metrics.WordErrorRate": {
        "two edits for a substitution": ("w + s", "w + 2 * s"),
        "no insertions": ("np.minimum(u + 1, v + 1)", "u + 1"),
        "no deletions": ("np.minimum(u + 1, v + 1)", "v + 1"),
        "by the words of the candidates": ("x[1].sum()", "y[1].sum()"),
        "the mean of the rates of the texts": (
            "_distances(*x, *y).sum(), x[1].sum()", "(_distances(*x, *y) / x[1]).sum(), len(x[1])"),
        "the last mini-batch alone": ("self._counts += ", "self._counts = "),
    },
    "metrics.MeanIoU": {
        "the Dice coefficient": ("iou = I / U", "iou = 2 * I / (I + U)"),
        "the sum for the union": ("y + y_hat - y * y_hat", "y + y_hat"),
        "without the weights of the pixels": ("I = ops.sum(w * y * y_hat, 0)", "I = ops.sum(y * y_hat, 0)"),
        "the mean over all classes": ("ops.sum(k * iou) / ops.sum(k)", "ops.sum(k * iou) / self.num_classes"),
        "classes of the labels alone": ("(y + y_hat - y * y_hat)", "y"),
        "the last mini-batch alone": ("count.assign_add(", "count.assign("),
    },
    "metrics.Perplexity": {
        "2 to the power of the nats": ("ops.exp(H)", "2**H"),
        "a mean of the perplexities of tokens": ("S - ops.sum(w * log_p)", "S + ops.sum(w * ops.exp(-log_p))"),
        "divided by the number of tokens, whatever they weigh": ("W + ops.sum(w)", "W + ops.sum(ops.ones_like(w))"),
        "the last mini-batch alone": ("S - ops.sum", "-ops.sum"),
    },
}  # fmt: skip
