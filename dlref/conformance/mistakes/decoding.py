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
