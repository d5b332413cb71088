"""Two classes of unequal size, the rare one weighted."""

import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


def build(hp):
    model = keras.Sequential()
    model.add(keras.layers.Input((30,)))
    for i in range(hp.Int("layers", 1, 2)):
        model.add(keras.layers.Dense(hp.Int(f"units_{i}", 16, 64, step=16), activation="relu"))
        model.add(keras.layers.Dropout(hp.Float(f"dropout_{i}", 0.0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    learning_rate = hp.Float("learning_rate", 1e-4, 1e-2, sampling="log")
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


def fit():
    x, y = load_breast_cancer(return_X_y=True)
    x_train, x_val, y_train, y_val = train_test_split(x, y, random_state=0)
    scaler = StandardScaler().fit(x_train)
    return {
        "x": scaler.transform(x_train),
        "y": y_train,
        "validation_data": (scaler.transform(x_val), y_val),
        "class_weight": {0: 1.7, 1: 1.0},
        "epochs": 20,
    }
