"""Mistakes of networks of words."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "decoding.cached_decoders": {
        "the rows of the cache stay in their order": (
            "ops.take(each, rows, axis=0)", "ops.take(each, ops.arange(len(rows)) % each.shape[0], axis=0)"),
        "every place is the first": ("(last), start_index=t)", "(last))"),
        "padding of the source counts": ("(own, read), t, there, tokens > 0)", "(own, read), t, None, tokens > 0)"),
        "token 0 of the target counts": ("(own, read), t, there, tokens > 0)", "(own, read), t, there)"),
        "logits for log-probabilities": ("l = ops.log_softmax(z)  # (1)", "l = z"),
    },
    "models.Transformer": {
        "embeddings without √d": ("ScaledEmbedding(vocabulary", "keras.layers.Embedding(vocabulary"),
        "padding is a token like any other": ("start, mask_zero=True", "start"),
        "no encoding of the places": (
            'PositionalEncoding(name=f"{side}_places")(embedding(tokens))', "embedding(tokens)"),
        "the decoder looks at the words, not at what the encoder has found": (
            "y = _written(x, c, blocks, arguments)",
            'y = _written(x, _vectors(source, read, d, share, "again"), blocks, arguments)'),
        "one block of the encoder": (
            "for i in range(blocks):\n        x = TransformerEncoder",
            "for i in range(1):\n        x = TransformerEncoder"),
        "the decoder looks at the target twice": ('name=f"decoder_{i + 1}")(x, c)', 'name=f"decoder_{i + 1}")(x, x)'),
        "probabilities for logits": ('Dense(written, name="logits")', 'Dense(written, "softmax", name="logits")'),
    },
    "models.NeuralLanguageModel": {
        "the mean of the vectors": (
            'Flatten(name="concatenation")', 'GlobalAveragePooling1D(name="concatenation")'),
        "entry by entry, not word by word": (
            'Flatten(name="concatenation")(e)', 'Flatten(name="concatenation")(keras.layers.Permute((2, 1))(e))'),
        "the last word in front": ("(words)  # (1)", "(words[:, ::-1])  # (1)"),
        "the last word alone": ("(words)  # (1)", "(words[:, -1:])  # (1)"),
        "a matrix of its own for each place": (
            'Embedding(V, d, name="embedding")(words)',
            'Embedding(n * V, d, name="embedding")(words + V * keras.ops.arange(n, dtype="int32"))'),
        "no activation": ('Dense(hidden, activation, name="hidden")', 'Dense(hidden, name="hidden")'),
        "logits for probabilities": (
            'Dense(V, classifier_activation, name="output")', 'Dense(V, name="output")'),
        "the last layer looks at the vectors as well": (
            "(a)  # (4)", "(keras.layers.Concatenate()([x, a]))  # (4)"),
    },
}  # fmt: skip
