"""Mistakes of forward and backward propagation by hand."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "by_hand.LogisticRegression": {
        "dZ the wrong way round, so that it ascends": ("A - Y", "Y - A"),
        "dw without 1 / m": ("X @ dZ.T / m", "X @ dZ.T"),
        "db without 1 / m": ("np.sum(dZ) / m", "np.sum(dZ)"),
        "times the slope of sigmoid, as for the squared error": ("A - Y", "(A - Y) * A * (1 - A)"),
        "only the loss of the label 1": ("-Y * log_A - (1 - Y) * log_not_A", "-Y * log_A"),
        "b is not updated": ("b - alpha * db", "b"),
    },
    "by_hand.DeepNetwork": {
        "forgets g'": ("W_next.T @ dZ_next * g_prime(Z)", "W_next.T @ dZ_next"),
        "g' of the layer above": ("Z, W_next, dZ_next = Zs[layer]", "Z, W_next, dZ_next = Zs[layer + 1][:1]"),
        "dW without 1 / m": ("dZ @ A_prev.T / m", "dZ @ A_prev.T"),
        "db without 1 / m": ("keepdims=True) / m", "keepdims=True)"),
        "db over the units": ("np.sum(dZ, axis=1", "np.sum(dZ, axis=0).mean() + 0 * np.sum(dZ, axis=1"),
        "the weights of the layer itself": ("self.W[layer + 1], dZ", "self.W[layer] if layer > 1 else self.W[2], dZ"),
        "dZ of the output with g'": ("A - Y", "(A - Y) * A * (1 - A)"),
        "no activation": ("A = g(Z)", "A = Z if layer < len(self.W) else g(Z)"),
    },
    "by_hand.BatchNormalization": {
        "mu over the units": ("mu = np.sum(Z, axis=1, keepdims=True) / m", "mu = np.sum(Z, axis=0, keepdims=True) / m"),
        "the unbiased variance": (
            "(Z - mu) ** 2, axis=1, keepdims=True) / m", "(Z - mu) ** 2, axis=1, keepdims=True) / (m - 1)"),
        "epsilon outside the root": ("(Z - mu) / np.sqrt(sigma2 + epsilon)", "(Z - mu) / (np.sqrt(sigma2) + epsilon)"),
        "divides by the variance": ("(Z - mu) / np.sqrt(sigma2 + epsilon)", "(Z - mu) / (sigma2 + epsilon)"),
        "forgets beta": ("gamma * Z_norm + beta", "gamma * Z_norm"),
        "dgamma from Z as it came": ("dZ_tilde * Z_norm, axis=1", "dZ_tilde * Z, axis=1"),
        "a sum for dbeta": ("np.sum(dZ_tilde, axis=1, keepdims=True) / m", "dZ_tilde.sum(1, keepdims=True)"),
        "mu and sigma as constants": ("(dZ_tilde - dbeta - Z_norm * dgamma)", "dZ_tilde"),
        "sigma as a constant": ("(dZ_tilde - dbeta - Z_norm * dgamma)", "(dZ_tilde - dbeta)"),
        "mu as a constant": ("(dZ_tilde - dbeta - Z_norm * dgamma)", "(dZ_tilde - Z_norm * dgamma)"),
        "gamma is not updated": ("gamma - alpha * dgamma", "gamma"),
        "beta climbs": ("beta - alpha * dbeta", "beta + alpha * dbeta"),
        "undone without epsilon": ("self.gamma = np.sqrt(sigma2 + epsilon)", "self.gamma = np.sqrt(sigma2)"),
    },
    "by_hand.linear_collapse": {
        "the wrong way round": ("W_2 @ W_1", "W_1 @ W_2"),
        "b of the lower layer as it is": ("W_2 @ b_1 + b_2", "b_1 + b_2"),
        "forgets b of the upper layer": ("W_2 @ b_1 + b_2", "W_2 @ b_1"),
        "only the last two layers": ("W_1, b_1 = W, b", "W_1, b_1 = pairs[-2]"),
    },
}  # fmt: skip
