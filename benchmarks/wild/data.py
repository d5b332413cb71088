"""Data of the scripts: scikit-learn's digits, and sentences and a series that are made. Nothing is downloaded."""

import numpy as np

from dlref.tuning import digits as lecture

WORDS = 2000  # that the sentences are made of


def digits():
    """(x_train, y_train), (x_val, y_val): 1,437 and 360 digits of 64 numbers."""
    x_train, y_train, x_val, y_val = lecture.load_data()
    return (x_train, y_train), (x_val, y_val)


def pictures():
    """The digits as images of 16 by 16 pixels in one channel."""
    return tuple(
        (x.reshape(-1, 8, 8, 1).repeat(2, axis=1).repeat(2, axis=2), y) for x, y in digits()
    )


def sentences():
    """1,280 and 320 of 30 words each; of the second class if the rare words are many."""
    rng = np.random.default_rng(0)
    x = np.minimum(rng.zipf(1.3, (1600, 30)), WORDS - 1).astype("int32")
    rare = (x > 100).sum(axis=1)
    y = (rare > np.median(rare)).astype("float32")
    return (x[:1280], y[:1280]), (x[1280:], y[1280:])


def windows():
    """1,280 and 320 windows of 24 values of a noisy series, and the value behind each."""
    rng = np.random.default_rng(0)
    hours = np.arange(1600 + 24)
    series = np.sin(2 * np.pi * hours / 24) + 0.1 * rng.normal(size=len(hours))
    x = np.lib.stride_tricks.sliding_window_view(series, 24)[:1600, :, None].astype("float32")
    y = series[24:].astype("float32")
    return (x[:1280], y[:1280]), (x[1280:], y[1280:])
