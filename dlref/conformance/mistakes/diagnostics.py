"""Mistakes of the diagnoses."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "diagnostics.gradient_check": {
        "differences of one side": ("J(theta - epsilon * e_i)) / (2 * epsilon)", "J(theta)) / epsilon"),
        "without the 2": ("/ (2 * epsilon)", "/ epsilon"),
        "relative to one norm": ("(np.linalg.norm(a) + np.linalg.norm(b))", "np.linalg.norm(b)"),
    },
    "diagnostics.symmetric_units": {
        "over the inputs instead of the units": (
            "np.max(w, axis=-1) - np.min(w, axis=-1)", "np.max(w, axis=0) - np.min(w, axis=0)"),
        "not relative": ("np.max(s) / np.max(np.abs(w))", "np.max(s)"),
        "the largest with its sign": ("np.max(np.abs(w))", "np.max(w)"),
        "the weights in place of the gradient": ("_apart(weights), _apart(moves)", "_apart(weights), _apart(weights)"),
        "the gradient of the sum of the outputs": (
            "rng.standard_normal(outputs(*start).shape)", "np.ones(outputs(*start).shape)"),
    },
}  # fmt: skip
