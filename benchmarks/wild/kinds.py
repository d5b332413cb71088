"""The kinds of public scripts of Keras Tuner, each with its users and with scripts of our own that stand for it.

71 scripts were read, each of another user and each counted under one kind. A script of ours is a module with a
`build(hp)` or a `HyperModel` of that name, a function `fit` that returns the arguments of `search`, and, where they are
not the usual ones, `OBJECTIVE` and `TUNER`.
"""

import importlib
from dataclasses import dataclass
from types import ModuleType

USERS = 71


@dataclass(frozen=True)
class Kind:
    """One line of the table.

    Args:
        name: what its scripts have in common.
        users: how many of the 71; its scripts share them evenly. 0 where they are counted under other kinds.
        scripts: modules of this folder.
    """

    name: str
    users: int
    scripts: tuple[str, ...]


KINDS = (
    Kind("MLP, layers, activation and optimizer tuned", 12, ("mlp",)),
    Kind("no Input, or an Embedding first", 12, ("no_input", "embedding")),
    Kind("LSTM, GRU, also after Conv1D", 10, ("lstm", "gru")),
    Kind("generator, PyDataset, tf.data", 11, ("generator", "py_dataset", "tf_data")),
    Kind("CNN, filters tuned before Flatten", 8, ("cnn",)),
    Kind("callbacks", 7, ("callbacks", "own_callbacks")),
    Kind("HyperModel.fit with a batch_size", 4, ("hypermodel_fit",)),
    Kind("frozen base", 6, ("pretrained",)),
    Kind("class_weight", 1, ("class_weight",)),
    Kind("data frame, executions_per_trial", 0, ("frames",)),
)


def scripts() -> dict[str, tuple[Kind, float]]:
    """Each script with its kind and its share of the kind's users."""
    return {
        script: (kind, kind.users / len(kind.scripts)) for kind in KINDS for script in kind.scripts
    }


def load(script: str) -> ModuleType:
    """The module of a script."""
    return importlib.import_module(f"benchmarks.wild.{script}")
