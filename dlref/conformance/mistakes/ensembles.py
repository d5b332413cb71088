"""Mistakes of the ensembles."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "ensembles.Ensemble": {
        "the sum instead of the mean": ("sum(y) / n  # (1)", "sum(y)"),
        "the mean of means, one after the other": (
            "y_hat = sum(y) / n  # (1)",
            "y_hat = y[0]\n        for each in y[1:]:\n            y_hat = (y_hat + each) / 2"),
        "the geometric mean": (
            "y_hat = sum(y) / n  # (1)", "y_hat = keras.ops.prod(keras.ops.stack(y), 0)"),
        "the last model alone": ("sum(y) / n  # (1)", "y[-1]"),
    },
}  # fmt: skip
