"""Mistakes of transfer learning."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "transfer.freeze": {
        "the first layers in place of the last": ("l > L - k  # (2)", "l <= k"),
        "one layer too many": ("l > L - k  # (2)", "l >= L - k"),
        "rounded down": ("math.ceil(s * L)", "math.floor(s * L)"),
        "the classifier frozen too": ("np.maximum(1, math.ceil(s * L))", "math.ceil(s * L)"),
        "batch normalization counted as a layer": (
            "[not isinstance(layer, _NORMALIZING) for", "[True for"),
        "a model inside taken as one layer": (
            "_parts(layer) if isinstance(layer, keras.Model) else [layer]", "[layer]"),
    },
}  # fmt: skip
