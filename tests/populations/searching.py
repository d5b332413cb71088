"""Small searches over small data, as the tests of populations need them."""

import re
from typing import Any

import keras
import numpy as np
import pytest

from dlref.tuning import RandomSearch
from dlref.tuning.listener import Listener
from dlref.tuning.populations.training.trial_builder import seed_everything

EPOCHS = 3
FOREIGN = re.compile(r"\n|0x[0-9a-f]|Unsupported|Error: |<dtype")
# Compiling a model takes longer than these few batches; on JAX every operation is compiled either way.
EAGERLY = keras.backend.backend() != "jax"


class Recorder(Listener):
    """Remembers all that a search tells."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.results: dict[int, Any] = {}
        self.epochs: list[tuple[list[int], int]] = []

    def note(self, text: str) -> None:
        assert len(text) <= 200 and not FOREIGN.search(text), (
            f"for a user it is no sentence: {text!r}"
        )
        self.notes.append(text)

    def trial_ended(self, result: Any, trial: Any) -> None:
        self.results[result.number] = result

    def epoch_ended(self, numbers: list[int], epoch: int, logs: Any) -> None:
        self.epochs.append((list(numbers), epoch))

    @property
    def states(self) -> list[str]:
        return [self.results[number].state for number in sorted(self.results)]

    @property
    def populations(self) -> list[str]:
        return [note.partition(": ")[2] for note in self.notes if note.startswith("population")]

    def curves(self, name: str = "loss") -> list[list[float]]:
        return [self.results[number].curves.get(name, []) for number in sorted(self.results)]


def flowers(examples: int = 100, features: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Points of three classes; not a multiple of the usual sizes of a mini-batch."""
    generator = np.random.default_rng(0)
    y = generator.integers(0, 3, examples)
    x = generator.normal(size=(examples, features)) + y[:, None]
    return x.astype(keras.config.floatx()), y


def arguments(**options: Any) -> dict[str, Any]:
    """The keywords of `search`."""
    (x, y), (x_dev, y_dev) = flowers(), flowers(50)
    given = {"x": x, "y": y, "validation_data": (x_dev, y_dev), "epochs": EPOCHS, "verbose": 0}
    return {**given, **options}


def search(
    build: Any, directory: Any, trials: int = 4, fit: Any = None, **options: Any
) -> tuple[RandomSearch, Recorder]:
    """Runs a search; returns its tuner, and what its listener heard."""
    heard = options.pop("listener", None) or Recorder()
    given = {"objective": "val_loss", "seed": 0, "directory": directory, "listener": heard}
    tuner = RandomSearch(build, max_trials=trials, **{**given, **options})
    tuner.search(**(fit or arguments()))
    return tuner, heard


def fit(
    build: Any, tuner: Any, number: int, eagerly: bool = EAGERLY, **options: Any
) -> dict[str, list[float]]:
    """The curves of a trial trained by `keras.Model.fit`, from the same weights, its examples in their order."""
    seed_everything(f"{tuner.oracle.seed}/{number}/0")
    model = build(tuner.oracle.load(number).hyperparameters)
    model.run_eagerly = eagerly
    return model.fit(**{"shuffle": False, **arguments(**options)}).history


def evaluated(model: keras.Model, examples: int = 50) -> Any:
    """What `evaluate` says of so many flowers."""
    model.run_eagerly = EAGERLY
    return model.evaluate(*flowers(examples), verbose=0)


def check_against_fit(build: Any, directory: Any, trials: int = 3, **options: Any) -> Recorder:
    """Searches, and compares with what `fit` makes of the narrowest model, which is padded, or of `all_trials`."""
    given = {name: options.pop(name) for name in ("max_population", "objective") if name in options}
    rel = options.pop("within", tolerance())
    all_trials = options.pop("all_trials", False)
    options = {"epochs": 2, **options}
    keywords = arguments(shuffle=False, **options)
    tuner, heard = search(build, directory, trials, keywords, **given)
    for number in range(trials) if all_trials else [_narrowest(build, tuner, trials)]:
        result, curves = heard.results[number], fit(build, tuner, number, **options)
        assert set(result.curves) == set(curves)
        for name, curve in curves.items():
            assert result.curves[name] == pytest.approx(curve, rel=rel), (number, name)
    return heard


def _narrowest(build: Any, tuner: Any, trials: int) -> int:
    """The trial whose model has the fewest parameters, the last of several."""

    def parameters(number: int) -> int:
        model = build(tuner.oracle.load(number).hyperparameters)
        return model.count_params() if model.built else 0

    return min(reversed(range(trials)), key=parameters)


def tolerance() -> float:
    """Relative; models alone and in a population differ by rounding."""
    return 1e-4 if keras.config.floatx() == "float32" else 1e-9


def network(*hidden: Any, optimizer: Any = "sgd", classes: int = 3, **options: Any) -> keras.Model:
    """A compiled classifier of the flowers."""
    model = keras.Sequential([keras.Input((6,)), *hidden, keras.layers.Dense(classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, **{"loss": loss, "metrics": ["accuracy"], **options})
    return model


def hidden(*after, **options):
    """A search over the units of two layers."""

    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        layers = []
        for i in range(2):
            layers += [keras.layers.Dense(hp.Choice(f"units_{i}", [3, 5]), **options)]
            layers += [make() for make in after]
        return network(*layers, optimizer=keras.optimizers.SGD(rate, momentum=0.5))

    return build


def images(dense, **options):
    """A search over the filters of a convolution."""

    def build(hp):
        rate = hp.Float("learning_rate", 0.01, 0.1)
        filters = hp.Choice("filters", [2, 4])
        model = keras.Sequential([keras.Input((6,)), keras.layers.Reshape((3, 2, 1))])
        model.add(keras.layers.Conv2D(filters, 2, padding="same", activation="relu"))
        model.add(dense())
        model.add(keras.layers.Dense(3))
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(rate, momentum=0.5), loss)
        return model

    return build
