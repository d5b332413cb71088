"""Mistakes of the optimizers."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "optimizers.SGD": {
        "ascends, as CS231n-7 prints it": ("assign_sub(theta", "assign_add(theta"),
    },
    "optimizers.Momentum": {
        "without 1 - beta": ("(1 - beta) * g", "g"),
    },
    "optimizers.CS231nMomentum": {
        "adds, as the notes print it": ("assign_sub(theta", "assign_add(theta"),
        "averages": ("rho * v + g", "rho * v + (1 - rho) * g"),
    },
    "optimizers.Nesterov": {
        "without the look ahead": ("rho * v_next - alpha * g)", "v_next)"),
        "velocity changed too early": ("v_next = rho * v", "v_next = v * rho * rho"),
    },
    "optimizers.AdaGrad": {
        "averages": ("assign_add(s, g**2)", "assign(s, 0.5 * s + 0.5 * g**2)"),
        "epsilon inside the root": ("ops.sqrt(s) + epsilon", "ops.sqrt(s + epsilon)"),
        "without the root": ("ops.sqrt(s)", "s"),
    },
    "optimizers.RMSProp": {
        "epsilon inside the root": ("ops.sqrt(s) + epsilon", "ops.sqrt(s + epsilon)"),
        "does not square": ("g**2", "g"),
    },
    "optimizers.RMSPropEpsilonInside": {
        "epsilon outside the root": ("ops.sqrt(s + epsilon)", "(ops.sqrt(s) + epsilon)"),
    },
    "optimizers.Adam": {
        "epsilon inside the root": ("ops.sqrt(v_hat) + epsilon", "ops.sqrt(v_hat + epsilon)"),
        "epsilon before the correction, as in Keras": (
            "ops.sqrt(v_hat) + epsilon", "ops.sqrt(v_hat) + epsilon / ops.sqrt(1 - beta_2**t)"),
        "counts from 0, as CS231n-7 prints it": ("ops.cast(self.t,", "ops.cast(self.t - 1,"),
        "without the correction of m": ("m / (1 - beta_1**t)", "m + 0"),
        "without the correction of v": ("v / (1 - beta_2**t)", "v + 0"),
        "with beta_1 for beta_2": ("beta_2 * v + (1 - beta_2)", "beta_1 * v + (1 - beta_1)"),
        "without any correction": (
            "m_hat = m / (1 - beta_1**t)  # (3)\n"
            "        v_hat = v / (1 - beta_2**t)",
            "m_hat = m\n"
            "        v_hat = v"),
        "corrects v with beta_1": ("v / (1 - beta_2**t)", "v / (1 - beta_1**t)"),
        "steps along g instead of the average": ("alpha * m_hat", "alpha * g"),
        "ascends": ("assign_sub(theta", "assign_add(theta"),
        "without the root": ("ops.sqrt(v_hat)", "v_hat"),
        "does not square": ("g**2", "ops.abs(g)"),
        "average without 1 - beta_1": ("(1 - beta_1) * g)", "g)"),
        "average of squares without 1 - beta_2": ("(1 - beta_2) * g**2", "g**2"),
        "averages the wrong way round": ("beta_1 * m + (1 - beta_1) * g", "(1 - beta_1) * m + beta_1 * g"),
    },
    "optimizers.BFGS": {
        "y and s exchanged": ("np.outer(s, y)", "np.outer(y, s)"),
        "V transposed": ("V @ H @ V.T", "V.T @ H @ V"),
        "forgets the last term": ("V @ H @ V.T + rho * np.outer(s, s)", "V @ H @ V.T"),
        "updates the Hessian, not its inverse": ("self._rho(s, y)\n", "self._rho(s, y); s, y = y, s\n"),
        "a quarter of the step": ("-H @ g", "-H @ g / 4"),
        "uphill": ("-H @ g", "H @ g"),
    },
    "optimizers.Newton": {
        "uphill": ("p = -np.linalg.solve(H, g)", "p = np.linalg.solve(H, g)"),
        "a learning rate": ("theta = theta + p", "theta = theta + 0.9 * p"),
        "the diagonal alone": ("np.linalg.solve(H, g)", "g / np.diag(H)"),
        "the Hessian, not its inverse": ("np.linalg.solve(H, g)", "H @ g"),
    },
    "optimizers.LBFGS": {
        "the oldest pair first": ("reversed(self._pairs)", "self._pairs"),
        "without the second loop": ("(a - b) * s", "0 * s"),
        "gamma upside down": ("s.dot(y) / y.dot(y)", "y.dot(y) / s.dot(y)"),
        "without gamma": ("gamma * q", "q"),
        "gamma of the oldest pair": ("self._pairs[-1]", "self._pairs[0]"),
        "s for y in the first loop": ("q - a * y", "q - a * s"),
        "forgets the oldest pair too early": ("maxlen=self.memory", "maxlen=max(1, self.memory - 1)"),
        "never forgets": ("maxlen=self.memory", "maxlen=None"),
        "the coefficients in the order of the first loop": ("reversed(coefficients)", "coefficients"),
    },
}  # fmt: skip
