"""Stand-ins, by module, for what its statements need and no equation speaks of."""

from typing import Any

import numpy as np
import sympy

from dlref.conformance.equations.arrays import array
from dlref.conformance.equations.functions import FUNCTIONS, HyperParameters
from dlref.conformance.equations.operations import OPS

OF_PROBABILITIES = (
    "decoding.beam_search",
    "decoding.beam_search_errors",
    "decoding.sampling",
    "metrics.perplexity",
)


def _counted(n: int) -> Any:
    return array([sympy.Integer(i) for i in range(n)])


STAND_INS = {
    "dlref.by_hand.deep_network": lambda values: {
        **{name: FUNCTIONS[name] for name in ("g", "g_prime")},
        **(
            {"log_A": OPS.log(values["A"]), "log_not_A": OPS.log(1 - values["A"])}
            if "A" in values
            else {}
        ),
    },
    "dlref.by_hand.recurrent_network": lambda values: {
        "softmax": FUNCTIONS["softmax"],
        **({"log_Y_hat": OPS.log(values["Y_hat"])} if "Y_hat" in values else {}),
    },
    "dlref.callbacks.learning_rate_scheduler": lambda values: {"g": FUNCTIONS["g"]},
    **dict.fromkeys(
        [f"dlref.{name}" for name in OF_PROBABILITIES],
        lambda values: (
            {"argtop": FUNCTIONS["argtop"]}
            | ({"log_p": OPS.log(values["p"])} if "p" in values else {})
        ),
    ),
    "dlref.diagnostics.gradient_check": lambda values: {"J": FUNCTIONS["J"]},
    **dict.fromkeys(
        [f"dlref.layers.{name}" for name in ("simple_rnn", "gru", "lstm")],
        lambda values: {"g": FUNCTIONS["g"], "sigmoid": FUNCTIONS["sigmoid"]},
    ),
    "dlref.detection.non_max_suppression": lambda values: (
        {"i": np.arange(len(values["iou"]))} if "iou" in values else {}
    ),
    "dlref.initializers": lambda values: {"shape": None},
    "dlref.models.inception_v1": lambda values: {
        "concat": lambda parts: FUNCTIONS["concat"](*parts)
    },
    **dict.fromkeys(
        ("dlref.models.siamese_network", "dlref.regularizers"),
        lambda values: {"absolute": FUNCTIONS["abs"]},
    ),
    "dlref.layers.attention": lambda values: {
        "softmax": FUNCTIONS["softmax"],
        "tanh": FUNCTIONS["tanh"],
        "transposed": FUNCTIONS["transpose"],
    },
    "dlref.embeddings.keyed_vectors": lambda values: {
        "argtop": FUNCTIONS["argtop"],
        **{n: FUNCTIONS["norm"](values[x]) for n, x in ("av", "bu") if "v" in values},
    },
    "dlref.layers.multi_head_attention": lambda values: {
        "_attention": lambda Q, K, V, *_: FUNCTIONS["Attention"](Q, K, V),
        **dict.fromkeys(("m", "how")),
    },
    "dlref.layers.positional_encoding": lambda values: {"t": _counted(3), "i": _counted(2)},
    **dict.fromkeys(
        [f"dlref.layers.transformer_{name}" for name in ("encoder", "decoder")],
        lambda values: {
            "g": FUNCTIONS["g"],
            "heads": FUNCTIONS["MultiHead"](*[values.get("x", 0)] * 3),
            "found": FUNCTIONS["MultiHead"](values.get("a", 0), *[values.get("c", 0)] * 2),
            **{f"norm_{i}": FUNCTIONS["LayerNorm"] for i in (1, 2, 3)},
            "dropped": lambda x, *_: x,
            "training": False,
        },
    ),
    "dlref.losses.ctc": lambda values: {
        "_log_sum": lambda *logs: OPS.log(sum(OPS.exp(each) for each in logs))
    },
    "dlref.models.style_transfer": lambda values: {"transposed": FUNCTIONS["transpose"]},
    "dlref.tuning.space": lambda values: {"hp": HyperParameters(), "name": "name"},
    "dlref.layers.whole_set_statistics": lambda values: {
        "_inputs": lambda *_: [(values["z"], np.ones(values["z"].shape, bool))],
        "_examples": lambda *_: None,
        **dict.fromkeys(("model", "layer", "x")),
        "examples": 1,
        "batch_size": 1,
    },
}
