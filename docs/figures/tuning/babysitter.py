"""One run whose learning rate is changed twice while it trains: its loss, and how far each update moves the weights."""

import functools
import json
import math
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt

from dlref.tuning import Babysitter
from dlref.tuning.babysitting.run_directory import read_events
from dlref.tuning.digits import CLASSES, load_data

FIRST, CHANGES = 0.00001, {3: 0.003, 8: 1.0}  # after these epochs
EPOCHS, MINI_BATCH = 12, 128


class Hand(keras.callbacks.Callback):
    """Leaves the command that `dlref babysit --set` leaves."""

    def __init__(self, run: Path):
        super().__init__()
        self.run = run

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 in CHANGES:
            command = {"set": {"learning_rate": CHANGES[epoch + 1]}}
            (self.run / "commands" / f"{epoch}.json").write_text(json.dumps(command))


@functools.cache  # the figure is drawn once for each language
def events() -> list[dict]:
    """What the babysitter wrote down."""
    x, y, _, _ = load_data()
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((64,))])
    for _ in range(2):
        model.add(keras.layers.Dense(64, "relu", kernel_initializer="he_normal"))
    model.add(keras.layers.Dense(CLASSES, "softmax"))
    model.compile(keras.optimizers.SGD(FIRST, 0.9), "sparse_categorical_crossentropy")
    with tempfile.TemporaryDirectory() as folder:
        callbacks = [Hand(Path(folder)), Babysitter(folder, every=1, verbose=False)]
        model.fit(x, y, MINI_BATCH, EPOCHS, verbose=0, callbacks=callbacks)
        return read_events(Path(folder))


def draw(text):
    samples = [each for each in events() if each["kind"] == "sample" and "loss" in each]
    changes = [(each["step"], each["new"]) for each in events() if each["kind"] == "change"]
    steps = [each["step"] for each in samples]
    figure, (loss, ratio) = plt.subplots(2, sharex=True)
    loss.plot(steps, [each["loss"] for each in samples], lw=1.3)
    ratio.plot(steps, [each["update_ratio"] for each in samples], lw=1.3, color="C1")
    for axes, usual, name in ((loss, math.log(CLASSES), "ln 10"), (ratio, 1e-3, "0.001")):
        axes.axhline(usual, lw=1, ls="--", color="C2")
        place = {"xy": (1, usual), "xycoords": ("axes fraction", "data"), "va": "center"}
        axes.annotate(name, **place, xytext=(4, 0), textcoords="offset points", size=9)
        for step, _ in changes:
            axes.axvline(step, lw=1, ls=":", color="C5")
    for step, rate in [(0, FIRST), *changes]:
        place = {"xy": (step, 1), "xycoords": ("data", "axes fraction")}
        name = f"α = {rate:.5f}".rstrip("0").rstrip(".")
        loss.annotate(name, **place, xytext=(3, 3), textcoords="offset points", size=9)
    loss.set(ylabel=text("loss", "손실"), ylim=(0, 5), xlim=(0, steps[-1]))
    ratio.set(yscale="log", xlabel=text("update", "업데이트"))
    ratio.set_ylabel(text("update / weight", "업데이트 / 가중치"))
    return figure
