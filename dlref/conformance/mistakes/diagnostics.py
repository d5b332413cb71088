"""Mistakes of the diagnoses."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "diagnostics.activation_statistics": {
        "the square of the spread": ("ops.sqrt(ops.sum((a - mu) ** 2) / N)", "ops.sum((a - mu) ** 2) / N"),
        "divides by N - 1": ("ops.sum((a - mu) ** 2) / N", "ops.sum((a - mu) ** 2) / (N - 1)"),
        "dead if it is 0 for one example": ("ops.max(a, 0)", "ops.min(a, 0)"),
        "the saturated of one side": ("ops.abs(a) > 0.97", "a > 0.97"),
        "a sigmoid saturated as tanh is": ("2 * a - 1 if", "a if"),
    },
    "diagnostics.best_model": {
        "one bound of several is enough": ("k = np.prod(m <= b)", "k = np.max(m <= b, initial=0)"),
        "the bound itself is too much": ("k = np.prod(m <= b)", "k = np.prod(m < b)"),
        "the smallest": ("j = np.argmax(q)", "j = np.argmin(q)"),
        "every bound from above": ('1 if bound.relation[0] == "<" else -1', "1"),
    },
    "diagnostics.bias_variance": {
        "bias from nothing": ("b = e_train - e_human", "b = e_train"),
        "variance from the human error": ("v = e_traindev - e_train", "v = e_traindev - e_human"),
        "mismatch from the training error": ("d = e_dev - e_traindev", "d = e_dev - e_train"),
        "the interval around the error itself": ("c = (p + z**2 / (2 * n)) / (1 + z**2 / n)", "c = p"),
        "the interval of Wald": (
            "z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))", "z * math.sqrt(p * (1 - p) / n)"),
        "both from the same ends": ("(u_2 - p_2) ** 2 + (p_1 - l_1) ** 2", "(u_2 - p_2) ** 2 + (u_1 - p_1) ** 2"),
    },
    "diagnostics.compare_f1": {
        "without the 2": ("F = 2 * np.sum", "F = np.sum"),
        "the precision": ("np.sum(y * y_hat) / np.sum(y + y_hat)", "np.sum(y * y_hat) / np.sum(2 * y_hat)"),
        "an example does not move its own F": ("2 * y * y_hat - F * (y + y_hat)", "2 * y * y_hat - F"),
        "B minus A": ("d = F - G", "d = G - F"),
        "two sets of examples": ("(u - v) ** 2", "u**2 + v**2"),
        "the standard deviation of one example": ("np.sum((u - v) ** 2)) / m", "np.mean((u - v) ** 2))"),
        "half the interval": ("d_low = d - z * s", "d_low = d - z * s / 2"),
        "one end for both": ("d_high = d + z * s", "d_high = d - z * s"),
    },
    "diagnostics.error_analysis": {
        "the share of the tags": ("np.sum(t, 0) / n", "np.sum(t, 0) / np.sum(t)"),
        "the ceiling without the error": ("c = e * s", "c = s"),
        "the floor counts what has other causes": ("e / n * np.sum(t * u, 0)", "e / n * np.sum(t, 0)"),
        "examples that share a cause": ("T.T @ T", "T.T @ (1 - T)"),
        "what is left counts all": ("kinds == 0", "kinds <= 1"),
    },
    "diagnostics.initial_loss": {
        "with the regularization": ("L = J - R", "L = J"),
        "guesses among two": ("math.log(1 / C)", "math.log(1 / 2)"),
        "without the weights of the examples": ("each.weight * ", ""),
    },
    "diagnostics.same_distribution": {
        "asked about what it has learned": (
            "np.concatenate([x[half:] for x in drawn])", "np.concatenate([x[:half] for x in drawn])"),
        "the standard deviation of one example": ("math.sqrt(1 / (4 * m))", "math.sqrt(1 / 4)"),
        "the distance from no right answer": ("(a - 1 / 2)", "a"),
        "the share of wrong answers": ("y_hat == y", "y_hat != y"),
    },
    "diagnostics.signal_propagation": {
        "one layer too many": ("sigma_first) ** (1 / (L - 1))", "sigma_first) ** (1 / L)"),
        "the gradients forwards": ("(d_first / d_last)", "(d_last / d_first)"),
        "the same weights in each layer": ('{"seed": seed}', '{"seed": 0}'),
    },
    "diagnostics.WarnOnRisingCost": {
        "against the first epoch": ("self._cost = J\n", "self._cost = J if J_before is None else J_before\n"),
        "says when it falls": ("delta = J - J_before", "delta = J_before - J"),
    },
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
    "diagnostics.layer_sizes": {
        "without the first window, as Flowchart C4 prints it for pooling": ("// s + 1  # (1)", "// s  # (1)"),
        "rounds the size up": ("(n + 2 * p - f) // s + 1", "-(-(n + 2 * p - f) // s) + 1"),
        "counts the padding once": ("n + 2 * p - f", "n + p - f"),
        "one bias for each weight": ("(k * n_c + beta) * m", "k * n_c * m * (1 + beta)"),
        "a bias always": ("(k * n_c + beta) * m", "(k * n_c + 1) * m"),
        "the window without its dilation": ("(f - 1) * d + 1", "f"),
        "width before height": ("enumerate(zip(sizes, ", "enumerate(zip(sizes[::-1], "),
    },
    "diagnostics.multiplications": {
        "the outputs once more for each filter": ("prod(outputs) // parts[-1][-1]", "prod(outputs)"),
        "one row of the window": ("k = prod(window)", "k = window[0] if window else 1"),
        "the cost of both without the depthwise part": ("1 / m + 1 / k", "1 / m"),
        "the root of what the window has": ("1 / m + 1 / k", "1 / m + 1 / k**0.5"),
    },
}  # fmt: skip
