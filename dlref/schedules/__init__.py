"""Learning-rate schedules of the lectures, each a `keras.optimizers.schedules.LearningRateSchedule`."""

from dlref.schedules.exponential import ExponentialDecay
from dlref.schedules.inverse_sqrt import InverseSqrtDecay
from dlref.schedules.inverse_time import InverseTimeDecay
from dlref.schedules.manual import ManualDecay
from dlref.schedules.staircase import StaircaseDecay

__all__ = [
    "ExponentialDecay",
    "InverseSqrtDecay",
    "InverseTimeDecay",
    "ManualDecay",
    "StaircaseDecay",
]
