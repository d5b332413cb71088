"""Mistakes of decoding."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "decoding.greedy_search": {
        "the least likely token": ("np.argmax(log_p)", "np.argmin(log_p)"),
        "on past the end token": ("if j == end:", "if j == -1:"),
        "probabilities added": ("s += log_p[j]", "s += np.exp(log_p[j])"),
    },
    "decoding.beam_search": {
        "each step alone": ("s[:, None] + log_p", "0 * s[:, None] + log_p"),
        "the lowest sums": ("q = s[:, None] + log_p", "q = -(s[:, None] + log_p)"),
        "the mean, whatever the length penalty": ("T**alpha", "T"),
        "longer is worse": ("s / T**alpha", "s * T**alpha"),
        "the start token counted": ("s / T**alpha", "s / (T + 1) ** alpha"),
        "finished sequences lost": (
            "_put_aside(y[~open_], s[~open_]", "_put_aside(y[~open_ & (j != end)], s[~open_ & (j != end)]"),
        "on past the end token": ("open_ = (j != end) & ", "open_ = (j >= 0) & "),
        "ends with the first that is finished": ("if not len(s) or (", "if found or not len(s) or ("),
        "prefix and token exchanged": ("i, j = np.divmod(k, log_p.shape[1])", "i, j = np.divmod(k, log_p.shape[0])"),
    },
    "decoding.sample_sequences": {
        "multiplied by the temperature": ("(log_p - np.max(log_p)) / tau", "(log_p - np.max(log_p)) * tau"),
        "probabilities divided by the temperature": (
            "(log_p - np.max(log_p)) / tau", "log_p - np.max(log_p) - np.log(tau)"),
        "the least likely tokens": ("argtop(q, K)", "argtop(-q, K)"),
        "top_k, and the probability of the others goes to the last": (
            "m = np.sum(F <= u * np.max(F))",
            "m = min(np.sum(F <= u * np.sum(np.exp((log_p - np.max(log_p)) / tau))), len(k) - 1)"),
        "the likeliest token": ("F <= u * np.max(F)", "F < 0"),
        "all tokens equally likely": ("np.exp(q))", "0 * q + 1)"),
        "the probability at this temperature": ("s[n] += after[j]", "s[n] += after[j] / tau"),
        "on past the end token": ("if y[n][-1] != end", "if y[n][-1] != -1"),
    },
    "decoding.score_sequence": {
        "probabilities added": ("np.sum(log_p)", "np.sum(np.exp(log_p))"),
        "the mean, whatever the length penalty": ("T**alpha", "T"),
        "the start token counted": ("s / T**alpha", "s / (T + 1) ** alpha"),
        "each token predicted from itself": ("[start, *y[:t]]", "[start, *y[: t + 1]]"),
    },
    "decoding.beam_search_errors": {
        "the other is at fault": ("e = c > d", "e = c < d"),
        "the search is at fault where both are as good": ("e = c > d", "e = c >= d"),
        "what is right counted": ("n = len(wrong)", "n = len(pairs)"),
    },
}  # fmt: skip
