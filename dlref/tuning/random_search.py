"""Random search: each trial draws every hyperparameter anew.

Sources: DLS-C2W3-ko. A grid of 25 trials tries 5 values of each of two hyperparameters; 25 random trials try 25.
"""

from dlref.tuning.tuner import Search


class RandomSearch(Search):
    """Random search; takes the arguments of `Search`, except `sampler`.

    Example:
        >>> import keras
        >>> from dlref.tuning import RandomSearch, log_uniform
        >>> def build(hp):
        ...     model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        ...     model.compile(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 1e-4, 0.1)), "mse")
        ...     return model
        >>> tuner = RandomSearch(build, "val_loss", max_trials=2, seed=0, directory=getfixture("tmp_path"))
        >>> x, y = keras.ops.ones((8, 1)), keras.ops.ones((8, 1))
        >>> tuner.search(x, y, validation_data=(x, y), verbose=0)
        >>> len(tuner.oracle.get_best_trials(5))
        2
    """
