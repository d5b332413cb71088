"""Detection: boxes around what a picture shows, and how they are compared and selected."""

from dlref.detection.boxes import corners_to_midpoint, midpoint_to_corners

__all__ = ["corners_to_midpoint", "midpoint_to_corners"]
