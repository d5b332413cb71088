"""Trains what playthings and figures of searches show: `python docs/tools/record_runs.py [NAME ...]` writes NAME.json.

`sweep`: a lattice of two hyperparameters, each point a training of the digits, for grid, random and coarse to fine.
`family`: one training that is continued in four ways after each stage, with another learning rate each.
`priorities`: two random searches of many hyperparameters, for the importance of each.
`dates`: a small network of examples/translate_dates.py, and what it reads and writes of one day in five forms.
"""

import itertools
import json
import platform
import runpy
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np

from dlref.optimizers import Adam, Momentum
from dlref.tuning import RandomSearch, Search, digits
from dlref.tuning.digits import CLASSES, load_data
from dlref.tuning.space import averaging_decay, log_uniform

DATA = Path(__file__).parents[1] / "assets" / "play" / "data"
FIGURES = Path(__file__).parents[1] / "figures" / "tuning"
TRIALS = 400
SEED, EPOCHS, MINI_BATCH, UNITS = 0, 5, 64, 32
ALPHAS = [float(f"{alpha:.3g}") for alpha in np.logspace(-4, 0, 33)]
EPSILONS = [float(f"{epsilon:.3g}") for epsilon in np.logspace(-9, -6, 13)]
ONE_MINUS_BETAS = [float(f"{value:.3g}") for value in np.logspace(-3, -1, 25)]
STAGES, STAGE_EPOCHS, RATES = 4, 2, [0.01, 0.1, 1.0, 10.0]
EXAMPLE = Path(__file__).parents[2] / "examples" / "translate_dates.py"
DATE_UNITS, DATE_STEPS = 16, 600
DATE = "1979-05-03"  # no training example of this seed has it
FORMS = ("3 May 1979", "May 3, 1979", "3/5/1979", "1979년 5월 3일", "1979. 5. 3.")


def model(optimizer: Any) -> keras.Model:
    layers = [keras.layers.Dense(UNITS, "relu"), keras.layers.Dense(CLASSES, "softmax")]
    net = keras.Sequential([keras.Input((64,)), *layers])
    net.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


def lattice(name: str, values: list[float], optimizer: Any) -> list[list[int]]:
    """How many of the 360 development examples are wrong, by alpha and the other."""
    x, y, x_dev, y_dev = load_data()

    def build(hp):
        alpha, other = hp.Choice("alpha", ALPHAS), hp.Choice(name, values)
        return model(optimizer(alpha, other))

    trials = len(ALPHAS) * len(values)
    with tempfile.TemporaryDirectory() as folder:
        tuner = Search(build, "val_accuracy", trials, seed=SEED, sampler="grid", directory=folder)
        options = {"epochs": EPOCHS, "batch_size": MINI_BATCH, "verbose": 0}
        tuner.search(x, y, validation_data=(x_dev, y_dev), **options)
        found = {
            (trial.hyperparameters.values["alpha"], trial.hyperparameters.values[name]): trial.score
            for trial in tuner.oracle.trials.values()
        }
    worst = 1 / CLASSES  # a trial that has diverged has no score
    return [
        [round(len(y_dev) * (1 - (found[alpha, value] or worst))) for value in values]
        for alpha in ALPHAS
    ]


def sweep() -> dict[str, Any]:
    beta = lattice("one_minus_beta", ONE_MINUS_BETAS, lambda a, b: Momentum(a, 1 - b))
    epsilon = lattice("epsilon", EPSILONS, lambda a, e: Adam(a, epsilon=e))
    return {
        "epochs": EPOCHS,
        "examples": len(load_data()[3]),
        "alpha": ALPHAS,
        "beta": {"values": [round(1 - value, 6) for value in ONE_MINUS_BETAS], "wrong": beta},
        "epsilon": {"values": EPSILONS, "wrong": epsilon},
    }


