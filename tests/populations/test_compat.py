"""Private names of Keras and others: if one goes or changes some day, sweeps and diagnoses work all the same."""

import ast
import importlib
import logging
import re
from functools import cache
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import dlref
from dlref import _compat
from dlref._compat import Name
from dlref._compat import keras as keras_src
from dlref.diagnostics import gradient_check, initial_loss
from dlref.layers import Normalization, RandomFlip
from dlref.layers.augmenting import Augmenting
from dlref.losses import CTC
from dlref.tuning.babysitting.overfit_subset import overfit
from dlref.tuning.populations.model import fast_build
from dlref.tuning.populations.program import batched_matmul
from tests.populations.searching import arguments, network, search
from tests.populations.test_data_sets import Batches

BACKEND = keras.backend.backend()
ROOT = Path(__file__).parents[2]
PINS = (ROOT / "constraints.txt").read_text("utf-8")
PROGRAM = "dlref.tuning.populations.program"
MODULES = ["dlref._compat.keras", "dlref._compat.keras_tuner", "dlref._compat.optuna"]
MODULES += ["dlref._compat.tensorflow"] * (BACKEND == "tensorflow")


def with_fallback(needed: bool = False) -> list[tuple[str, Name]]:
    """The names that are looked up at import, and their modules: those with a fall-back, or those without."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        seen: list[Name] = []
        way = "needed" if needed else "find_or"
        own = getattr(Name, way)
        patch.setattr(Name, way, lambda name, *args: seen.append(name) or own(name, *args))
        for module in MODULES:
            importlib.reload(importlib.import_module(module))
            found += [(module, name) for name in dict.fromkeys(seen)]
            seen.clear()
    return found


def replaced() -> list[Name]:
    """The methods that are replaced while models are built."""
    of_keras = [keras_src.REBUILD]
    if BACKEND == "tensorflow":
        from dlref._compat import tensorflow as backend

        return [*of_keras, *backend.VARIABLES, backend.SET_ATTRIBUTE]
    from dlref._compat import jax as backend

    return [*of_keras, *backend.VARIABLES, *backend.DRAWS]


# Of what no sweep uses.
OTHERS = (
    "DataLayer",
    "AutocastScope",
    "BIT64_TO_BIT32_DTYPE",
    "get_global_attribute",
    "set_global_attribute",
)
LOOKED_UP, NEEDED, REPLACED = with_fallback(), with_fallback(needed=True), replaced()


SWEPT = [(module, name) for module, name in LOOKED_UP if name.own_name not in OTHERS]


def plain(hp):
    rate = hp.Float("learning_rate", 1e-3, 0.1, sampling="log")
    return network(layers.Dense(5, activation="relu"), optimizer=keras.optimizers.SGD(rate))


def recurrent(hp):
    rate = hp.Float("learning_rate", 1e-3, 0.1, sampling="log")
    hidden = layers.Reshape((3, 2)), layers.Masking(-9.0), layers.SimpleRNN(4)
    return network(*hidden, optimizer=keras.optimizers.SGD(rate))


def unbuilt(hp):
    hidden = layers.Dense(5), layers.Dropout(0.2, seed=1)
    model = keras.Sequential([*hidden, layers.Dense(3, activation="softmax")])
    model.compile(
        keras.optimizers.SGD(hp.Float("rate", 1e-3, 0.1)), "sparse_categorical_crossentropy"
    )
    return model


BUILDS = {"rnn": recurrent, "set_keras_mask": recurrent, "compute_output_spec": unbuilt}
BUILDS["get_keras_mask"] = recurrent


class Steady(Batches):
    """The same examples in each epoch."""

    def on_epoch_end(self):
        pass


FITS = {
    "class_weight_to_sample_weights": lambda: {"class_weight": {0: 2.0}},
    "EpochIterator": lambda: {"x": Steady(), "y": None},
}


def curves(name, directory):
    """What a search that uses the name comes to."""
    fit = arguments(epochs=2, shuffle=False, **FITS.get(name, dict)())
    _, heard = search(BUILDS.get(name, plain), directory, 3, fit)
    assert heard.states == ["finished"] * 3
    return heard.curves("val_loss"), heard.populations


@pytest.fixture(scope="module")
def as_they_are(tmp_path_factory):
    """What the searches come to with every name in its place."""
    found = cache(lambda name: curves(name, tmp_path_factory.mktemp("as")))
    return lambda name: found(name if name in {**BUILDS, **FITS} else "")


@pytest.fixture
def broken(monkeypatch, caplog):
    """Breaks a name, as if another version had come without it."""
    own, modules = Name.find, []
    if BACKEND == "tensorflow":  # which remembers what could not be vectorized
        monkeypatch.setattr(f"{PROGRAM}.tensorflow_vectorization._failed", [])

    def break_(module, broken_name):
        def find(name):
            if name == broken_name:
                raise ImportError(f"{name} has gone")
            return own(name)

        monkeypatch.setattr(Name, "find", find)
        _compat.say.cache_clear()
        batched_matmul._is_there.cache_clear()
        modules.append(module)
        with caplog.at_level(logging.WARNING, "dlref"):
            importlib.reload(importlib.import_module(module))

    yield break_
    monkeypatch.setattr(Name, "find", own)
    batched_matmul._is_there.cache_clear()
    for module in modules:
        importlib.reload(importlib.import_module(module))


def test_all_are_as_they_were_seen(caplog):
    assert len(LOOKED_UP) >= 14 and len(NEEDED) == 8
    for name in [*REPLACED, *(name for _, name in LOOKED_UP + NEEDED)]:
        name.find()
    with fast_build.fast_build():
        assert fast_build.is_fast.get()
    assert not fast_build.is_fast.get() and not caplog.records
    for package, version in re.findall(r"([\w-]+) ([\d.]+)", _compat.SEEN):
        assert f"\n{package.lower()}=={version}\n" in PINS
    (minor,) = re.findall(r"Keras (\d+\.\d+)", _compat.SEEN)
    assert f"# tested up to {minor};" in (ROOT / "pyproject.toml").read_text("utf-8")


def test_private_names_stand_in_one_place():
    """But for a row of conformance, which compares with a private function of Keras."""
    package, found = Path(dlref.__file__).parent, set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            private = re.compile(
                r"^(keras|keras_tuner)\.src\b|^tensorflow\.python\b|^(?!dlref)\w+(\.\w+)*\._[a-z]"
            )
            if any(map(private.match, modules)):
                found.add(path.relative_to(package).as_posix())
    assert found == {"conformance/models.py"}


@pytest.mark.parametrize("name", REPLACED, ids=str)
def test_a_method_that_takes_other_arguments(name, as_they_are, monkeypatch, caplog, tmp_path):
    """Nothing is replaced, the log says it once, and the search comes to the same curves."""
    own, owner = name.find(), name.owner
    monkeypatch.setattr(owner, name.own_name, lambda *args, **kwargs: own(*args, **kwargs))
    _compat.say.cache_clear()
    with caplog.at_level(logging.WARNING, "dlref"):
        now, populations = curves("", tmp_path)
    (said,) = [r.getMessage() for r in caplog.records if "more slowly" in r.getMessage()]
    assert f"{name} takes args, kwargs" in said
    np.testing.assert_array_equal(now, as_they_are("")[0])
    assert populations == as_they_are("")[1] == ["3 trials, mini-batch 32"]


@pytest.mark.parametrize(("module", "name"), SWEPT, ids=[str(name) for _, name in SWEPT])
def test_a_name_that_has_gone(module, name, as_they_are, broken, caplog, tmp_path):
    """Its fall-back stands in for it, the log says once what is lost, and the search comes to the same curves."""
    as_it_is, _ = as_they_are(name.own_name)
    broken(module, name)
    now, _ = curves(name.own_name, tmp_path)
    said = [r.getMessage() for r in caplog.records if f"{name} has gone" in r.getMessage()]
    assert said and len(said) == len({*said})
    np.testing.assert_allclose(now, as_it_is, rtol=1e-5)


@pytest.mark.parametrize(("module", "name"), NEEDED, ids=[str(name) for _, name in NEEDED])
def test_a_name_without_a_public_way(module, name, broken):
    with pytest.raises(
        ImportError, match=rf"tested with Keras .*: {re.escape(str(name))} has gone"
    ):
        broken(module, name)


def test_what_holds_a_name_has_gone():
    for gone in Name("keras.src.nowhere", "f"), Name("keras.src.backend", "nothing.at_all"):
        with pytest.raises(ImportError, match=f"{gone} has gone"):
            gone.find()


@pytest.fixture
def all_gone(monkeypatch, broken):
    """Every name of Keras that has a fall-back has gone."""
    found = Name.find
    names = {name for module, name in LOOKED_UP if module == "dlref._compat.keras"}
    assert len(names) > 10

    def find(name):
        if name in names:
            raise ImportError(f"{name} has gone")
        return found(name)

    monkeypatch.setattr(Name, "find", find)
    importlib.reload(keras_src)
    yield
    monkeypatch.setattr(Name, "find", found)
    importlib.reload(keras_src)


def test_diagnoses_without_private_names(all_gone):
    model = network(layers.Dense(4, activation="tanh"), optimizer="sgd")
    x, y = arguments()["x"][:20], arguments()["y"][:20]
    before = model.get_weights()
    # On JAX Keras computes tanh in float32, which the check sees.
    expected = {"tensorflow": "great", "jax": "not checked"}[BACKEND]
    assert gradient_check(model, x, y).verdict == expected
    assert initial_loss(model, x, y).loss > 0
    overfit(model, x, y, steps=3)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_normalization_without_private_names(all_gone):
    bases = Normalization.__bases__
    Normalization.__bases__ = (keras_src.DataLayer,)
    try:
        layer = Normalization()
        layer.adapt(np.array([[0.0], [2.0]]))
        assert float(layer(np.array([[3.0]]))[0, 0]) == pytest.approx(2.0)
    finally:
        Normalization.__bases__ = bases


def test_augmentation_without_private_names(all_gone):
    bases = Augmenting.__bases__
    Augmenting.__bases__ = (keras_src.DataLayer,)
    try:
        image = np.arange(3.0).reshape(1, 3, 1)
        layer = RandomFlip("horizontal", seed=0)
        found = {tuple(np.ravel(layer(image, training=True)).tolist()) for _ in range(20)}
        assert found == {(0.0, 1.0, 2.0), (2.0, 1.0, 0.0)}
    finally:
        Augmenting.__bases__ = bases


def test_losses_without_private_names(all_gone):
    y_pred = np.random.default_rng(0).normal(size=(1, 5, 4)).astype("float32")
    y_pred = keras.ops.convert_to_tensor(y_pred)
    whole, masked = (CTC()(np.array([[1, 2]]), part) for part in (y_pred[:, :3], y_pred))
    assert float(whole) != pytest.approx(float(masked))
    keras_src.set_keras_mask(y_pred, keras.ops.arange(5)[None] < 3)
    assert float(CTC()(np.array([[1, 2]]), y_pred)) == pytest.approx(float(whole), rel=1e-5)
