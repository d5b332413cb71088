"""Optimizers of the lectures: each a `keras.optimizers.Optimizer`, but for those of the second order.

These minimize one function, which no mini-batch is: `Newton`, `BFGS`, `LBFGS`, and `fit_full_batch` for a Keras model.
"""

from dlref.optimizers.adagrad import AdaGrad
from dlref.optimizers.adam import Adam
from dlref.optimizers.bfgs import BFGS, LBFGS
from dlref.optimizers.full_batch import fit_full_batch
from dlref.optimizers.momentum import CS231nMomentum, Momentum
from dlref.optimizers.nesterov import Nesterov
from dlref.optimizers.newton import Newton
from dlref.optimizers.rmsprop import RMSProp, RMSPropEpsilonInside
from dlref.optimizers.sgd import SGD

__all__ = [
    "BFGS",
    "LBFGS",
    "SGD",
    "AdaGrad",
    "Adam",
    "CS231nMomentum",
    "Momentum",
    "Nesterov",
    "Newton",
    "RMSProp",
    "RMSPropEpsilonInside",
    "fit_full_batch",
]
