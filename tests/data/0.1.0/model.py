"""What the small sweep trains: models that share a population, and one kind that is trained alone."""

import keras

from dlref.tuning import log_uniform


def build(hp):
    log_uniform(hp, "learning_rate", 0.01, 1.0)
    alone = hp.Choice("trained", ["together", "alone"]) == "alone"
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(hp["learning_rate"], momentum=0.9)
    model.compile(optimizer, loss, run_eagerly=alone)
    return model
