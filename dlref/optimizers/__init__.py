"""Optimizers of the lectures, each a `keras.optimizers.Optimizer`."""

from dlref.optimizers.adagrad import AdaGrad
from dlref.optimizers.adam import Adam
from dlref.optimizers.momentum import CS231nMomentum, Momentum
from dlref.optimizers.nesterov import Nesterov
from dlref.optimizers.rmsprop import RMSProp, RMSPropEpsilonInside
from dlref.optimizers.sgd import SGD

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "CS231nMomentum",
    "Momentum",
    "Nesterov",
    "RMSProp",
    "RMSPropEpsilonInside",
]
