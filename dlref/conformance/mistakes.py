"""The mistakes that lectures, notes and implementations are known for: each a wrong version of an object of dlref.

The tests must catch every one of them; `check` names the one that a stranger's object behaves like. By object, the
words for the mistake, what stands once in its source, and what stands there instead.
"""

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
    "schedules.InverseTimeDecay": {
        "inverse time decay by step": ("self.epoch(step)", "step"),
    },
    "schedules.ExponentialDecay": {
        "exponential decay from the first epoch on": ("self.epoch(step)", "self.epoch(step) + 1"),
    },
    "schedules.InverseSqrtDecay": {
        "k / epoch, as Flowchart prints it": ("ops.sqrt(t)", "t"),
        "inverse root from t = 0": ("self.epoch(step) + 1", "self.epoch(step)"),
    },
    "schedules.StaircaseDecay": {
        "staircase drops each epoch": (" // epochs_per_drop", ""),
    },
    "schedules.ManualDecay": {
        "manual decay one step late, as in Keras": ("self.epoch(step)", "self.epoch(step - 1)"),
    },
    "layers.BatchNormalization": {
        "divides by m - 1": (
            "self.sum((z - _centre(mu)) ** 2, mask) / m", "self.sum((z - _centre(mu)) ** 2, mask) / (m - 1)"),
        "epsilon outside the root": ("ops.sqrt(sigma2 + epsilon)", "(ops.sqrt(sigma2) + epsilon)"),
        "tests with the mini-batch, and averages it": ("training and self.trainable", "self.trainable"),
        "tests with the mini-batch, and does not average it then": (
            "        a = gamma / ops.sqrt(sigma2 + epsilon)",
            "        mask, m = self.counted(z, mask)\n"
            "        mu = self.sum(z, mask) / m\n"
            "        sigma2 = self.sum((z - mu) ** 2, mask) / m\n"
            "        a = gamma / ops.sqrt(sigma2 + epsilon)"),
        "trains with the moving averages": (
            "            mu = self.sum(z, mask) / m  # (1)\n"
            "            sigma2 = self.sum((z - _centre(mu)) ** 2, mask) / m  # (2)\n"
            "            self.assign(self.moving_mean, rho * mu_test + (1 - rho) * mu)  # (3)\n"
            "            self.assign(self.moving_variance, rho * sigma2_test + (1 - rho) * sigma2)  # (4)\n",
            "            mean = self.sum(z, mask) / m\n"
            "            variance = self.sum((z - mean) ** 2, mask) / m\n"
            "            self.assign(self.moving_mean, rho * mu_test + (1 - rho) * mean)\n"
            "            self.assign(self.moving_variance, rho * sigma2_test + (1 - rho) * variance)\n"),
        "variance around 0": ("(z - _centre(mu)) ** 2", "z ** 2"),
        "without the root": ("ops.sqrt(sigma2 + epsilon)", "(sigma2 + epsilon)"),
        "averages the standard deviation": ("(1 - rho) * sigma2)", "(1 - rho) * ops.sqrt(sigma2))"),
        "mean is never averaged": (
            "self.assign(self.moving_mean, rho * mu_test + (1 - rho) * mu)", "self.assign(self.moving_mean, mu_test)"),
        "keeps the statistics of the last mini-batch": (
            "(v, z.dtype) for v in (self.momentum, self.epsilon)", "(v, z.dtype) for v in (0.0, self.epsilon)"),
        "average the wrong way round": (
            "rho * mu_test + (1 - rho) * mu", "(1 - rho) * mu_test + rho * mu"),
        "averages the unbiased variance": ("(1 - rho) * sigma2", "(1 - rho) * sigma2 * m / (m - 1)"),
        "ignores its mask": ("ops.where(mask, x, 0)", "x"),
        "mask along the channels": ('"bool"), -1)', '"bool"), self.axis)'),
        "gradient forgets that mu depends on z": ("(beta - a * mu)", "(beta - a * ops.stop_gradient(mu))"),
        "gradient forgets that sigma depends on z": (
            "ops.sqrt(sigma2 + epsilon)", "ops.sqrt(ops.stop_gradient(sigma2) + epsilon)"),
    },
    "layers.Dropout": {
        "is not inverted": ("a / keep_prob", "a"),
        "drops what it should keep": ("rand < 1 - self.rate", "rand < self.rate"),
        "scales by the rate": (
            "ops.convert_to_tensor(1 - self.rate, a.dtype)", "ops.convert_to_tensor(self.rate, a.dtype)"),
        "at test time too": ("not training or self._is(0.0)", "self._is(0.0)"),
    },
    "layers.VanillaDropout": {
        "does not scale at test time": ("a * p", "a * 1"),
        "adds p, as CS231n-7 prints it": ("a * p", "a + p"),
    },
    "layers.LeakyReLU": {
        "with Keras' slope": ("alpha * z, z", "0.3 * z, z"),
        "leaks above 0": ("z <= 0", "z > 0"),
    },
    "layers.PReLU": {
        "the smaller for alpha > 1, as in Keras": ("ops.logical_xor(z > 0, alpha <= 1)", "z <= 0"),
        "leaks above 0": ("z > 0, ", "z <= 0, "),
        "alpha is not learned": ("ops.cast(self.alpha, z.dtype)", "ops.stop_gradient(ops.cast(self.alpha, z.dtype))"),
    },
    "layers.ELU": {
        "without - 1": ("ops.expm1(", "ops.exp("),
        "without alpha": ("alpha * ops.expm1(", "ops.expm1("),
    },
    "layers.Maxout": {
        "the smallest piece": ("ops.max(", "ops.min("),
        "the sum of the pieces": ("ops.max(", "ops.sum("),
        "without the biases": (" + b  # (1)", "  # (1)"),
        "the pieces of a unit apart": (
            "(*ops.shape(x)[:-1], self.units, self.pieces))",
            "(*ops.shape(x)[:-1], self.pieces, self.units))\n        z = ops.moveaxis(z, -1, -2)"),
    },
    "layers.whole_set_statistics": {
        "variance around 0": ("(z - mu_test) ** 2", "z**2"),
    },
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
    "diagnostics.gradient_check": {
        "differences of one side": ("J(theta - epsilon * e_i)) / (2 * epsilon)", "J(theta)) / epsilon"),
        "without the 2": ("/ (2 * epsilon)", "/ epsilon"),
        "relative to one norm": ("(np.linalg.norm(a) + np.linalg.norm(b))", "np.linalg.norm(b)"),
    },
    "tuning.log_uniform": {
        "alpha on a linear scale": ('sampling="log"', 'sampling="linear"'),
    },
    "tuning.averaging_decay": {
        "beta on keras-tuner's reverse_log": ('sampling="log"', 'sampling="reverse_log"'),
    },
    "tuning.power_of_two": {
        "all whole numbers for powers of two": (', step=2, sampling="log"', ""),
    },
}  # fmt: skip
