"""Population-based training against random search: as many models, as many epochs, the score of the best model.

The digits, with noise on the training pixels and a fifth of the training labels drawn at random. Half of the
development set chooses, the other half tests what was chosen: whoever looks at a score more often fits it more closely.

    python -m benchmarks.population_based
"""

import json
import tempfile
import time
from typing import Any

import keras
import numpy as np

from benchmarks.report import machine
from dlref.tuning import PopulationBased, RandomSearch, digits, log_uniform

SEEDS, MODELS, EPOCHS = range(10), 20, 20
KINDS: dict[str, tuple[type, dict[str, Any]]] = {
    "random search": (RandomSearch, {}),
    **{f"every {n} epochs": (PopulationBased, {"perturbation_interval": n}) for n in (1, 2, 4)},
}


def noisy_digits() -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Training, development and test set."""
    x, y, x_dev, y_dev = digits.load_data()
    rng = np.random.default_rng(0)
    x = (x + 0.3 * x.std() * rng.normal(size=x.shape)).astype("float32")
    y = np.where(rng.random(len(y)) < 0.2, rng.integers(0, 10, len(y)), y)
    return (x, y), (x_dev[::2], y_dev[::2]), (x_dev[1::2], y_dev[1::2])


def build(hp: Any) -> keras.Model:
    """A network whose rate and dropout are searched."""
    dropout = keras.layers.Dropout(hp.Float("dropout", 0.0, 0.6))
    hidden = keras.layers.Dense(64, "relu")
    model = keras.Sequential([keras.Input((64,)), hidden, dropout, keras.layers.Dense(10)])
    optimizer = keras.optimizers.SGD(log_uniform(hp, "learning_rate", 1e-4, 1.0), momentum=0.9)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def main() -> None:
    """Prints one JSON object a search, and the machine."""
    train, dev, test = noisy_digits()
    for seed in SEEDS:
        for name, (kind, options) in KINDS.items():
            began = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                given = {"max_trials": MODELS, "seed": seed, "directory": folder, **options}
                tuner = kind(build, "val_loss", **given)
                tuner.search(*train, validation_data=dev, epochs=EPOCHS, verbose=0)
                seconds = time.monotonic() - began
                best = tuner.oracle.get_best_trials(1)[0]
                on_test = tuner.load_model(best).evaluate(*test, verbose=0)
            found = {"seed": seed, "search": name, "dev": best.score, "test": on_test}
            print(json.dumps({**found, "seconds": round(seconds, 1)}), flush=True)
    print(json.dumps(machine()))


if __name__ == "__main__":
    main()
