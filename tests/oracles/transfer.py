"""Transfer learning: which layers are trained, counted by hand."""

from functools import partial

import keras
import numpy as np

from dlref.transfer import freeze
from tests.oracles.case import Case

FEW, MANY = 0.25, 0.5  # shares of the layers


def counted(kinds, *, data, domain):
    """1 for a layer that is trained; `kinds` are 1 for dense layers and 0 for batch normalization."""
    total = sum(kinds)
    wanted = 1
    if data == "much":
        share = FEW if domain == "similar" else MANY
        while wanted < share * total:
            wanted += 1
    trained, left = [], wanted
    for kind in reversed(list(kinds)):
        # Normalization stands before the layers that are trained, unless the one before it is, too.
        trained.append(float(left > 0))
        left -= kind
    return np.array(trained[::-1])


def by_dlref(kinds, *, data, domain):
    parts = [keras.layers.Dense(3) if kind else keras.layers.BatchNormalization() for kind in kinds]
    inner = keras.Sequential([keras.Input((3,)), *parts[:-1]])
    model = keras.Sequential([inner, parts[-1]])
    freeze(model, data, domain)
    return np.array([float(bool(part.trainable_weights)) for part in parts])


ORACLES = {
    "transfer.freeze": [
        Case(partial(by_dlref, **cell), partial(counted, **cell), (np.array(kinds),))
        for cell in (
            {"data": data, "domain": domain}
            for data in ("little", "much")
            for domain in ("similar", "different")
        )
        for kinds in ([1, 0, 1, 1, 0, 1, 1], [1, 0, 0, 1, 1], [1, 0, 1, 0, 1, 0, 1, 0, 1])
    ]
}
