"""Mistakes of the layers."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
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
    "layers.DropConnect": {
        "is not inverted": ("w / keep_prob", "w"),
        "drops what it should keep": ("rand < 1 - self.rate", "rand < self.rate"),
        "drops units, as dropout does": ("ops.shape(w), dtype", "(1, ops.shape(w)[1]), dtype"),
        "at test time too": ("if not training:", "if False:"),
    },
    "layers.StochasticDepth": {
        "without the shortcut": ("x + ops.where(b, f, 0)", "ops.where(b, f, 0)"),
        "leaves out what it should keep": ("rand < 1 - self.rate", "rand < self.rate"),
        "does not scale at test time": ("x + p * f", "x + f"),
        "inverted at test time too": ("x + ops.where(b, f, 0)", "x + ops.where(b, f / p, 0)"),
        "at random at test time too": ("if training:", "if True:"),
    },
    "layers.FractionalMaxPooling2D": {
        "the sizes from one end to the other": (
            "ops.argsort(keras.random.uniform((h,)", "ops.argsort(ops.ones((h,)"),
        "one large region too many": ("r < n - k * h", "r <= n - k * h"),
        "starts at the wrong phase": ("(n * i + v) // h", "n * i // h + v"),
        "overlaps where it must not": ("(0 if self.overlapping else 1)", "0"),
        "never overlaps": ("(0 if self.overlapping else 1)", "1"),
        "a region of its first row and column": ("-(-n // h) + self.overlapping", "1"),
        "the mean of a region": (
            "functools.reduce(ops.maximum, z)  # (4)", "sum(z) / len(z)"),
        "looks past the region": ("ops.minimum(a + j, e)  # (3)", "ops.minimum(a + j, n - 1)"),
    },
    "layers.Conv2D": {
        "mirrors the filter, as mathematics does": ("ops.conv(x, w, s", "ops.conv(x, ops.flip(w, (0, 1)), s"),
        "turns rows and columns of the filter round": ("ops.conv(x, w, s", "ops.conv(x, ops.swapaxes(w, 0, 1), s"),
        "without the bias": ("dilation) + b  # (2)", "dilation) + 0 * b"),
        "ignores the stride": ("s, dilation = self.strides, self", "s, dilation = (1, 1), self"),
        "with strides pads on the right, as Keras does": (
            "return [((f - 1) // 2, f // 2) for f in self.spans]",
            "return [((f - s) // 2, (f - s + 1) // 2) for f, s in zip(self.spans, self.strides)]"),
        "pads f zeros in all": ("((f - 1) // 2, f // 2)", "(f // 2, (f + 1) // 2)"),
        "counts the padding once": ("n + 2 * p - f", "n + p - f"),
        "rounds the size up": ("(n + 2 * p - f) // s + 1", "-(-(n + 2 * p - f) // s) + 1"),
        "without its activation": ("self.activation(self.convolve(x, self.kernel, b, padding))",
                                   "self.convolve(x, self.kernel, b, padding)"),
    },
    "layers.TrueConv2D": {
        "does not mirror": ("ops.flip(w, (0, 1))", "w"),
        "mirrors one axis": ("ops.flip(w, (0, 1))", "ops.flip(w, 0)"),
        "transposes": ("ops.flip(w, (0, 1))", "ops.swapaxes(w, 0, 1)"),
    },
    "layers.Conv2DTranspose": {
        "cuts at the bottom, as Keras does": ("(0, max(-q, 0)), p", "(max(-q, 0), 0), max(q, 0)"),
        "cuts the same at both ends": (
            "after = [f - s - p for (f, s), p in zip(axes, before, strict=True)]", "after = before"),
        "turns rows and columns of the filter round": (
            "conv_transpose(x, w", "conv_transpose(x, ops.swapaxes(w, 0, 1)"),
        "mirrors the filter": ("conv_transpose(x, w", "conv_transpose(x, ops.flip(w, (0, 1))"),
        "without the bias": ("if self.bias is not None:", "if False:"),
        "without its activation": ("return self.activation(z)", "return z"),
        "keeps the zeros of the last stride": ("q += max(s - f, 0)", "q += 0"),
        "a stride too many": ("s * (n - 1) + f - p - q", "s * n + f - p - q"),
    },
    "layers.MaxPooling2D": {
        "the average": ("ops.max_pool(", "ops.average_pool("),
        "the smallest": ("ops.max_pool(x, f, s, *rest)", "-ops.max_pool(-x, f, s, *rest)"),
        "pads with zeros": ('float("-inf")', "0"),
        "ignores the stride": ("self.strides, (padding", "1, (padding"),
        "by default without strides": ("strides = pool_size if", "strides = 1 if"),
        "rounds the size up": ("(n + 2 * p - f) // s + 1", "-(-(n + 2 * p - f) // s) + 1"),
    },
    "layers.AveragePooling2D": {
        "the maximum": ("ops.average_pool(x, f", "ops.max_pool(x, f"),
        "counts the padding": ("ops.average_pool(m, f, s, *rest)", "1"),
        "the sum": ("ops.average_pool(x, f, s, *rest) /", "ops.average_pool(x, f, s, *rest) * f[0] * f[1] /"),
        "pads with ones": ("self.padded(x)[0]", "self.padded(x, 1.0)[0]"),
        "divides twice": ("ops.ones_like(x[:1])", "4 * ops.ones_like(x[:1])"),
    },
    "layers.GlobalAveragePooling1D": {
        "padding counts as a step": ("ops.sum(m, -1, keepdims=True)", "x.shape[1]"),
        "padding is added": ("m[..., None] * x", "x + (m[..., None] == 0)"),
        "the sum": ("1 / n * ops.sum", "ops.sum"),
        "the axes are not swapped": ("if self.axis == 1 else ops.swapaxes(x, 1, 2)", "if self.axis else x"),
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
    "layers.Normalization": {
        "divides by the variance, as DLS-C2-blog prints it": (
            "ops.maximum(ops.sqrt(sigma2), epsilon)", "ops.maximum(sigma2, epsilon)"),
        "adds an epsilon to the variance, as batch normalization does": (
            "ops.maximum(ops.sqrt(sigma2), epsilon)", "ops.sqrt(sigma2 + 1e-3)"),
        "divides by m - 1": ("** 2, 0) / n", "** 2, 0) / (n - 1)"),
        "variance around 0": ("(x - mu_b) ** 2", "x**2"),
        "averages the variances of the batches": (" + w * (1 - w) * (mu_b - mu) ** 2", ""),
        "keeps the last batch": ("w = n / m", "w = 1"),
        "every batch counts as the first": ("w = n / m", "w = 1 if m == n else 0"),
        "the variance around the new mean alone": ("w * (1 - w) * (mu_b - mu) ** 2", "w * w * (mu_b - mu) ** 2"),
        "the way back without the mean": ("mu + s * x_norm", "s * x_norm"),
    },
    "layers.PCA": {
        "does not subtract the mean": (
            "ops.cast(inputs, self._precision) - self.mean", "ops.cast(inputs, self._precision)"),
        "the axes as rows": ("self.axes.assign(U[:, :kept])", "self.axes.assign(U.T[:, :kept])"),
        "the axes of least variance": ("U[:, :kept]", "U[:, -kept:]"),
        "averages the covariances of the batches": (" + w * (1 - w) * np.matmul(D.T, D)", ""),
        "covariance around 0": ("x - mu_b, np", "x, np"),
        "keeps the last batch": ("w = n / m", "w = 1"),
    },
    "layers.Whitening": {
        "divides by the variance": ("ops.sqrt(S + epsilon)", "(S + epsilon)"),
        "epsilon outside the root": ("ops.sqrt(S + epsilon)", "(ops.sqrt(S) + epsilon)"),
        "without epsilon": ("ops.sqrt(S + epsilon)", "ops.sqrt(S)"),
        "variance of m - 1": ("np.matmul(X.T, X) / n", "np.matmul(X.T, X) / (n - 1)"),
    },
    "layers.whole_set_statistics": {
        "variance around 0": ("(z - mu_test) ** 2", "z**2"),
    },
}  # fmt: skip
