r"""Model ensembles: several models in one, whose prediction is the mean of theirs.

Source: CS231n-7.

$$ \hat y = \frac{1}{n} \sum_{i=1}^n y_i \tag{1} $$

$y_i$ (`y`) are the outputs of $n$ (`n`) models for the same inputs, and $\hat y$ (`y_hat`) their mean. The models may
be trained independently of each other, or be snapshots of one training.

Equals `keras.layers.Average` of the models' outputs.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import tree

from dlref import _checks


@keras.saving.register_keras_serializable("dlref")
class Ensemble(keras.Model):
    r"""A model that averages the outputs of others, $\hat y = \frac{1}{n} \sum_i y_i$.

    Args:
        models: the models, with the same inputs and outputs; at least one. Of one that is given several times,
            `keras.models.clone_model` and `set_weights` make copies.
        **kwargs: the keywords of `keras.Model`.

    Call arguments:
        inputs: what each of the models takes.
        training: whether the models are called in training mode. Defaults to None.

    Raises:
        TypeError: if `models` is no list of Keras models.
        ValueError: if there is none, one is given twice, or their outputs have different shapes.

    Example:
        >>> models = [keras.Sequential([keras.layers.Rescaling(scale)]) for scale in (1.0, 2.0, 6.0)]
        >>> float(Ensemble(models)(keras.ops.ones((1, 1)))[0, 0])
        3.0
    """

    def __init__(self, models: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        models = _checks.sequence(self, "models", models)
        for model in models:
            if not isinstance(model, keras.Model):
                raise TypeError(
                    f"Ensemble: `models` must be Keras models. Received: {model!r:.99} (type {type(model).__name__})."
                )
        if not models or len({id(model) for model in models}) < len(models):
            raise ValueError(
                "Ensemble: `models` must hold at least one model, and each once. A callback that keeps snapshots needs "
                f"copies: keras.models.clone_model and set_weights. Received: {len(models)} models."
            )
        self.models = models
        self.built = all(model.built for model in models)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """The mean of the models' outputs."""
        outputs = [model(inputs, training=training) for model in self.models]
        return tree.map_structure(lambda *y: self._mean(y), *outputs)

    def _mean(self, y: Any) -> Any:
        if len({tuple(each.shape) for each in y}) > 1:
            raise ValueError(
                "Ensemble: `models` must have outputs of one shape. "
                f"Received: {', '.join(str(tuple(each.shape)) for each in y)}."
            )
        n = len(y)
        y_hat = sum(y) / n  # (1)
        return y_hat

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        models = [keras.saving.serialize_keras_object(model) for model in self.models]
        for model in (
            models
        ):  # how each was trained is no part of it: Keras cannot load an optimizer without steps
            model.pop("compile_config", None)
        return {**super().get_config(), "models": models}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """An ensemble of models made from their configs."""
        models = [
            keras.saving.deserialize_keras_object(model, custom_objects=custom_objects)
            for model in config["models"]
        ]
        return cls(**{**config, "models": models})
