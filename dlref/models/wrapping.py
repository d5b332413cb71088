"""What models share that hold another one: it is checked, and saved without how it was trained."""

from typing import Any, ClassVar

import keras


class Wrapping(keras.Model):
    """Base of these models, with the other one as the attribute and the argument that `HOLDS` names."""

    HOLDS: ClassVar[str]

    def _hold(self, model: Any) -> None:
        if not isinstance(model, keras.Model):
            raise TypeError(
                f"{type(self).__name__}: `{self.HOLDS}` must be a Keras model. "
                f"Received: {model!r:.99} (type {type(model).__name__})."
            )
        setattr(self, self.HOLDS, model)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        model = keras.saving.serialize_keras_object(getattr(self, self.HOLDS))
        model.pop("compile_config", None)  # Keras cannot load an optimizer without steps
        return {**super().get_config(), self.HOLDS: model}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """With a model made from its own config."""
        model = keras.saving.deserialize_keras_object(
            config[cls.HOLDS], custom_objects=custom_objects
        )
        return cls(**{**config, cls.HOLDS: model})
