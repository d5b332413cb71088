"""Every argument of every public object: what makes the object, and what may be given.

An argument's kind is `"real [0, 1)"`, `"integer 1"` (at least 1; a second number is the largest that is tried),
`"boolean"`, `"axis"`, `"seed"`, `"name"`, `"reals"`, `"integers"`, `"ends"`, `"sizes"`, `"axes"`, `"numbers"`,
`"shares"`, `"labels"`, `"ratio"`, `"data_format"`, `"average"`, `"weights"`, `"smoothing"`, `"mining"`, `"mode"`,
`"turns"`, `"fill_mode"`, `"interpolation"`, `"pair 1"`, `"padding"`, `"activation"`, `"initializer"`, `"regularizer"`
or `"constraint"`; `"?"` in front also allows None.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from operator import index
from typing import Any

import keras
import numpy as np

from dlref import (
    activations,
    averages,
    decoding,
    embeddings,
    ensembles,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    preprocessing,
    regularizers,
)
from dlref import schedules as schedules_

_NUMBERS = np.ones((2, 3), "float32")


def _statistics(batch_size: Any) -> None:
    model = keras.Sequential([keras.Input((3,)), layers.BatchNormalization()])
    layers.whole_set_statistics(model, _NUMBERS, batch_size)


def _normalization(
    axis: Any = 0, mean: Any = None, variance: Any = None, invert: Any = False, **kwargs: Any
) -> Any:
    """Mean and variance come together."""
    if (mean is None) != (variance is None):
        mean, variance = (1.0 if v is None else v for v in (mean, variance))
    return layers.Normalization(axis, mean, variance, invert, **kwargs)


_OPTIMIZER = {
    "learning_rate": "real [0, inf)",
    "weight_decay": "?real [0, inf)",
    "clipnorm": "?real (0, inf)",
    "clipvalue": "?real (0, inf)",
    "global_clipnorm": "?real (0, inf)",
    "use_ema": "boolean",
    "ema_momentum": "real [0, 1]",
    "ema_overwrite_frequency": "?integer 1",
    "loss_scale_factor": "?real (0, inf)",
    "gradient_accumulation_steps": "?integer 2",
}
_MOMENTUM = _OPTIMIZER | {"momentum": "real [0, 1]"}
_RMSPROP = _OPTIMIZER | {"rho": "real [0, 1)", "epsilon": "real (0, inf)"}
_SECOND_ORDER = {"gradient_tolerance": "real [0, inf)", "max_iterations": "integer 1"}
_SCHEDULE = {"initial_learning_rate": "real [0, inf)", "steps_per_epoch": "integer 1"}
_SCHEDULE |= {"name": "?name"}
_LOSS = {"from_logits": "boolean", "label_smoothing": "real [0, 1]", "axis": "axis"}
_YOLO = {"box_weight": "real [0, inf)", "no_object_weight": "real [0, inf)"}
_DROPOUT = {"rate": "real [0, 1]", "noise_shape": "?sizes", "seed": "?seed"}
_STRENGTH = {"strength": "real [0, inf)", "examples": "integer 1"}


_MISSING = object()  # None is a value that is to be refused


def _convolution(kind: Any, filters: Any = _MISSING, groups: Any = 1, **kwargs: Any) -> Any:
    """As many filters as groups, where nothing else is said."""
    if filters is _MISSING:
        filters = groups if isinstance(groups, int | np.integer) and groups > 0 else 1
    given = {"kernel_size": 2, "kernel_initializer": _SEEDED, "groups": groups} | kwargs
    return kind(filters, **given)


def _transposed_convolution(filters: Any = 1, output_padding: Any = None, **kwargs: Any) -> Any:
    """With strides that are larger than what is added to the outputs."""
    given = {"kernel_size": 2, "kernel_initializer": _SEEDED} | kwargs
    with suppress(TypeError, ValueError, OverflowError):
        given = {"strides": max(1, index(np.max(output_padding)) + 1)} | given
    return layers.Conv2DTranspose(filters, output_padding=output_padding, **given)


_CONVOLUTION = {
    "filters": "integer 1",
    "kernel_size": "pair 1",
    "strides": "pair 1",
    "padding": "padding",
    "data_format": "?data_format",
    "dilation_rate": "pair 1",
    "groups": "integer 1",
    "activation": "?activation",
    "use_bias": "boolean",
    **{f"{name}_initializer": "?initializer" for name in ("kernel", "bias")},
    **{f"{name}_regularizer": "?regularizer" for name in ("kernel", "bias")},
    **{f"{name}_constraint": "?constraint" for name in ("kernel", "bias")},
}
_BATCH_NORMALIZATION = {
    "axis": "axis",
    "momentum": "real [0, 1]",
    "epsilon": "real (0, inf)",
    "center": "boolean",
    "scale": "boolean",
    "beta_initializer": "?initializer",
    "gamma_initializer": "?initializer",
    "moving_mean_initializer": "?initializer",
    "moving_variance_initializer": "?initializer",
    "beta_regularizer": "?regularizer",
    "gamma_regularizer": "?regularizer",
    "beta_constraint": "?constraint",
    "gamma_constraint": "?constraint",
    "synchronized": "synchronized",
}

_decay = {"initial_learning_rate": 0.1, "steps_per_epoch": 10}
_manual = {"boundaries": [2], "values": [0.1, 0.2], "steps_per_epoch": 10}
_MAXOUT = {
    "units": "integer 1",
    "pieces": "integer 1",
    "use_bias": "boolean",
    "kernel_initializer": "?initializer",
    "bias_initializer": "?initializer",
    "kernel_regularizer": "?regularizer",
    "bias_regularizer": "?regularizer",
    "kernel_constraint": "?constraint",
    "bias_constraint": "?constraint",
}


_RECURRENT = {
    "units": "integer 1",
    "activation": "?activation",
    "use_bias": "boolean",
    "dropout": "real [0, 1)",
    "recurrent_dropout": "real [0, 1)",
    "return_sequences": "boolean",
    "return_state": "boolean",
    "go_backwards": "boolean",
    "stateful": "boolean",
    "unroll": "boolean",
    "seed": "?seed",
    **{f"{name}_initializer": "?initializer" for name in ("kernel", "recurrent", "bias")},
    **{f"{name}_regularizer": "?regularizer" for name in ("kernel", "recurrent", "bias")},
    **{f"{name}_constraint": "?constraint" for name in ("kernel", "recurrent", "bias")},
}
_GATED = _RECURRENT | {"recurrent_activation": "?activation"}


def _dense() -> Any:
    return keras.layers.Dense(3, kernel_initializer=_SEEDED)


_SEEDED = keras.initializers.HeNormal(seed=1)
_SMALL = {
    "vocabulary_size": 4, "vector_size": 2, "target_initializer": _SEEDED, "context_initializer": _SEEDED,
}  # fmt: skip
_TWO_VECTORS = {
    "vocabulary_size": "integer 1", "vector_size": "integer 1",
    "target_initializer": "?initializer", "context_initializer": "?initializer",
}  # fmt: skip
_of_any_size = [keras.Input((None, None, None)), keras.layers.GlobalMaxPooling2D()]
_ten_crop = {"model": keras.Sequential(_of_any_size), "height": 2, "width": 2}
_strength = {"strength": 0.1, "examples": 10}

OBJECTS: dict[str, tuple[Callable[..., Any], dict[str, str]]] = {
    "optimizers.SGD": (optimizers.SGD, _OPTIMIZER),
    "optimizers.Momentum": (optimizers.Momentum, _MOMENTUM),
    "optimizers.CS231nMomentum": (optimizers.CS231nMomentum, _MOMENTUM),
    "optimizers.Nesterov": (optimizers.Nesterov, _MOMENTUM),
    "optimizers.AdaGrad": (
        optimizers.AdaGrad,
        _OPTIMIZER | {"initial_accumulator_value": "real [0, inf)", "epsilon": "real (0, inf)"},
    ),
    "optimizers.RMSProp": (optimizers.RMSProp, _RMSPROP),
    "optimizers.RMSPropEpsilonInside": (optimizers.RMSPropEpsilonInside, _RMSPROP),
    "optimizers.BFGS": (optimizers.BFGS, _SECOND_ORDER),
    "optimizers.Newton": (optimizers.Newton, _SECOND_ORDER),
    "optimizers.LBFGS": (
        optimizers.LBFGS,
        _SECOND_ORDER | {"memory": "integer 1", "value_tolerance": "real [0, inf)"},
    ),
    "optimizers.Adam": (
        optimizers.Adam,
        _OPTIMIZER | {"beta_1": "real [0, 1)", "beta_2": "real [0, 1)", "epsilon": "real (0, inf)"},
    ),
    "schedules.InverseTimeDecay": (
        partial(schedules_.InverseTimeDecay, **_decay),
        _SCHEDULE | {"decay_rate": "real [0, inf)"},
    ),
    "schedules.ExponentialDecay": (
        partial(schedules_.ExponentialDecay, **_decay),
        _SCHEDULE | {"decay_rate": "real (0, 1]"},
    ),
    "schedules.InverseSqrtDecay": (partial(schedules_.InverseSqrtDecay, **_decay), _SCHEDULE),
    "schedules.StaircaseDecay": (
        partial(schedules_.StaircaseDecay, **_decay),
        _SCHEDULE | {"epochs_per_drop": "integer 1", "factor": "real (0, 1]"},
    ),
    "schedules.ManualDecay": (
        partial(schedules_.ManualDecay, **_manual),
        {
            "boundaries": "integers",
            "values": "reals",
            "steps_per_epoch": "integer 1",
            "name": "?name",
        },
    ),
    "losses.BinaryCrossentropy": (losses.BinaryCrossentropy, _LOSS),
    "losses.MultiTaskCrossentropy": (losses.MultiTaskCrossentropy, _LOSS),
    "losses.LandmarkLoss": (losses.LandmarkLoss, {}),
    "losses.CTC": (losses.CTC, {}),
    "losses.Dice": (losses.Dice, {"epsilon": "real (0, inf)"}),
    "losses.CategoricalCrossentropy": (losses.CategoricalCrossentropy, _LOSS),
    "losses.TripletLoss": (losses.TripletLoss, {"margin": "real (0, inf)", "mining": "mining"}),
    "losses.YoloLoss": (losses.YoloLoss, _YOLO | {"from_logits": "boolean"}),
    "losses.YoloSquaredError": (losses.YoloSquaredError, _YOLO),
    "embeddings.GloVe": (partial(embeddings.GloVe, **_SMALL), _TWO_VECTORS),
    "embeddings.SkipGram": (partial(embeddings.SkipGram, **_SMALL), _TWO_VECTORS),
    "embeddings.skip_gram_pairs": (
        partial(embeddings.skip_gram_pairs, [[0, 1, 0]], vocabulary_size=2),
        {"vocabulary_size": "integer 2", "window": "integer 1"},
    ),
    "embeddings.negative_samples": (
        partial(embeddings.negative_samples, [[0, 1]], frequencies=[1, 2]),
        {"negatives": "integer 1 1000", "seed": "?seed"},
    ),
    "embeddings.GloVeLoss": (
        embeddings.GloVeLoss,
        {"x_max": "real (0, inf)", "alpha": "real [0, inf)"},
    ),
    "embeddings.cooccurrence": (
        partial(embeddings.cooccurrence, [[0, 1, 0]], vocabulary_size=2),
        {"vocabulary_size": "integer 2", "window": "integer 1"},
    ),
    "decoding.ctc_beam_search": (
        partial(decoding.ctc_beam_search, np.log([[0.5, 0.3, 0.2]] * 4)),
        {"beam_width": "integer 1"},
    ),
    "metrics.BLEU": (
        partial(metrics.BLEU, max_order=2, smoothing="floor"),
        {
            "max_order": "integer 1",
            "weights": "?weights",
            "smoothing": "smoothing",
            "smoothing_value": "?real (0, inf)",
            "name": "name",
        },
    ),
    "metrics.Perplexity": (
        metrics.Perplexity,
        {"from_logits": "boolean", "ignore_class": "?integer -2147483648", "name": "name"},
    ),
    "metrics.WordErrorRate": (metrics.WordErrorRate, {"name": "name"}),
    "metrics.CharacterErrorRate": (metrics.CharacterErrorRate, {"name": "name"}),
    "metrics.F1Score": (
        metrics.F1Score,
        {"average": "?average", "threshold": "?real (0, 1]", "name": "name"},
    ),
    "metrics.MeanAveragePrecision": (
        metrics.MeanAveragePrecision,
        {
            "iou_thresholds": "?thresholds",
            "max_detections": "integer 1",
            "recall_points": "integer 2",
            "name": "name",
        },
    ),
    "metrics.MeanIoU": (
        partial(metrics.MeanIoU, num_classes=3),
        {
            "num_classes": "integer 1",
            "ignore_class": "?integer -2147483648",
            "sparse_y_true": "boolean",
            "sparse_y_pred": "boolean",
            "absent": "?real [0, 1]",
            "name": "name",
        },
    ),
    "layers.BatchNormalization": (layers.BatchNormalization, _BATCH_NORMALIZATION),
    "layers.Dropout": (partial(layers.Dropout, rate=0.5), _DROPOUT),
    "layers.VanillaDropout": (partial(layers.VanillaDropout, rate=0.5), _DROPOUT),
    "layers.DotProductAttention": (
        partial(layers.DotProductAttention, dropout=0.5),
        {"dropout": "real [0, 1)", "seed": "?seed"},
    ),
    "layers.AdditiveAttention": (
        partial(layers.AdditiveAttention, units=3, dropout=0.5),
        {"units": "integer 1", "dropout": "real [0, 1)", "seed": "?seed"},
    ),
    "layers.MultiHeadAttention": (
        partial(layers.MultiHeadAttention, num_heads=1, key_dim=2, kernel_initializer=_SEEDED),
        {
            "num_heads": "integer 1",
            "key_dim": "integer 1",
            "value_dim": "?integer 1",
            "dropout": "real [0, 1)",
            "use_bias": "boolean",
            "output_shape": "?integer 1",
            "seed": "?seed",
            **{
                f"{name}_{kind}": f"?{kind}"
                for name in ("kernel", "bias")
                for kind in ("initializer", "regularizer", "constraint")
            },
        },
    ),
    "layers.PositionalEncoding": (
        layers.PositionalEncoding,
        {"max_wavelength": "real (0, inf)"},
    ),
    **{
        f"layers.{kind.__name__}": (
            partial(kind, intermediate_dim=2, num_heads=1, kernel_initializer=_SEEDED),
            {
                "intermediate_dim": "integer 1",
                "num_heads": "integer 1",
                "dropout": "real [0, 1)",
                "activation": "?activation",
                "layer_norm_epsilon": "real (0, inf)",
                "seed": "?seed",
                "kernel_initializer": "?initializer",
                "bias_initializer": "?initializer",
            },
        )
        for kind in (layers.TransformerEncoder, layers.TransformerDecoder)
    },
    "layers.DropConnect": (
        lambda rate=0.5, **kwargs: layers.DropConnect(_dense(), rate, **kwargs),
        {"rate": "real [0, 1)", "seed": "?seed"},
    ),
    "layers.StochasticDepth": (
        lambda rate=0.5, **kwargs: layers.StochasticDepth(keras.layers.ReLU(), rate, **kwargs),
        {"rate": "real [0, 1]", "seed": "?seed"},
    ),
    **{
        f"layers.{kind.__name__}": (
            partial(
                kind,
                units=1,
                unroll=True,  # a loop is compiled anew with each layer
                kernel_initializer=_SEEDED,
                recurrent_initializer=_SEEDED,
            ),
            kinds,
        )
        for kind, kinds in (
            (layers.SimpleRNN, _RECURRENT),
            (layers.GRU, _GATED),
            (layers.SimplifiedGRU, _GATED),
            (layers.LSTM, _GATED | {"unit_forget_bias": "boolean"}),
        )
    },
    "layers.FractionalMaxPooling2D": (
        partial(layers.FractionalMaxPooling2D, pooling_ratio=1.5),
        {
            "pooling_ratio": "ratio",
            "pseudo_random": "boolean",
            "overlapping": "boolean",
            "data_format": "?data_format",
            "seed": "?seed",
        },
    ),
    **{
        f"layers.{kind.__name__}": (
            partial(kind, pool_size=4),
            {
                "pool_size": "pair 1",
                "strides": "?pair 1",
                "padding": "padding",
                "data_format": "?data_format",
            },
        )
        for kind in (layers.MaxPooling2D, layers.AveragePooling2D)
    },
    "layers.GlobalAveragePooling1D": (
        layers.GlobalAveragePooling1D,
        {"data_format": "?data_format", "keepdims": "boolean"},
    ),
    "layers.RandomFlip": (
        layers.RandomFlip,
        {"mode": "mode", "seed": "?seed", "data_format": "?data_format"},
    ),
    "layers.RandomCrop": (
        partial(layers.RandomCrop, height=3, width=4),
        {
            "height": "integer 1",
            "width": "integer 1",
            "per_image": "boolean",
            "seed": "?seed",
            "data_format": "?data_format",
        },
    ),
    "layers.RandomRotation": (
        partial(layers.RandomRotation, factor=0.2, fill_mode="constant"),
        {
            "factor": "turns",
            "fill_mode": "fill_mode",
            "interpolation": "interpolation",
            "seed": "?seed",
            "fill_value": "real (-inf, inf)",
            "data_format": "?data_format",
        },
    ),
    "layers.PCAColorShift": (
        layers.PCAColorShift,
        {"stddev": "real [0, inf)", "seed": "?seed", "data_format": "?data_format"},
    ),
    "layers.Conv2D": (partial(_convolution, layers.Conv2D), _CONVOLUTION),
    "layers.TrueConv2D": (partial(_convolution, layers.TrueConv2D), _CONVOLUTION),
    "layers.Conv2DTranspose": (
        _transposed_convolution,
        {k: v for k, v in _CONVOLUTION.items() if k != "groups"} | {"output_padding": "?pair 0"},
    ),
    "layers.LeakyReLU": (layers.LeakyReLU, {"negative_slope": "real [0, 1]"}),
    "layers.ELU": (layers.ELU, {"alpha": "real [0, inf)"}),
    "layers.PReLU": (
        layers.PReLU,
        {
            "alpha_initializer": "?initializer",
            "alpha_regularizer": "?regularizer",
            "alpha_constraint": "?constraint",
            "shared_axes": "?axes",
        },
    ),
    "layers.Maxout": (partial(layers.Maxout, units=3, kernel_initializer=_SEEDED), _MAXOUT),
    "layers.Normalization": (
        _normalization,
        {"axis": "?axes", "mean": "?numbers", "variance": "?numbers", "invert": "boolean"},
    ),
    "layers.PCA": (layers.PCA, {"components": "?integer 1"}),
    "layers.Whitening": (
        layers.Whitening,
        {"components": "?integer 1", "epsilon": "real (0, inf)"},
    ),
    "layers.whole_set_statistics": (_statistics, {"batch_size": "integer 1"}),
    "preprocessing.mini_batches": (
        partial(preprocessing.mini_batches, np.arange(12)),
        {"batch_size": "integer 1", "seed": "?seed"},
    ),
    "preprocessing.split": (
        partial(preprocessing.split, np.arange(12)),
        {"sizes": "?shares", "stratify": "?labels", "groups": "?labels", "seed": "?seed"},
    ),
    "preprocessing.trigger_word_labels": (
        partial(preprocessing.trigger_word_labels, ends=[3], steps=12),
        {"ends": "ends", "steps": "integer 4 9999", "width": "integer 1"},
    ),
    "regularizers.L1": (partial(regularizers.L1, **_strength), _STRENGTH),
    "regularizers.L2": (partial(regularizers.L2, **_strength), _STRENGTH),
    "regularizers.UnhalvedL1": (partial(regularizers.UnhalvedL1, **_strength), _STRENGTH),
    "initializers.SmallNormal": (
        initializers.SmallNormal,
        {"stddev": "real [0, inf)", "seed": "?seed"},
    ),
    "initializers.XavierNormal": (initializers.XavierNormal, {"seed": "?seed"}),
    "initializers.HeNormal": (initializers.HeNormal, {"seed": "?seed"}),
    "activations.leaky_relu": (
        partial(activations.leaky_relu, _NUMBERS),
        {"negative_slope": "real [0, 1]"},
    ),
    "activations.elu": (partial(activations.elu, _NUMBERS), {"alpha": "real [0, inf)"}),
    "activations.softmax": (partial(activations.softmax, _NUMBERS), {"axis": "axis"}),
    "activations.hard_max": (partial(activations.hard_max, _NUMBERS), {"axis": "axis"}),
    "ensembles.Ensemble": (
        lambda **kwargs: ensembles.Ensemble([keras.Sequential([_dense()])], **kwargs),
        {},
    ),
    "models.SiameseNetwork": (partial(models.SiameseNetwork, keras.Sequential([_dense()])), {}),
    "models.TenCrop": (
        partial(models.TenCrop, **_ten_crop),
        {"height": "integer 1", "width": "integer 1", "data_format": "?data_format"},
    ),
    "averages.exponentially_weighted_average": (
        partial(averages.exponentially_weighted_average, _NUMBERS),
        {"beta": "real [0, 1)"},
    ),
    "averages.bias_correction": (
        partial(averages.bias_correction, _NUMBERS),
        {"beta": "real [0, 1)"},
    ),
}
