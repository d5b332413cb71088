"""Callbacks of Keras: a smaller learning rate on a plateau, a checkpoint, a log."""

import tempfile
from pathlib import Path

import keras

from benchmarks.wild.data import digits
from benchmarks.wild.one_layer import build as build


def fit():
    (x_train, y_train), dev = digits()
    directory = Path(tempfile.mkdtemp())
    callbacks = [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=5),
        keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=2),
        keras.callbacks.ModelCheckpoint(directory / "best.keras", save_best_only=True),
        keras.callbacks.CSVLogger(directory / "log.csv"),
    ]
    return {
        "x": x_train,
        "y": y_train,
        "validation_data": dev,
        "epochs": 10,
        "callbacks": callbacks,
    }