def family() -> dict[str, Any]:
    """The development loss after each epoch, by the learning rates so far, as digits of RATES."""
    x, y, x_dev, y_dev = load_data()
    keras.utils.set_random_seed(SEED)
    net = model(Momentum(RATES[0], 0.9))
    net.optimizer.build(net.trainable_variables)
    orders = [np.random.default_rng(stage).permutation(len(x)) for stage in range(STAGES)]

    def state() -> list[np.ndarray]:
        return [keras.ops.convert_to_numpy(v) for v in [*net.variables, *net.optimizer.variables]]

    def restore(values: list[np.ndarray]) -> None:
        for variable, value in zip([*net.variables, *net.optimizer.variables], values, strict=True):
            variable.assign(value)

    before = {"": state()}
    first = net.evaluate(x_dev, y_dev, verbose=0)[0]
    losses: dict[str, list[float | None]] = {}
    for stage, order in enumerate(orders):
        after = {}
        for path, digit in itertools.product(before, range(len(RATES))):
            restore(before[path])
            net.optimizer.learning_rate = RATES[digit]
            fit = {"batch_size": MINI_BATCH, "epochs": STAGE_EPOCHS, "verbose": 0}
            data = {"shuffle": False, "validation_data": (x_dev, y_dev)}
            seen = net.fit(x[order], y[order], **data, **fit).history["val_loss"]
            losses[f"{path}{digit}"] = [
                float(f"{loss:.3g}") if np.isfinite(loss) else None for loss in seen
            ]
            if stage < STAGES - 1:
                after[f"{path}{digit}"] = state()
        before = after
    return {"rates": RATES, "stage_epochs": STAGE_EPOCHS, "first": first, "losses": losses}


def adam(hp: Any) -> keras.Model:
    """A network with all that Adam may be told."""
    alpha = log_uniform(hp, "learning_rate", 1e-4, 1.0)
    beta_1 = averaging_decay(hp, "beta_1", 0.5, 0.99)
    beta_2 = averaging_decay(hp, "beta_2", 0.9, 0.9999)
    return model(Adam(alpha, beta_1, beta_2, log_uniform(hp, "epsilon", 1e-9, 1e-6)))


def priorities() -> dict[str, Any]:
    """The hyperparameters of each trial, and how many of the 360 development examples it gets wrong."""
    x, y, x_dev, y_dev = load_data()
    found: dict[str, Any] = {"epochs": EPOCHS, "examples": len(y_dev)}
    for name, build in (("momentum", digits.build), ("adam", adam)):
        with tempfile.TemporaryDirectory() as folder:
            tuner = RandomSearch(build, "val_accuracy", TRIALS, seed=SEED, directory=folder)
            options = {"epochs": EPOCHS, "batch_size": MINI_BATCH, "verbose": 0}
            tuner.search(x, y, validation_data=(x_dev, y_dev), **options)
            trials = list(tuner.oracle.trials.values())
        names = sorted(trials[0].hyperparameters.values)
        found[name] = {
            "names": names,
            "values": [
                [float(f"{t.hyperparameters.values[key]:.6g}") for key in names] for t in trials
            ],
            "wrong": [round(len(y_dev) * (1 - (t.score or 1 / CLASSES))) for t in trials],
        }
    return found


def rounded(tensor: Any) -> list[Any]:
    return np.asarray(keras.ops.convert_to_numpy(tensor), "float64").round(3).tolist()


def dates() -> dict[str, Any]:
    """The weights behind the states, and of each text the states that write it and those that were read."""
    example = runpy.run_path(str(EXAMPLE), run_name="example")
    assert DATE not in example["data"](64 * DATE_STEPS, SEED, test=False)[1]
    keras.utils.set_random_seed(SEED)
    network = example["Recurrent"](DATE_UNITS)
    example["train"](network, 5e-3, SEED, DATE_STEPS)
    tested = example["right"](network, *example["data"](300, 0, test=True))
    embed, remember, attend, mix, logits = network.layers
    texts = {}
    for text in FORMS:
        source, target = example["pairs"]([text], [DATE])[0]
        s, c = remember(embed(target)), network.reader.predict(source, verbose=0)
        texts[text] = {"q": rounded(s[0, : len(DATE)]), "k": rounded(c[0])}
    return {
        "units": DATE_UNITS,
        "steps": DATE_STEPS,
        "right": int(tested.sum()),
        "tested": len(tested),
        "written": DATE,
        "letters": example["DIGITS"],
        **{name: rounded(getattr(attend, name)) for name in ("W_1", "W_2", "v")},
        "mix": [rounded(weight) for weight in mix.weights],
        "logits": [rounded(weight) for weight in logits.weights],
        "texts": texts,
    }


def main() -> None:
    made = {
        "by": "docs/tools/record_runs.py",
        "seed": SEED,
        "python": platform.python_version(),
        **{name: version(name) for name in ("dlref", "keras", keras.backend.backend(), "numpy")},
    }
    runs = {"sweep": sweep, "family": family, "priorities": priorities, "dates": dates}
    for name in sys.argv[1:] or runs:
        recorded = {"made": made, **runs[name]()}
        text = json.dumps(recorded, ensure_ascii=False, separators=(",", ":"))
        folder = FIGURES if name == "priorities" else DATA
        (folder / f"{name}.json").write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
