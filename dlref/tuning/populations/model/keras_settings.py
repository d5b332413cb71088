"""Keras' settings, which `keras.backend.clear_session` resets together with what it counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import keras

from dlref._compat import keras as keras_src

NAMES = (
    *("dtype_policy", "distribution", "traceback_filtering", "interactive_logging", "nnx_enabled"),
    *("flash_attention", "safe_mode_saving", "use_legacy_config", "custom_objects_scope_dict"),
    *("remat_scope_stack", "torch_device"),
)


def _switch(name: str) -> Any:
    """Turns a setting on or off."""
    enable, disable = (getattr(keras.config, f"{verb}_{name}") for verb in ("enable", "disable"))
    return lambda on: enable() if on else disable()


PUBLIC: dict[str, tuple[Any, Any]] = {  # how those are read and set that have public functions
    "dtype_policy": (keras.config.dtype_policy, keras.config.set_dtype_policy),
    "distribution": (keras.distribution.distribution, keras.distribution.set_distribution),
    **{
        name: (getattr(keras.config, f"is_{name}_enabled"), _switch(name))
        for name in ("traceback_filtering", "interactive_logging", "flash_attention")
    },
}
_kept: ContextVar[dict[str, Any] | None] = ContextVar("_kept", default=None)


@contextmanager
def kept() -> Iterator[None]:
    """Whatever is built within it begins with the settings there are now, which hold again after it."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set(_settings())
    try:
        yield
    finally:
        _restore(_kept.get())
        _kept.reset(token)


def clear_session() -> None:
    """`keras.backend.clear_session`, but for the settings, which are those that are kept."""
    found = _settings() if _kept.get() is None else _kept.get()
    keras.backend.clear_session(free_memory=False)
    _restore(found)


def _settings() -> dict[str, Any]:
    if keras_src.settings is None:
        return {name: get() for name, (get, _) in PUBLIC.items()}
    there = keras_src.settings()
    return {name: there[name] for name in NAMES if name in there}


def _restore(settings: dict[str, Any] | None) -> None:
    settings = settings or {}
    if keras_src.settings is None:
        for name, value in settings.items():
            if value is not None:  # None is as Keras begins
                PUBLIC[name][1](value)
        return
    there = keras_src.settings()
    for name in NAMES:
        there.pop(name, None)
    there.update(settings)
