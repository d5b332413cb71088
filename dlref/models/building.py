"""What the networks share: their arguments, checked, and their weights."""

from collections.abc import Callable
from typing import Any

import keras

from dlref import _checks
from dlref._stored import reading
from dlref.layers import BatchNormalization
from dlref.models.copy_weights import copy_weights


def start(
    owner: str, input_shape: Any, classes: Any, width: Any
) -> tuple[Any, int, Callable[[int], int]]:
    """The pictures that come in, the number of classes, and n channels or units times `width`, at least 1."""
    sizes = _checks.sequence(owner, "input_shape", input_shape)
    if len(sizes) != 3:
        raise ValueError(
            f"{owner}: `input_shape` must be height, width and channels. Received: input_shape={input_shape!r}."
        )
    inputs = keras.Input([_checks.integer(owner, "input_shape", n, 1) for n in sizes])
    factor = _checks.real(owner, "width", width, "(0, inf)")
    classes = _checks.integer(owner, "classes", classes, 1)
    return inputs, classes, lambda n: max(1, round(n * factor))


def eighths(n: float) -> int:
    """The multiple of 8 that is next to n, at least 8, and the one above it where more than a tenth would be lost."""
    near = max(8, int(n + 4) // 8 * 8)
    return near + 8 if near < 0.9 * n else near


def padded(x: Any, f: int) -> Any:
    """With the zeros of Keras' "same" for a window of f in steps of 2: on an even size one less before than behind."""
    first = channel_axis() == 1
    sizes = x.shape[2:] if first else x.shape[1:-1]
    zeros = [((f - 2 + n % 2) // 2, f // 2) for n in sizes]
    return keras.layers.ZeroPadding2D(zeros)(x)


def normalized(z: Any, name: str, **arguments: Any) -> Any:
    """Batch normalization by channel."""
    return BatchNormalization(channel_axis(), name=name, **arguments)(z)


def channel_axis() -> int:
    """Where pictures have their channels."""
    return 1 if keras.config.image_data_format() == "channels_first" else -1


def weighted(model: Any, weights: Any, application: Callable[..., Any], **arguments: Any) -> Any:
    """The model with weights: none, "imagenet" from `application`, or those of a file."""
    if weights is None:
        return model
    if weights != "imagenet":
        with reading(weights, f"the weights of {model.name}"):
            model.load_weights(weights)
        return model
    try:
        trained = application(weights=weights, **arguments)
    except ValueError:  # of the arguments
        raise
    except Exception as error:
        raise OSError(
            f'{model.name}: weights="imagenet" are downloaded by keras.applications, which failed. '
            f"A file of theirs can be given instead: weights=PATH. {error}"
        ) from error
    copy_weights(trained, model)
    return model
