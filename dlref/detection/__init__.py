"""Detection: boxes around what a picture shows, and how they are compared and selected."""

from dlref.detection.boxes import corners_to_midpoint, midpoint_to_corners
from dlref.detection.iou import iou
from dlref.detection.non_max_suppression import non_max_suppression
from dlref.detection.sliding_windows import sliding_windows
from dlref.detection.soft_non_max_suppression import soft_non_max_suppression
from dlref.detection.yolo import yolo_decode, yolo_target

__all__ = [
    "corners_to_midpoint",
    "iou",
    "midpoint_to_corners",
    "non_max_suppression",
    "sliding_windows",
    "soft_non_max_suppression",
    "yolo_decode",
    "yolo_target",
]
