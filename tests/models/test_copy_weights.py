"""Weights go by the names of layers, all or none."""

import keras
import numpy as np
import pytest

from dlref.models import copy_weights


def two_layers(units: int, first: str = "a") -> keras.Model:
    layers = [keras.layers.Dense(units, name=first), keras.layers.Dense(3, name="b")]
    return keras.Sequential([keras.Input((4,)), *layers], name=f"of_{units}")


def test_a_longer_source_is_allowed() -> None:
    source = two_layers(5)
    target = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, name="a")])
    copy_weights(source, target)
    np.testing.assert_array_equal(target.get_weights()[0], source.get_weights()[0])


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (two_layers(5, "c"), "'of_5' has no layer 'c'"),
        (two_layers(6), r"'a' must have the shapes \[\(4, 6\), \(6,\)\]. Received: \[\(4, 5\)"),
    ],
)
def test_what_does_not_fit_changes_nothing(target: keras.Model, words: str) -> None:
    before = target.get_weights()
    with pytest.raises(ValueError, match=words):
        copy_weights(two_layers(5), target)
    for old, new in zip(before, target.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
