"""Mistakes of the losses of sequences."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "losses.CTC": {
        "passing over the blank between equal symbols": (
            "(places != 0) & (places != before)", "places != 0"),
        "never passing over a blank": ("(places != 0) & (places != before)", "places != places"),
        "a text that does not end in a blank": ("-_log_sum(a, b)", "-_log_sum(b, b)"),
        "the best sequence alone": ("_log_sum(u, v, w)", "ops.maximum(ops.maximum(u, v), w)"),
        "a symbol never said for two steps": ("_log_sum(u, v, w)", "_log_sum(v, w)"),
        "without softmax": ("ops.log_softmax(z, -1)", "z"),
        "softmax twice": ("ops.log_softmax(z, -1)", "ops.log_softmax(ops.softmax(z, -1), -1)"),
    },
}  # fmt: skip
