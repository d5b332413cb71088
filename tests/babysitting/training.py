"""A training that goes on until it is told to stop: python training.py RUN [LANGUAGE]."""

import sys

import keras

from dlref.tuning import Babysitter
from dlref.tuning.digits import load_data


def main() -> None:
    x, y, x_dev, y_dev = load_data()
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dropout(0.5, name="drop"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        keras.optimizers.SGD(1e-5, momentum=0.9),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    panda = Babysitter(sys.argv[1], data=(x, y), language=(sys.argv + ["en"])[2])
    model.fit(
        x,
        y,
        batch_size=64,
        epochs=100_000,
        verbose=0,
        validation_data=(x_dev, y_dev),
        callbacks=[panda],
    )
    print("ended after", int(model.optimizer.iterations))


if __name__ == "__main__":
    main()
