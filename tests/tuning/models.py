"""Models a user might sweep, for the iris flowers: good ones, and ones that fail in every way."""

import os
import time

import keras
import keras_tuner

from dlref.tuning import averaging_decay, log_uniform, power_of_two

BAD_TEXT = "</script><script>alert(1)</script>"


def network(optimizer):
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="leaky_relu"),
            keras.layers.Dropout(0.1),
            keras.layers.Dense(3),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    # Eagerly: compiling takes longer than these few batches.
    model.compile(optimizer, loss=loss, metrics=["accuracy"], run_eagerly=True)
    return model


def build(hp):
    alpha = log_uniform(hp, "learning_rate", 1e-3, 1.0)
    beta = averaging_decay(hp, "momentum")
    power_of_two(hp, "batch_size", 16, 64)
    return network(keras.optimizers.SGD(alpha, momentum=beta))


def diverges(hp):
    log_uniform(hp, "learning_rate", 1e29, 1e31)
    return network(keras.optimizers.SGD(hp["learning_rate"]))


def raises(hp):
    hp.Float("width", 0.0, 1.0)
    raise ValueError(BAD_TEXT)


def exits(hp):
    hp.Float("width", 0.0, 1.0)
    raise SystemExit("enough")


def is_no_model(hp):
    hp.Float("width", 0.0, 1.0)


def does_not_fit(hp):
    hp.Float("width", 0.0, 1.0)
    model = keras.Sequential([keras.Input((7,)), keras.layers.Dense(3)])
    model.compile("sgd", loss="mse", metrics=["accuracy"])
    return model


def sometimes(hp):
    if hp.Choice("kind", ["good", "bad", "worse"]) == "bad":
        raise ValueError(BAD_TEXT)
    hp.Float("width", 0.0, 1.0)
    return network(keras.optimizers.SGD(0.1 if hp["kind"] == "good" else 1e30))


def needs_luck(hp):
    """Fails for the default values, before all is declared."""
    if not hp.Boolean("lucky"):
        raise ValueError("no luck")
    return network(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 0.01, 0.1)))


class Conditional(keras_tuner.HyperModel):
    def build(self, hp):
        if hp.Choice("optimizer", ["adam", "sgd"]) == "adam":
            return network(keras.optimizers.Adam(0.01))
        with hp.conditional_scope("optimizer", ["sgd"]):
            return network(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 0.01, 0.1)))


class Infinite(keras_tuner.HyperModel):
    """Would be the best of all."""

    def build(self, hp):
        hp.Float("width", 0.0, 1.0)
        return network("sgd")

    def fit(self, hp, model, *args, **kwargs):
        return {"val_accuracy": float("inf")}


class Slow(keras_tuner.HyperModel):
    def build(self, hp):
        return build(hp)

    def fit(self, hp, model, *args, **kwargs):
        time.sleep(0.5)
        history = model.fit(*args, **kwargs)
        time.sleep(0.5)
        return history


class Deadly(keras_tuner.HyperModel):
    """Takes the process with it, as running out of memory does."""

    def build(self, hp):
        return build(hp)

    def fit(self, hp, model, *args, **kwargs):
        print("this is the end", flush=True)
        os._exit(9)


NOTHING = 3
