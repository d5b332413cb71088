import keras
import pytest

from dlref.tuning import Babysitter
from dlref.tuning.babysitting.run_directory import read_events
from dlref.tuning.digits import load_data


def network(optimizer, activation="relu", initializer="he_normal", depth=2, dropout=0.0, **kwargs):
    """A classifier for the digits."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((64,))])
    for i in range(depth):
        options = {"activation": activation, "kernel_initializer": initializer, **kwargs}
        model.add(keras.layers.Dense(64, name=f"hidden{i}", **options))
        if dropout:
            model.add(keras.layers.Dropout(dropout, name=f"drop{i}"))
    model.add(keras.layers.Dense(10, name="logits"))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss=loss, metrics=["accuracy"])
    return model


class Watched:
    """A training under a babysitter, and what came of it."""

    def __init__(self, directory, model, epochs=4, data=None, **options):
        x, y, x_dev, y_dev = data or load_data()
        options = {"data": (x, y), "verbose": False, **options}
        self.model, self.panda = model, Babysitter(directory, **options)
        self.history = model.fit(
            x,
            y,
            batch_size=32,
            epochs=epochs,
            verbose=0,
            validation_data=(x_dev, y_dev),
            callbacks=[self.panda],
        ).history
        self.events = read_events(directory)
        self.state = self.panda.event_log.state

    @property
    def said(self):
        return [event["key"] for event in self.events if event["kind"] == "advice"]

    def text(self, key, language="en"):
        return next(e[language] for e in self.events if e["kind"] == "advice" and e["key"] == key)


@pytest.fixture
def watched(tmp_path):
    count = iter(range(100))

    def train(model, epochs=4, **options):
        return Watched(tmp_path / f"run{next(count)}", model, epochs, **options)

    return train
