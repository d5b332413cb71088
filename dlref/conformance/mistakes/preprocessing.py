"""Mistakes of what is done to data before training."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "preprocessing.split": {
        "60/20/20 of a million": ("np.maximum(m / 100, np.minimum(m / 5, c))", "m / 5"),
        "98/1/1 of a few": ("np.maximum(m / 100, np.minimum(m / 5, c))", "m / 100"),
        "ignores the classes": ("np.zeros(m) if stratify is None else stratify", "np.zeros(m)"),
        "ignores the groups": ("if groups is None:", "if True:"),
        "the next set for the next group": ("np.argmax(n - k)", "group % len(n)"),
    },
    "preprocessing.mini_batches": {
        "leaves out the last ones": ("np.ceil(m / n)", "np.floor(m / n)"),
        "begins one too late": ("(t - 1) * n", "(t - 1) * n + 1"),
        "ends one too early": ("np.minimum(t * n, m)", "np.minimum(t * n, m - 1)"),
        "does not shuffle": ("order[a:b]", "np.arange(a, b)"),
        "shuffles with replacement": (".permutation(m)", ".integers(0, m, m)"),
    },
    "preprocessing.trigger_word_labels": {
        "from the word's last step on": ("e < t", "e <= t"),
        "one step too few": ("t <= e + w", "t < e + w"),
        "the last word alone": ("np.maximum(y, h)", "np.maximum(0 * y, h)"),
        "overlaps add up": ("np.maximum(y, h)", "y + h"),
        "a single one": ("t <= e + w", "t <= e + 1"),
    },
}  # fmt: skip
