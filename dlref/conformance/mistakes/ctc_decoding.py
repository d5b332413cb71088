"""Mistakes of the decoding of CTC."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "decoding.ctc_greedy_search": {
        "repeats kept": ("j > 0 and (t == 0 or j != path[t - 1])", "j > 0"),
        "blanks kept": ("j > 0 and (t == 0 or j != path[t - 1])", "t == 0 or j != path[t - 1]"),
        "a probability for its logarithm": ("np.sum(l[", "np.sum(np.exp(l)["),
    },
    "decoding.ctc_beam_search": {
        "no blank between equal symbols": ("a if (symbol,) == last else k", "k"),
        "a repeat is always the same symbol": ("a if (symbol,) == last else k", "NONE if (symbol,) == last else k"),
        "no sequence ends in a symbol that stays": ("_again(l[last[0]], b) if last else NONE", "NONE"),
        "the best sequence of a text alone": ("np.logaddexp(a, b)", "np.maximum(a, b)"),
        "the last way to a text alone": ("np.logaddexp(before[1], b)", "max(b, before[1])"),
    },
}  # fmt: skip
