"""Mistakes of the layers that augment pictures."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "layers.RandomFlip": {
        "mirrors all": ("rand <= 0.5", "rand <= 1.0"),
        "mirrors a whole mini-batch at once": ("(*ops.shape(x)[:-3], 1, 1, 1)", "(1, 1, 1)"),
        "rolls round": ("p = n - 1 - j", "p = (n - j) % n"),
        "along both axes by one draw, as Keras does": (
            "for axis in self._mirrored:\n"
            "            n, rand = ops.shape(x)[axis], self._random((*ops.shape(x)[:-3], 1, 1, 1))",
            "rand = self._random((*ops.shape(x)[:-3], 1, 1, 1))\n"
            "        for axis in self._mirrored:\n"
            "            n = ops.shape(x)[axis]"),
        "at test time too": ("if not training:", "if False:"),
    },
    "layers.RandomCrop": {
        "never the last place": ("(n - h + 1)", "(n - h)"),
        "always the first place": ("rand * (n - h + 1)", "0 * rand"),
        "rows and columns by one draw": (
            "for axis in self._axes:\n            n, h, rand = inputs.shape[axis], shape[axis], self._random(numbers)",
            "rand = self._random(numbers)\n"
            "        for axis in self._axes:\n            n, h = inputs.shape[axis], shape[axis]"),
        "one place for all images": ("numbers = (ops.shape(x)[0], 1)", "numbers = (1, 1)"),
        "from right to left": ("p = a + i", "p = a + h - 1 - i"),
        "at random at test time too": ("if not training or any", "if any"),
        "squeezes at test time": ("crop_to_aspect_ratio=True", "crop_to_aspect_ratio=False"),
    },
    "layers.RandomRotation": {
        "clockwise": ("theta_0 + rand * (theta_1 - theta_0)", "-theta_0 - rand * (theta_1 - theta_0)"),
        "in degrees": ("2 * math.pi * turns", "360 * turns"),
        "in half turns": ("2 * math.pi * turns", "math.pi * turns"),
        "one angle for the mini-batch": ("(batch, 1, 1, 1)", "(1, 1, 1, 1)"),
        "about a middle half a pixel off": (
            "H, W = ops.cast(height, precision)", "H, W = 1 + ops.cast(height, precision)"),
        "as if images were square": ("v = j - (W - 1) / 2", "v = j - (H - 1) / 2"),
        "about a pixel of the first row": (
            "i = ops.arange(height, dtype=precision)", "i = H / 2 + ops.arange(height, dtype=precision)"),
        "the farther pixel counts more": ("a = p - r", "a = 1 - (p - r)"),
        "mirrors without the pixel at the edge": (
            "there_and_back = wanted % (2 * n)\n"
            "                inside = ops.minimum(there_and_back, 2 * n - 1 - there_and_back)",
            "there_and_back = wanted % (2 * n - 2)\n"
            "                inside = ops.minimum(there_and_back, 2 * n - 2 - there_and_back)"),
        "fills with 0": ("found, self.fill_value)", "found, 0.0)"),
        "nearest by rounding down": ("ops.floor(p + 0.5), ops.floor(q + 0.5)", "ops.floor(p), ops.floor(q)"),
        "at test time too": ("if not training:", "if False:"),
    },
    "layers.PCAColorShift": {
        "one colour for the mini-batch": ("(*ops.shape(x)[:-3], 1, 1, x.shape[-1])", "(1, 1, 1, x.shape[-1])"),
        "one number for all axes": ("1, 1, x.shape[-1])", "1, 1, 1)"),
        "by the standard deviation": ("alpha * S", "alpha * ops.sqrt(S)"),
        "the axes in the rows": ("ops.transpose(U)", "U"),
        "each channel by itself": ("ops.matmul(A, ops.transpose(U))", "A"),
        "at test time too": ("if not training:", "if False:"),
    },
}  # fmt: skip
