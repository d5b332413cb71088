"""Oracles: what the lectures say, in plain NumPy and Python loops; dlref never imports them.

`ORACLES` maps the name of each object to its cases: the object as a function of arrays, and the lecture as one.
"""

from importlib import import_module

from tests.oracles.case import Case

_AREAS = (
    "by_hand",
    "callbacks",
    "diagnostics",
    "ensembles",
    "functions",
    "layers",
    "metrics",
    "optimizers",
    "preprocessing",
    "scales",
    "schedules",
    "second_order",
    "transfer",
    "detection",
    "models",
    "style_transfer",
    "recurrent_layers",
    "decoding",
    "sequence_losses",
    "ctc_decoding",
    "embeddings",
    "attention_layers",
    "sequence_models",
)
ORACLES: dict[str, list[Case]] = {
    name: cases
    for area in _AREAS
    for name, cases in import_module(f"{__name__}.{area}").ORACLES.items()
}
