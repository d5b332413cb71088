"""Mistakes of the metrics."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "metrics.F1Score": {
        "the arithmetic mean": ("F_1 = 2 * p * r / (p + r)", "F_1 = (p + r) / 2"),
        "the geometric mean": ("F_1 = 2 * p * r / (p + r)", "F_1 = ops.sqrt(p * r)"),
        "without the weights of the examples": (
            "t = ops.sum(w * y * y_hat, self.axis)", "t = ops.sum(y * y_hat, self.axis)"),
        "recall of what is predicted": ("r = t / (t + n)", "r = t / (t + f)"),
        "the last mini-batch alone": ("count.assign_add(new)", "count.assign(new)"),
    },
}  # fmt: skip
