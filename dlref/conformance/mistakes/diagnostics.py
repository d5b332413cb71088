"""Mistakes of the diagnoses."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "diagnostics.gradient_check": {
        "differences of one side": ("J(theta - epsilon * e_i)) / (2 * epsilon)", "J(theta)) / epsilon"),
        "without the 2": ("/ (2 * epsilon)", "/ epsilon"),
        "relative to one norm": ("(np.linalg.norm(a) + np.linalg.norm(b))", "np.linalg.norm(b)"),
    },
}  # fmt: skip
