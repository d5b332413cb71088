"""Mistakes of word embeddings."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "embeddings.KeyedVectors": {
        "the dot product for the cosine": ("v @ u / (a * b)", "v @ u"),
        "each vector divided by its length first": (
            "_sought(self.vectors[added].sum(0), self.vectors[taken].sum(0))",
            "_sought(*((self.vectors[w] / self._lengths[w][:, None]).sum(0) for w in (added, taken)))",
        ),
        "the words asked with among the answers": ("s[list(left_out)] = -np.inf", "pass"),
        "the least similar first": ("argtop(s, N)", "argtop(-s, N)"),
    },
    "embeddings.bias_direction": {
        "a sum for the mean": ("axis=0) / n", "axis=0)"),
        "from the first words to the second": ("x - y", "y - x"),
    },
    "embeddings.neutralize": {
        "not divided by the square of the length": ("_dot(v, g) / _dot(g, g)", "_dot(v, g)"),
        "divided by the length alone": ("_dot(g, g) * g", "ops.sqrt(_dot(g, g)) * g"),
        "what lies in the direction for the rest": ("v - p", "p"),
    },
    "embeddings.equalize": {
        "the distance of the mean stays": ("_without(m, g), d, h", "m, d, h"),
        "the words change sides": ("_dot(a - b, g)", "_dot(b - a, g)"),
        "each on its own side of zero": ("ops.sign(_dot(a - b, g))", "ops.sign(_dot(a, g))"),
        "half the difference, without the mean's part": ("_dot(m, h) ** 2 + ", ""),
        "the direction with its length": (" / ops.sqrt(_dot(g, g))", ""),
    },
    "embeddings.cooccurrence": {
        "one side alone": ("((left, right), (right, left))", "((left, right),)"),
        "the window one too narrow": ("len(words) - 1) + 1", "len(words) - 1)"),
    },
    "embeddings.GloVe": {
        "one bias for both words": ("_rows(v, j) for v in (self.context, self.context_bias)",
                                    "_rows(v, j) for v in (self.context, self.target_bias)"),
        "one vector for both words": ("_rows(v, j) for v in (self.context,", "_rows(v, j) for v in (self.target,"),
        "no mean of both vectors": ("(theta + e) / 2", "theta + e"),
    },
    "embeddings.GloVeLoss": {
        "the weight has no upper bound": ("ops.minimum(1, (x / x_max) ** alpha)", "(x / x_max) ** alpha"),
        "the number for its logarithm": ("s - ops.log(x)", "s - x"),
        "log(1 + x)": ("ops.log(x)", "ops.log1p(x)"),
        "no weight": ("f * (s", "1 * (s"),
        "pairs that never stand together count": ("ops.where(x == 0, 0, ", "ops.where(x < 0, 0, "),
    },
    "embeddings.skip_gram_pairs": {
        "one side alone": ("np.arange(-reach, reach + 1), reach)", "np.arange(-reach, 1), reach)"),
        "a word near itself": ("np.delete(np.arange(-reach, reach + 1), reach)", "np.arange(-reach, reach + 1)"),
        "the window one too narrow": ("reach = min(window, ", "reach = min(window - 1, "),
    },
    "embeddings.negative_samples": {
        "by frequency itself": ("f**0.75 / np.sum(f**0.75)", "f / np.sum(f)"),
        "each word as often": ("np.cumsum(p)", "np.cumsum(np.ones_like(p))"),
        "drawn words are labelled true": ("np.eye(1, 1 + k, ", "np.ones((1, 1 + k), "),
    },
    "embeddings.SkipGram": {
        "one vector for both words": ("ops.convert_to_tensor(self.target), words[..., 1:]",
                                      "ops.convert_to_tensor(self.context), words[..., 1:]"),
        "the target's vector for the word's own": ("return ops.convert_to_tensor(self.context)",
                                                   "return ops.convert_to_tensor(self.target)"),
        "the target for the context": ("words[..., :1]", "words[..., 1:2]"),
    },
    "embeddings.huffman_codes": {
        "the root's way comes last": ("ways.append(way[::-1])", "ways.append(way)"),
        "left and right exchanged": ("turn[left] = 1", "turn[right] = 1"),
        "the rarest with the most frequent": ("(b, right) = heapq.heappop(heap), heapq.heappop(heap)",
                                              "(b, right) = heapq.heappop(heap), heap.pop()"),
    },
    "embeddings.hierarchical_softmax": {
        "what lies beyond the end counts": ("k * ops.softplus", "ops.softplus"),
        "the score whatever the turn": ("ops.softplus(-d * s)", "ops.softplus(-s)"),
        "the logarithm of the probability": ("ops.exp(-ops.sum(k * ops.softplus(-d * s), -1))",
                                             "-ops.sum(k * ops.softplus(-d * s), -1)"),
    },
}  # fmt: skip
