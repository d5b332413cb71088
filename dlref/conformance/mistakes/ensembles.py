"""Mistakes of models that hold others."""

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
    "models.TenCrop": {
        "the middle rounded up": ("(n - h) // 2  # (1)", "(n - h + 1) // 2"),
        "the far pieces end a pixel early": ("return 0, n - h, m", "return 0, n - h - 1, m"),
        "every piece begins in the corner": ("p = a + i  # (2)", "p = 0 * a + i"),
        "a mirror image that begins behind its end": ("q = h - 1 - i  # (3)", "q = (h - i) % h"),
        "top for bottom": ("_mirrored(piece, self._axes[1])", "_mirrored(piece, self._axes[0])"),
        "the sum instead of the mean": ("ops.sum(y, 0) / c  # (4)", "ops.sum(y, 0)"),
        "the pieces of a picture taken for pictures": (
            "y = ops.reshape(y, (c, -1, *y.shape[1:]))",
            "y = ops.swapaxes(ops.reshape(y, (-1, c, *y.shape[1:])), 0, 1)"),
        "the largest of the ten": ("ops.sum(y, 0) / c  # (4)", "ops.max(y, 0)"),
    },
    "models.SiameseNetwork": {
        "the difference with its sign": ("absolute(f - g)  # (1)", "f - g"),
        "squared differences": ("absolute(f - g)  # (1)", "ops.square(f - g)"),
        "a picture compared with itself": ("absolute(f - g)  # (1)", "ops.abs(f - f)"),
        "no bias": ("keepdims=True) + b)  # (2)", "keepdims=True))"),
        "one weight for the whole distance": ("ops.sum(w * d, -1", "ops.sum(w[:1] * d, -1"),
        "the mean of the components": ("ops.sum(w * d, -1", "1 / 4 * ops.sum(w * d, -1"),
        "different people are 1": ("ops.sigmoid(ops.sum(w * d", "ops.sigmoid(-ops.sum(w * d"),
    },
}  # fmt: skip
