"""Methods of Keras that are replaced while models are built: if one is another some day, sweeps work all the same."""

import logging
import re
from pathlib import Path

import keras
import numpy as np
import pytest

from dlref.tuning.populations.model import fast_build, patches
from tests.populations.searching import search

OF_VARIABLES = "_initialize", "_initialize_with_initializer", "_direct_assign"
METHODS = {
    "tensorflow": (
        "_maybe_rebuild",
        "compile",
        *OF_VARIABLES,
        "__setattr__",
        "TFE_ContextClearCaches",
    ),
    "jax": (*fast_build.DRAWS, OF_VARIABLES[1], "_maybe_rebuild", "compile", *OF_VARIABLES),
}[keras.backend.backend()]
# Of a public method, and of a function in C, it is not known what they took.
TOLD = [i for i, name in enumerate(METHODS) if name not in ("compile", "TFE_ContextClearCaches")]
ROOT = Path(__file__).parents[2]
PINS = (ROOT / "constraints.txt").read_text("utf-8")


def recorded(monkeypatch):
    """What `fast_build` would replace."""
    found = []
    with monkeypatch.context() as context:
        context.setattr(fast_build, "patched", recorder(found))
        with fast_build.fast_build():
            pass
    return found


def recorder(found):
    def patched(make):
        found.extend(make())
        return patches.patched(list)

    return patched


def build(hp):
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(5, activation="relu")])
    model.add(keras.layers.Dense(3, activation="softmax"))
    rate = hp.Float("learning_rate", 1e-3, 0.1, sampling="log")
    model.compile(keras.optimizers.SGD(rate), "sparse_categorical_crossentropy")
    return model


def test_all_are_as_they_were_seen(monkeypatch, caplog):
    found = recorded(monkeypatch)
    assert tuple(patch.name for patch in found) == METHODS
    assert all(patch.is_as_seen for patch in found)
    with fast_build.fast_build():
        assert fast_build.is_light.get()
    assert not fast_build.is_light.get() and not caplog.records
    for package, version in re.findall(r"(\w+) ([\d.]+)", patches.SEEN):
        assert f"\n{package.lower()}=={version}\n" in PINS
    (minor,) = re.findall(r"Keras (\d+\.\d+)", patches.SEEN)
    assert f"# tested up to {minor};" in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize("place", TOLD, ids=[f"{METHODS[i]}-{i}" for i in TOLD])
def test_one_that_takes_other_arguments(place, monkeypatch, caplog, tmp_path):
    """Nothing is replaced, the log says it once, and the search comes to the same curves."""
    patch = recorded(monkeypatch)[place]
    _, as_it_is = search(build, tmp_path / "as it is")
    own = getattr(patch.owner, patch.name)
    monkeypatch.setattr(patch.owner, patch.name, lambda *args, **kwargs: own(*args, **kwargs))
    patches._say.cache_clear()
    with caplog.at_level(logging.WARNING, "dlref"):
        _, heard = search(build, tmp_path / "changed")
    (said,) = [r.getMessage() for r in caplog.records if "more slowly" in r.getMessage()]
    assert patch.name in said
    np.testing.assert_array_equal(heard.curves("val_loss"), as_it_is.curves("val_loss"))
    assert heard.populations == as_it_is.populations == ["4 trials, mini-batch 32"]


def test_what_holds_a_method_has_gone(caplog):
    def make():
        raise ImportError("no module named keras.src.somewhere")

    patches._say.cache_clear()
    with caplog.at_level(logging.WARNING, "dlref"), patches.patched(make) as are_in_place:
        assert not are_in_place
    assert "keras.src.somewhere" in caplog.records[0].getMessage()
