"""What style transfer is given: activations, layers and pictures, checked."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from dlref import _checks


def activations(owner: str, argument: str, value: Any) -> Any:
    """Activations with height, width and channels, in float32 at least."""
    a, _ = _checks.at_least_float32(owner, argument, value)
    if len(a.shape) < 3 or a.shape[-1] is None:
        raise ValueError(
            f"{owner}: `{argument}` must have a height, a width and channels. Received: shape {tuple(a.shape)}."
        )
    return a


def both(owner: str, argument: str, value: Any, generated: Any, free: int) -> tuple[Any, Any]:
    """Activations of two pictures of the same shape, but for height and width where these are free."""
    a, b = activations(owner, argument, value), activations(owner, "generated", generated)
    dtype = "float64" if "float64" in (a.dtype, b.dtype) else "float32"
    a, b = ops.cast(a, dtype), ops.cast(b, dtype)
    fixed = [(*x.shape[:-free], x.shape[-1]) if free else tuple(x.shape) for x in (a, b)]
    if len(a.shape) != len(b.shape) or any(
        n != m for n, m in zip(*fixed, strict=True) if None not in (n, m)
    ):
        but = ", but for height and width" if free else ""
        raise ValueError(
            f"{owner}: `{argument}` and `generated` must have the same shape{but}. "
            f"Received: {tuple(a.shape)} and {tuple(b.shape)}."
        )
    return a, b


def weighted(owner: str, style_layers: Any) -> tuple[list[str], list[float]]:
    """The names of the layers and their weights: of names alone, equal ones that add up to 1."""
    named = isinstance(style_layers, dict)
    names = _checks.sequence(owner, "style_layers", list(style_layers) if named else style_layers)
    if not names or len(set(map(str, names))) < len(names):
        raise ValueError(
            f"{owner}: `style_layers` must name at least one layer, and each once. Received: {names}."
        )
    weights = style_layers.values() if named else [1 / len(names)] * len(names)
    return names, [_checks.real(owner, "style_layers", w, "[0, inf)") for w in weights]


def activations_of(owner: str, model: Any, names: list[str]) -> Callable[[Any], list[Any]]:
    """What computes the activations of layers for one picture."""
    if not isinstance(model, keras.Model) or not getattr(model, "inputs", None):
        raise TypeError(
            f"{owner}: `model` must be a functional Keras model. Received: {type(model).__name__}."
        )
    layers = {layer.name: layer for layer in model.layers}
    if unknown := [name for name in names if name not in layers]:
        raise ValueError(
            f"{owner}: `content_layer` and `style_layers` must name layers of {model.name!r}, which are "
            f"{', '.join(layers)}. Received: {unknown[0]!r}."
        )
    outputs = [layers[name].output for name in names]
    for name, output in zip(names, outputs, strict=True):
        if len(output.shape) != 4:
            raise ValueError(
                f"{owner}: the output of a layer must have height, width and channels. Received: that of {name!r}, "
                f"of shape {tuple(output.shape)}."
            )
    network = keras.Model(model.inputs, outputs)
    return lambda picture: [each[0] for each in network(picture[None], training=False)]


def bounds(owner: str, value_range: Any) -> tuple[Any, Any]:
    """Black and white, each a number or one for each channel."""
    ends = _checks.sequence(owner, "value_range", value_range)
    if len(ends) != 2:
        raise ValueError(f"{owner}: `value_range` must be (low, high). Received: {value_range}.")
    low, high = (
        ops.cast(_checks.floating(owner, "value_range", end), keras.config.floatx()) for end in ends
    )
    if len(low.shape) > 1 or low.shape != high.shape or not ops.all(low < high):
        raise ValueError(
            f"{owner}: `value_range` must be (low, high) with low < high, a number each or one for each channel. "
            f"Received: {value_range}."
        )
    return low, high


def picture(owner: str, argument: str, value: Any, model: Any, ends: tuple[Any, Any]) -> Any:
    """A picture that fits the model, with pixels in the range."""
    pixels = ops.cast(_checks.floating(owner, argument, value), keras.config.floatx())
    wanted = model.inputs[0].shape[1:]
    if not 3 == len(pixels.shape) == len(wanted) or any(
        n not in (None, m) for n, m in zip(wanted, pixels.shape, strict=True)
    ):
        raise ValueError(
            f"{owner}: `{argument}` must be one picture of the shape {tuple(wanted)} that the model takes. "
            f"Received: {tuple(pixels.shape)}."
        )
    low, high = ends
    if low.shape not in ((), (pixels.shape[-1],)):
        raise ValueError(
            f"{owner}: `value_range` must hold two numbers, or one for each of {pixels.shape[-1]} channels. "
            f"Received: {low.shape[0]}."
        )
    if not ops.all((low <= pixels) & (pixels <= high)):
        raise ValueError(
            f"{owner}: the pixels of `{argument}` must lie in `value_range`, from {ops.convert_to_numpy(low)} to "
            f"{ops.convert_to_numpy(high)}. Received: pixels from {float(ops.min(pixels))} to "
            f"{float(ops.max(pixels))}."
        )
    return pixels


def started(owner: str, start: Any, content: Any, ends: tuple[Any, Any], seed: Any) -> Any:
    """The picture that the steps begin with."""
    seed = None if seed is None else _checks.integer(owner, "seed", seed, 0, 2**32 - 1)
    if _checks.one_of(owner, "start", start, ("content", "noise")) == "content":
        return content
    low, high = ends
    drawn = keras.random.uniform(content.shape, dtype=content.dtype, seed=seed)
    return low + (high - low) * drawn
