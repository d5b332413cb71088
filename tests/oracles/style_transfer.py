"""Style transfer, place by place and channel by channel; its gradients are derived by hand, for layers of 1 × 1."""

import keras
import numpy as np

from dlref import models
from tests.oracles.case import Case

_rng = np.random.default_rng(61)
LARGE, WIDE, SMALL = (_rng.normal(size=size) for size in ((4, 3, 3), (2, 5, 3), (4, 3, 3)))
CONTENT, STYLE = _rng.uniform(0.2, 0.8, (4, 3, 2)), _rng.uniform(0.2, 0.8, (2, 5, 2))
FIRST, SECOND = _rng.normal(size=(2, 3)), _rng.normal(size=(3, 2))
WEIGHTS, ALPHA, BETA, RATE = {"first": 0.3, "second": 0.9}, 0.7, 5.0, 0.02


def gram_matrix(a):
    height, width, channels = a.shape
    found = np.zeros((channels, channels))
    for k, l in np.ndindex(found.shape):
        found[k, l] = sum(a[i, j, k] * a[i, j, l] for i in range(height) for j in range(width))
    return found


def content_cost(content, generated):
    return 0.5 * sum((content[at] - generated[at]) ** 2 for at in np.ndindex(content.shape))


def differences(style, generated):
    """Of the Gram matrices of one place, on average."""
    places = [a.shape[0] * a.shape[1] for a in (style, generated)]
    return gram_matrix(generated) / places[1] - gram_matrix(style) / places[0]


def style_cost(style, generated):
    channels = style.shape[2]
    return np.linalg.norm(differences(style, generated), "fro") ** 2 / (4 * channels**2)


def style_slope(style, generated):
    """By the activations of the generated picture."""
    height, width, channels = generated.shape
    return generated @ differences(style, generated) / (channels**2 * height * width)


def style_transfer(content, style):
    """Two steps: the costs at the start and after each, then the picture."""
    picture, costs = content.copy(), []
    wanted = content @ FIRST @ SECOND
    styles = style @ FIRST, style @ FIRST @ SECOND
    for step in range(3):
        seen = picture @ FIRST, picture @ FIRST @ SECOND
        of_content = content_cost(wanted, seen[1])
        of_style = sum(
            weight * style_cost(*pair)
            for weight, *pair in zip(WEIGHTS.values(), styles, seen, strict=True)
        )
        costs += [ALPHA * of_content + BETA * of_style, of_content, of_style]
        if step < 2:
            first, second = (
                BETA * weight * style_slope(*pair)
                for weight, *pair in zip(WEIGHTS.values(), styles, seen, strict=True)
            )
            second += ALPHA * (seen[1] - wanted)
            picture = picture - RATE * (first + second @ SECOND.T) @ FIRST.T
    return np.concatenate([costs, picture.ravel()])


def painted(content, style):
    inputs = x = keras.Input((None, None, 2))
    for name, kernel in zip(WEIGHTS, (FIRST, SECOND), strict=True):
        x = keras.layers.Conv2D(kernel.shape[1], 1, use_bias=False, name=name)(x)
    model = keras.Model(inputs, x)
    model.set_weights([FIRST[None, None], SECOND[None, None]])
    picture, costs = models.style_transfer(
        *(model, content, style, "second", WEIGHTS, ALPHA, BETA),
        steps=2,
        optimizer=keras.optimizers.SGD(RATE),
    )
    return np.concatenate([np.array(list(costs.values())).T.ravel(), picture.ravel()])


ORACLES = {
    "models.gram_matrix": [Case(models.gram_matrix, gram_matrix, (WIDE,), True)],
    "models.content_cost": [Case(models.content_cost, content_cost, (LARGE, SMALL), True)],
    "models.style_cost": [Case(models.style_cost, style_cost, (WIDE, LARGE), True)],
    "models.style_transfer": [Case(painted, style_transfer, (CONTENT, STYLE))],
}
