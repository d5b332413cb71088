"""Mistakes of word embeddings."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "embeddings.KeyedVectors": {
        "the dot product for the cosine": ("v @ u / (a * b)", "v @ u"),
        "each vector divided by its length first": (
            "_sought(self.vectors[added].sum(0), self.vectors[taken].sum(0))",
            "_sought(*((self.vectors[w] / self._lengths[w][:, None]).sum(0) for w in (added, taken)))",
        ),
        "the words asked with among the answers": ("s[list(left_out)] = -np.inf", "pass"),
        "the least similar first": ("np.argsort(-s[among]", "np.argsort(s[among]"),
    },
}  # fmt: skip
