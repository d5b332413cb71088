"""Mistakes of attention and of the layers of a transformer."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "layers.DotProductAttention": {
        "not divided, as in Keras": ("Q / d_k**0.5", "Q"),
        "divided by the size": ("Q / d_k**0.5", "Q / d_k"),
        "over the queries": ("e.dtype) * softmax(e)", "e.dtype) * ops.softmax(e, -2)"),
        "masked values count": ("e = ops.where(m, e, ", "e = ops.where(m, e, 0 * "),
        "the weights of the queries' mask": ("c = ops.where(ops.expand_dims(q_mask, -1), c, 0)", "pass"),
    },
    "layers.AdditiveAttention": {
        "no tanh": ("tanh(A[..., :, None, :] + B[..., None, :, :])", "(A[..., :, None, :] + B[..., None, :, :])"),
        "queries and keys exchanged": (
            "A[..., :, None, :] + B[..., None, :, :]", "A[..., None, :, :] + B[..., :, None, :]"),
    },
    "layers.MultiHeadAttention": {
        "keys of the values": ('"...jc,ciu->...jiu", k, W_K)', '"...jc,ciu->...jiu", v[..., :2], W_K)'),
        "without the biases of the keys and values": (" + b_V  # (3)", "  # (3)"),
        "all queries see with the first head": ("H, W_O) + b_O", "H[..., :1, :] + 0 * H, W_O) + b_O"),
        "the mean of the heads": ("H, W_O) + b_O", "H, W_O) / self.num_heads + b_O"),
        "without the last bias": (" + b_O  # (5)", "  # (5)"),
        "the size of all heads under the root": (
            "self.attention([q, v, k]", "self.attention([q / self.num_heads**0.5, v, k]"),
        "sees the future": ('"use_causal_mask": use_causal_mask', '"use_causal_mask": False'),
        "without the mask of the values": ("(value_mask, key_mask)", "(key_mask,)"),
        "without the mask of the pairs": ("(value_mask, key_mask), attention_mask", "(value_mask, key_mask), None"),
    },
    "layers.PositionalEncoding": {
        "sines and cosines in two halves": (
            "ops.reshape(p, (places", "ops.reshape(ops.swapaxes(p, 1, 2), (places"),
        "places from 1": ('t = ops.cast(', 't = 1 + ops.cast('),
        "a wavelength for each entry, not each pair": ("(2 * i / d)", "(i / d)"),
        "replaces the vectors": ("return x + p  # (4)", "return p + 0 * x"),
        "the waves the wrong way round": ("t[:, None] / lambda_", "t[:, None] * lambda_"),
    },
    "layers.TransformerEncoder": {
        "adds nothing to what the heads find": (
            "m = x + self.dropped(heads, training)", "m = self.dropped(heads, training)"),
        "adds nothing to what the network finds": ("f = a + self", "f = self"),
        "adds the inputs twice": ("f = a + self", "f = a + x + self"),
        "not normalized after attention": ("a = self.norm_1(m)", "a = m"),
        "not normalized at the end": ("return self.norm_2(f)", "return f"),
        "one norm for both": ("return self.norm_2(f)", "return self.norm_1(f)"),
        "no activation": ("h = g(ops.matmul(a, W_1) + b_1)", "h = ops.matmul(a, W_1) + b_1"),
        "looks at padding": ('"value_mask": mask, "key_mask": mask', '"value_mask": None'),
        "what the heads find counts twice": ("heads = self.attention(x, x", "heads = 2 * self.attention(x, x"),
    },
    "layers.TransformerDecoder": {
        "sees the future": ('"use_causal_mask": True', '"use_causal_mask": False'),
        "looks across before it looks back": (
            "n = a + self.dropped(found, training)", "n = a + self.dropped(look_across(x), training)"),
        "looks back twice": ("found = look_across(a)", "found = look_back(a)"),
        "looks at padding of what was read": ('"value_mask": read, "key_mask": read', '"value_mask": None'),
        "not normalized between the attentions": ("a = self.norm_1(m)", "a = m"),
        "not normalized before the network": ("r = self.norm_2(n)", "r = n"),
        "adds nothing to what it finds across": ("n = a + self.dropped", "n = self.dropped"),
        "one norm for two": ("return self.norm_3(f)", "return self.norm_2(f)"),
    },
}  # fmt: skip
