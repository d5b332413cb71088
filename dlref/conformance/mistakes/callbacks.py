"""Mistakes of the callbacks."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "callbacks.WeightAverage": {
        "the wrong way round": ("beta * x_bar + (1 - beta) * x", "(1 - beta) * x_bar + beta * x"),
        "adds up": ("beta * x_bar + (1 - beta) * x", "beta * x_bar + x"),
        "starts at 0": ("else weights", "else [(1 - self.momentum) * w for w in weights]"),
        "leaves the last weights": ("v.assign(ops.copy(average))", "pass"),
    },
}  # fmt: skip
