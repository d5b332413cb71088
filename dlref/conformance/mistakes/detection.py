"""Mistakes of detection."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "detection.midpoint_to_corners": {
        "the width before the height, as Keras has it": ("b_x, b_y, b_h, b_w = ", "b_x, b_y, b_w, b_h = "),
        "the whole width from the midpoint": ("b_x + b_w / 2", "b_x + b_w"),
    },
    "detection.corners_to_midpoint": {
        "the width before the height, as Keras has it": ("[b_x, b_y, b_h, b_w]", "[b_x, b_y, b_w, b_h]"),
        "the corner for the midpoint": ("(x_1 + x_2) / 2", "x_1"),
    },
}  # fmt: skip
