"""Whether what Keras reports of a set depends on how it is cut into mini-batches."""

from typing import Any

import keras
from keras import losses, tree

from dlref._compat import keras as keras_src
from dlref.losses import BinaryCrossentropy, CategoricalCrossentropy

# One number for each example, whatever the others are; not so `dice`, `tversky` and `circle`.
PER_EXAMPLE = {
    losses.binary_crossentropy,
    losses.binary_focal_crossentropy,
    losses.categorical_crossentropy,
    losses.categorical_focal_crossentropy,
    losses.categorical_hinge,
    losses.cosine_similarity,
    losses.hinge,
    losses.huber,
    losses.kl_divergence,
    losses.log_cosh,
    losses.mean_absolute_error,
    losses.mean_absolute_percentage_error,
    losses.mean_squared_error,
    losses.mean_squared_logarithmic_error,
    losses.poisson,
    losses.sparse_categorical_crossentropy,
    losses.squared_hinge,
}
MEANS = ("sum_over_batch_size", "mean")


def is_additive(model: keras.Model) -> bool:
    """Whether all that a model reports of a set is a mean over examples, or counts them.

    Args:
        model: a compiled model, whose loss and metrics are built.
    """
    # TensorFlow takes the mean of each output's loss over mini-batches, though the last may be smaller.
    if keras.backend.backend() == "tensorflow" and model._compile_loss.metrics:
        return False
    compiled = model._compile_metrics
    found = [compiled._flat_metrics, compiled._flat_weighted_metrics] if compiled else []
    metrics = [metric for each in tree.flatten(found) if each for metric in each.metrics]
    return (
        all(_is_mean_loss(loss) for _, loss, *_ in model._compile_loss._flat_losses)
        and all(_is_additive_metric(metric) for metric in metrics)
        and all(_is_neutral(layer) for layer in model._flatten_layers())
    )


def _is_mean_loss(loss: Any) -> bool:
    if loss is None:
        return True
    ours = type(loss) in (BinaryCrossentropy, CategoricalCrossentropy)
    arguments = vars(loss) if ours else getattr(loss, "_fn_kwargs", {})
    return (
        (ours or (_is_of_keras(loss) and getattr(loss, "fn", None) in PER_EXAMPLE))
        and loss.reduction in MEANS
        and _is_along_classes(arguments)
    )


def _is_additive_metric(metric: Any) -> bool:
    function = getattr(metric, "_fn", None)
    own = function is None or function.__module__.startswith(keras_src.package(keras.metrics.Mean))
    return (
        _is_of_keras(metric)
        and (own or function in PER_EXAMPLE)
        and _is_along_classes(getattr(metric, "_fn_kwargs", {}))
    )


def _is_along_classes(arguments: dict[str, Any]) -> bool:
    # Examples that are ignored leave the denominator of their mini-batch.
    return arguments.get("axis", -1) == -1 and arguments.get("ignore_class") is None


def _is_neutral(layer: Any) -> bool:
    """Whether it adds no loss of its own, nor a mask, which leaves examples out of their mini-batch."""
    masks = isinstance(layer, keras.layers.Masking) or getattr(layer, "mask_zero", False)
    known = _is_of_keras(layer) or type(layer).__module__.startswith("dlref.")
    return known and not masks and layer.activity_regularizer is None


def _is_of_keras(thing: Any) -> bool:
    return type(thing).__module__.startswith("keras.")
