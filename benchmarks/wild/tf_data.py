"""`tf.data`: shuffled, in mini-batches, prefetched, as `image_dataset_from_directory` returns it too."""

import keras

from benchmarks.wild.data import digits


def build(hp):
    model = keras.Sequential()
    model.add(keras.layers.Input((8, 8, 1)))
    model.add(keras.layers.Rescaling(0.5))
    model.add(keras.layers.Conv2D(32, 3, activation="relu"))
    model.add(keras.layers.GlobalAveragePooling2D())
    model.add(keras.layers.Dense(hp.Int("units", 32, 128, step=32), activation="relu"))
    model.add(keras.layers.Dropout(hp.Float("dropout", 0.0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(10, activation="softmax"))
    learning_rate = hp.Choice("learning_rate", [1e-2, 1e-3, 1e-4])
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def fit():
    import tensorflow as tf

    (x_train, y_train), (x_val, y_val) = digits()
    train = tf.data.Dataset.from_tensor_slices((x_train.reshape(-1, 8, 8, 1), y_train))
    dev = tf.data.Dataset.from_tensor_slices((x_val.reshape(-1, 8, 8, 1), y_val))
    train = train.shuffle(1000).batch(32).prefetch(tf.data.AUTOTUNE)
    return {"x": train, "validation_data": dev.batch(32), "epochs": 5}
