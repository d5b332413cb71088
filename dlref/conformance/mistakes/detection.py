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
    "detection.iou": {
        "boxes apart share a negative width": ("ops.maximum(0, ops.minimum(r_1, r_2) - ops.maximum(l_1, l_2))",
                                               "ops.minimum(r_1, r_2) - ops.maximum(l_1, l_2)"),
        "the intersection counted twice": ("A_1 + A_2 - I", "A_1 + A_2"),
        "a pixel more, as in VOC": ("w * h", "(w + 1) * (h + 1)"),
    },
    "detection.non_max_suppression": {
        "kept at the threshold, as in TensorFlow": ("iou >= t", "iou > t"),
        "a box that is suppressed suppresses others": ("ops.matmul(k, m) == 0", "ops.matmul(there, m) == 0"),
        "other classes suppressed": ("c[:, None] == c_j", "c[:, None] == c[:, None]"),
        "the score threshold itself is enough": ("best > low", "best >= low"),
    },
    "detection.soft_non_max_suppression": {
        "sigma doubled, as in TensorFlow": ("/ sigma", "/ (2 * sigma)"),
        "the square lost": ("ops.square(iou)", "iou"),
        "other classes lowered": ("c == c[i]", "c == c"),
        "the highest score lowers no other": ("s * ops.exp(", "s * ops.exp(0 * "),
    },
    "detection.sliding_windows": {
        "one window too few": ("(H - h) // s + 1", "(H - h) // s"),
        "downwards first": ("place // n_x, place % n_x", "place % n_y, place // n_y"),
        "the width before the height": ("sides = _checks.sequence(owner, argument, value)",
                                        "sides = _checks.sequence(owner, argument, value)[::-1]"),
    },
    "detection.yolo_target": {
        "rows and columns exchanged": ('ops.cast(i, "int32") * n + ops.cast(j, "int32")',
                                       'ops.cast(j, "int32") * n + ops.cast(i, "int32")'),
        "b_x from the edge of the picture": ("n * x - j", "n * x"),
        "sizes in shares of the picture": ("b_h = n * h", "b_h = h"),
        "anchor boxes with the width first": ("ops.stack([h, w], -1)", "ops.stack([w, h], -1)"),
        "the anchor box where the object stands": (
            "_nearest_anchor(_about_the_origin(ops.stack([h, w], -1)),", "_nearest_anchor(boxes,"),
        "no 1 for an object": ("ops.ones_like(x)", "ops.zeros_like(x)"),
    },
    "detection.yolo_decode": {
        "rows and columns exchanged": ("(j + b_x) / n", "(i + b_x) / n"),
        "sizes in shares of the picture": ("ops.maximum(b_h, 0) / n", "ops.maximum(b_h, 0)"),
        "height and width exchanged": ("ops.stack([x, y, h, w], -1)", "ops.stack([x, y, w, h], -1)"),
        "the score of the class alone": ("p_c * ops.max(c, -1)", "ops.max(c, -1)"),
        "the score of the box alone": ("p_c * ops.max(c, -1)", "p_c"),
    },
}  # fmt: skip
