"""Mistakes of the callbacks."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "callbacks.EarlyStopping": {
        "takes a NaN for the best, as Keras does": ("if i:", "if i or self.best is None:"),
        "an equal number is better": ("d * m + delta < d * b", "d * m + delta <= d * b"),
        "more than patience": ("s = w >= p", "s = w > p"),
        "never begins to count anew": ("(1 - r) * (w + 1)", "w + 1"),
        "ignores the baseline": ("r = i if self.baseline is None else", "r = i or"),
        "less of everything is better": ("return -1 if self.mode", "return 1 if self.mode"),
        "compares with the epoch before": ("        if i:\n", "        self.best = float(m)\n        if i:\n"),
        "restores nothing": ("self.model.set_weights(self.best_weights)", "pass"),
    },
    "callbacks.LearningRateScheduler": {
        "counts from 1": ("alpha = g(t, *given)", "alpha = g(t + 1, *given)"),
        "a schedule by the number of the epoch": ("isinstance(g, _Schedule) or epoch is None", "epoch is None"),
        "never the learning rate there is": (
            "[_number(optimizer.learning_rate)]", "[0.5]"),
        "only before the first epoch": (
            'if self.update_freq == "epoch":', 'if self.update_freq == "epoch" and epoch == 0:'),
        "each mini-batch by the first": (
            'if self.update_freq == "batch":', 'if self.update_freq == "batch" and batch == 0:'),
    },
    "callbacks.SnapshotEnsemble": {
        "falls to half": ("math.pi * c / C", "math.pi * c / (2 * C)"),
        "reaches 0 an update early": ("math.pi * c / C", "math.pi * c / (C - 1)"),
        "along a line": ("alpha_0 / 2 * (math.cos(math.pi * c / C) + 1)", "alpha_0 * (1 - c / C)"),
        "without restarts": ("c = t % C", "c = min(t, C)"),
        "counts epochs": ("self._set(self._done + batch)", "self._set(self._done)"),
        "keeps the beginning of a cycle": ("(epoch + 1) % self.epochs_per_cycle", "epoch % self.epochs_per_cycle"),
    },
    "callbacks.WeightAverage": {
        "the wrong way round": ("beta * x_bar + (1 - beta) * x", "(1 - beta) * x_bar + beta * x"),
        "adds up": ("beta * x_bar + (1 - beta) * x", "beta * x_bar + x"),
        "starts at 0": ("else weights", "else [(1 - self.momentum) * w for w in weights]"),
        "leaves the last weights": ("v.assign(ops.copy(average))", "pass"),
    },
}  # fmt: skip
