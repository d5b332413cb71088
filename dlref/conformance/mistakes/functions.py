"""Mistakes of the activations, losses, regularizers, initializers and averages."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "activations.tanh": {
        "tanh as a sigmoid": ("-2 * sign * z", "-sign * z"),
    },
    "activations.leaky_relu": {
        "with Keras' slope": ("a * z, z", "0.3 * z, z"),
    },
    "activations.elu": {
        "without - 1": ("ops.expm1(", "ops.exp("),
    },
    "activations.softmax": {
        "overflows": (" - ops.max(z, axis, keepdims=True)", ""),
        "divides by the largest": ("t / ops.sum(t", "t / ops.max(t"),
    },
    "activations.hard_max": {
        "hard min": ("ops.argmax(", "ops.argmin("),
    },
    "losses.BinaryCrossentropy": {
        "without the second term": (" - (1 - y) * log_not_y_hat", ""),
        "summed": (" / n", ""),
    },
    "losses.MultiTaskCrossentropy": {
        "missing labels count as 0": ("ops.sum(k * loss, self.axis)", "ops.sum(loss, self.axis)"),
        "the mean over the tasks": ("ops.sum(k * loss, self.axis)", "ops.mean(k * loss, self.axis)"),
        "the mean over the known labels": (
            "ops.sum(k * loss, self.axis)", "ops.sum(k * loss, self.axis) / ops.maximum(ops.sum(k, self.axis), 1)"),
        "a label of 0 counts as missing": ("known = y >= 0", "known = y > 0"),
    },
    "losses.CategoricalCrossentropy": {
        "over the examples": (
            "-ops.sum(y * log_y_hat, self.axis)", "-ops.sum(y * log_y_hat, 0)"),
    },
    "regularizers.L2": {
        "without the half": ("(2 * m)", "m"),
        "without m": ("(2 * m)", "2"),
        "without the square, as DLS-C2-blog prints it": ("ops.sum(w**2)", "ops.sqrt(ops.sum(w**2))"),
    },
    "regularizers.L1": {
        "without the half": ("(2 * m)", "m"),
    },
    "regularizers.UnhalvedL1": {
        "halved": ("/ m", "/ (2 * m)"),
    },
    "initializers.HeNormal": {
        "with 1 / n_in": ("2 / n_in", "1 / n_in"),
        "fan-in without the receptive field": ("math.prod(shape[:-1])", "shape[-2]"),
    },
    "initializers.XavierNormal": {
        "by both fans, as Glorot": ("1 / n_in", "2 / (n_in + shape[-1])"),
    },
    "averages.exponentially_weighted_average": {
        "the average without 1 - beta": ("(1 - beta) * theta_t", "theta_t"),
    },
    "averages.bias_correction": {
        "bias correction from t = 0": ("ops.arange(1, v.shape[0] + 1", "ops.arange(2, v.shape[0] + 2"),
    },
}  # fmt: skip
