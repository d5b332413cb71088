"""A `HyperModel` whose `fit` tunes the size of the mini-batches."""

import keras_tuner

from benchmarks.wild import one_layer
from benchmarks.wild.data import digits


class Net(keras_tuner.HyperModel):
    def build(self, hp):
        return one_layer.build(hp)

    def fit(self, hp, model, *args, **kwargs):
        size = hp.Choice("batch_size", [16, 32, 64])
        return model.fit(*args, batch_size=size, **kwargs)


build = Net()


def fit():
    (x_train, y_train), dev = digits()
    return {"x": x_train, "y": y_train, "validation_data": dev, "epochs": 5}
