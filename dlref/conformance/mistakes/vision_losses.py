"""Mistakes of the losses of detection and of recognizing faces."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "losses.TripletLoss": {
        "without the margin": (" + alpha)", ")"),
        "the distance without the square": ("ops.sum((a - b) ** 2, -1)", "ops.sqrt(ops.sum((a - b) ** 2, -1) + 1e-12)"),
        "its own positive": ("same & ~ops.eye(", "same | ops.eye("),
        "the sum over the positives": ("ops.sum(k * t, -1) / n", "ops.sum(k * t, -1)"),
        "always the closest negative": ('self.mining == "hard"', "True"),
        "the closest where none is farther": ("ops.where(same, -1.0, d)", "-others"),
    },
    "losses.YoloLoss": {
        "no objects weigh as much as objects": ("(1 - p) * beta * L_p", "(1 - p) * L_p"),
        "the weight of no object for objects too": ("p * (L_p + alpha * L_b + L_c) + (1 - p) * beta * L_p",
                                                    "p * (alpha * L_b + L_c) + beta * L_p"),
        "the mean over the cells": ("ops.sum(L, -1)", "ops.mean(L, -1)"),
        "box and class of an object alone": (" + (1 - p) * beta * L_p", ""),
        "without the second term": (" - (1 - p) * log_not_p_hat", ""),
        "classes without an object": ("c * log_c_hat", "(1 - p)[..., None] * log_c_hat"),
    },
    "losses.YoloSquaredError": {
        "no objects weigh as much as objects": ("(1 - p) * beta * L_p", "(1 - p) * L_p"),
        "the mean over the cells": ("ops.sum(L, -1)", "ops.mean(L, -1)"),
        "the mean over the four numbers of a box": ("ops.sum(ops.square(b - b_hat)",
                                                    "ops.mean(ops.square(b - b_hat)"),
        "the distance, not its square": ("ops.square(p - p_hat)", "ops.abs(p - p_hat)"),
    },
    "losses.LandmarkLoss": {
        "landmarks of what is not there": ("p * d", "d"),
        "the mean over the landmarks": ("ops.sum(ops.square", "ops.mean(ops.square"),
        "the distance without its square": ("d = ops.sum(ops.square(l_hat - l), -1)",
                                            "d = ops.sqrt(ops.sum(ops.square(l_hat - l), -1))"),
    },
    "losses.Dice": {
        "of all pictures together": ("(ops.shape(x)[0], -1, ops.shape(x)[-1])", "(1, -1, ops.shape(x)[-1])"),
        "of all classes together": ("(ops.shape(x)[0], -1, ops.shape(x)[-1])", "(ops.shape(x)[0], -1, 1)"),
        "the epsilon in the denominator alone": ("2 * ops.sum(p * y, -2) + epsilon", "2 * ops.sum(p * y, -2)"),
        "the IoU": ("(ops.sum(p, -2) + ops.sum(y, -2) + epsilon)",
                    "(ops.sum(p, -2) + ops.sum(y, -2) - ops.sum(p * y, -2) + epsilon)"),
        "squares in the denominator, as in V-Net": ("ops.sum(p, -2) +", "ops.sum(p**2, -2) +"),
        "the sum over the classes": ("1 / C * ops.sum(1 - D, -1)", "ops.sum(1 - D, -1)"),
    },
}  # fmt: skip
