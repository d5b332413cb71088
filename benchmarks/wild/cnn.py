"""A small convolutional network, filters tuned before Flatten."""

import keras

from benchmarks.wild.data import pictures


def build(hp):
    model = keras.Sequential()
    model.add(
        keras.layers.Conv2D(
            filters=hp.Int("conv_1_filter", min_value=16, max_value=48, step=16),
            kernel_size=3,
            activation="relu",
            input_shape=(16, 16, 1),
        )
    )
    model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Conv2D(hp.Int("conv_2_filter", 16, 32, step=16), 3, activation="relu"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(hp.Int("dense_units", 32, 128, step=16), activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(
        keras.optimizers.Adam(hp.Choice("learning_rate", values=[1e-2, 1e-3])),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def fit():
    (x_train, y_train), _ = pictures()
    return {"x": x_train, "y": y_train, "validation_split": 0.1, "epochs": 3}
