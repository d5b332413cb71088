"""Mistakes of the recurrent layers."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "layers.SimpleRNN": {
        "forgets the step before": ("ops.matmul(a_prev, W_aa)", "0"),
        "transposes the matrix of the state": (
            "ops.matmul(a_prev, W_aa)", "ops.matmul(a_prev, ops.transpose(W_aa))"),
        "without the bias": (" + b_a)  # (1)", ")  # (1)"),
        "the state added after the activation": (
            "g(ops.matmul(x, W_ax) + ops.matmul(a_prev, W_aa) + b_a)",
            "g(ops.matmul(x, W_ax) + b_a) + ops.matmul(a_prev, W_aa)"),
        "passes on what the activation has not seen": (
            "return a, [a]", "return a, [ops.matmul(x, W_ax) + ops.matmul(a_prev, W_aa) + b_a]"),
    },
    "layers.GRU": {
        "the update gate keeps, as Keras' does": (
            "Gamma_u * c_tilde + (1 - Gamma_u) * c_prev", "(1 - Gamma_u) * c_tilde + Gamma_u * c_prev"),
        "the relevance gate multiplies the product, as Keras' default does": (
            "ops.matmul(Gamma_r * c_prev, W_c)", "Gamma_r * ops.matmul(c_prev, W_c)"),
        "without the relevance gate": ("ops.matmul(Gamma_r * c_prev, W_c)", "ops.matmul(c_prev, W_c)"),
        "update and relevance gate change places": ("s_u, *rest = self.split(s)", "*rest, s_u = self.split(s)"),
        "adds without forgetting": ("(1 - Gamma_u) * c_prev", "c_prev"),
        "a gate without the memory": ("sigmoid(s_u + ops.matmul(c_prev, W_u))", "sigmoid(s_u)"),
        "gates with tanh": ("sigmoid(s_u", "self.g(s_u"),
    },
    "layers.SimplifiedGRU": {
        "the update gate keeps, as Keras' does": (
            "Gamma_u * c_tilde + (1 - Gamma_u) * c_prev", "(1 - Gamma_u) * c_tilde + Gamma_u * c_prev"),
        "a candidate without the memory": ("g(s_c + ops.matmul(c_prev, W_c))", "g(s_c)"),
        "a candidate without tanh": ("g(s_c + ops.matmul(c_prev, W_c))", "s_c + ops.matmul(c_prev, W_c)"),
    },
    "layers.LSTM": {
        "parts in the lecture's order, not Keras'": ("z_u, z_f, z_c, z_o =", "z_c, z_u, z_f, z_o ="),
        "without the forget gate, as first published": ("Gamma_f * c_prev", "c_prev"),
        "one gate for both, as GRU has": ("Gamma_f * c_prev", "(1 - Gamma_u) * c_prev"),
        "puts out the memory": ("Gamma_o * g(c)  # (7)", "g(c)  # (7)"),
        "puts out a memory without tanh": ("Gamma_o * g(c)  # (7)", "Gamma_o * c  # (7)"),
        "carries the memory as the activation": ("return a, [a, c]", "return a, [c, c]"),
        "a candidate without tanh": ("c_tilde = g(z_c)", "c_tilde = z_c"),
        "without the bias": (" + b  # (1)", "  # (1)"),
    },
}  # fmt: skip
