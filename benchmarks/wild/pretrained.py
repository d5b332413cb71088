"""A frozen base of keras.applications under a new head; its weights are random, for nothing is downloaded."""

import keras

from benchmarks.wild.data import pictures


def build(hp):
    base = keras.applications.MobileNetV2(
        input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None
    )
    base.trainable = False
    inputs = keras.Input((16, 16, 1))
    x = keras.layers.UpSampling2D(2)(inputs)
    x = keras.layers.Concatenate()([x, x, x])
    x = base(x, training=False)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dense(hp.Int("units", 32, 128, step=32), activation="relu")(x)
    x = keras.layers.Dropout(hp.Float("dropout", 0.1, 0.5, step=0.1))(x)
    outputs = keras.layers.Dense(10, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    learning_rate = hp.Choice("learning_rate", [1e-2, 1e-3, 1e-4])
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def fit():
    (x_train, y_train), (x_val, y_val) = pictures()
    return {
        "x": x_train[:640],
        "y": y_train[:640],
        "validation_data": (x_val[:160], y_val[:160]),
        "epochs": 2,
    }
