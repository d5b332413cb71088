"""Forward and backward propagation by hand, in NumPy, as the lecture writes them: examples are columns."""

from dlref.by_hand.batch_normalization import BatchNormalization
from dlref.by_hand.deep_network import DeepNetwork
from dlref.by_hand.linear_collapse import linear_collapse
from dlref.by_hand.logistic_regression import LogisticRegression
from dlref.by_hand.recurrent_network import RecurrentNetwork

__all__ = [
    "BatchNormalization",
    "DeepNetwork",
    "LogisticRegression",
    "RecurrentNetwork",
    "linear_collapse",
]
