"""Losses of the lectures, each a `keras.losses.Loss`."""

from dlref.losses.binary_crossentropy import BinaryCrossentropy
from dlref.losses.categorical_crossentropy import CategoricalCrossentropy
from dlref.losses.ctc import CTC
from dlref.losses.dice import Dice
from dlref.losses.landmark_loss import LandmarkLoss
from dlref.losses.multi_task_crossentropy import MultiTaskCrossentropy
from dlref.losses.triplet_loss import TripletLoss
from dlref.losses.yolo_loss import YoloLoss, YoloSquaredError

__all__ = [
    "CTC",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Dice",
    "LandmarkLoss",
    "MultiTaskCrossentropy",
    "TripletLoss",
    "YoloLoss",
    "YoloSquaredError",
]
