"""Mistakes of style transfer."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "models.content_cost": {
        "without the half": ("ops.square(c - g), -1) / 2", "ops.square(c - g), -1)"),
        "the mean over the activations": ("ops.sum(ops.square(c - g), -1)", "ops.mean(ops.square(c - g), -1)"),
        "the distance without its square": ("ops.sum(ops.square(c - g), -1)", "ops.norm(c - g, axis=-1)"),
    },
    "models.gram_matrix": {
        "channels about their mean, the covariance": (
            "    G = ops.matmul(", "    A = A - ops.sum(A, -2, keepdims=True) / A.shape[-2]\n    G = ops.matmul("),
        "the places with one another": (
            "ops.matmul(transposed(A), A)", "ops.matmul(A, transposed(A))"),
        "the mean over the places": ("ops.matmul(transposed(A), A)", "ops.matmul(transposed(A), A) / A.shape[-2]"),
    },
    "models.style_cost": {
        "the sum over the places, as in the notes": ("S / n_s - G / n_g", "S - G"),
        "the places of the generated picture for both": ("S / n_s", "S / n_g"),
        "without the factor of the channels": (" / (2 * n_c) ** 2", ""),
        "the norm without its square": (
            "ops.sum(ops.square(S / n_s - G / n_g), entries)",
            "ops.sqrt(ops.sum(ops.square(S / n_s - G / n_g), entries))"),
    },
    "models.style_transfer": {
        "layers without their weights": ("ops.sum(lambda_ * E)", "ops.sum(E)"),
        "the weights exchanged": ("alpha * J_c + beta * J_s", "beta * J_c + alpha * J_s"),
        "the style picture's style from the content picture": ("activations(style)[1:]", "activations(content)[1:]"),
        "the content alone": ("alpha * J_c + beta * J_s", "alpha * J_c"),
    },
}  # fmt: skip
