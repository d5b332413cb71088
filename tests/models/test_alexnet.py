"""AlexNet: the paper's 60 million, and what is too small for it."""

import numpy as np
import pytest

from dlref.models import AlexNet


def test_the_paper_s_60_million() -> None:
    """Half of the weights of three convolutions are left with two groups."""
    full = AlexNet()
    kernels = [full.get_layer(name).kernel for name in ("conv2", "conv4", "conv5")]
    halves = sum(np.prod(kernel.shape) // 2 for kernel in kernels)
    assert full.count_params() - halves == 60_965_224
    small, grouped = (AlexNet((67, 67, 3), 10, 1 / 16, groups).count_params() for groups in (1, 2))
    assert small - grouped == (25 * 6 * 16 + 9 * 24 * 24 + 9 * 24 * 16) // 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"input_shape": (66, 67, 3)}, "name=pool5"),
        ({"input_shape": (8, 8, 3)}, "name=conv1"),
        ({"groups": 3}, "groups"),
        ({"dropout": 1.5}, "rate"),
    ],
)
def test_bad_arguments(arguments, words) -> None:
    with pytest.raises(ValueError, match=words):
        AlexNet(**{"input_shape": (67, 67, 3), "width": 1 / 16, **arguments})
